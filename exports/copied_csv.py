"""Rows of COPY in the format text, made into lines of CSV as the program writes them. Pure. See docs/adr/0167."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np

from exports.cells import cell as written
from exports.cells import lines_of, text
from exports.copied_columns import NULL, SEPARATOR, CopiedColumn, cells_of, unescaped
from exports.copied_lines import Lines, Pieces
from exports.tables import ColumnType, Value

_NUMBERS: dict[ColumnType, Callable[[str], Value]] = {ColumnType.WHOLE_NUMBER: int, ColumnType.DECIMAL: Decimal}
_TEXTS = (ColumnType.TEXT, ColumnType.STRUCTURE)
_QUOTED_BYTES = b',"\r\n'
_QUOTED = re.compile(rb'[,"\r\n]')
_BEGINS_FORMULA = b"=+-@\xef"  # of full-width signs the first byte
_ODD = [bytes([one]) for one in b"\\" + _QUOTED_BYTES + _BEGINS_FORMULA]

# For `may_need_guard`: what separates cells, and what may be between that and a sign that begins a formula. Bytes of
# characters beyond ASCII may be between, but for the first ones of separators.
_SEPARATOR, _BETWEEN = 1, 2
_KINDS = np.zeros(256, np.uint8)
_KINDS[[*b"\"' \x7f", *range(0x20), *range(0x80, 0x100)]] = _BETWEEN
_KINDS[[*SEPARATOR, *b";|\t\n\v\f\r\xc2\xe2"]] = _SEPARATOR
_KINDS[[*_BEGINS_FORMULA]] = 0


class CsvLines(Lines):
    """Each row as one line."""

    def together(self, rows: bytes) -> tuple[int, Pieces] | None:
        cells = cells_of(rows)
        width = len(self.columns)
        # Where a line begins with a sign, all of its texts are in quotation marks, and so is a line of an empty text.
        if cells is None or width == 1 or any(cell.startswith((b"-", b"+")) for cell in cells[0::width]):
            return None
        odd = [one for one in _ODD if one in rows]
        later: set[int] = set()
        for place, column in enumerate(self.columns):
            if not (column.type in _TEXTS or column.read or column.may_be_null):
                continue
            some = cells[place::width]
            made = _column(column, some, odd)
            if made is not some:
                cells[place::width] = made
            if column.has_later:
                later.update(self.later(some))
        lines = [b",".join(cells[begin : begin + width]) for begin in range(0, len(cells), width)]
        return len(lines), self._joined([*lines, b""], sorted(later))

    def _joined(self, lines: list[bytes], later: Sequence[int]) -> Pieces:
        """The lines, each with its end; `later` are those where the program reads cells."""
        begins = [0, *(row + 1 for row in later)]
        pieces = [b""]
        for begin, row in zip(begins, later, strict=False):
            first, *others = self.split(lines[row] + self.end)
            pieces[-1] += self.end.join([*lines[begin:row], first])
            pieces += others
        pieces[-1] += self.end.join(lines[begins[-1] :])
        return pieces

    def alone(self, cells: Sequence[bytes]) -> bytes:
        return lines_of([[_value(column, cell) for column, cell in zip(self.columns, cells, strict=True)]])


def _column(column: CopiedColumn, cells: list[bytes], odd: Sequence[bytes]) -> list[bytes]:
    """Some cells of a column as they are in the file. `odd` are those of `_ODD` that are in these rows."""
    if column.read:
        known = {cell: quoted(text_in(_value(column, cell))) for cell in set(cells)}
        return list(map(known.__getitem__, cells))
    if column.type in _TEXTS:
        return _texts(cells, odd)
    return [b"" if cell == NULL else cell for cell in cells] if NULL in cells else cells


def _texts(cells: list[bytes], odd: Sequence[bytes]) -> list[bytes]:
    """All of them at once, as far as none may need a guard."""
    joined = SEPARATOR.join(cells)
    if not _is_any_in(odd, joined):
        return cells
    plain = unescaped(joined)
    if may_need_guard(plain):
        return [quoted(text_in(one.decode())) for one in plain.split(SEPARATOR)]
    made = plain.replace(b'"', b'""').split(SEPARATOR)
    return list(map(quoted, made)) if _QUOTED.search(plain) else made


def _is_any_in(some: Sequence[bytes], text: bytes) -> bool:
    for one in some:  # noqa: SIM110 - many times for each batch, and quicker than any()
        if one in text:
            return True
    return False


def _value(column: CopiedColumn, cell: bytes) -> Value:
    """What the program writes for a cell."""
    if cell == NULL:
        return ""
    if column.read:
        return text(column.value_of(cell))
    plain = unescaped(cell).decode()
    make = _NUMBERS.get(column.type)
    return make(plain) if make else plain


def text_in(value: Value) -> bytes:
    """A value as it is in a cell, without quotation marks around it."""
    return str(written(value)).replace('"', '""').encode()


def quoted(content: bytes) -> bytes:
    """A cell of this content."""
    return b'"%b"' % content if _QUOTED.search(content) else content


def may_need_guard(texts: bytes) -> bool:
    """False where `measures.cells.guarded` certainly changes none of these texts, with separators between them.

    Signs that follow a letter or digit are passed over at once: most of them are in dates.
    """
    data = np.frombuffer(texts, np.uint8)
    for sign in _BEGINS_FORMULA:
        if sign not in texts:
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
