"""Lock an import for a change, and check permission and state."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from imports import policies
from imports.models import Import


def locked_import(run: Import, by: User | None, *states: str) -> Import:
    """The import as it is now, locked. Raises PermissionDenied, or ValidationError if its state is not one of these.

    by: None is the command line, whose user owns the machine."""
    run = Import.objects.select_for_update().get(pk=run.pk)
    if by is not None:
        policies.check_can_manage_dataset(by, run.dataset)
    if run.state not in states:
        raise ValidationError(
            _("This import is in the state “%(state)s”.") % {"state": run.get_state_display()},
            code="wrong_state",
        )
    return run


def save_active(run: Import) -> None:
    """Save an import that a worker may take; raises ValidationError if the same import is already active."""
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError as error:
        raise ValidationError(
            _("This file is already being imported with the same mapping."), code="already_running"
        ) from error
