"""Read the whole file once: stage every row by COPY and analyse the columns at the same time."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from imports import work_tables
from imports.erasing import erase_again
from imports.findings.swallowed import SwallowedRows
from imports.jobs.findings import file_findings
from imports.jobs.keys import search_keys
from imports.models import Import, ImportChunk
from imports.originals import original_of
from imports.problems import Refused
from imports.readers.opening import open_table
from imports.readers.table import Batch, ReadOptions, Table
from imports.sniff.beside import Profiling, profiling
from imports.sniff.habits import settle
from jobs.lease import Lease
from standards.translation import gettext as _

_READ = 1  # the step of a staged import; chunks and indexes are later steps


def understand(run: Import, known_headers: frozenset[str], lease: Lease) -> None:
    """Fill `understanding`, `staging`, `rows` and the list of chunks in one transaction."""
    path, options = original_of(run), ReadOptions.of(run.reading_options)
    lease.enter(Import.Stage.READING)
    try:
        _understand(run, path, options.having(is_quick=True), known_headers, lease)
    except Refused as refused:
        if refused.code != "wrong_encoding" or options.encoding:
            raise
        # It is not UTF-8 to its end, as most files are: the encoding is found in all of it.
        _understand(run, path, options, known_headers, lease)


def _understand(run: Import, path: Path, options: ReadOptions, known_headers: frozenset[str], lease: Lease) -> None:
    try:
        table = open_table(path, run.file_name, options, known_headers)
    except Refused as refused:
        if refused.choices:
            lease.write(understanding={"choices": refused.choices, "options": {}})
        raise
    profiled = profiling(table.understood.columns, run.dataset.country, path.stat().st_size)
    try:
        with transaction.atomic():
            _stage(run, _Walk(run, table, lease, profiled), lease)
    finally:
        profiled.close()
        table.close()


def _stage(run: Import, walk: "_Walk", lease: Lease) -> None:
    understood, width = walk.understood, walk.width
    name = work_tables.staging_name(run.pk, lease.fence)
    with connection.cursor() as cursor:
        work_tables.drop_all_of(cursor, run.pk)
        work_tables.create_staging(cursor, name, width)
        work_tables.copy_rows(cursor, name, walk.staged(), is_new=True)
        work_tables.finish_staging(cursor, name, is_in_order=True)
    rows = walk.rows
    if not rows:
        raise Refused("no_rows", _("The file has a header but no rows below it. Check that it is the file you mean."))
    if walk.flawed == rows:
        raise Refused(
            "ragged_rows",
            _(
                "The header names %(width)s columns, and none of the %(rows)s rows has as many cells. "
                "Check the delimiter, the quotation mark and which row is the header."
            )
            % {"width": width, "rows": f"{rows:,}"},
        )
    ImportChunk.objects.filter(import_run=run).delete()
    ImportChunk.objects.bulk_create(walk.chunks)
    profile = walk.profiled.result()
    columns = profile.columns
    settle(columns, understood.options.delimiter if understood.options.kind == "text" else "", run.dataset.country)
    run.understanding = {
        "options": understood.options.as_json(),
        "columns": [column.as_json() for column in columns],
        "choices": understood.choices,
        "labels": understood.labels,
        "value_labels": understood.value_labels,
        "flawed": walk.flawed,
        "head": walk.head,
    }
    # An import that is read again, as after a crash of the database, keeps the notes about its mapping.
    kept = [note for note in run.notes if note not in understood.notes] if run.mapping else []
    run.notes, run.rows, run.staging = [*understood.notes, *kept], rows, name
    with connection.cursor() as cursor:
        keys = None if run.mapping else search_keys(cursor, name, columns)
        run.understanding["keys"] = keys.as_json() if keys else None
        run.findings, run.personal = file_findings(cursor, name, understood, profile)
    run.left_out = [part.as_json() for part in understood.left_out]
    run.findings += [finding.as_json() for finding in walk.swallowed.finding()]
    lease.reached(
        _READ,
        understanding=run.understanding,
        findings=run.findings,
        left_out=run.left_out,
        personal=run.personal,
        notes=run.notes,
        rows=rows,
        staging=name,
        progress_done=rows,
        progress_total=rows,
    )
    erase_again(run.dataset_id)
    run.refresh_from_db(fields=["understanding", "findings"])


def is_staged(run: Import) -> bool:
    """Whether the rows of the file are in their staging table."""
    with connection.cursor() as cursor:
        return bool(run.staging) and work_tables.holds_rows(cursor, run.staging)


class _Walk:
    """Passes each batch to COPY, to the profile and to the list of chunks."""

    def __init__(self, run: Import, table: Table, lease: Lease, profiled: Profiling) -> None:
        self._run, self._table, self._lease, self.profiled = run, table, lease, profiled
        self.understood, self.width = table.understood, len(table.understood.columns)
        self.chunks: list[ImportChunk] = []
        self.head: list[list[str]] = []
        self.rows = self.flawed = 0
        self.swallowed = SwallowedRows(table.understood)

    def staged(self) -> Iterator[work_tables.Lines]:
        for batch in self._table.batches():
            self._note_chunk(batch)
            self.swallowed.look(batch)
            lines, sound = work_tables.staged(batch, self.width)
            self.flawed += len(batch.rows) - len(sound)
            if sound:
                self.profiled.add(sound, batch.joined if len(sound) == len(batch.rows) else None)
            self.rows += len(batch.rows)
            self._lease.progress.done = self.rows
            self.head += [[cell[:300] for cell in row] for row in sound[: max(0, 20 - len(self.head))]]
            yield lines
        self.profiled.end(timezone.now().year)

    def _note_chunk(self, batch: Batch) -> None:
        last = batch.first + len(batch.rows) - 1
        if self.chunks and batch.first - self.chunks[-1].first_record < settings.IMPORT_CHUNK_ROWS:
            self.chunks[-1].last_record = last
            return
        offset = batch.offset if batch.offset is not None and batch.offset < 2**62 else None
        self.chunks.append(
            ImportChunk(
                import_run=self._run, number=len(self.chunks) + 1, first_record=batch.first, last_record=last,
                first_line=batch.lines[0], offset=offset,
            )
        )  # fmt: skip
