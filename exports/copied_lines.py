"""Rows as COPY sends them, made into the lines of a file. Pure. See docs/adr/0116.

A row may end with a value that says what is still to do: nothing (NULL); a number, the id of a row whose line the
program must make; or an object, which belongs into the one cell that PostgreSQL cannot write as the program does. The
mark in its place is random and made anew for each file, so that no text of a row can be taken for it.
"""

import re
from array import array
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import islice
from typing import IO

import orjson

from exports.cells import text
from exports.tables import ColumnType, Value
from exports.writers.delimited import lines_of

# Matches wherever `measures.cells.guarded` changes a text, and at some other places: a sign behind the beginning of a
# cell or a separator, whatever blanks, quotation marks, control characters and letters beyond ASCII are between.
_MAY_NEED_GUARD = re.compile(rb'[,;|\t\n\v\f\r\xc2\xe2][\x00-\x20"\x7f-\xff]*\'*[=+\-@\xef]')
_CELL = re.compile(r'(?:"((?:[^"]|"")*+)"|([^,"]*+))(?:,|\Z)')
_NUMBERS = (ColumnType.WHOLE_NUMBER, ColumnType.DECIMAL)
_BATCH = 1 << 16
_LONG = 500


class Lines:
    """A file for COPY to write to. Lines go to `file` until the first that the program must make: then to `later`,
    with its id in `ids` and the bytes of `later` before it in `places`."""

    def __init__(self, file: IO[bytes], later: IO[bytes], mark: str, finish: Callable[[dict[str, str]], Value]) -> None:
        self.file, self.later, self.mark, self.finish = file, later, mark.encode(), finish
        self.rows = 0
        self.ids, self.places = array("q"), array("q")
        self._batch: list[bytes] = []
        self._size = 0

    def write(self, row: bytes) -> None:
        """One row: `PQgetCopyData` never gives a part of one, nor several."""
        self.rows += 1
        self._batch.append(row)
        self._size += len(row)
        if self._size >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write the lines of the rows so far."""
        lines: list[bytes] = []
        for row in self._batch:
            line, left = self.line_of(row)
            if left is None:
                lines.append(line)
            else:
                self._put(lines)
                lines = []
                self.ids.append(left)
                self.places.append(self.later.tell())
        self._put(lines)
        self._batch, self._size = [], 0

    def _put(self, lines: list[bytes]) -> None:
        if lines:
            (self.later if self.ids else self.file).write(self.joined(lines))

    def line_of(self, row: bytes) -> tuple[bytes, int | None]:
        """The line without its end; or the id of a row whose line the program makes."""
        raise NotImplementedError

    def joined(self, lines: Sequence[bytes]) -> bytes:
        """Lines with their ends."""
        raise NotImplementedError


class CsvLines(Lines):
    """Of COPY in the format csv."""

    def __init__(
        self, file: IO[bytes], later: IO[bytes], mark: str, finish: Callable[[dict[str, str]], Value],
        types: Sequence[ColumnType], *, has_end: bool,
    ) -> None:  # fmt: skip
        super().__init__(file, later, mark, finish)
        self._is_number = [one in _NUMBERS for one in types]
        self._has_end = has_end

    def line_of(self, row: bytes) -> tuple[bytes, int | None]:
        if not self._has_end:
            return row[:-1], None
        if row.endswith(b",\n"):
            return row[:-2], None
        line, _, end = row[:-1].rpartition(self.mark)
        if not end.startswith(b"{"):
            return b"", int(end)
        stored = orjson.loads(end[:-1].replace(b'""', b'"'))
        cell = text(self.finish(stored)).encode()
        if b'"' in cell or b"," in cell:
            cell = b'"' + cell.replace(b'"', b'""') + b'"'
        return line[:-2].replace(self.mark, cell, 1), None

    def joined(self, lines: Sequence[bytes]) -> bytes:
        if self._size < _LONG * len(self._batch):
            body = b"\r\n".join([b"", *lines, b""])
            if not _MAY_NEED_GUARD.search(body):
                return body[2:]
        return b"".join(
            self._guarded(line) if _MAY_NEED_GUARD.search(b"," + line) else line + b"\r\n" for line in lines
        )

    def _guarded(self, line: bytes) -> bytes:
        """The line as the program writes it from the same values."""
        found = islice(_CELL.finditer(line.decode()), len(self._is_number))
        cells = [one[2] if one[1] is None else one[1].replace('""', '"') for one in found]
        values: list[Value] = [
            Decimal(cell) if is_number and cell else cell
            for cell, is_number in zip(cells, self._is_number, strict=True)
        ]
        return lines_of([values])


class JsonLines(Lines):
    """Of COPY of one JSON object a row, whose last member has the mark as its name."""

    def __init__(
        self, file: IO[bytes], later: IO[bytes], mark: str, finish: Callable[[dict[str, str]], Value], *, has_end: bool
    ) -> None:
        super().__init__(file, later, mark, finish)
        self._begin = f',"{mark}":'.encode()
        self._nothing = self._begin + b"null}\n"
        self._place = f'"{mark}"'.encode()
        self._has_end = has_end

    def line_of(self, row: bytes) -> tuple[bytes, int | None]:
        if not self._has_end:
            return row[:-1], None
        if row.endswith(self._nothing):
            return row[: -len(self._nothing)] + b"}", None
        line, _, end = row[:-2].rpartition(self._begin)
        if not end.startswith(b"{"):
            return b"", int(end)
        cell = text(self.finish(orjson.loads(end))).encode()
        return line.replace(self._place, cell, 1) + b"}", None

    def joined(self, lines: Sequence[bytes]) -> bytes:
        return b"\n".join([*lines, b""])
