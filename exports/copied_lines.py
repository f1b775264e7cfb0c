"""Rows as COPY sends them, made into the lines of a file. See docs/adr/0116.

The steps for each row are few and work on bytes, because an export has many rows. What they cannot decide goes the long
way, through the writer of the format.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, islice
from typing import IO, TypeAlias

from exports.tables import ColumnType, Value
from exports.writers.delimited import lines_of

Made: TypeAlias = Callable[[Sequence[int]], Sequence[bytes]]
_NUMBERS = (ColumnType.WHOLE_NUMBER, ColumnType.DECIMAL)
_BATCH = 1 << 16
_MOST_WAITING, _MOST_MADE = 1 << 23, 500
_CELL = re.compile(r'(?:"((?:[^"]|"")*+)"|([^,"]*+))(?:,|\Z)')

# For `_may_need_guard`: what can separate cells becomes a comma, what begins a formula an equals sign, and whatever may
# be between them is left out. Bytes of characters beyond ASCII are left out, but for the first ones of separators and
# of full-width signs.
_SEPARATORS, _SIGNS = b",;|\t\n\v\f\r\xc2\xe2", b"=+-@\xef"
_CLASSES = bytes.maketrans(_SEPARATORS + _SIGNS, b"," * len(_SEPARATORS) + b"=" * len(_SIGNS))
_BETWEEN = bytes(set(b"\"' \x7f") | set(range(0x20)) | set(range(0x80, 0x100)) - set(_SEPARATORS + _SIGNS)).translate(
    None, _SEPARATORS + _SIGNS
)


class Lines:
    """A file for COPY to write to. `made` gives the lines of rows that the program must make, by their ids.

    Lines behind such a row wait for it in memory, so that many are made at once: all of them where COPY has the only
    connection (`is_waiting`), which is so inside a transaction alone.
    """

    def __init__(self, file: IO[bytes], made: Made, *, is_waiting: bool) -> None:
        self.file, self.made, self.is_waiting = file, made, is_waiting
        self.rows = 0
        self._batch: list[bytes] = []
        self._size = 0
        self._ids: list[int] = []
        self._waiting: list[bytes] = []
        self._waiting_size = 0

    def write(self, row: bytes) -> None:
        """One row: `PQgetCopyData` never gives a part of one, nor several."""
        self._batch.append(row)
        self._size += len(row)
        if self._size >= _BATCH:
            self._write_batch()

    def finish(self) -> None:
        """Write what is left."""
        self._write_batch()
        self._write_waiting()

    def _write_batch(self) -> None:
        if self._batch:
            self.block(b"".join(self._batch), [len(row) for row in self._batch])
        self._batch, self._size = [], 0

    def block(self, rows: bytes, lengths: Sequence[int]) -> None:
        """Some rows, one behind the other, and the length of each."""
        self.rows += len(lengths)
        if self.are_plain(rows, len(lengths)):
            self._put(self.finished(rows, lengths))
            return
        plain: list[bytes] = []
        for row in _apart(rows, lengths):
            made = self.made_by(row)
            if made is None:
                plain.append(row)
                continue
            self._put_plain(plain)
            plain = []
            self._ids.append(made)
            self._waiting.append(b"")
        self._put_plain(plain)
        if not self.is_waiting and (self._waiting_size > _MOST_WAITING or len(self._ids) >= _MOST_MADE):
            self._write_waiting()

    def _put_plain(self, rows: Sequence[bytes]) -> None:
        if rows:
            self._put(self.finished(b"".join(rows), [len(row) for row in rows]))

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

    def are_plain(self, rows: bytes, number: int) -> bool:
        """Whether the program makes the line of none of these rows."""
        raise NotImplementedError

    def made_by(self, row: bytes) -> int | None:
        """The id of a row whose line the program makes."""
        raise NotImplementedError

    def finished(self, rows: bytes, lengths: Sequence[int]) -> bytes:
        """The lines, with their ends, of rows whose line the program does not make."""
        raise NotImplementedError


def _apart(rows: bytes, lengths: Sequence[int]) -> Iterator[bytes]:
    begin = 0
    for end in accumulate(lengths):
        yield rows[begin:end]
        begin = end


class CsvLines(Lines):
    """Of COPY in the format csv, in which `nothing` stands for NULL: random, made anew for each file, so that no text
    of a row can be taken for it. A row ends with one more cell: NULL, or the id of a row whose line the program makes.
    """

    def __init__(
        self, file: IO[bytes], types: Sequence[ColumnType], made: Made, *, is_waiting: bool, nothing: str
    ) -> None:
        super().__init__(file, made, is_waiting=is_waiting)
        self._types, self._nothing = types, nothing.encode()
        self._end = b",%b\n" % self._nothing

    def are_plain(self, rows: bytes, number: int) -> bool:
        return rows.count(self._end) == number

    def made_by(self, row: bytes) -> int | None:
        return None if row.endswith(self._end) else int(row[row.rindex(b",") + 1 :])

    def finished(self, rows: bytes, lengths: Sequence[int]) -> bytes:
        body = self._line(rows)
        if not _may_need_guard(body):
            return body
        lines = map(self._line, _apart(rows, lengths))
        return b"".join(self._guarded(line[:-2]) if _may_need_guard(line) else line for line in lines)

    def _line(self, rows: bytes) -> bytes:
        return rows.replace(self._end, b"\r\n").replace(self._nothing, b"")

    def _guarded(self, line: bytes) -> bytes:
        """The line as the program writes it from the same values."""
        found = islice(_CELL.finditer(line.decode()), len(self._types))
        cells = [one[2] if one[1] is None else one[1].replace('""', '"') for one in found]
        values: list[Value] = [
            Decimal(cell) if kind in _NUMBERS and cell else cell for cell, kind in zip(cells, self._types, strict=True)
        ]
        return lines_of([values])


class JsonLines(Lines):
    """Of COPY with one cell in a row: its line, or the id of a row whose line the program makes. A line holds no line
    break, because JSON escapes it."""

    def are_plain(self, rows: bytes, number: int) -> bool:
        return rows.startswith(b"{") and rows.count(b"\n{") == number - 1

    def made_by(self, row: bytes) -> int | None:
        return None if row.startswith(b"{") else int(row)

    def finished(self, rows: bytes, lengths: Sequence[int]) -> bytes:
        return rows


def _may_need_guard(lines: bytes) -> bool:
    """False where `measures.cells.guarded` certainly changes no cell of these lines, and none begins with a sign."""
    kept = lines.translate(_CLASSES, _BETWEEN)
    return kept.startswith(b"=") or b",=" in kept
