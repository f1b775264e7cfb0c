"""Who may do what with complaint records. Who may see them is asked in querysets."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.policies import has_role
from accounts.roles import Role

Person = User | AnonymousUser


def can_send_to_coding(user: Person) -> bool:
    """Whether the person may freeze records as texts for a coding round."""
    return has_role(user, Role.LEAD_CODER)


def check_can_send_to_coding(user: Person) -> None:
    if not can_send_to_coding(user):
        raise PermissionDenied("Records are sent to coding by lead coders.")
