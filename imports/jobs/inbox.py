"""Look into the inbox folders of datasets and begin imports of new files. Safe to run twice at the same time.

A file is stored first; then one transaction begins its import and notes that it was imported; then the file is moved. A
later look completes whatever was interrupted: no file is lost, and none is imported twice.
"""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from imports import storage
from imports.inbox_folder import Folder, Seen, StillChanging, opened
from imports.jobs.receive import begin_import
from imports.models import Dataset, Import, InboxFile
from imports.problems import Refused
from standards.translation import gettext as _

STILL = timedelta(seconds=20)  # the time without any change after which a file is complete
BROKEN_OFF = timedelta(minutes=15)  # after which a worker that was reading the file has died
AGAIN = timedelta(hours=1)  # after which a file that could not be read is tried again
_PATIENCE = {InboxFile.State.SEEN: STILL, InboxFile.State.TAKING: BROKEN_OFF, InboxFile.State.FAILED: AGAIN}
_OPEN = (InboxFile.State.SEEN, InboxFile.State.TAKING, InboxFile.State.FAILED)


def watch_inboxes() -> list[Import]:
    """Look once into each inbox that is watched; returns the imports that have begun."""
    begun: list[Import] = []
    for dataset in Dataset.objects.exclude(inbox_rule=Dataset.InboxRule.OFF).order_by("id"):
        problem: str = ""
        try:
            with opened(Path(settings.INBOX_DIR), dataset.inbox) as folder:
                begun += _look_into(dataset, folder)
                if folder.odd:
                    text = _("%(odd)s: not a plain file, so it was left in the inbox folder.")
                    problem = text % {"odd": folder.odd[:3]}
        except Refused as refused:
            problem = refused.message
        if problem != dataset.inbox_problem:
            Dataset.objects.filter(pk=dataset.pk).update(inbox_problem=problem)
    return begun


def _look_into(dataset: Dataset, folder: Folder) -> list[Import]:
    files = folder.files()
    names = [file.name for file in files]
    InboxFile.objects.filter(dataset=dataset, state__in=_OPEN).exclude(name__in=names).delete()
    return [run for file in files if (run := _look_at(dataset, folder, file))]


def _look_at(dataset: Dataset, folder: Folder, file: Seen) -> Import | None:
    """The import that begins with this file, if one does."""
    now = timezone.now()
    row = InboxFile.objects.filter(dataset=dataset, name=file.name, state__in=_OPEN).first()
    if row is None:
        _note_new(dataset, folder, file)
        return None
    if (row.size, row.modified_ns) != (file.size, file.modified_ns):
        InboxFile.objects.filter(pk=row.pk).update(
            size=file.size, modified_ns=file.modified_ns, state=InboxFile.State.SEEN, note="", looked_at=now
        )
        return None
    if now - row.looked_at < _PATIENCE[InboxFile.State(row.state)]:
        return None
    mine = InboxFile.objects.filter(pk=row.pk, state=row.state, looked_at=row.looked_at)
    if not mine.update(state=InboxFile.State.TAKING, looked_at=now):
        return None
    return _take(dataset, folder, file, row)


def _note_new(dataset: Dataset, folder: Folder, file: Seen) -> None:
    """Note a file that is seen for the first time, or complete the move of one that was already imported."""
    same = {"dataset": dataset, "name": file.name, "size": file.size, "modified_ns": file.modified_ns}
    ended = InboxFile.objects.filter(**same, kept_as="").exclude(state__in=_OPEN).first()
    if ended is not None:
        _put_aside(folder, file, ended)
        return
    try:
        with transaction.atomic():
            InboxFile.objects.create(**same)
    except IntegrityError:
        return  # another look created it first


def _take(dataset: Dataset, folder: Folder, file: Seen, row: InboxFile) -> Import | None:
    try:
        row.sha256, size = storage.store(folder.chunks(file))
    except StillChanging:
        InboxFile.objects.filter(pk=row.pk).update(state=InboxFile.State.SEEN, looked_at=timezone.now())
        return None
    except Refused as refused:
        InboxFile.objects.filter(pk=row.pk).update(state=InboxFile.State.FAILED, note=refused.message)
        return None
    with transaction.atomic():
        is_new = _begin(dataset, file, row, size)
        row.save()
    _put_aside(folder, file, row)
    return row.import_run if is_new else None


def _begin(dataset: Dataset, file: Seen, row: InboxFile, size: int) -> bool:
    """Begin the import, unless the dataset already has this content."""
    nothing_came_of = (Import.State.UNDERSTOOD, Import.State.CANCELLED, Import.State.UNDONE, Import.State.REFUSED)
    known = Import.objects.filter(dataset=dataset, source_file__sha256=row.sha256).exclude(state__in=nothing_came_of)
    row.import_run = known.order_by("-id").first()
    is_new = False
    if row.import_run is None:
        row.import_run, is_new = begin_import(
            dataset=dataset, sha256=row.sha256, size=size, name=file.name, by=None, is_automatic=True,
            is_dry_run=dataset.inbox_rule == Dataset.InboxRule.CHECK, from_inbox=True,
        )  # fmt: skip
    if is_new:
        audit.record(
            "import.received", by=None, target=row.import_run, dataset=dataset.slug, sha256=row.sha256, size=size,
            inbox=dataset.inbox,
        )  # fmt: skip
    row.state = InboxFile.State.TAKEN if is_new else InboxFile.State.REPEATED
    row.note = (
        "" if is_new else _("The same content as import %(import_run_id)s.") % {"import_run_id": row.import_run_id}
    )
    return is_new


def _put_aside(folder: Folder, file: Seen, row: InboxFile) -> None:
    """Move the file to the folder of imported files; if that fails, the next look tries again."""
    try:
        row.kept_as = folder.put_aside(file, timezone.now())
    except StillChanging:
        row.kept_as = "replaced in the meantime"
    except OSError as error:
        row.note = _("Imported, but the file could not be moved to the folder of imported files: %(reason)s.") % {
            "reason": error.strerror
        }
    row.save(update_fields=["kept_as", "note"])
