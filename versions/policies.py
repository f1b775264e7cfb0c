"""Who may erase."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.policies import has_role_in
from versions.pointing import Person
from versions.querysets import ERASES


def can_erase_in(user: Person, organisation_id: int) -> bool:
    """Data managers and administrators of the organisation that owns the thing."""
    return has_role_in(user, organisation_id, *ERASES)


def check_can_erase_in(user: Person, organisation_id: int) -> None:
    if not can_erase_in(user, organisation_id):
        raise PermissionDenied(
            _("Only data managers and administrators of the organisation that owns it can erase it or undo that.")
        )
