"""Check every row: distinct typed cells in Python, everything else in SQL. Problems are stored as data."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from imports import work_tables
from imports.erasing import erase_again
from imports.jobs.expressions import Expressions, Target
from imports.mapping import Definition, parser_of
from imports.models import Import, QuarantinedRow, RowProblem
from imports.problems import Refused
from imports.sniff.profile import Column
from imports.values import Parser
from imports.work_tables import all_cells, bad_name, copy_rows, distinct_name, literal, verdicts_name
from jobs.lease import Lease
from standards.translation import gettext as _

_PROBLEM = 'imports_rowproblem (import_run_id, record, line, "column", field, value, code, detail)'
_READ_AT_ONCE = 10_000
_BYTES_AT_ONCE = 4 * 1024 * 1024
_LONGEST_KEPT = 1_000  # characters of a value stored with its problem; the whole cell is stored with its row
_MOST_BAD = 0.9


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of rows that are not loaded."""

    quarantined: int
    skipped: int


def check(run: Import, expressions: Expressions, definition: Definition, lease: Lease) -> Found:
    """Fill the tables of parsed cells, problems, quarantine and bad records in one transaction. Safe to repeat."""
    lease.enter(Import.Stage.CHECKING, run.rows or 0)
    columns = {c["name"]: Column.of(c) for c in run.understanding["columns"]}
    with transaction.atomic(), connection.cursor() as cursor:
        RowProblem.objects.filter(import_run=run).delete()
        QuarantinedRow.objects.filter(import_run=run).delete()
        store_problems(cursor, run, expressions, definition, columns)
        found = _quarantine(cursor, run, expressions)
        refusal = _not_all_rows(run, found) or _too_many_errors(cursor, run, found)
        lease.write(quarantined=found.quarantined, skipped=found.skipped, progress_done=run.rows)
        erase_again(run.dataset_id)
        run.refresh_from_db(fields=["understanding", "findings"])
    if refusal:
        raise refusal
    return found


def store_problems(
    cursor: CursorWrapper, run: Import, expressions: Expressions, definition: Definition, columns: dict[str, Column]
) -> None:
    """Store every problem of the rows in `run.staging`, and which rows are not loaded because of them."""
    has_wrong = _parse_values(cursor, run, expressions, definition)
    _find_problems(cursor, run, expressions, columns, has_wrong)
    _check_rows(cursor, run, expressions)
    _make_bad(cursor, run)
    if not _surely_unique(expressions, columns):
        _find_repeats(cursor, run, expressions)


def _parse_values(cursor: CursorWrapper, run: Import, expressions: Expressions, definition: Definition) -> set[int]:
    """Parse each distinct cell of the typed columns; returns the numbers of the targets with wrong cells."""
    name = verdicts_name(run.pk)
    work_tables.drop(cursor, name)
    _collect_distinct(cursor, run, expressions)
    cursor.execute(
        f"CREATE UNLOGGED TABLE {name} (field smallint, raw text, value text, code text, detail text)"
        " WITH (autovacuum_enabled = off)"
    )
    for target in expressions.typed:
        parser = parser_of(target.field, target.rule, definition.latest_year)
        for batch in _verdicts(run, target, parser):
            copy_rows(cursor, name, [batch])
    # Each field looks up only its own cells: a column of amounts may have as many as there are rows.
    cursor.execute(f"CREATE INDEX ON {name} (field)")
    cursor.execute(f"ANALYZE {name}")
    cursor.execute(f"SELECT DISTINCT field FROM {name} WHERE code IS NOT NULL")
    return {row[0] for row in cursor.fetchall()}


def _collect_distinct(cursor: CursorWrapper, run: Import, expressions: Expressions) -> None:
    """Collect every distinct cell of the typed columns in one pass over the staged rows.

    One process with a hash table for each column takes a fifth of the time of several that hash pairs of column and
    cell. OFFSET keeps columns with the same cells apart.
    """
    name = distinct_name(run.pk)
    work_tables.drop(cursor, name)
    cells = {f"r{target.number:d}": target for target in expressions.typed}
    create = f"CREATE UNLOGGED TABLE {name} (field, raw) WITH (autovacuum_enabled = off) AS"
    if not cells:
        cursor.execute(f"{create} SELECT -1, ''::text WHERE false")
        return
    fields = " ".join(f"WHEN GROUPING({cell}) THEN {target.number:d}" for cell, target in cells.items())
    cursor.execute(
        f"{create} SELECT * FROM (SELECT CASE 0 {fields} END, coalesce({', '.join(cells)}) FROM ("
        f" SELECT {', '.join(f'{target.raw} AS {cell}' for cell, target in cells.items())}"
        f" FROM {run.staging} s WHERE s.flaw IS NULL OFFSET 0"
        f") s GROUP BY GROUPING SETS ({', '.join(f'({cell})' for cell in cells)})) d (field, raw)"
        " WHERE raw IS NOT NULL"
    )


