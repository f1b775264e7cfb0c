"""Make the file of an export: the rows of one state of the data, written aside, checked and renamed (docs/adr/0136).

The transaction that reads the rows does not write the row of the job, which the heartbeat renews meanwhile; stages are
written by a connection of their own.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import IO, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.db.models import Max, Q
from django.http import Http404
from django.utils import timezone, translation

from accounts.models import User
from exports import stored
from exports.asked import view_of
from exports.models import Export
from exports.querysets import ExportQuerySet
from exports.sending import name_of_state
from exports.states import one_state
from exports.stored import StoredFile
from exports.tables import Copied, Table
from exports.unfit import Unfit
from exports.viewsets import Exported
from exports.writers import WRITERS, write_table
from jobs.kinds import Kind
from jobs.lease import Lease
from jobs.problems import Postponed, Refused
from jobs.tasks import wake_worker
from standards.translation import gettext as _
from versions.models import Erasure


@dataclass(frozen=True)
class _Made:
    """A complete file, and what is true of the rows in it."""

    file: StoredFile
    version: str
    rights: list[str] | None
    made_at: datetime
    is_taken_over: bool = False


class Exports(Kind[Export]):
    """Files of all rows of a list."""

    model = Export

    def get(self, job_id: int) -> Export:
        return Export.objects.select_related("created_by").get(pk=job_id)

    def work(self, job: Export, lease: Lease) -> None:
        _wait_for_the_same(job, lease)
        with translation.override(job.language), _refusals():
            person = cast(User, job.created_by)
            if not person.may_sign_in:
                raise Refused("no_access", _("The account of the person who asked for this export is closed."))
            view = view_of(job.query, person)
            found = view.exported(view.request)
            lease.enter(Export.Stage.READING, found.count() or 0)
            made = _Making(job, lease, found, view.rights_in).made()
        with ExitStack() as unless_finished:
            if not made.is_taken_over:
                unless_finished.callback(stored.path_of(made.file.name).unlink, missing_ok=True)
            with transaction.atomic():
                lease.finish(
                    rows=made.file.rows, size=made.file.size, sha256=made.file.sha256, file_name=made.file.name,
                    version=made.version, rights=made.rights, made_at=made.made_at,
                    expires_at=timezone.now() + timedelta(hours=settings.EXPORT_HOURS),
                )  # fmt: skip
            unless_finished.pop_all()
        for other in _the_same(job).exclude(pk=job.pk):
            wake_worker(other)

    def tidy(self) -> None:
        """Delete files that expired or are older than an erasure, and those that nobody's export names."""
        erased_at = Erasure.objects.aggregate(last=Max("erased_at"))["last"]
        is_over = Q(expires_at__lte=timezone.now())
        if erased_at is not None:
            is_over |= Q(made_at__lte=erased_at)
        Export.objects.with_file().filter(is_over).update(file_name="")
        stored.remove_others(
            lambda: set(Export.objects.with_file().values_list("file_name", flat=True)),
            lambda: set(Export.objects.active().values_list("pk", flat=True)),
        )

    def consequence(self, job: Export) -> str:
        return _("No file was made.")


EXPORTS = Exports()


class _Making:
    """One attempt at a file."""

    def __init__(self, job: Export, lease: Lease, found: Exported, rights_in: Callable[..., list[str] | None]) -> None:
        self._job, self._lease, self._found, self._rights_in = job, lease, found, rights_in
        self._using = found.rows.db
        self._is_alone = not connections[self._using].in_atomic_block

    def made(self) -> _Made:
        table, rows = self._found.table, self._found.rows
        with one_state(self._using):
            version, made_at = name_of_state(table, self._job.format), timezone.now()
            rights = self._rights_in(rows, table.names)
            if table.copied is not None:
                table.copied.before()
            if same := _finished_before(self._job, version):
                file = StoredFile(same.file_name, same.size or 0, same.sha256, same.rows or 0)
                return _Made(file, version, rights, cast(datetime, same.made_at), is_taken_over=True)
            n = self._found.count()
            table = replace(table, n=n, made_at=made_at, rows=self._read(table, n), written=self._written)
            writer = WRITERS[self._job.format]
            file = stored.store(
                self._job.pk, writer.ending, lambda target: write_table(writer, table, self._counted(target, table))
            )
        return _Made(file, version, rights, made_at)

    def _read(self, table: Table, n: int | None) -> Iterator:
        for row in table.rows:
            self._lease.progress.done += 1
            yield row
        self._beside(lambda: self._lease.enter(Export.Stage.WRITING, n or 0))

    def _written(self) -> None:
        self._lease.progress.done += 1

    def _counted(self, target: IO[bytes], table: Table) -> IO[bytes]:
        copied: Copied | None = table.copied
        is_copied = copied is not None and WRITERS[self._job.format].is_copied
        return cast("IO[bytes]", _CountedLines(target, self._lease)) if is_copied else target

    def _beside(self, write: Callable[[], None]) -> None:
        """Write in a transaction of its own, while this one goes on reading; inside of a transaction, as in tests, in
        that one."""
        if not self._is_alone:
            write()
            return

        def run() -> None:
            try:
                write()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as executor:
            executor.submit(run).result()


class _CountedLines:
    """A file whose lines are counted as they are written: about as many as rows, because a text can have several."""

    def __init__(self, file: IO[bytes], lease: Lease) -> None:
        self._file, self._lease = file, lease

    def write(self, data: bytes) -> int:
        self._lease.progress.done += data.count(b"\n")
        return self._file.write(data)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        text = _("The address of this export is not valid any more: %(reason)s")
        raise Refused("query_not_valid", text % {"reason": " ".join(error.messages)}) from error
    except Http404 as error:
        raise Refused("not_found", _("What this export reads does not exist, or you have no access to it.")) from error
    except Unfit as error:
        raise Refused(error.code, error.message) from error


def _the_same(job: Export) -> ExportQuerySet:
    """Active exports of the same rows in the same form; where the rows have no name only this one."""
    others = Export.objects.active().filter(query=job.query, format=job.format, language=job.language)
    return others.filter(version=job.version) if job.version else others.filter(pk=job.pk)


def _wait_for_the_same(job: Export, lease: Lease) -> None:
    """Another worker makes this very file: it is taken over when it is done."""
    if _the_same(job).filter(pk__lt=job.pk).exists():
        lease.put_back()
        raise Postponed


def _finished_before(job: Export, version: str) -> Export | None:
    if not version:
        return None
    known = Export.objects.valid_at(timezone.now()).filter(
        query=job.query, format=job.format, language=job.language, version=version
    )
    return next((one for one in known if stored.path_of(one.file_name).is_file()), None)
