"""Rows as COPY sends them, made into the lines of a file. Pure, for the child too. See docs/adr/0116, 0128 and 0167.

The steps work on the columns of many rows at once, because an export has many rows. What they cannot decide goes the
long way, row by row.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from exports.copied_columns import END, CopiedColumn, cells_of_row

Pieces: TypeAlias = list[bytes]
"""Some lines; every second piece is the place of a cell that the program reads itself (`place_of`)."""
_BATCH = 1 << 18


class Lines:
    """A file for COPY to write to. `emit` is called with some rows: their number and their lines. `end` is what ends a
    line. `mark` is random, made anew for each file, so that no text can be taken for it."""

    def __init__(
        self, columns: Sequence[CopiedColumn], end: str, mark: str, emit: Callable[[int, Pieces], object]
    ) -> None:
        self.columns, self.end, self.mark = columns, end.encode(), mark.encode()
        self._emit = emit
        self._places = re.compile(re.escape(self.mark) + rb"(\d+p\d+)" + END.encode())
        self._batch: list[bytes] = []
        self._size, self._enough = 0, _BATCH

    def write(self, data: bytes) -> None:
        """Some bytes of the rows, in their order."""
        self._batch.append(data)
        self._size += len(data)
        if self._size >= self._enough:
            self._write_batch()

    def finish(self) -> None:
        """Write what is left."""
        self._write_batch()

    def _write_batch(self) -> None:
        data = b"".join(self._batch)
        end = data.rfind(b"\n") + 1
        self._batch, self._size = [data[end:]], len(data) - end
        # A row of many megabytes is not looked through again for each piece of it.
        self._enough = max(_BATCH, 2 * self._size)
        if end:
            self._emit(*self.lines(data[:end]))

    def lines(self, rows: bytes) -> tuple[int, Pieces]:
        """The number of these complete rows, and their lines."""
        made = self.together(rows)
        if made is not None:
            return made
        each = [self.alone(cells_of_row(row)) for row in rows.split(b"\n")[:-1]]
        return len(each), self.split(b"".join(each))

    def split(self, lines: bytes) -> Pieces:
        """Some lines where the program reads some cells."""
        return self._places.split(lines)

    def later(self, cells: Sequence[bytes]) -> list[int]:
        """The places, among some cells of a column, of those that the program reads itself."""
        begin = self.mark[:1]
        return [place for place, cell in enumerate(cells) if cell[:1] == begin and cell.startswith(self.mark)]

    def place(self, cell: bytes) -> bytes:
        """What `place_of` reads of such a cell."""
        return cell[len(self.mark) : -len(END)]

    def together(self, rows: bytes) -> tuple[int, Pieces] | None:
        """The lines of all rows; None where each has to be made alone."""
        raise NotImplementedError

    def alone(self, cells: Sequence[bytes]) -> bytes:
        """The line of one row."""
        raise NotImplementedError
