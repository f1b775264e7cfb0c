"""Findings that need the rows of the staged file: dates in the wrong order, keys that differ by case, and lines.

Everything else was counted while the file was read. One pass covers all date columns together; then the lines of the
examples are looked up.
"""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from imports.findings import assumed
from imports.findings.by_period import period_findings
from imports.findings.columns import column_findings, line_end_findings, missing_findings
from imports.findings.dates import DateTest, date_tests
from imports.findings.finding import EXAMPLES, Example, Finding
from imports.findings.ranges import may_hold_ranges, range_finding
from imports.findings.two_ways import CODES, DATES, SHORT_YEARS, short_year_sentence, two_way_findings, two_way_sentence
from imports.guess import names_a_key
from imports.mapping import Definition
from imports.models import Import
from imports.readers.table import Understood
from imports.recipe import Recipe
from imports.sniff.profile import Column, Profiled
from imports.sniff.traces import Traces
from imports.values import folded
from imports.work_tables import cell, trimmed
from standards.json_values import JsonObject
from standards.translation import ngettext

_LOOKED_THROUGH = 100_000
_GROUPED = 300_000


def file_findings(
    cursor: CursorWrapper, table: str, understood: Understood, profile: Profiled
) -> tuple[list[JsonObject], list[JsonObject]]:
    """The findings about a file and the personal data that it seems to contain, as they are stored."""
    today, columns = timezone.now().date(), profile.columns
    header = bool(understood.options.header_row)
    found = line_end_findings(understood.line_ends)
    found += two_way_findings(columns, today.year)
    found += column_findings(columns, profile.traces, header=header, today=today)
    found += _date_findings(cursor, table, date_tests(columns, profile.order, latest_year=today.year))
    found += _range_findings(cursor, table, columns, today.year)
    found += _key_findings(cursor, table, columns, profile.traces)
    places = {column.name: position for position, column in enumerate(columns)}
    for finding in found:
        if finding.code == "repeated_key" and not finding.examples and profile.rows <= _GROUPED:
            _repeated_examples(cursor, table, finding, places[finding.columns[0]])
        _find_lines(cursor, table, finding, places)
    personal = []
    for position, hit in profile.personal:
        personal.append(hit.as_json(_lines_of(cursor, table, position, [whole for whole, _ in hit.cells])))
    return [finding.as_json() for finding in found + period_findings(understood)], personal


def mapped_findings(run: Import, definition: Definition, recipe: Recipe) -> list[JsonObject]:
    """The findings about the file, with those that depend on the mapping: values for missing that it keeps, and what is
    stored where the file says nothing."""
    columns = [Column.of(column) for column in run.understanding["columns"]]
    covered = {column: set(words) for column, words in definition.missing.items()}
    missing = {column.name: column.missing for column in columns}
    for rule in definition.rules.values():
        if rule.column:
            known = {word for word in missing[rule.column] if folded(word) in rule.words}
            covered[rule.column] = known | set(rule.missing)
    by_name = {column.name: column for column in columns}
    kept = [finding for finding in run.findings if finding["code"] not in ("missing_words", assumed.CODE)]
    kept = [finding | _as_mapped(finding, by_name, definition) for finding in kept]
    found = missing_findings(columns, covered) + assumed.assumed_findings(columns, recipe, definition.rules)
    return kept + [finding.as_json() for finding in found]


def _as_mapped(finding: JsonObject, columns: dict[str, Column], definition: Definition) -> JsonObject:
    """The sentence about a column that can be read two ways, with the reading of the mapping."""
    rule = next((r for r in definition.rules.values() if finding["columns"] == [r.column]), None)
    if finding["code"] not in CODES or rule is None:
        return {}
    column, year = columns[rule.column], definition.latest_year
    if finding["code"] == SHORT_YEARS:
        return {"sentence": short_year_sentence(column, year)}
    read = f"date {rule.format}" if finding["code"] == DATES else f"decimal {rule.decimal}"
    return {"sentence": two_way_sentence(column, read, year) or finding["sentence"]}


def as_found_before(earlier: Import) -> JsonObject:
    """Findings and decision of an earlier import of the same file, for an import that repeats it."""
    return {
        "findings": earlier.findings, "left_out": earlier.left_out, "personal": earlier.personal,
        "personal_decision": earlier.personal_decision, "personal_reason": earlier.personal_reason,
        "personal_decided_by": earlier.personal_decided_by, "personal_decided_at": earlier.personal_decided_at,
    }  # fmt: skip


def _date_findings(cursor: CursorWrapper, table: str, tests: Sequence[DateTest]) -> list[Finding]:
    if not tests:
        return []
    counts = ", ".join(f"count(*) FILTER (WHERE {test.sql})" for test in tests)
    cursor.execute(f"SELECT {counts} FROM {table} s WHERE flaw IS NULL")
    counted = zip(tests, cursor.fetchone(), strict=True)
    return [_date_finding(cursor, table, test, count) for test, count in counted if count]


