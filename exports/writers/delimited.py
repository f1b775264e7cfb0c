"""CSV (RFC 4180): commas, UTF-8 with a byte-order mark so that spreadsheet programs read every letter, CRLF."""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import IO

from exports.cells import cell, cell_with_comma
from exports.tables import Table, Value

_SIGNS = ("-", "+")


def write(table: Table, file: IO[bytes]) -> int:
    """Write the header and every row; the number of rows."""
    file.write(codecs.BOM_UTF8 + lines_of([table.names]))
    if table.copied is not None:
        return table.copied.write_csv(file)
    text = io.TextIOWrapper(file, "utf-8", newline="")
    lines = _write_lines(table.rows, text)
    text.flush()
    text.detach()
    return lines


def write_semicolons(table: Table, file: IO[bytes]) -> int:
    """The same with semicolons between cells and commas in numbers, which spreadsheet programs expect where that is how
    numbers are written; the number of rows."""
    text = io.TextIOWrapper(file, "utf-8", newline="")
    text.write("\ufeff")
    _write_lines([table.names], text, cell_with_comma, delimiter=";")
    lines = _write_lines(table.rows, text, cell_with_comma, delimiter=";")
    text.flush()
    text.detach()
    return lines


def lines_of(rows: Iterable[Sequence[Value]]) -> bytes:
    """Some rows as lines of a file."""
    text = io.StringIO(newline="")
    _write_lines(rows, text)
    return text.getvalue().encode()


def _write_lines(
    rows: Iterable[Sequence[Value]], text: IO[str], written: Callable[[Value], object] = cell, *, delimiter: str = ","
) -> int:
    """Where a line begins with a sign, its texts are quoted: with another separator the whole line is one cell, and a
    text behind the number would continue the formula."""
    plain = csv.writer(text, delimiter=delimiter)
    quoted = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, delimiter=delimiter)
    lines = 0
    for values in rows:
        line = [written(value) for value in values]
        begins_with_sign = bool(line) and str(line[0]).startswith(_SIGNS)
        (quoted if begins_with_sign else plain).writerow(line)
        lines += 1
    return lines
