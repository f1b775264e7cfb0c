"""How a value is written as text, and into the cells and lines of a text table (CSV). Pure. See docs/adr/0085."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO

import orjson

from exports.tables import MissingKind, Value
from measures.cells import guarded

_NUMBER = re.compile(r"[+-]?\d+(?:,\d+)?")
_SIGNS = ("-", "+")
# What programs skip before they look at the first character of a cell, then a sign that begins a formula.
_BEHIND_COMMA = re.compile("(,[\"\\s\\x00-\\x1f\ufeff\u200b;|]*+)(?='*+[=+\\-@＝＋－＠])")


def cell(value: Value) -> str | int | float | Decimal:
    """A value as the csv module writes it: numbers without an exponent, text guarded, None as an empty cell.

    Truth values are `true` and `false`; days and times are ISO 8601; lists and objects are JSON; a missing value is the
    code of its kind, such as `.r`.
    """
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) and value.is_finite() else value
    return guarded(text(value))


def cell_with_comma(value: Value) -> str | int | float | Decimal:
    """The same for a file with semicolons: a number has a comma, and a text is guarded behind commas too, because a
    program that expects commas cuts it there."""
    found = cell(value)
    if isinstance(value, float | Decimal):
        return str(found).replace(".", ",")
    if not isinstance(found, str) or _NUMBER.fullmatch(found):
        return found
    return _BEHIND_COMMA.sub(r"\1'", found)


def text(value: Value) -> str:
    """A value as plain text, in every format: days and times in ISO 8601, lists and objects in JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, MissingKind):
        return value.code
    if isinstance(value, list | tuple | dict):
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return f"{value:f}" if isinstance(value, Decimal) and value.is_finite() else str(value)


def lines_of(rows: Iterable[Sequence[Value]]) -> bytes:
    """Some rows as lines of a file."""
    lines = io.StringIO(newline="")
    write_lines(rows, lines)
    return lines.getvalue().encode()


def write_lines(
    rows: Iterable[Sequence[Value]], file: IO[str], written: Callable[[Value], object] = cell, *, delimiter: str = ","
) -> int:
    """Write some rows; their number.

    Where a line begins with a sign, its texts are quoted: with another separator the whole line is one cell, and a text
    behind the number would continue the formula.
    """
    plain = csv.writer(file, delimiter=delimiter)
    quoted = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, delimiter=delimiter)
    lines = 0
    for values in rows:
        line = [written(value) for value in values]
        begins_with_sign = bool(line) and str(line[0]).startswith(_SIGNS)
        (quoted if begins_with_sign else plain).writerow(line)
        lines += 1
    return lines
