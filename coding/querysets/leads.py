"""Which organisations a person leads coding in."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import User


def led_by(user: "User | AnonymousUser") -> frozenset[int]:
    """Primary keys of the organisations whose codebooks and rounds this person leads."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return frozenset()
    return user.organisations_as(Role.LEAD_CODER)
