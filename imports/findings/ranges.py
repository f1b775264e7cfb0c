"""A finding about columns of dates in which cells are ranges: which day a field takes, and what is kept. Pure."""

from collections.abc import Iterable

from imports.dates import read_date
from imports.findings.finding import Example, Finding
from imports.sniff.profile import Column
from standards.translation import ngettext

CODE = "date_ranges"
_SHORTEST = len("2019/20")


def may_hold_ranges(column: Column, latest_year: int) -> bool:
    """Whether cells of a column of dates are long enough for a range, and not merely because they have a time."""
    if column.type != "date" or column.longest < _SHORTEST or (column.format == "%Y-%m-%d" and column.longest <= 10):
        return False
    times = [read_date(text.strip(), column.format, latest_year).given.partition("T")[2] for text in column.examples]
    return not times or not all(times)


def range_finding(column: Column, cells: Iterable[tuple[str, int, int]], latest_year: int) -> Finding | None:
    """cells: text, rows and first line of the different cells of the column."""
    found = [(text, rows, line) for text, rows, line in cells if read_date(text, column.format, latest_year).last]
    if not found:
        return None
    count = sum(rows for _text, rows, _line in found)
    read = read_date(found[0][0], column.format, latest_year)
    text = ngettext(
        "%(count)s cell of “%(column)s” is a range of dates, such as “%(example)s”: a field takes its beginning "
        "(%(first)s), one that is an end takes its end (%(last)s), and the whole range is stored beside the record.",
        "%(count)s cells of “%(column)s” are ranges of dates, such as “%(example)s”: a field takes their beginning "
        "(%(first)s), one that is an end takes their end (%(last)s), and the whole range is stored beside the record.",
        count,
    )
    facts = {
        "count": f"{count:,}", "column": column.name, "example": found[0][0], "first": read.day, "last": read.last,
    }  # fmt: skip
    examples = [Example(text, line) for text, _rows, line in found]
    return Finding(CODE, text % facts, [column.name], count, examples)
