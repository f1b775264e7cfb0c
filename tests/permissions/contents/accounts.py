"""Addresses, tokens and the audit trail: what only a person and that person's administrators read."""

from accounts import actions
from tests.conftest import person_at
from tests.permissions.contents.people import NOBODY, Cast
from tests.permissions.contents.plant import Plants

# organisation, who administers it
ADMINISTERED = {
    "alpha": frozenset({"admin"}),
    "beta": frozenset({"stranger"}),
    "gamma": frozenset({"guest"}),
    "delta": NOBODY,
}


def plant_accounts(plant: Plants, cast: Cast) -> None:
    for name, admins in ADMINISTERED.items():
        organisation = getattr(cast, name)
        address = plant(f"address of a person at {name}", admins).replace(" ", ".")
        colleague = person_at(organisation, f"colleague-of-{name}", "reader")
        actions.update_person(person=colleague, email=f"{address}@example.org", name=colleague.name, by=None)
        label = plant(f"label of a token at {name}", admins, shown=False)
        actions.create_token(person=colleague, label=label, by=colleague)