def _date_finding(cursor: CursorWrapper, table: str, test: DateTest, count: int) -> Finding:
    cells = ", ".join(column.raw for column in test.columns)
    cursor.execute(
        f"SELECT line, {cells} FROM {table} s WHERE flaw IS NULL AND {test.sql} ORDER BY record LIMIT {EXAMPLES:d}"
    )
    examples = [Example(" / ".join(texts), line) for line, *texts in cursor.fetchall()]
    names = [column.name for column in test.columns]
    facts = {"count": f"{count:,}", "first": names[0], "second": names[-1], "year": test.year}
    if test.side:
        return Finding("impossible_year", _impossible(test, count) % facts, names, count, examples)
    text = ngettext(
        "%(count)s row has a “%(second)s” before its “%(first)s”.",
        "%(count)s rows have a “%(second)s” before its “%(first)s”.",
        count,
    )
    return Finding("dates_reversed", text % facts, names, count, examples)


def _impossible(test: DateTest, count: int) -> str:
    if test.side == "early":
        return ngettext(
            "%(count)s row has a “%(first)s” before %(year)s.",
            "%(count)s rows have a “%(first)s” before %(year)s.",
            count,
        )
    return ngettext(
        "%(count)s row has a “%(first)s” more than a year ahead.",
        "%(count)s rows have a “%(first)s” more than a year ahead.",
        count,
    )


def _range_findings(cursor: CursorWrapper, table: str, columns: Sequence[Column], latest_year: int) -> list[Finding]:
    """Each different cell of columns in which a date is long enough for two is looked at once."""
    found = []
    for position, column in enumerate(columns):
        if may_hold_ranges(column, latest_year):
            cursor.execute(
                f"SELECT {trimmed(position)}, count(*), min(line) FROM {table} s"
                f" WHERE flaw IS NULL AND length({cell(position)}) > 6 GROUP BY 1 ORDER BY 3"
            )
            found.append(range_finding(column, cursor.fetchall(), latest_year))
    return [finding for finding in found if finding]


def _key_findings(
    cursor: CursorWrapper, table: str, columns: Sequence[Column], traces: Sequence[Traces]
) -> list[Finding]:
    """Keys that differ only in capitals; searched only in columns of keys with small and capital letters."""
    found = []
    for position, (column, trace) in enumerate(zip(columns, traces, strict=True)):
        if trace.counts is not None or not (trace.has_upper and trace.has_lower) or not names_a_key(column):
            continue
        key = trimmed(position)
        cursor.execute(
            f"SELECT min(line), min({key}), max({key}), count(*) OVER () FROM {table} s"
            f" WHERE flaw IS NULL AND {cell(position)} IS NOT NULL GROUP BY lower({key})"
            f" HAVING count(DISTINCT {key}) > 1 ORDER BY 1 LIMIT {EXAMPLES:d}"
        )
        rows = cursor.fetchall()
        if rows:
            count = rows[0][3]
            text = ngettext(
                "In “%(column)s” %(count)s key differs from another one only in capitals.",
                "In “%(column)s” %(count)s keys differ from another one only in capitals.",
                count,
            )
            sentence = text % {"column": column.name, "count": f"{count:,}"}
            examples = [Example(f"{low} / {high}", line) for line, low, high, _ in rows]
            found.append(Finding("keys_differ_by_case", sentence, [column.name], count, examples))
    return found


def _repeated_examples(cursor: CursorWrapper, table: str, finding: Finding, position: int) -> None:
    """Use the first repeated values as examples."""
    key = cell(position)
    cursor.execute(
        f"SELECT min(line), {key} FROM {table} s WHERE flaw IS NULL AND {key} IS NOT NULL GROUP BY 2"
        f" HAVING count(*) > 1 ORDER BY 1 LIMIT {EXAMPLES:d}"
    )
    finding.examples = [Example(value, line) for line, value in cursor.fetchall()]


def _find_lines(cursor: CursorWrapper, table: str, finding: Finding, places: dict[str, int]) -> None:
    wanted = [example for example in finding.examples[:EXAMPLES] if example.line is None and example.look_for]
    if wanted and len(finding.columns) == 1:
        place = places[finding.columns[0]]
        for example, line in zip(wanted, _lines_of(cursor, table, place, [e.look_for for e in wanted]), strict=True):
            example.line = line


def _lines_of(cursor: CursorWrapper, table: str, position: int, texts: Sequence[str]) -> list[int | None]:
    """The first line with each of these texts; None if it is not among the first rows, because searching millions is
    slow."""
    bare = [text.strip(" \t\n\r\f\u00a0\u3000\ufeff") for text in texts]
    key = trimmed(position)
    cursor.execute(
        f"SELECT {key}, min(line) FROM {table} s WHERE record <= {_LOOKED_THROUGH:d} AND {key} = ANY(%s) GROUP BY 1",
        [bare],
    )
    lines = dict(cursor.fetchall())
    return [lines.get(text) for text in bare]
