"""Checked rows become records: all of them at once, or none (docs/adr/0033)."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from accounts import audit
from imports import along, work_tables
from imports.erasing import erase_again
from imports.jobs.check import Found
from imports.jobs.findings import as_found_before
from imports.models import Dataset, Import, ImportChunk
from imports.problems import Refused
from imports.recipe import Counts, FirstLoad, Load, Publisher
from imports.selectors.along import all_created
from jobs.lease import Lease, signed
from jobs.lease import closed as closed_job
from jobs.problems import Postponed
from standards.json_values import JsonObject
from standards.translation import gettext as _

_MOST_FILLERS = 4
_READ = 1  # steps of an import: read it, fill its chunks one by one, build its indexes
_ALL_FILLED = 2**30


def publish(run: Import, load: Load, publisher: Publisher, found: Found, lease: Lease) -> None:
    """Write the records and set the import to loaded, in the transaction in which the records become visible."""
    take_turn(run, lease, load.expected)
    beside = publisher.first_load(run.dataset_id)
    if beside is None:
        with transaction.atomic():
            counts = publisher.merge(load)
            _finish(run, counts, found, publisher, lease)
        return
    _fill_beside(run, load, publisher, beside, lease)
    _build_indexes(load, beside, lease)
    lease.enter(Import.Stage.SWITCHING)
    with transaction.atomic():
        beside.switch_on(load)
        _finish(run, Counts(created=_written(run), written=all_created(run)), found, publisher, lease)


def dry_run(run: Import, load: Load, publisher: Publisher, found: Found, lease: Lease) -> None:
    """Count what publishing would do."""
    is_first = publisher.first_load(run.dataset_id)
    counts = Counts(created=load.expected, written=all_created(run)) if is_first else publisher.preview(load)
    lease.write(state=Import.State.CHECKED, **_closing(counts, found, run.rows or 0))


def publish_again(run: Import, earlier: Import, lease: Lease) -> None:
    """Repeat an import of the same file with the same mapping whose records are unchanged: nothing is read or
    written."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO imports_rowproblem (import_run_id, record, line, "column", field, value, code, detail)'
            ' SELECT %s, record, line, "column", field, value, code, detail FROM imports_rowproblem'
            " WHERE import_run_id = %s",
            [run.pk, earlier.pk],
        )
        cursor.execute(
            "INSERT INTO imports_quarantinedrow (import_run_id, record, line, cells, state, reason)"
            " SELECT %s, record, line, cells, 'open', '' FROM imports_quarantinedrow"
            " WHERE import_run_id = %s AND state = 'open'",
            [run.pk, earlier.pk],
        )
        quarantined = cursor.rowcount
        skipped = earlier.skipped or 0
        rows = earlier.rows or 0
        counts = Counts(unchanged=rows - skipped - quarantined)
        note = _(
            "The same file and mapping as import %(number)s, which is still the latest import of this dataset."
        ) % {"number": earlier.pk}
        lease.write(
            state=Import.State.LOADED, rows=rows, same_as=earlier, notes=[note, *earlier.notes],
            understanding=earlier.understanding, **as_found_before(earlier),
            **_closing(counts, Found(quarantined, skipped), rows),
        )  # fmt: skip
        audit.record("import.loaded", by=run.created_by, target=run, rows=rows, unchanged=counts.unchanged)


def take_turn(run: Import, lease: Lease, total: int, stage: str = Import.Stage.PUBLISHING) -> None:
    """Begin to write into the dataset; raises Postponed and returns to the queue if another import is writing."""
    try:
        with transaction.atomic():
            lease.enter(stage, total)
    except IntegrityError as error:
        if "one_import_at_a_time" not in str(error):
            raise
        lease.put_back()
        raise Postponed from error


def wait_for_turn(run: Import, lease: Lease) -> None:
    """Return to the queue while another import writes into the dataset: rows that are checked now would have to be
    checked again afterwards."""
    running = Import.objects.filter(dataset=run.dataset_id, state=Import.State.RUNNING)
    if running.filter(stage__in=Import.PUBLISHING_STAGES).exclude(pk=run.pk).exists():
        lease.put_back()
        raise Postponed


def _fill_beside(run: Import, load: Load, publisher: Publisher, beside: FirstLoad, lease: Lease) -> None:
    """Fill the new table chunk by chunk; a chunk and its entry in the list of chunks are one transaction."""
    chunks = ImportChunk.objects.filter(import_run=run)
    if not chunks.filter(filled_at__isnull=False).exists():
        with transaction.atomic():
            discard_beside(run.dataset_id, publisher)
            beside.prepare(load)
            lease.write()
    lease.progress.done = _written(run)
    _fill_chunks(run, load, beside, lease)
    done = _written(run)
    if done != load.expected:
        raise Refused(
            "ledger_differs",
            _("%(done)s rows were written where %(expected)s were expected. Nothing was published.")
            % {"done": f"{done:,}", "expected": f"{load.expected:,}"},
        )


