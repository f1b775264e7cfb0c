"""Rows of COPY in the format text, made into lines of JSON as the program writes them. Pure. See docs/adr/0167.

COPY escapes a text as JSON does, but for quotation marks, vertical tabs and the other control characters.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import orjson

from exports.copied_columns import END, NULL, CopiedColumn, cells_of, cells_of_row, unescaped
from exports.copied_lines import Lines, Pieces
from exports.tables import Value
from standards.json_values import OPTIONS

_QUOTE = b'"'
_MOST_KNOWN = 16


class JsonLines(Lines):
    """Each row as one JSON object."""

    def __init__(
        self, columns: Sequence[CopiedColumn], end: str, mark: str, emit: Callable[[int, Pieces], object]
    ) -> None:
        super().__init__(columns, end, mark, emit)
        self._known: dict[tuple[bool, ...], list[bytes]] = {}

    def complete(self, data: bytes) -> int:
        return data.rfind(b"\n") + 1

    def lines(self, rows: bytes) -> tuple[int, Pieces]:
        made = self._together(rows)
        if made is not None:
            return made
        each = [self._alone(cells_of_row(row)) for row in rows.split(b"\n")[:-1]]
        return len(each), self.split(b"".join(each))

    def _together(self, rows: bytes) -> tuple[int, Pieces] | None:
        """The lines of all rows; None where each has to be made alone."""
        cells = cells_of(rows.replace(_QUOTE, b'\\"'))
        if cells is None:
            return None
        width = len(self.columns)
        is_quoted, later = [], []
        for place, column in enumerate(self.columns):
            if not (column.read or column.may_be_null or column.has_later):
                is_quoted.append(not column.is_bare)
                continue
            some = cells[place::width]
            made = self._column(column, some)
            if made is not None:
                cells[place::width] = made
            is_quoted.append(made is None and not column.is_bare)
            if column.has_later:
                later += [place + width * row for row in self._later(some)]
        return len(cells) // width, self._joined(self._parts(cells, is_quoted), sorted(later))

    def _column(self, column: CopiedColumn, cells: Sequence[bytes]) -> list[bytes] | None:
        """The cells as they are in JSON; None where they are so, but for quotation marks around each."""
        if column.read:
            # Many rows have the same time, or the same few values.
            known = {cell: _read(column, cell) for cell in set(cells)}
            return list(map(known.__getitem__, cells))
        if not column.may_be_null or NULL not in cells:
            return None
        if column.is_bare:
            return [b"null" if cell == NULL else cell for cell in cells]
        return [b"null" if cell == NULL else b'"%b"' % cell for cell in cells]

    def _between(self, is_quoted: Sequence[bool]) -> list[bytes]:
        """What is before each cell of a row; before the first one the end of the row before."""
        ends = [_QUOTE if one else b"" for one in is_quoted]
        before = [column.before.encode() for column in self.columns]
        first = ends[-1] + self.end + before[0] + ends[0]
        return [first, *(a + text + b for (a, b), text in zip(pairwise(ends), before[1:], strict=True))]

    def _parts(self, cells: list[bytes], is_quoted: Sequence[bool]) -> list[bytes]:
        """The cells, what is before each, and what ends the last row. What is between cells is the same in every batch
        with the same quotation marks, and is kept for as many rows as were the most."""
        key, number = tuple(is_quoted), 2 * len(cells)
        known = self._known.get(key, [])
        if len(known) < number:
            row = [piece for text in self._between(is_quoted) for piece in (text, b"")]
            known = row * (len(cells) // len(self.columns))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = known
        parts = known[:number]
        # The end of a row is before the first row, and what begins one is behind the last.
        end = parts[0].index(self.end) + len(self.end)
        parts.append(parts[0][:end])
        parts[0] = parts[0][end:]
        parts[1::2] = cells
        return parts

    def _joined(self, parts: list[bytes], later: Sequence[int]) -> Pieces:
        ends = [2 * place + 1 for place in later]
        begins = [0, *(end + 1 for end in ends)]
        pieces = []
        for begin, end in zip(begins, ends, strict=False):
            pieces += [b"".join(parts[begin:end]), self._place_in(parts[end])]
        return [*pieces, b"".join(parts[begins[-1] :])]

    def _later(self, cells: Sequence[bytes]) -> list[int]:
        """The places, among some cells of a column, of those that the program reads itself."""
        begin = self.mark[:1]
        return [place for place, cell in enumerate(cells) if cell[:1] == begin and cell.startswith(self.mark)]

    def _place_in(self, cell: bytes) -> bytes:
        """What `place_of` reads of such a cell."""
        return cell[len(self.mark) : -len(END)]

    def _alone(self, cells: Sequence[bytes]) -> bytes:
        """The line of one row."""
        written = zip(self.columns, cells, strict=True)
        return b"".join(column.before.encode() + _written(column, cell) for column, cell in written) + self.end


def _written(column: CopiedColumn, cell: bytes) -> bytes:
    if column.read:
        return _read(column, cell)
    if cell == NULL:
        return b"null"
    return cell if column.is_bare else _json(unescaped(cell).decode())


def _read(column: CopiedColumn, cell: bytes) -> bytes:
    return b"null" if cell == NULL else _json(column.value_of(unescaped(cell)))


def _json(value: Value) -> bytes:
    return orjson.dumps(value, option=OPTIONS)
