"""Who may do what with complaint records. Who may read them is decided in querysets."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import has_role
from accounts.roles import Role

Person = User | AnonymousUser


def can_send_to_coding(user: Person) -> bool:
    """Whether the person may send records to a coding round as units."""
    return has_role(user, Role.LEAD_CODER)


def check_can_send_to_coding(user: Person) -> None:
    if not can_send_to_coding(user):
        raise PermissionDenied(_("Only lead coders can send records to coding."))
