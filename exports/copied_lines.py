"""Rows as COPY sends them, made into the lines of a file. See docs/adr/0116.

The steps for each row are few and work on bytes, because an export has many rows. What they cannot decide goes the long
way, through the writer of the format.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import IO, TypeAlias

import orjson

from exports.cells import text
from exports.tables import ColumnType, Value
from exports.writers.delimited import lines_of
from rest.renderers import to_json

Finish: TypeAlias = Callable[[dict[str, str]], Value]
Made: TypeAlias = Callable[[Sequence[int]], Sequence[bytes]]
_NUMBERS = (ColumnType.WHOLE_NUMBER, ColumnType.DECIMAL)
_BARE = (ColumnType.WHOLE_NUMBER, ColumnType.TRUTH)
_BATCH = 1 << 16
_MOST_WAITING, _MOST_MADE = 1 << 23, 500
_NULL = b"\\N"
_CELL = re.compile(r'(?:"((?:[^"]|"")*+)"|([^,"]*+))(?:,|\Z)')

# For `_may_need_guard`: what can separate cells becomes a comma, what begins a formula an equals sign, and whatever may
# be between them is left out. Bytes of characters beyond ASCII are left out, but for the first ones of separators and
# of full-width signs.
_SEPARATORS, _SIGNS = b",;|\t\n\v\f\r\xc2\xe2", b"=+-@\xef"
_CLASSES = bytes.maketrans(_SEPARATORS + _SIGNS, b"," * len(_SEPARATORS) + b"=" * len(_SIGNS))
_BETWEEN = bytes(set(b"\"' \x7f") | set(range(0x20)) | set(range(0x80, 0x100)) - set(_SEPARATORS + _SIGNS)).translate(
    None, _SEPARATORS + _SIGNS
)
# Characters that JSON escapes and COPY writes as they are.
_PRINTED = bytes(set(range(256)) - set(range(0x20)) | set(b"\t\n"))


@dataclass(frozen=True, slots=True)
class Part:
    """A column of a row: its type, None where it is an object that the program makes a value of."""

    name: str
    type: ColumnType | None
    is_nullable: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a row, and what makes a value of an object."""

    columns: Sequence[Part]
    finish: Finish


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
        self.rows += 1
        self._batch.append(row)
        self._size += len(row)
        if self._size >= _BATCH:
            self._write_batch()

    def finish(self) -> None:
        """Write what is left."""
        self._write_batch()
        self._write_waiting()

    def _write_batch(self) -> None:
        lines: list[bytes] = []
        for line in self.lines_of(self._batch):
            if isinstance(line, bytes):
                lines.append(line)
            else:
                self._put(lines)
                lines = []
                self._ids.append(line)
                self._waiting.append(b"")
        self._put(lines)
        self._batch, self._size = [], 0
        if not self.is_waiting and (self._waiting_size > _MOST_WAITING or len(self._ids) >= _MOST_MADE):
            self._write_waiting()

    def _put(self, lines: list[bytes]) -> None:
        if not lines:
            return
        body = self.joined(lines)
        if self._ids:
            self._waiting.append(body)
            self._waiting_size += len(body)
        else:
            self.file.write(body)

    def _write_waiting(self) -> None:
        made = iter(self.made(self._ids) if self._ids else ())
        for body in self._waiting:
            self.file.write(body or next(made))
        self._ids, self._waiting, self._waiting_size = [], [], 0

    def lines_of(self, rows: Sequence[bytes]) -> list[bytes | int]:
        """The line of each row without its end; the id of a row whose line the program makes."""
        raise NotImplementedError

    def joined(self, lines: Sequence[bytes]) -> bytes:
        """Lines with their ends."""
        raise NotImplementedError