def discard_beside(dataset_id: int, publisher: Publisher) -> None:
    """Drop the unfinished new table; only the import whose turn it is may do this. An interrupted import that had
    filled a part of it has to fill it again, or it would continue in a table with rows of another import."""
    publisher.discard(dataset_id)
    filled = ImportChunk.objects.filter(import_run__dataset=dataset_id, import_run__state__in=Import.ACTIVE)
    filled.filter(filled_at__isnull=False).update(filled_at=None, written=None)


def _written(run: Import) -> int:
    return ImportChunk.objects.filter(import_run=run).aggregate(n=Sum("written"))["n"] or 0


def _fill_chunks(run: Import, load: Load, beside: FirstLoad, lease: Lease) -> None:
    """Fill the remaining chunks on as many connections as there are processors.

    Other connections cannot see the data of the caller's transaction, so within one only this connection is used. A
    chunk that an older lease still locks is skipped at first and waited for at the end: its write will fail.
    """
    chunks = ImportChunk.objects.filter(import_run=run, filled_at__isnull=True).order_by("number")
    workers = min(_MOST_FILLERS, len(os.sched_getaffinity(0)), chunks.count())
    if workers > 1 and not connection.in_atomic_block:
        with ThreadPoolExecutor(workers, "fill") as pool:
            fillers = [pool.submit(_fill_in_thread, chunks, load, beside, lease) for _ in range(workers)]
        for filler in fillers:
            filler.result()
    while _fill_next(chunks.select_for_update(), load, beside, lease):
        pass


def _fill_in_thread(chunks: QuerySet[ImportChunk], load: Load, beside: FirstLoad, lease: Lease) -> None:
    try:
        with signed(lease):
            while _fill_next(chunks.select_for_update(skip_locked=True), load, beside, lease):
                pass
    finally:
        connection.close()


def _fill_next(chunks: QuerySet[ImportChunk], load: Load, beside: FirstLoad, lease: Lease) -> bool:
    """Fill one chunk. Its rows, its entry and the check of the lease are one transaction, with the lease last."""
    with transaction.atomic():
        chunk = chunks.first()
        if chunk is None:
            return False
        chunk.written = beside.fill(load, chunk.first_record, chunk.last_record)
        chunk.filled_at = timezone.now()
        chunk.save(update_fields=["written", "filled_at"])
        lease.reached(_READ + ImportChunk.objects.filter(import_run=lease.job_id, filled_at__isnull=False).count())
    lease.progress.done += chunk.written
    return True


def _build_indexes(load: Load, beside: FirstLoad, lease: Lease) -> None:
    """Build each index in its own transaction, so that finished ones are not built again after an interruption."""
    statements = beside.index_statements(load)
    lease.enter(Import.Stage.INDEXING, len(statements))
    for number, statement in enumerate(statements, start=1):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            lease.progress.done = number
            lease.reached(_ALL_FILLED + _of_all(statements, number), progress_done=number)


def _of_all(statements: list[str], number: int) -> int:
    """How many of all indexes exist when `number` of these statements are done. There are far fewer than a thousand."""
    return 1000 - (len(statements) - number)


def _finish(run: Import, counts: Counts, found: Found, publisher: Publisher, lease: Lease) -> None:
    facts = publisher.after(run.dataset_id)
    Dataset.objects.filter(pk=run.dataset_id).update(updated_at=timezone.now(), **facts)
    audit.record(
        "import.loaded", by=run.created_by, target=run, rows=run.rows, created=counts.created, updated=counts.updated,
        unchanged=counts.unchanged, quarantined=found.quarantined, skipped=found.skipped,
    )  # fmt: skip
    lease.write(state=Import.State.LOADED, **_closing(counts, found, run.rows or 0))
    erase_again(run.dataset_id)


def _closing(counts: Counts, found: Found, rows: int) -> JsonObject:
    return {
        "written_along": along.added({}, counts.written, rows),
        "created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged,
        "quarantined": found.quarantined, "skipped": found.skipped, **closed(),
    }  # fmt: skip


def closed() -> JsonObject:
    """The columns of every import that has ended."""
    return closed_job() | {"staging": ""}


def back_to_loaded(run: Import) -> JsonObject:
    """The columns of a loaded import after a replay or an undo of it has ended. Its own times remain."""
    return closed() | {
        "state": Import.State.LOADED, "operation": Import.Operation.LOAD, "replay_mapping": None, "error_code": "",
        "error_message": "", "attempts": 0, "finished_at": run.finished_at,
    }  # fmt: skip


def clear_up(run_id: int) -> None:
    """Drop the work tables of an import. Safe at any time after its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        work_tables.drop_all_of(cursor, run_id)
