"""Rows as COPY sends them, made into the lines of a file. Pure, for the child too. See docs/adr/0116, 0128, 0167 and
0171.

The steps work on many rows at once, because an export has many rows. What they cannot decide goes the long way, row by
row.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from exports.copied_columns import END, CopiedColumn

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
        self._place = re.compile(re.escape(self.mark[1:]) + rb"(\d+p\d+)" + END.encode())
        self._batch: list[bytes] = []
        self._size, self._enough = 0, _BATCH

    def write(self, data: bytes) -> None:
        """Some bytes of the rows, in their order."""
        self._batch.append(data)
        self._size += len(data)
        if self._size >= self._enough:
            some = b"".join(self._batch)
            self._take(some, self.complete(some))

    def finish(self) -> None:
        """Write what is left."""
        some = b"".join(self._batch)
        self._take(some, len(some))

    def _take(self, data: bytes, end: int) -> None:
        self._batch, self._size = [data[end:]], len(data) - end
        # A row of many megabytes is not looked through again for each piece of it.
        self._enough = max(_BATCH, 2 * self._size)
        if end:
            self._emit(*self.lines(data[:end]))

    def split(self, lines: bytes) -> Pieces:
        """Some lines where the program reads some cells."""
        begin = self.mark[:1]
        first, *others = lines.split(begin)
        pieces = [first]
        for other in others:
            found = self._place.match(other)
            if found:
                pieces += [found[1], other[found.end() :]]
            else:
                pieces[-1] += begin + other
        return pieces

    def complete(self, data: bytes) -> int:
        """Where the last row that is certainly complete ends."""
        raise NotImplementedError

    def lines(self, rows: bytes) -> tuple[int, Pieces]:
        """The number of these complete rows, and their lines."""
        raise NotImplementedError
