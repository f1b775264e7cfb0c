"""Everybody who asks: the roles at Alpha, other organisations, ended memberships, closed accounts, tokens."""

from dataclasses import dataclass, field

from django.test import Client

from accounts import actions
from accounts.models import Organisation, User
from accounts.roles import Role
from tests.conftest import person_at

ROLES = frozenset(str(role) for role in Role.values)
# A fieldworker and coder at Alpha who wrote most of the world, and that person's two tokens.
AUTHOR = frozenset({"author", "reading token", "writing token"})
ALPHA = ROLES | AUTHOR
# Every role at Gamma, with which restricted things are shared.
GUEST = frozenset({"guest"})
# Every role at Beta, and every role but administrator at Delta, which has no administrator.
MEMBERS = ALPHA | GUEST | {"stranger", "lonely"}
# They wrote and coded at Alpha. The session and the token are of the time before.
GONE = frozenset({"former", "former token", "closed", "closed token"})
ALL = MEMBERS | GONE | {"anonymous"}
# Whoever has the link of a survey; nobody else asks its addresses.
RESPONDENT = frozenset({"respondent"})
WHO = sorted(ALL | RESPONDENT)
NOBODY: frozenset[str] = frozenset()
TOKENS = frozenset(who for who in WHO if who.endswith("token"))


@dataclass
class Cast:
    """People by name of WHO, and how their browsers and programs ask."""

    alpha: Organisation
    beta: Organisation
    gamma: Organisation
    delta: Organisation
    people: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def __getitem__(self, who: str) -> User:
        return self.people[who]

    def let_go(self) -> None:
        """End the membership of `former` and close the account of `closed`."""
        actions.set_roles(person=self["former"], organisation=self.alpha, roles=[], by=None)
        actions.deactivate_person(person=self["closed"], by=None)


def make_cast() -> Cast:
    """All people, all signed in, all still members."""
    organisations = {
        name: actions.create_organisation(slug=f"{name}-university", name=f"{name.title()} University", by=None)
        for name in ("alpha", "beta", "gamma", "delta")
    }
    cast = Cast(**organisations)
    held = {role: (cast.alpha, {role}) for role in ROLES} | {
        "author": (cast.alpha, {Role.FIELDWORKER, Role.CODER}),
        "former": (cast.alpha, ROLES),
        "closed": (cast.alpha, ROLES),
        "stranger": (cast.beta, ROLES),
        "guest": (cast.gamma, ROLES),
        "lonely": (cast.delta, ROLES - {Role.ADMIN}),
    }
    for who, (organisation, roles) in held.items():
        cast.people[who] = person_at(organisation, f"the-{who}", *roles)
        cast.clients[who] = Client()
        cast.clients[who].force_login(cast[who])
    for who, (person, scope) in {
        "reading token": ("author", "read"),
        "writing token": ("author", "write"),
        "former token": ("former", "write"),
        "closed token": ("closed", "write"),
    }.items():
        secret = actions.create_token(person=cast[person], label="test", scope=scope, by=None)[1]
        cast.clients[who] = Client(headers={"Authorization": f"Bearer {secret}"})
    cast.clients |= {who: Client() for who in ("anonymous", "respondent")}
    return cast
