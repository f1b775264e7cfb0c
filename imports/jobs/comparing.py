"""Compare two imports: both stored files are read again, each with its own mapping (docs/adr/0038).

All of it is one transaction over temporary tables, so a killed worker leaves nothing and the next one starts again. The
records of the dataset are not read: a later undo or import does not change the result.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from imports.erasing import erase_again
from imports.mapped import MappedRows, differences
from imports.mapping import Definition, check_complete, read_definition
from imports.models import Comparison, ComparisonRow, Import, Mapping, QuarantinedRow, RowProblem
from imports.originals import original_of
from imports.problems import Refused
from imports.readers.opening import open_table
from imports.readers.table import ReadOptions, Table
from imports.recipe import Recipe, recipe_named
from imports.work_tables import copy_rows
from jobs.kinds import Kind
from jobs.lease import Lease
from jobs.running import run as run_job
from standards.translation import gettext as _
from standards.translation import ngettext

_AT_ONCE = 2_000
_ROWS = "imports_comparisonrow (comparison_id, kind, reference, line_before, line_after, changes)"
_Line = list[object]


class Comparisons(Kind[Comparison]):
    """Two imports of a dataset side by side."""

    model = Comparison
    time_limit = 3600

    def get(self, job_id: int) -> Comparison:
        both = [f"{side}__{what}" for side in ("older", "newer") for what in ("dataset", "source_file", "mapping")]
        return Comparison.objects.select_related(*both).get(pk=job_id)

    def work(self, job: Comparison, lease: Lease) -> None:
        # Before the transaction, which would lock the row of the job against the heartbeat.
        lease.enter(Comparison.Stage.COMPARING, (job.older.rows or 0) + (job.newer.rows or 0))
        with transaction.atomic():
            _fill(job, lease)


COMPARISONS = Comparisons()


def compare(comparison_id: int) -> bool:
    """One attempt at a comparison, by `jobs.running.run`."""
    return run_job(COMPARISONS, comparison_id)


def _fill(found: Comparison, lease: Lease) -> None:
    older, newer = found.older, found.newer
    ComparisonRow.objects.filter(comparison=found).delete()
    with connection.cursor() as cursor:
        for name, run in (("compared_older", older), ("compared_newer", newer)):
            _stage(cursor, name, run, lease)
        counts = _counts(cursor)
        _keep_changed(cursor, found.pk)
        for kind, here, other, before, after in (
            ("created", "compared_newer", "compared_older", "NULL::bigint", "h.line"),
            ("missing", "compared_older", "compared_newer", "h.line", "NULL::bigint"),
        ):
            cursor.execute(
                f"INSERT INTO {_ROWS} SELECT {found.pk:d}, '{kind}', h.reference, {before}, {after}, '[]'::jsonb"
                f" FROM {here} h LEFT JOIN {other} o USING (reference) WHERE o.reference IS NULL ORDER BY h.line"
            )
            counts[kind] = cursor.rowcount
    erase_again(newer.dataset_id)
    lease.finish(notes=_notes(older, newer), **counts)


def _stage(cursor: CursorWrapper, name: str, run: Import, lease: Lease) -> None:
    """The rows that the import loaded: reference, line, and all values as one text in a fixed order."""
    cursor.execute(f"DROP TABLE IF EXISTS {name}")
    cursor.execute(f"CREATE TEMPORARY TABLE {name} (reference text, line bigint, content text) ON COMMIT DROP")
    with _opened(run) as table:
        ledger = _ledger(run, table.understood.columns)
        copy_rows(cursor, name, _read(table, ledger, lease))
    cursor.execute(f"ANALYZE {name} (reference)")


@contextmanager
def _opened(run: Import) -> Iterator[Table]:
    table = open_table(original_of(run), run.file_name, ReadOptions.of(run.understanding["options"]))
    try:
        yield table
    finally:
        table.close()


def _read(table: Table, ledger: "_Ledger", lease: Lease) -> Iterator[list[_Line]]:
    for batch in table.batches():
        lease.progress.done += len(batch.rows)
        numbered = enumerate(zip(batch.lines, batch.rows, strict=True), start=batch.first)
        yield [ledger.line(record, line, row) for record, (line, row) in numbered if record not in ledger.left_out]


def _ledger(run: Import, columns: list[str]) -> "_Ledger":
    recipe = recipe_named(run.recipe)
    if recipe is None or _mapping_of(run) is None:
        text = _("Import %(number)s has no mapping, so its file cannot be read.")
        raise Refused("no_mapping", text % {"number": run.pk})
    return _Ledger(run, recipe, columns)


class _Ledger:
    """Which rows of the file an import loaded, and how: repaired rows with their repaired cells and their mapping."""

    def __init__(self, run: Import, recipe: Recipe, columns: list[str]) -> None:
        self._recipe, self._columns = recipe, columns
        self._plain = self._mapped(_mapping_of(run))
        runs = _with_originals(run)
        rows = QuarantinedRow.objects.filter(import_run__in=runs).select_related("mapping")
        replayed = rows.filter(state=QuarantinedRow.State.REPLAYED).order_by("import_run")
        self._mended: dict[int, tuple[list[str], MappedRows]] = {}
        mappings: dict[int | None, MappedRows] = {None: self._plain}
        for row in replayed.iterator(_AT_ONCE):
            if row.mapping_id not in mappings:
                mappings[row.mapping_id] = self._mapped(row.mapping)
            self._mended[row.record] = (row.present_cells, mappings[row.mapping_id])
        kept_out = rows.exclude(state=QuarantinedRow.State.REPLAYED).values_list("record", flat=True)
        again = RowProblem.objects.filter(import_run__in=runs, code="repeated_row").values_list("record", flat=True)
        self.left_out = {*kept_out.iterator(_AT_ONCE), *again.iterator(_AT_ONCE)} - self._mended.keys()

    def line(self, record: int, line: int, row: list[str]) -> _Line:
        cells, mapped = self._mended.get(record) or (row, self._plain)
        content = orjson.dumps(mapped.values(cells), option=orjson.OPT_SORT_KEYS).decode()
        return [mapped.reference(record, cells), line, content]

    def _mapped(self, mapping: Mapping | None) -> MappedRows:
        if mapping is None:
            raise ValueError("An import whose rows are compared has a mapping.")
        definition = _definition(mapping, self._recipe)
        check_complete(definition, self._recipe, self._columns)
        return MappedRows(definition, self._recipe, self._columns)


def _definition(mapping: Mapping, recipe: Recipe) -> Definition:
    return read_definition(mapping.definition, recipe, latest_year=timezone.now().year)


def _with_originals(run: Import) -> list[Import]:
    """The import, and the earlier imports whose rows it repeats without reading them."""
    found = [run]
    while (earlier := found[-1].same_as) is not None and earlier not in found:
        found.append(earlier)
    return found


def _counts(cursor: CursorWrapper) -> dict[str, int]:
    cursor.execute(
        "SELECT count(*) FILTER (WHERE o.content = n.content), count(*) FILTER (WHERE o.content <> n.content)"
        " FROM compared_older o JOIN compared_newer n USING (reference)"
    )
    unchanged, changed = cursor.fetchone()
    return {"unchanged": unchanged, "changed": changed}


def _keep_changed(cursor: CursorWrapper, comparison_id: int) -> None:
    for batch in _changed():
        copy_rows(cursor, _ROWS, [[[comparison_id, "changed", *line] for line in map(_changed_line, batch)]])


def _changed() -> Iterator[list[tuple[str, int, int, str, str]]]:
    with connection.chunked_cursor() as rows:
        rows.execute(
            "SELECT o.reference, o.line, n.line, o.content, n.content FROM compared_older o"
            " JOIN compared_newer n USING (reference) WHERE o.content <> n.content ORDER BY n.line"
        )
        while batch := rows.fetchmany(_AT_ONCE):
            yield batch


def _changed_line(row: tuple[str, int, int, str, str]) -> _Line:
    reference, before, after, old, new = row
    changes = differences(orjson.loads(old), orjson.loads(new))
    return [reference, before, after, orjson.dumps(changes).decode()]


def _mapping_of(run: Import) -> Mapping | None:
    """The mapping of the import, or of the earlier import that it repeats."""
    return next((one.mapping for one in _with_originals(run) if one.mapping), None)


def _notes(older: Import, newer: Import) -> list[str]:
    """Notes that explain the figures."""
    notes: list[str] = []
    before, after = _mapping_of(older), _mapping_of(newer)
    if before and after and before != after:
        notes.append(
            _(
                "The older file was read with version %(version)s of the mapping, the newer with version "
                "%(version_2)s. Some differences may be due to that."
            )
            % {"version": before.version, "version_2": after.version}
        )
        if before.definition["fields"].get("reference") != after.definition["fields"].get("reference"):
            notes.append(_("The two files have different row identifiers, so few of their rows may match."))
    for run in (older, newer):
        if run.quarantined:
            notes.append(
                ngettext(
                    "Import %(number)s left %(quarantined)s quarantined row out.",
                    "Import %(number)s left %(quarantined)s quarantined rows out.",
                    run.quarantined,
                )
                % {"number": run.pk, "quarantined": f"{run.quarantined:,}"}
            )
    return notes
