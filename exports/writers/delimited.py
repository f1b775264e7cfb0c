"""CSV (RFC 4180): commas, UTF-8 with a byte-order mark so that spreadsheet programs read every letter, CRLF."""

import csv
import io
from itertools import chain
from typing import IO

from exports.cells import cell
from exports.tables import Table

_SIGNS = ("-", "+")


def write(table: Table, file: IO[bytes]) -> int:
    """Write the header and every row; the number of rows.

    Where a line begins with a sign, its texts are quoted: with another separator the whole line is one cell, and a text
    behind the number would continue the formula.
    """
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    plain = csv.writer(text)
    quoted = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    lines = 0
    for values in chain([table.names], table.rows):
        line = [cell(value) for value in values]
        begins_with_sign = bool(line) and str(line[0]).startswith(_SIGNS)
        (quoted if begins_with_sign else plain).writerow(line)
        lines += 1
    text.flush()
    text.detach()
    return lines - 1  # without the header
