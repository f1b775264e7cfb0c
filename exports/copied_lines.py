"""Rows as COPY sends them, made into the lines of a file. See docs/adr/0116 and 0128.

The steps work on the bytes of many rows at once, because an export has many rows. What they cannot decide goes the long
way, row by row.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import IO, TypeAlias

import numpy as np

from exports.copied_cells import END, READ, Cell, Part, place_of
from exports.tables import Value
from exports.writers.spooled import ShortFile
from standards.translation import gettext as _

Read: TypeAlias = Callable[[str], Value]
_BATCH = 1 << 18
_MOST_WAITING, _MOST_LATER = 1 << 23, 500
_MARK, _END = READ.encode(), END.encode()


class Lines:
    """A file for COPY to write to. `cells` are the columns of the file, `parts` those of the rows. Where a cell has
    `later`, `mark` stands before its place and the id of the row. `mark` is random (`random_mark`), made anew for each
    file, so that no text can be taken for it.

    Lines behind such a cell wait for it in memory, so that many are read at once: all of them where COPY has the only
    connection (`is_waiting`), which is so inside a transaction alone.
    """

    def __init__(
        self, file: IO[bytes], cells: Sequence[Cell], parts: Sequence[Part], *, is_waiting: bool, mark: str
    ) -> None:
        self.file, self.is_waiting = file, is_waiting
        self._laters = {place: cell.later for place, cell in enumerate(cells) if cell.later}
        self._mark = mark.encode()
        self.rows = 0
        self._batch: list[bytes] = []
        self._size, self._enough = 0, _BATCH
        self._places: list[bytes] = []
        self._waiting: list[list[bytes]] = []
        self._waiting_size = 0
        self._reads = [part.read for part in parts if isinstance(part, Cell) and part.read]

    def write(self, data: bytes) -> None:
        """Some bytes of the rows, in their order."""
        self._batch.append(data)
        self._size += len(data)
        if self._size >= self._enough:
            self._write_batch()

    def finish(self) -> None:
        """Write what is left."""
        self._write_batch()
        self._write_waiting()

    def _write_batch(self) -> None:
        data = b"".join(self._batch)
        end = self.end_of_last(data)
        self._batch, self._size = [data[end:]], len(data) - end
        # A row of many megabytes is not looked through again for each piece of it.
        self._enough = max(_BATCH, 2 * self._size)
        if end:
            self._write_rows(data[:end])

    def _write_rows(self, rows: bytes) -> None:
        number = self.number(rows)
        self.rows += number
        lines = self.finished(rows, number)
        pieces = split_at(lines, self._mark) if self._laters else [lines]
        if len(pieces) == 1 and not self._waiting:
            self.file.write(lines)
            return
        self._places += [piece[: piece.index(_END)] for piece in pieces[1:]]
        self._waiting.append(pieces)
        self._waiting_size += len(lines)
        if not self.is_waiting and (self._waiting_size > _MOST_WAITING or len(self._places) >= _MOST_LATER):
            self._write_waiting()

    def _write_waiting(self) -> None:
        known = self._read_later()
        for pieces in self._waiting:
            line = [pieces[0]]
            for piece in pieces[1:]:
                place, _end, rest = piece.partition(_END)
                line += [self.placed(known[place], line[-1]), rest]
            self.file.write(b"".join(line))
        self._places, self._waiting, self._waiting_size = [], [], 0

    def _read_later(self) -> dict[bytes, bytes]:
        """What stands for each of the places, as `later` writes it."""
        found: dict[int, dict[int, bytes]] = defaultdict(dict)
        for text in self._places:
            place, pk = place_of(text)
            found[place][pk] = text
        known: dict[bytes, bytes] = {}
        for place, ids in found.items():
            ordered = sorted(ids)
            for start in range(0, len(ordered), _MOST_LATER):
                some = ordered[start : start + _MOST_LATER]
                values = list(self._laters[place].values_of(some))
                if len(values) != len(some):
                    told = {"rows": len(values), "total": len(some)}
                    raise ShortFile(_("%(rows)s rows were written of %(total)s.") % told)
                known.update(zip(map(ids.__getitem__, some), map(self.later, values), strict=True))
        return known

    def with_read(self, rows: bytes, number: int) -> bytes | None:
        """The rows, with the cells that the program reads as they are in the file and without the marks around them;
        None where a text contains a mark."""
        pieces = rows.split(_MARK)
        each = 2 * len(self._reads)
        if len(pieces) != each * number + 1:
            return None
        for place, read in enumerate(self._reads):
            cells = pieces[2 * place + 1 :: each]
            # Many rows have the same time, or the same few values.
            known = {cell: self.read(read, cell) for cell in set(cells)}
            pieces[2 * place + 1 :: each] = map(known.__getitem__, cells)
        return b"".join(pieces) if each else rows

    def read(self, read: Read, cell: bytes) -> bytes:
        """A cell as it is in the file. `cell` has with it what separates it from the marks."""
        raise NotImplementedError

    def end_of_last(self, data: bytes) -> int:
        """Where the last complete row ends."""
        raise NotImplementedError

    def number(self, rows: bytes) -> int:
        raise NotImplementedError

    def later(self, value: Value) -> bytes:
        """A value that the program reads itself, as it is in the file but for what `placed` adds."""
        raise NotImplementedError

    def placed(self, later: bytes, before: bytes) -> bytes:
        """What stands in a line behind `before` for what `later` wrote."""
        raise NotImplementedError

    def apart(self, rows: bytes) -> Iterator[bytes]:
        """Each row, with its end."""
        raise NotImplementedError

    def finished(self, rows: bytes, number: int) -> bytes:
        """The lines, with their ends, of some rows."""
        raise NotImplementedError


def number_of(data: bytes, byte: bytes) -> int:
    """As `bytes.count`, which takes ten times as long where there are many."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord(byte)))


def random_mark(begin: str = "\x7f") -> str:
    """A text that is in no other one. It begins with a character that texts hardly contain, see `places_of`."""
    return begin + secrets.token_hex(8)


def places_of(data: bytes, mark: bytes) -> list[int]:
    """Where the mark is. One byte is looked for, which is found many times as fast as several together."""
    values = np.frombuffer(data, np.uint8)
    begins = max(0, len(data) - len(mark) + 1)
    at = np.flatnonzero(values[:begins] == mark[0])
    # The bytes from each of these places on, one row for each.
    there = np.ndarray((begins, len(mark)), np.uint8, data, strides=(1, 1))[at]
    places: list[int] = at[(there == np.frombuffer(mark, np.uint8)).all(axis=1)].tolist()
    return places


def split_at(data: bytes, mark: bytes, *, less: int = 0) -> list[bytes]:
    """As `data.split(mark)`; each part that ends at a mark without its last `less` bytes."""
    ends = places_of(data, mark)
    begins = [0, *(end + len(mark) for end in ends)]
    return [*(data[begin : end - less] for begin, end in zip(begins, ends, strict=False)), data[begins[-1] :]]
