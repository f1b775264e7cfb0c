"""Whether the file of an export can be downloaded now: it is asked again at each download."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from exports.asked import view_of
from exports.models import Export
from exports.sending import name_of_state
from exports.stored import path_of
from jobs.models import JobState
from rest.problems import Conflict, Gone
from versions.models import Erasure


def reason_against(export: Export) -> Conflict | None:
    """Why its owner cannot download the file now; None where they can."""
    checks: tuple[Callable[[Export], Conflict | None], ...] = (_unfinished, _expired, _erased, _closed)
    return next((reason for check in checks if (reason := check(export)) is not None), None)


def _unfinished(export: Export) -> Conflict | None:
    if export.is_active:
        message = _("This export is not finished. Ask for its state again in a few seconds.")
        return Conflict(message, code="export_not_finished")
    if export.state != JobState.FINISHED:
        reason = str(export.error_message) or _("It was cancelled.")
        return Gone(_("This export has no file. %(reason)s") % {"reason": reason}, code="export_without_file")
    return None


def _expired(export: Export) -> Conflict | None:
    is_over = export.expires_at is None or export.expires_at <= timezone.now()
    if is_over or not export.file_name or not path_of(export.file_name).is_file():
        return Gone(_("The file of this export has expired. Start it again."), code="export_expired")
    return None


def _erased(export: Export) -> Conflict | None:
    """A file cannot be searched for a text that was erased, so that none from before an erasure leaves."""
    if Erasure.objects.filter(erased_at__gte=export.made_at).exists():
        message = _("Texts were erased after this file was made, which may be in it. Start the export again.")
        return Gone(message, code="export_before_erasure")
    return None


def _closed(export: Export) -> Conflict | None:
    if export.created_by is None:
        return _no_access()
    try:
        view = view_of(export.query, export.created_by)
        if export.rights is not None:
            return None if set(export.rights) <= set(view.rights()) else _no_access()
        found = view.exported(view.request)
    except (ValidationError, Http404):
        return _no_access()
    if name_of_state(found.table, export.format) == export.version:
        return None
    return Gone(_("The rows have changed after this file was made. Start the export again."), code="export_outdated")


def _no_access() -> Gone:
    message = _("You no longer have access to everything in this file. Start the export again for what you can read.")
    return Gone(message, code="export_closed")
