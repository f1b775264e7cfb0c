"""Rows as COPY sends them, made into the lines of a file. See docs/adr/0116 and 0128.

The steps work on the bytes of many rows at once, because an export has many rows. What they cannot decide goes the long
way, row by row.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import IO, TypeAlias

from exports.copied_cells import READ, Cell, Part
from exports.tables import Value

Made: TypeAlias = Callable[[Sequence[int]], Sequence[bytes]]
Read: TypeAlias = Callable[[str], Value]
_BATCH = 1 << 18
_MOST_WAITING, _MOST_MADE = 1 << 23, 500
_MOST_KNOWN, _LONG = 1024, 1000
_MARK = READ.encode()


class Lines:
    """A file for COPY to write to. `made` gives the lines of rows that the program must make, by their ids; such a row
    ends with `mark` and its id. `mark` is random, made anew for each file, so that no text can be taken for it.

    Lines behind such a row wait for it in memory, so that many are made at once: all of them where COPY has the only
    connection (`is_waiting`), which is so inside a transaction alone.
    """

    def __init__(self, file: IO[bytes], parts: Sequence[Part], made: Made, *, is_waiting: bool, mark: str) -> None:
        self.file, self.made, self.is_waiting = file, made, is_waiting
        self._mark = mark.encode()
        self.rows = 0
        self._batch: list[bytes] = []
        self._size, self._enough = 0, _BATCH
        self._ids: list[int] = []
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        reads = [part.read for part in parts if isinstance(part, Cell) and part.read]
        self._reads = [_remembering(partial(self.read, read)) for read in reads]

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
        at = 0
        for begin, end, made in self._made_rows(rows):
            self._put_plain(rows[at:begin])
            at = end
            self.rows += 1
            self._ids.append(made)
            self._waiting.append(b"")
        self._put_plain(rows[at:] if at else rows)
        if not self.is_waiting and (self._waiting_size > _MOST_WAITING or len(self._ids) >= _MOST_MADE):
            self._write_waiting()

    def _put_plain(self, rows: bytes) -> None:
        if rows:
            number = self.number(rows)
            self.rows += number
            self._put(self.finished(rows, number))

    def _made_rows(self, rows: bytes) -> Iterator[tuple[int, int, int]]:
        """The rows whose line the program makes: where each begins and ends, and its id."""
        at = rows.find(self._mark)
        while at >= 0:
            end = rows.index(b"\n", at)
            yield self.begin_of(rows, at), end + 1, int(rows[at + len(self._mark) : end])
            at = rows.find(self._mark, end)

    def _put(self, lines: bytes) -> None:
        if self._ids:
            self._waiting.append(lines)
            self._waiting_size += len(lines)
        else:
            self.file.write(lines)

    def _write_waiting(self) -> None:
        made = iter(self.made(self._ids) if self._ids else ())
        for body in self._waiting:
            self.file.write(body or next(made))
        self._ids, self._waiting, self._waiting_size = [], [], 0

    def with_read(self, rows: bytes, number: int) -> bytes | None:
        """The rows, with the cells that the program reads as they are in the file and without the marks around them;
        None where a text contains a mark."""
        pieces = rows.split(_MARK)
        each = 2 * len(self._reads)
        if len(pieces) != each * number + 1:
            return None
        for place, read in enumerate(self._reads):
            pieces[2 * place + 1 :: each] = map(read, pieces[2 * place + 1 :: each])
        return b"".join(pieces) if each else rows

    def read(self, read: Read, cell: bytes) -> bytes:
        """A cell as it is in the file. `cell` has with it what separates it from the marks."""
        raise NotImplementedError

    def end_of_last(self, data: bytes) -> int:
        """Where the last complete row ends."""
        raise NotImplementedError

    def number(self, rows: bytes) -> int:
        raise NotImplementedError

    def begin_of(self, rows: bytes, at: int) -> int:
        """Where the row begins that ends with the mark at `at`."""
        raise NotImplementedError

    def apart(self, rows: bytes) -> Iterator[bytes]:
        """Each row, with its end."""
        raise NotImplementedError

    def finished(self, rows: bytes, number: int) -> bytes:
        """The lines, with their ends, of rows whose line the program does not make."""
        raise NotImplementedError


def _remembering(read: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Many rows have the same time, or the same few values."""
    known = lru_cache(_MOST_KNOWN)(read)
    return lambda cell: known(cell) if len(cell) < _LONG else read(cell)
