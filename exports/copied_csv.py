"""Rows of COPY in the format CSV, made into lines as the program writes them. Pure. See docs/adr/0171.

PostgreSQL separates and quotes cells as the csv module does. Left are the ends of lines, the cells that the program
reads, and texts that a program for tables could take for a formula.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import numpy as np

from exports.cells import cell as written
from exports.cells import lines_of, text
from exports.copied_columns import SEPARATOR, CopiedColumn
from exports.copied_lines import Lines, Pieces
from exports.tables import ColumnType, Value

_NUMBERS: dict[ColumnType, Callable[[str], Value]] = {ColumnType.WHOLE_NUMBER: int, ColumnType.DECIMAL: Decimal}
_QUOTED = re.compile(rb'[,"\r\n]')
_CELL = re.compile(rb'(?:"((?:[^"]++|"")*+)"|([^,"\n]*))[,\n]')
_BEGINS_FORMULA = b"=+-@\xef"  # of full-width signs the first byte

# For `signs_at`: what separates cells or lines, and what may be between that and a sign that begins a formula. Bytes of
# characters beyond ASCII may be between, but for the first ones of separators.
_SEPARATOR, _BETWEEN = 1, 2
_KINDS = np.zeros(256, np.uint8)
_KINDS[[*b"\"' \x7f", *range(0x20), *range(0x80, 0x100)]] = _BETWEEN
_KINDS[[*SEPARATOR, *b",;|\t\n\v\f\r\xc2\xe2"]] = _SEPARATOR
_KINDS[[*_BEGINS_FORMULA]] = 0


def marks(mark: str) -> tuple[str, str]:
    """What is before and behind the last cell of a row. The first is before each cell that the program reads, too, and
    behind that a SEPARATOR alone. It ends with what separates cells for `signs_at`."""
    return f"{SEPARATOR.decode()}{mark[1:]};", f"{SEPARATOR.decode()}{mark[1:]}e"


class CsvLines(Lines):
    """Each row as one line."""

    def __init__(
        self, columns: Sequence[CopiedColumn], end: str, mark: str, emit: Callable[[int, Pieces], object]
    ) -> None:
        super().__init__(columns, end, mark, emit)
        self._begin, self._end = (one.encode() for one in marks(mark))
        self._sure, self._ends = self._begin[1:], (self._end[1:] + b"\n", self._end[1:] + b'"\n')
        self._marked = [column for place, column in enumerate(columns, start=1) if column.read or place == len(columns)]

    def complete(self, data: bytes) -> int:
        last = data.rfind(self._end)
        return data.find(b"\n", last) + 1 if last >= 0 else 0

    def lines(self, rows: bytes) -> tuple[int, Pieces]:
        number, made = 0, []
        for is_right, some in self._runs(rows):
            together = self._together(some) if is_right else None
            if together is None:
                each = list(map(self._alone, self._rows(some)))
                together = len(each), b"".join(each)
            number += together[0]
            made.append(together[1])
        return number, self.split(b"".join(made))

    def _rows(self, rows: bytes) -> Iterator[bytes]:
        begin = 0
        while begin < len(rows):
            end = rows.index(b"\n", rows.index(self._end, begin)) + 1
            yield rows[begin:end]
            begin = end

    def _runs(self, rows: bytes) -> Iterator[tuple[bool, bytes]]:
        """Rows as PostgreSQL wrote them right, together; those that the program has to write, each alone."""
        begin = 0
        for sign in signs_at(rows):
            if sign >= begin:
                before = rows.rfind(self._end, begin, sign)
                row = rows.index(b"\n", before) + 1 if before >= 0 else begin
                if row > begin:
                    yield True, rows[begin:row]
                begin = rows.index(b"\n", rows.index(self._end, sign)) + 1
                yield False, rows[row:begin]
        if begin < len(rows):
            yield True, rows[begin:]

    def _together(self, rows: bytes) -> tuple[int, bytes] | None:
        """The number of rows and their lines; None where a text contains a SEPARATOR."""
        pieces = rows.split(SEPARATOR)
        step = 2 * len(self._marked)
        lasts = pieces[step::step]
        if len(pieces) != step * len(lasts) + 1 or not all(last.startswith(self._ends) for last in lasts):
            return None
        if not all(self._read(column, pieces, 2 * at + 1) for at, column in enumerate(self._marked)):
            return None
        before = len(self._sure)
        pieces[step::step] = [last[before:].replace(b"\n", self.end, 1) for last in pieces[step::step]]
        return len(lasts), b"".join(pieces)

    def _read(self, column: CopiedColumn, pieces: list[bytes], at: int) -> bool:
        """Put what the program reads into its cells, of which `at` is the first; False where one is no such cell."""
        step = 2 * len(self._marked)
        cells = pieces[at::step]
        different = set(cells) if column.read else cells  # many rows have the same time, or the same few values
        if not all(cell.startswith(self._sure) for cell in different):
            return False
        before = len(self._sure)
        if not column.read:
            pieces[at::step] = [cell[before:] for cell in cells]
            return True
        known = {cell: text_in(_read(column, cell[before:].replace(b'""', b'"'))) for cell in different}
        pieces[at::step] = list(map(known.__getitem__, cells))
        other = {cell for cell, made in known.items() if bool(_QUOTED.search(cell)) != bool(_QUOTED.search(made))}
        for row, cell in enumerate(cells if other else ()):
            if cell in other:
                _quote_otherwise(pieces, at + step * row, was_quoted=bool(_QUOTED.search(cell)))
        return True

    def _alone(self, row: bytes) -> bytes:
        """The line of one row."""
        found = _CELL.finditer(row)
        cells = [one[2] if one[1] is None else one[1].replace(b'""', b'"') for one in found]
        cells[-1] = cells[-1].removesuffix(self._end) + SEPARATOR
        values = [self._value(column, cell) for column, cell in zip(self.columns, cells, strict=True)]
        return lines_of([values])

    def _value(self, column: CopiedColumn, cell: bytes) -> Value:
        """What the program writes for a cell."""
        if column is self._marked[-1] or column.read:
            cell = cell[len(self._begin) : -len(SEPARATOR)]
        if column.read:
            return _read(column, cell)
        make = _NUMBERS.get(column.type)
        return make(cell.decode()) if make and cell else cell.decode()


def _read(column: CopiedColumn, cell: bytes) -> str:
    return text(column.value_of(cell)) if cell else ""


def _quote_otherwise(pieces: list[bytes], at: int, *, was_quoted: bool) -> None:
    if was_quoted:
        pieces[at - 1], pieces[at + 1] = pieces[at - 1][:-1], pieces[at + 1].replace(b'"', b"", 1)
    else:
        pieces[at] = b'"%b"' % pieces[at]


def text_in(value: Value) -> bytes:
    """A value as it is in a cell, without quotation marks around it."""
    return str(written(value)).replace('"', '""').encode()


def quoted(content: bytes) -> bytes:
    """A cell of this content."""
    return b'"%b"' % content if _QUOTED.search(content) else content


def signs_at(rows: bytes) -> list[int]:
    """Where signs are, in ascending order, that might begin a formula. `measures.cells.guarded` certainly changes no
    text of the other rows, and numbers in them have no sign.

    Signs that follow a letter or digit are passed over at once: most of them are in dates.
    """
    data = np.frombuffer(rows, np.uint8)
    found: list[int] = []
    for sign in _BEGINS_FORMULA:
        if sign not in rows:
            continue
        at = np.flatnonzero(data == sign)
        before = at - 1
        while at.size:
            kinds = _KINDS[data[before]]
            found += at[(kinds == _SEPARATOR) | (before < 0)].tolist()
            is_left = (kinds == _BETWEEN) & (before >= 0)
            at, before = at[is_left], before[is_left] - 1
    return sorted(found)