def _verdicts(run: Import, target: Target, parser: Parser) -> Iterator[list[list[object]]]:
    """Distinct cells with their results, from a server-side cursor; long cells in smaller batches."""
    of_target = f"FROM {distinct_name(run.pk)} WHERE field = {target.number:d}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(octet_length(raw)), 0) {of_target}")
        longest = cursor.fetchone()[0]
    at_once = max(1, min(_READ_AT_ONCE, _BYTES_AT_ONCE // max(1, longest)))
    with connection.chunked_cursor() as cells:
        cells.execute(f"SELECT raw {of_target}")
        while rows := cells.fetchmany(at_once):
            yield [_verdict(target.number, raw, parser) for (raw,) in rows]


def _verdict(number: int, raw: str, parser: Parser) -> list[object]:
    verdict = parser(raw)
    return [number, raw, verdict.value, verdict.code, verdict.detail]


def _find_problems(
    cursor: CursorWrapper, run: Import, expressions: Expressions, columns: dict[str, Column], has_wrong: set[int]
) -> None:
    # A pass over the staged rows costs a second for each million, so it is skipped if reading has shown that it finds
    # nothing.
    if run.understanding["flawed"] or run.operation != Import.Operation.LOAD:
        _find_flaws(cursor, run, expressions.width)
    for target in expressions.targets:
        column = columns[target.rule.column]
        field = target.field
        names = (literal(target.rule.column), literal(field.name))
        if target.number in has_wrong:
            v = f"v{target.number}"
            join = f"JOIN {verdicts_name(run.pk)} {v} ON {v}.field = {target.number} AND {v}.raw = {target.raw}"
            values = (*names, f"left({v}.raw, {_LONGEST_KEPT:d})", f"{v}.code", f"coalesce({v}.detail, '')")
            _insert(cursor, run, f"s.flaw IS NULL AND {v}.code IS NOT NULL", join=join, values=values)
        if field.required and (column.empty or target.missing or column.is_long):
            _insert(cursor, run, f"s.flaw IS NULL AND {target.raw} IS NULL", values=(*names, "''", "'required'", "''"))
        limit = field.max_length
        if limit and target.number < 0 and column.longest > limit:
            length = f"length({target.raw})"
            values = (*names, f"{length}::text", "'too_long'", f"'{limit}'")
            _insert(cursor, run, f"s.flaw IS NULL AND {length} > {limit}", values=values)


def _find_flaws(cursor: CursorWrapper, run: Import, width: int) -> None:
    cells = f"CASE s.flaw WHEN 'wrong_width' THEN cardinality({all_cells(width)})::text ELSE '' END"
    _insert(cursor, run, "s.flaw IS NOT NULL", values=("''", "''", cells, "s.flaw", f"'{width}'"))


def _check_rows(cursor: CursorWrapper, run: Import, expressions: Expressions) -> None:
    """Checks of whole rows that the recipe adds: a case that does not exist, an end before a start."""
    columns = {target.field.name: target.rule.column for target in expressions.targets}
    for check_ in expressions.checks(run.dataset_id):
        names = f"{literal(columns.get(check_.field, ''))}, {literal(check_.field)}"
        cursor.execute(
            f"INSERT INTO {_PROBLEM} SELECT {run.pk:d}, s.record, s.line, {names}, {check_.value},"
            f" {literal(check_.code)}, {check_.detail} FROM {expressions.from_clause} {check_.joins}"
            f" WHERE s.flaw IS NULL AND ({check_.wrong})"
        )


def _insert(cursor: CursorWrapper, run: Import, condition: str, *, values: tuple[str, ...], join: str = "") -> None:
    cursor.execute(
        f"INSERT INTO {_PROBLEM} SELECT {run.pk:d}, s.record, s.line, {', '.join(values)}"
        f" FROM {run.staging} s {join} WHERE {condition}"
    )


def _make_bad(cursor: CursorWrapper, run: Import) -> None:
    name = bad_name(run.pk)
    work_tables.drop(cursor, name)
    cursor.execute(f"CREATE UNLOGGED TABLE {name} (record bigint PRIMARY KEY, is_skipped boolean NOT NULL)")
    cursor.execute(
        f"INSERT INTO {name} SELECT DISTINCT record, false FROM imports_rowproblem WHERE import_run_id = {run.pk:d}"
    )


def _surely_unique(expressions: Expressions, columns: dict[str, Column]) -> bool:
    """Whether reading the file has shown that no reference repeats, so that nothing has to be sorted."""
    target = next((t for t in expressions.targets if t.field.name == "reference"), None)
    return target is not None and columns[target.rule.column].repeats == 0


def _find_repeats(cursor: CursorWrapper, run: Import, expressions: Expressions) -> None:
    """Of valid rows with the same reference the first one is loaded. A later row that is equal cell by cell is skipped;
    one that differs is quarantined, because a person has to decide which is right."""
    reference, table = expressions.reference, run.staging
    column = literal(expressions.reference_columns)
    cursor.execute(
        f"""
        WITH sound AS (
          SELECT s.record, s.line, {reference} AS reference, {expressions.shown_reference} AS shown,
            md5({all_cells(expressions.width)}::text) AS content
          FROM {table} s WHERE {reference} IN (
            SELECT {reference} FROM {table} s WHERE {expressions.good} GROUP BY 1 HAVING count(*) > 1
          ) AND {expressions.good}
        ), ranked AS (
          SELECT record, line, shown, row_number() OVER one AS place,
            first_value(line) OVER one AS first_line, content = first_value(content) OVER one AS is_same
          FROM sound WINDOW one AS (PARTITION BY reference ORDER BY record)
        )
        INSERT INTO {_PROBLEM}
        SELECT {run.pk:d}, record, line, {column}, 'reference', shown,
          CASE WHEN is_same THEN 'repeated_row' ELSE 'duplicate_key' END, first_line::text
        FROM ranked WHERE place > 1
        """
    )
    cursor.execute(
        f"INSERT INTO {bad_name(run.pk)} SELECT record, code = 'repeated_row' FROM imports_rowproblem"
        f" WHERE import_run_id = {run.pk:d} AND code IN ('repeated_row', 'duplicate_key') ON CONFLICT DO NOTHING"
    )


def _quarantine(cursor: CursorWrapper, run: Import, expressions: Expressions) -> Found:
    cursor.execute(f"ANALYZE {bad_name(run.pk)}")
    cursor.execute(
        f"""
        INSERT INTO imports_quarantinedrow (import_run_id, record, line, cells, state, reason)
        SELECT {run.pk:d}, s.record, s.line, to_jsonb({all_cells(expressions.width)}), 'open', ''
        FROM {run.staging} s JOIN {bad_name(run.pk)} b USING (record) WHERE NOT b.is_skipped
        """
    )
    quarantined = cursor.rowcount
    cursor.execute(f"SELECT count(*) FROM {bad_name(run.pk)} WHERE is_skipped")
    return Found(quarantined, cursor.fetchone()[0])


def _not_all_rows(run: Import, found: Found) -> Refused | None:
    """Where all rows or none are wanted, one problem is enough. The problems remain stored for inspection."""
    if run.is_dry_run or not (run.all_or_nothing and found.quarantined):
        return None
    text = _(
        "%(quarantined)s of %(rows)s rows have a problem, and all rows or none were to be loaded. Nothing was written. "
        "Correct the rows that the problems name, and send all of them again."
    )
    return Refused("not_all_rows", text % {"quarantined": f"{found.quarantined:,}", "rows": f"{run.rows:,}"})


def _too_many_errors(cursor: CursorWrapper, run: Import, found: Found) -> Refused | None:
    """If nearly all rows have a problem the mapping is wrong, not the rows. The problems remain stored for
    inspection."""
    rows = run.rows or 0
    if run.is_dry_run or rows < 10 or found.quarantined <= _MOST_BAD * rows:
        return None
    cursor.execute(
        'SELECT code, "column", count(*) FROM imports_rowproblem WHERE import_run_id = %s'
        " GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1",
        [run.pk],
    )
    code, column, times = cursor.fetchone()
    return Refused(
        "nearly_all_rows_bad",
        _(
            "%(quarantined)s of %(rows)s rows have a problem, most often %(code)s in “%(column)s” "
            "(%(times)s times). The mapping or the way the file is read is probably wrong: correct "
            "it and run again. Nothing was written."
        )
        % {
            "quarantined": f"{found.quarantined:,}",
            "rows": f"{rows:,}",
            "code": code,
            "column": column,
            "times": f"{times:,}",
        },
    )