class CsvLines(Lines):
    """Of COPY in the format csv, in which `nothing` stands for NULL. An object is between two marks.

    Both words are random and made anew for each file, so that no text of a row can be taken for them. With `has_end` a
    row ends with one more cell: NULL, or the id of a row whose line the program makes.
    """

    def __init__(
        self, file: IO[bytes], shape: Shape, made: Made, *, is_waiting: bool, has_end: bool, nothing: str, mark: str
    ) -> None:
        super().__init__(file, made, is_waiting=is_waiting)
        self._shape, self._nothing, self._mark = shape, nothing.encode(), mark.encode()
        self._end = b",%b\n" % self._nothing if has_end else b"\n"

    def lines_of(self, rows: Sequence[bytes]) -> list[bytes | int]:
        return [self._line(row) for row in rows]

    def _line(self, row: bytes) -> bytes | int:
        if not row.endswith(self._end):
            return int(row[row.rindex(b",") + 1 :])
        parts = row[: -len(self._end)].split(self._mark)
        if len(parts) == 1:
            return parts[0]
        before, stored, after = parts
        if stored == b"{}":
            return before + stored + after
        cell = text(self._shape.finish(orjson.loads(stored.replace(b'""', b'"')))).encode()
        if b'"' in cell:
            cell = b'"%b"' % cell.replace(b'"', b'""')
        return before[:-1] + cell + after[1:]

    def joined(self, lines: Sequence[bytes]) -> bytes:
        body = b"\r\n".join([*lines, b""]).replace(self._nothing, b"")
        if not _may_need_guard(body):
            return body
        lines = [line.replace(self._nothing, b"") for line in lines]
        return b"".join(self._guarded(line) if _may_need_guard(line) else line + b"\r\n" for line in lines)

    def _guarded(self, line: bytes) -> bytes:
        """The line as the program writes it from the same values."""
        found = islice(_CELL.finditer(line.decode()), len(self._shape.columns))
        cells = [one[2] if one[1] is None else one[1].replace('""', '"') for one in found]
        values: list[Value] = [
            Decimal(cell) if shape.type in _NUMBERS and cell else cell
            for cell, shape in zip(cells, self._shape.columns, strict=True)
        ]
        return lines_of([values])


def _may_need_guard(lines: bytes) -> bool:
    """False where `measures.cells.guarded` certainly changes no cell of these lines, and none begins with a sign."""
    kept = lines.translate(_CLASSES, _BETWEEN)
    return kept.startswith(b"=") or b",=" in kept


class JsonLines(Lines):
    """Of COPY in the format text, whose escapes are those of JSON but for a few. With `has_end` a row ends with one
    more cell: NULL, or the id of a row whose line the program makes."""

    def __init__(self, file: IO[bytes], shape: Shape, made: Made, *, is_waiting: bool, has_end: bool) -> None:
        super().__init__(file, made, is_waiting=is_waiting)
        self._has_end, self._shape, shapes = has_end, shape, shape.columns
        members = [
            to_json(shape.name).replace(b"%", b"%%") + (b":%b" if _is_whole(shape) else b':"%b"') for shape in shapes
        ]
        self._template = b"{" + b",".join(members) + b"}"
        self._bare = [place for place, shape in enumerate(shapes) if shape.type in _BARE and shape.is_nullable]
        self._quoted = [
            place for place, shape in enumerate(shapes)
            if shape.is_nullable and shape.type not in (*_BARE, ColumnType.STRUCTURE, None)
        ]  # fmt: skip
        self._stored = {place for place, part in enumerate(shapes) if part.type is None}
        self._structures = [place for place, part in enumerate(shapes) if part.type in (ColumnType.STRUCTURE, None)]

    def lines_of(self, rows: Sequence[bytes]) -> list[bytes | int]:
        together = b"".join(rows)
        if b"\\v" in together or together.translate(None, _PRINTED):
            rows = [_escaped(row) for row in rows]
        return [self._line(row) for row in rows]

    def _line(self, row: bytes) -> bytes | int:
        cells = row[:-1].replace(b'"', b'\\"').split(b"\t")
        if self._has_end and (end := cells.pop()) != _NULL:
            return int(end)
        for place in self._bare:
            if cells[place] == _NULL:
                cells[place] = b"null"
        for place in self._quoted:
            cells[place] = b"null" if cells[place] == _NULL else b'"%b"' % cells[place]
        for place in self._structures:
            if b"\\" in cells[place]:
                cells[place] = self._structure(cells[place], is_stored=place in self._stored)
        return self._template % tuple(cells)

    def _structure(self, cell: bytes, *, is_stored: bool) -> bytes:
        """Undo what was done to a cell that is JSON already; an object becomes the value that the program makes."""
        if cell == _NULL:
            return b"null"
        written = cell.replace(b'\\"', b'"').replace(b"\\\\", b"\\")
        return to_json(self._shape.finish(orjson.loads(written))) if is_stored else written

    def joined(self, lines: Sequence[bytes]) -> bytes:
        return b"\n".join([*lines, b""])


def _is_whole(shape: Part) -> bool:
    """Whether the cell is put in with its quotation marks, if it has any."""
    return shape.type is None or shape.type in (*_BARE, ColumnType.STRUCTURE) or shape.is_nullable


_TO_ESCAPE = re.compile(rb"\\.|[\x00-\x08\x0b-\x1f]")


def _escaped(row: bytes) -> bytes:
    """A row in which all characters that JSON escapes are escaped as in JSON."""
    return _TO_ESCAPE.sub(_escape, row)


def _escape(found: re.Match[bytes]) -> bytes:
    if found[0].startswith(b"\\"):
        return b"\\u000b" if found[0] == b"\\v" else found[0]
    return b"\\u%04x" % found[0][0]
