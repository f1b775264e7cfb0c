"""Replay: check the rows in quarantine again, as they were repaired or under another mapping, and load the valid ones
into the same import.

Everything is one transaction that ends under the fence: a killed worker leaves nothing, and the next one starts again
(docs/adr/0034).
"""

import dataclasses
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from imports import along, work_tables
from imports.erasing import erase_again
from imports.jobs.check import store_problems
from imports.jobs.expressions import Expressions
from imports.jobs.publish import back_to_loaded, clear_up, discard_beside, take_turn
from imports.mapping import WHOLE_NUMBER, Definition, check_complete, read_definition
from imports.models import Dataset, Import, Mapping, QuarantinedRow
from imports.originals import original_of
from imports.problems import Refused
from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from imports.recipe import Counts, Recipe
from imports.sniff.profile import Column
from imports.values import whole_number
from imports.work_tables import bad_name, literal
from jobs.lease import Lease
from standards.sentences import stored
from standards.translation import gettext as _

_AT_ONCE = 2_000
_CHARACTERS_AT_ONCE = 8 * 1024 * 1024
# Figures of the whole file say nothing about repaired cells, so no check may be skipped because of them.
_UNKNOWN_LENGTH = 1 << 40


def replay(run: Import, recipe: Recipe, lease: Lease) -> None:
    """Load the open rows that are valid now; the others stay in quarantine with their present problems."""
    open_rows = QuarantinedRow.objects.filter(import_run=run, state=QuarantinedRow.State.OPEN)
    take_turn(run, lease, open_rows.count())
    mapping = run.replay_mapping or run.mapping
    if mapping is None:
        raise Refused("no_mapping", _("This import has no mapping, so its rows cannot be replayed."))
    names = [column["name"] for column in run.understanding["columns"]]
    definition = read_definition(mapping.definition, recipe, latest_year=timezone.now().year)
    check_complete(definition, recipe, names)
    run.staging = work_tables.staging_name(run.pk, lease.fence)
    expressions = Expressions(run.pk, run.staging, recipe, definition, names)
    with transaction.atomic(), connection.cursor() as cursor:
        if recipe.publisher.first_load(run.dataset_id):
            discard_beside(run.dataset_id, recipe.publisher)
        _stage(cursor, run, open_rows, len(names))
        store_problems(cursor, run, expressions, definition, _unknown_columns(run))
        _find_existing(cursor, run, expressions, recipe)
        counts = _merge(cursor, run, expressions, recipe)
        decided = _decide(cursor, run, mapping)
        facts = recipe.publisher.after(run.dataset_id)
        Dataset.objects.filter(pk=run.dataset_id).update(updated_at=timezone.now(), **facts)
        _close(run, counts, decided, lease)
        erase_again(run.dataset_id)
    clear_up(run.pk)


def _stage(cursor: CursorWrapper, run: Import, rows: QuerySet[QuarantinedRow], width: int) -> None:
    work_tables.drop_all_of(cursor, run.pk)
    work_tables.create_staging(cursor, run.staging, width)
    for batch in _batches(rows, width):
        work_tables.copy_rows(cursor, run.staging, [batch])
    work_tables.finish_staging(cursor, run.staging)
    cursor.execute(
        f"DELETE FROM imports_rowproblem p USING {run.staging} s WHERE p.import_run_id = %s AND p.record = s.record",
        [run.pk],
    )


