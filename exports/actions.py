"""Start an export in the background and delete it; save, share and delete a query."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from exports.asked import canonical, check_has_a_page, view_of
from exports.at_once import TooManyExports
from exports.availability import reason_against
from exports.downloads import format_of
from exports.models import Export, SavedQuery
from exports.sending import name_of_state
from jobs.tasks import wake_worker


def start_export(*, query: str, fmt: str, by: User) -> Export:
    """Start an export of all rows that `query`, the address of a list or of its export, has for this person.

    Equal requests are one: the same rows in the same format are given back while the earlier export runs or can be
    downloaded. ValidationError where the address or the format is wrong; TooManyExports.
    """
    address, fmt = canonical(query), format_of(fmt)
    view = view_of(address, by)
    found = view.exported(view.request)
    version = name_of_state(found.table, fmt)
    if not version and view.rights_in(found.rows, found.table.names) is None:
        message = _("This list can be exported at once only: its rows cannot be compared later.")
        raise ValidationError({"query": ValidationError(message, code="only_at_once")})
    asked = {"query": address, "format": fmt, "language": str(get_language()), "version": version}
    return _started(Export(**asked, words=view.in_words(view.request), created_by=by))


@transaction.atomic
def _started(wanted: Export) -> Export:
    by = wanted.created_by
    if by is None:
        raise ValueError("An export is made for a person.")
    _one_at_a_time(by)
    mine = Export.objects.visible_to(by)
    same = mine.filter(query=wanted.query, format=wanted.format, language=wanted.language, version=wanted.version)
    still = same.waiting_or_valid_at(timezone.now()) if wanted.version else same.active()
    for known in still.filter(cancel_requested=False):
        # Whoever is told to start it again gets another file.
        if known.is_active or reason_against(known) is None:
            return known
    if mine.active().count() >= settings.EXPORTS_AT_ONCE:
        raise TooManyExports
    wanted.save()
    audit.record("export.started", by=by, target=wanted, list=wanted.list_name, format=wanted.format)
    transaction.on_commit(lambda: wake_worker(wanted))
    return wanted


@transaction.atomic
def delete_export(*, export: Export, by: User) -> None:
    """Delete an export; a running one stops within seconds and is then cancelled, to be deleted."""
    found = Export.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=export.pk).first()
    if found is None:
        raise ValidationError(_("This export was deleted before."), code="already_deleted")
    audit.record("export.deleted", by=by, target=found, format=found.format)
    if found.is_active:
        Export.objects.filter(pk=found.pk).update(cancel_requested=True)
        transaction.on_commit(lambda: wake_worker(found))
        return
    # The reconciler deletes the file, which may be that of another person's export too.
    found.delete()


def _one_at_a_time(by: User) -> None:
    """Two equal requests of a person at the same moment are one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('exports'), %s)", [by.pk])


@transaction.atomic
def save_query(*, name: str, query: str, is_shared: bool = False, by: User) -> SavedQuery:
    """Keep the filters of a list under a name. ValidationError where `query` is no address of a list with a page, or
    the person has a query of this name."""
    address = canonical(query)
    check_has_a_page(address)
    _one_at_a_time(by)
    if SavedQuery.objects.made_by(by).filter(name=name).exists():
        message = _("You have a saved query of this name. Choose another name.")
        raise ValidationError({"name": ValidationError(message, code="name_taken")})
    saved: SavedQuery = SavedQuery.objects.create(name=name, query=address, is_shared=is_shared, created_by=by)
    audit.record("query.saved", by=by, target=saved, list=saved.list_name, shared=is_shared)
    return saved


@transaction.atomic
def share_query(*, saved: SavedQuery, is_shared: bool, by: User) -> SavedQuery:
    """Let everyone who has the link open it, or only the person whose it is."""
    found = _own_query(saved, by)
    if found.is_shared != is_shared:
        found.is_shared = is_shared
        found.save(update_fields=["is_shared"])
        audit.record("query.shared", by=by, target=found, shared=is_shared)
    return found


@transaction.atomic
def delete_query(*, saved: SavedQuery, by: User) -> None:
    """Delete a saved query. Its link then leads nowhere."""
    found = _own_query(saved, by)
    audit.record("query.deleted", by=by, target=found)
    found.delete()


def _own_query(saved: SavedQuery, by: User) -> SavedQuery:
    found = SavedQuery.objects.made_by(by).select_for_update(of=("self",)).filter(pk=saved.pk).first()
    if found is None:
        raise ValidationError(_("This query was deleted before, or is not yours."), code="already_deleted")
    return found
