"""CSV (RFC 4180): commas, UTF-8 with a byte-order mark so that spreadsheet programs read every letter, CRLF."""

import codecs
import io
from typing import IO

from exports.cells import cell_with_comma, lines_of, write_lines
from exports.tables import Table


def write(table: Table, file: IO[bytes]) -> int:
    """Write the header and every row; the number of rows."""
    file.write(codecs.BOM_UTF8 + lines_of([table.names]))
    if table.copied is not None:
        return table.copied.write_csv(file)
    text = io.TextIOWrapper(file, "utf-8", newline="")
    lines = write_lines(table.rows, text)
    text.flush()
    text.detach()
    return lines


def write_semicolons(table: Table, file: IO[bytes]) -> int:
    """The same with semicolons between cells and commas in numbers, which spreadsheet programs expect where that is how
    numbers are written; the number of rows."""
    text = io.TextIOWrapper(file, "utf-8", newline="")
    text.write("\ufeff")
    write_lines([table.names], text, cell_with_comma, delimiter=";")
    lines = write_lines(table.rows, text, cell_with_comma, delimiter=";")
    text.flush()
    text.detach()
    return lines
