"""Tests of the order and plausibility of dates, as SQL over the staging table. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from imports.sniff.order import DateOrder, place_of
from imports.sniff.profile import Column
from imports.work_tables import cell

_FOUR_DIGIT = {"%Y-%m-%d": "-", "%Y/%m/%d": "/", "%Y.%m.%d": "."}
_TURNED = re.compile(r"%([dm])([./-])%([dm])[./-]%([Yy])")


@dataclass(frozen=True, slots=True)
class DateColumn:
    """A date column: its format, its cells, and its cells as SQL that sorts by date. position: counted from 0."""

    name: str
    position: int
    format: str
    raw: str
    sortable: str


@dataclass(frozen=True, slots=True)
class DateTest:
    """An SQL condition for rows with a problem: two columns in the wrong order, or one date that is implausible. side:
    `early` (before `year`), `late`, or empty for the order of two columns."""

    sql: str
    columns: tuple[DateColumn, ...]
    side: str = ""
    year: str = ""


def date_columns(columns: Sequence[Column], latest_year: int) -> dict[int, DateColumn]:
    """Date columns that SQL can sort, by position: dates in digits that can be read in one way only."""
    found = {}
    for position, column in enumerate(columns):
        raw, format_ = cell(position), _format(column)
        if sortable := sortable_date(raw, format_, latest_year):
            found[position] = DateColumn(column.name, position, format_, raw, sortable)
    return found


def date_tests(columns: Sequence[Column], order: DateOrder, *, latest_year: int) -> list[DateTest]:
    """The tests that the rows need; empty if reading the file has shown that every date is plausible and in order."""
    dates = date_columns(columns, latest_year)
    tests = []
    for a, b in order.pairs:
        if a in dates and b in dates and order.may_be_reversed((a, b), (dates[a].format, dates[b].format)):
            early, late = dates[a].sortable, dates[b].sortable
            tests.append(DateTest(f"{early} > {late} AND {_is_day(early)} AND {_is_day(late)}", (dates[a], dates[b])))
    for date in dates.values():
        if order.may_be_far(date.position, date.format):
            tests.append(DateTest(f"{date.sortable} < '{order.earliest}'", (date,), "early", order.earliest[:4]))
            tests.append(DateTest(f"{date.sortable} > '{order.latest}'", (date,), "late"))
    return tests


def _is_day(sortable: str) -> str:
    """A month and a day that exist. Other values are reported as wrong dates, not as early or late ones."""
    return f"substr({sortable}, 6, 2) BETWEEN '01' AND '12' AND substr({sortable}, 9, 2) BETWEEN '01' AND '31'"


def _format(column: Column) -> str:
    """The only format in which the dates of a column can be read, else empty. Dates such as 20190314 are whole numbers,
    too."""
    others = [other.partition(" ")[2] for other in column.also if other.startswith("date ")]
    if column.type == "date":
        return column.format if not others else ""
    return "%Y%m%d" if others == ["%Y%m%d"] and place_of(column.name) is not None else ""


def sortable_date(cell_: str, format_: str, latest_year: int) -> str:
    """SQL for YYYY-MM-DD of a cell in a format; NULL if the cell does not match it. Empty for formats with names of
    months."""
    if mark := _FOUR_DIGIT.get(format_):
        plain = f"left({cell_}, 10)" if mark == "-" else f"replace(left({cell_}, 10), '{mark}', '-')"
        return f"CASE WHEN substr({cell_}, 5, 1) = '{mark}' AND substr({cell_}, 8, 1) = '{mark}' THEN {plain} END"
    if format_ == "%Y%m%d":
        parts = f"substr({cell_}, 1, 4) || '-' || substr({cell_}, 5, 2) || '-' || substr({cell_}, 7, 2)"
        return f"CASE WHEN {cell_} ~ '^[0-9]{{8}}' THEN {parts} END"
    if not (turned := _TURNED.fullmatch(format_)):
        return ""
    first, mark, _, year = turned.groups()
    day, month = (1, 2) if first == "d" else (2, 1)
    part = f"split_part({cell_}, '{mark}', %d)"
    digits = 4 if year == "Y" else 2
    full = f"left({part % 3}, {digits})"
    if year == "y":
        this = latest_year % 100
        century = latest_year - this
        full = f"CASE WHEN {full} <= '{this:02d}' THEN '{century // 100}' ELSE '{century // 100 - 1}' END || {full}"
    shape = rf"^[0-9]{{1,2}}[{mark}][0-9]{{1,2}}[{mark}][0-9]{{{digits}}}"
    text = f"({full}) || '-' || lpad({part % month}, 2, '0') || '-' || lpad({part % day}, 2, '0')"
    return f"CASE WHEN {cell_} ~ '{shape}' THEN {text} END"
