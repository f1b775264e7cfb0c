"""Rows of COPY in the format csv, made into lines of CSV as the program writes them. See docs/adr/0116."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import IO

import numpy as np

from exports.cells import cell as written
from exports.cells import text
from exports.copied_cells import Cell, csv_parts
from exports.copied_lines import Lines, Read, places_of, split_at
from exports.tables import ColumnType, Value
from exports.writers.delimited import lines_of

_NUMBERS = (ColumnType.WHOLE_NUMBER, ColumnType.DECIMAL)
_CELL = re.compile(r'(?:"((?:[^"]|"")*+)"|([^,"]*+))(?:,|\Z)')
_QUOTED = re.compile(rb'[,"\r\n]')

# For `_may_need_guard`: what begins a formula (of full-width signs the first byte), what separates cells, and what may
# be between both. Bytes of characters beyond ASCII may be between, but for the first ones of separators.
_SIGNS = b"=+-@\xef"
_SEPARATOR, _BETWEEN = 1, 2
_KINDS = np.zeros(256, np.uint8)
_KINDS[[*b"\"' \x7f", *range(0x20), *range(0x80, 0x100)]] = _BETWEEN
_KINDS[[*b",;|\t\n\v\f\r\xc2\xe2"]] = _SEPARATOR
_KINDS[[*_SIGNS]] = 0


class CsvLines(Lines):
    """Rows with the columns of `csv_parts` and one more, `end`. `nothing` stands for NULL. Both are random
    (`random_mark`), made anew for each file, so that no text can be taken for them."""

    def __init__(
        self, file: IO[bytes], cells: Sequence[Cell], *, is_waiting: bool, nothing: str, end: str, mark: str
    ) -> None:
        parts = csv_parts(cells)
        super().__init__(file, cells, parts, is_waiting=is_waiting, mark=mark)
        self._parts, self._nothing = parts, nothing
        self._types = [cell.type for cell in cells]
        self._end = b"%b\n" % end.encode()

    def end_of_last(self, data: bytes) -> int:
        last = data.rfind(self._end)
        return last + len(self._end) if last >= 0 else 0

    def number(self, rows: bytes) -> int:
        return len(places_of(rows, self._end))

    def apart(self, rows: bytes) -> Iterator[bytes]:
        """Each row, without the column `end`."""
        return iter(split_at(rows, self._end, less=1)[:-1])

    def read(self, read: Read, cell: bytes) -> bytes:
        return _quoted(self._read(read, _content(cell[1:-1].decode())).replace('"', '""').encode())

    def later(self, value: Value) -> bytes:
        return str(written(value)).replace('"', '""').encode()

    def placed(self, later: bytes, before: bytes) -> bytes:
        # A cell of a line whose texts are all quoted.
        return later if before.endswith(b'"') else _quoted(later)

    def finished(self, rows: bytes, number: int) -> bytes:
        body = self.with_read(rows, number)
        if body is None:
            return b"".join(map(self._with_marks, self.apart(rows)))
        lines = self._without_nulls(b"\r\n".join([*self.apart(body), b""]))
        if not _may_need_guard(lines):
            return lines
        return b"".join(map(self._guarded, self.apart(body)))

    def _guarded(self, row: bytes) -> bytes:
        line = self._without_nulls(row)
        return self._line(_cells(line, len(self._types))) if _may_need_guard(line) else line + b"\r\n"

    def _without_nulls(self, rows: bytes) -> bytes:
        return b"".join(split_at(rows, self._nothing.encode()))

    def _with_marks(self, row: bytes) -> bytes:
        """The line of a row with texts that contain marks."""
        found = zip(self._parts, _cells(row, len(self._parts)), strict=True)
        return self._line([self._read(part.read, cell) for part, cell in found if isinstance(part, Cell)])

    def _read(self, read: Read | None, cell: str) -> str:
        if cell == self._nothing:
            return ""
        return text(read(cell)) if read else cell

    def _line(self, cells: Sequence[str]) -> bytes:
        """The line as the program writes it from the same values."""
        values: list[Value] = [
            Decimal(cell) if kind in _NUMBERS and cell else cell for cell, kind in zip(cells, self._types, strict=True)
        ]
        return lines_of([values])


def _cells(row: bytes, number: int) -> list[str]:
    """The texts of the first cells of a row."""
    return [_content(found[0].removesuffix(",")) for found in islice(_CELL.finditer(row.decode()), number)]


def _content(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def _quoted(content: bytes) -> bytes:
    return b'"%b"' % content if _QUOTED.search(content) else content


def _may_need_guard(lines: bytes) -> bool:
    """False where `measures.cells.guarded` certainly changes no cell of these lines, and none begins with a sign.

    Signs that follow a letter or digit are passed over at once: most of them are in dates.
    """
    data = np.frombuffer(lines, np.uint8)
    for sign in _SIGNS:
        if sign not in lines:
            continue
        before = np.flatnonzero(data == sign) - 1
        while before.size:
            if before[0] < 0:
                return True
            kinds = _KINDS[data[before]]
            if np.any(kinds == _SEPARATOR):
                return True
            before = before[kinds == _BETWEEN] - 1
    return False
