"""The demo's partner organisations and sign-ins, one for each role. Every installation has its own passwords."""

import base64

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts import actions
from accounts.models import Organisation, User
from accounts.roles import Role
from lipse_site.demo.ideas import COUNTRIES

SIGN_INS = {f"demo-{role}": role for role in Role.values}


def demo_password(username: str) -> str:
    """The password of a demo sign-in, derived from the secret key of the installation, so that it is not stored."""
    digest = salted_hmac("lipse.demo.password", username, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


@transaction.atomic
def make_people() -> tuple[dict[str, Organisation], dict[str, User]]:
    """Partner organisations by country code and demo people by role. The people belong to the partner in NL."""
    partners = {country.code: _partner(country.code, country.name) for country in COUNTRIES}
    people = {role: _person(username, role, partners["NL"]) for username, role in SIGN_INS.items()}
    return partners, people


def _partner(code: str, name: str) -> Organisation:
    slug = f"demo-university-{code.lower()}"
    known = Organisation.objects.filter(slug=slug).first()
    if known is not None:
        return known
    partner = actions.create_organisation(slug=slug, name=f"Demo University of {name}", country=code, by=None)
    partner.is_fictional = True
    partner.save(update_fields=["is_fictional"])
    return partner


def _person(username: str, role: str, partner: Organisation) -> User:
    known = User.objects.filter(username=username).first()
    if known is not None:
        return known
    person = actions.create_person(
        username=username,
        email=f"{username}@demo.invalid",
        name=f"Demo {Role(role).label.lower()}",
        password=demo_password(username),
        by=None,
    )
    User.objects.filter(pk=person.pk).update(is_fictional=True)
    actions.set_roles(person=person, organisation=partner, roles=[role], by=None)
    return person