def _batches(rows: QuerySet[QuarantinedRow], width: int) -> Iterator[list[list[str]]]:
    """Rows in batches for COPY; rows with long cells in smaller batches."""
    last, at_once = 0, 1
    while found := list(rows.filter(record__gt=last).order_by("record")[:at_once]):
        last = found[-1].record
        yield [work_tables.staged_line(row.record, row.line, row.present_cells, width) for row in found]
        longest = max(sum(map(len, row.present_cells)) for row in found)
        at_once = max(1, min(2 * at_once, _AT_ONCE, _CHARACTERS_AT_ONCE // max(1, longest)))


def _unknown_columns(run: Import) -> dict[str, Column]:
    columns = [Column.of(found) for found in run.understanding["columns"]]
    return {c.name: dataclasses.replace(c, empty=1, longest=_UNKNOWN_LENGTH, repeats=None) for c in columns}


def _find_existing(cursor: CursorWrapper, run: Import, expressions: Expressions, recipe: Recipe) -> None:
    """Find rows whose record already exists: written by this import, the row repeats a reference; written by a later
    import, the row is older than the record.

    A record of an earlier import is updated, unless this import had an unchanged row with the same reference.
    """
    load = expressions.load(run.dataset_id, 1, 1, 0)
    later = Import.objects.after(run).order_by("-finished_at").values_list("pk", flat=True).first()
    cursor.execute("DROP TABLE IF EXISTS existing")
    cursor.execute(f"CREATE TEMPORARY TABLE existing ON COMMIT DROP AS {recipe.publisher.existing(load)}")
    column = literal(expressions.reference_columns)
    shown = f"(SELECT {expressions.shown_reference} FROM {run.staging} s WHERE s.record = existing.record)"
    problem = 'imports_rowproblem (import_run_id, record, line, "column", field, value, code, detail)'
    values = f"{run.pk:d}, record, line, {column}, 'reference', {shown}"
    cursor.execute(
        f"INSERT INTO {problem} SELECT {values}, CASE WHEN is_same THEN 'repeated_row' ELSE 'duplicate_key' END,"
        f" source_line::text FROM existing WHERE import_id = {run.pk:d}"
    )
    if later is not None:
        cursor.execute(
            f"INSERT INTO {problem} SELECT {values}, 'newer_record', {int(later)}::text"
            f" FROM existing WHERE import_id <> {run.pk:d} AND NOT is_same"
        )
    elif run.unchanged:
        _find_left_alone(cursor, run, recipe, problem, values)
    cursor.execute(
        f"INSERT INTO {bad_name(run.pk)} SELECT record, code = 'repeated_row' FROM imports_rowproblem p"
        f" WHERE import_run_id = {run.pk:d} AND EXISTS (SELECT FROM existing s WHERE s.record = p.record)"
        " ON CONFLICT DO NOTHING"
    )


def _find_left_alone(cursor: CursorWrapper, run: Import, recipe: Recipe, problem: str, values: str) -> None:
    """Find references that an unchanged row of the same file also has. Only the file shows this, so it is read
    again."""
    cursor.execute(f"SELECT reference FROM existing WHERE import_id <> {run.pk:d} AND NOT is_same")
    wanted = {row[0] for row in cursor.fetchall()}
    for reference, line in _lines_of(run, recipe, wanted).items():
        cursor.execute(
            f"INSERT INTO {problem} SELECT {values}, 'duplicate_key', %s FROM existing"
            f" WHERE reference = %s AND import_id <> {run.pk:d} AND NOT is_same",
            [str(line), reference],
        )


def _lines_of(run: Import, recipe: Recipe, wanted: set[str]) -> dict[str, int]:
    """The line of the first loaded row of each reference, read from the file as the import read it."""
    rule = _definition_of(run, recipe).rules["reference"]
    if not wanted or not rule.column:
        return {}
    not_taken = [QuarantinedRow.State.OPEN, QuarantinedRow.State.DISMISSED]
    aside = set(QuarantinedRow.objects.filter(import_run=run, state__in=not_taken).values_list("record", flat=True))
    options = ReadOptions.of((run.same_as or run).understanding["options"])
    table = open_table(original_of(run), run.file_name, options)
    found: dict[str, int] = {}
    try:
        at = table.understood.columns.index(rule.column)
        for batch in table.batches():
            for number, (line, row) in enumerate(zip(batch.lines, batch.rows, strict=True), start=batch.first):
                reference = row[at].strip() if len(row) > at else ""
                if rule.format == WHOLE_NUMBER:
                    reference = whole_number(reference)
                if reference in wanted and number not in aside:
                    found.setdefault(reference, line)
    finally:
        table.close()
    return found


def _definition_of(run: Import, recipe: Recipe) -> Definition:
    if run.mapping is None:
        raise Refused("no_mapping", _("This import has no mapping."))
    return read_definition(run.mapping.definition, recipe, latest_year=timezone.now().year)


def _merge(cursor: CursorWrapper, run: Import, expressions: Expressions, recipe: Recipe) -> Counts:
    cursor.execute(f"SELECT count(*) FROM {run.staging} s WHERE {expressions.good}")
    expected = cursor.fetchone()[0]
    if not expected:
        return Counts()
    return recipe.publisher.merge(expressions.load(run.dataset_id, 1, run.rows or 0, expected))


def _decide(cursor: CursorWrapper, run: Import, mapping: Mapping) -> int:
    """Set each staged row to replayed or dismissed; returns how many left quarantine."""
    cursor.execute(
        f"""
        UPDATE imports_quarantinedrow q
        SET state = CASE WHEN b.record IS NULL THEN 'replayed' ELSE 'dismissed' END,
          reason = CASE WHEN b.record IS NULL THEN '' ELSE %s END,
          decided_by_id = %s, decided_at = statement_timestamp(), mapping_id = %s
        FROM {run.staging} s LEFT JOIN {bad_name(run.pk)} b ON b.record = s.record
        WHERE q.import_run_id = %s AND q.record = s.record AND q.state = 'open' AND coalesce(b.is_skipped, true)
        """,
        [stored(_("The same as an earlier row, cell by cell.")), run.changed_by_id, mapping.pk, run.pk],
    )
    return int(cursor.rowcount)


def _close(run: Import, counts: Counts, decided: int, lease: Lease) -> None:
    """Add the figures of the replay to those of the import, so that every row is counted; its own times remain."""
    created = (run.created or 0) + counts.created
    updated = (run.updated or 0) + counts.updated
    unchanged = (run.unchanged or 0) + counts.unchanged
    quarantined = QuarantinedRow.objects.filter(import_run=run, state=QuarantinedRow.State.OPEN).count()
    skipped = (run.rows or 0) - created - updated - unchanged - quarantined
    audit.record(
        "import.replayed", by=run.changed_by, target=run, created=counts.created, updated=counts.updated,
        unchanged=counts.unchanged, decided=decided, left=quarantined,
    )  # fmt: skip
    lease.write(
        created=created, updated=updated, unchanged=unchanged, quarantined=quarantined, skipped=skipped,
        written_along=along.added(run.written_along, counts.written, run.rows or 0) if run.written_along else {},
        changed_at=timezone.now(), **back_to_loaded(run),
    )  # fmt: skip
