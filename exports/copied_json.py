"""Rows of COPY in the format text, made into lines of JSON as the program writes them. See docs/adr/0128.

COPY escapes a text as JSON does, but for quotation marks, vertical tabs and the other control characters.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import IO, Any, TypeAlias

import numpy as np

from exports.copied_cells import BETWEEN, QUOTE, READ, Cell, Part, json_parts
from exports.copied_lines import Lines, Read, number_of
from exports.tables import ColumnType, Value
from rest.renderers import to_json

Places: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
_NULL = b"\\N"
_AS_IT_IS = (ColumnType.WHOLE_NUMBER, ColumnType.TRUTH)
_QUOTE, _BETWEEN = QUOTE.encode(), BETWEEN.encode()
_NO_TEXT = b"\xff"  # this byte is in no text of UTF-8
_CONTROLS = bytes(set(range(32)) - {*b"\n", *_QUOTE})
_CHARACTERS = bytes.maketrans(_CONTROLS + _QUOTE, _NO_TEXT * len(_CONTROLS) + b'"')
_CELL = re.compile(rb"((?:[^\x02\\]|\\.)*+)(?:\x02|\Z)", re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class JsonLines(Lines):
    r"""Rows with the columns of `json_parts`. NULL is `\\N`, as COPY has it: in texts there are two backslashes for
    one, so that no text can be taken for it."""

    def __init__(self, file: IO[bytes], cells: Mapping[str, Cell], *, is_waiting: bool, mark: str) -> None:
        parts = json_parts(cells)
        super().__init__(file, list(cells.values()), parts, is_waiting=is_waiting, mark=mark)
        self._parts = parts
        texts = "".join(part for part in parts if isinstance(part, str))
        self._quotes = texts.count(QUOTE)
        # Those beside a mark go with it.
        self._between = len(parts) - 1 - texts.count(READ)

    def end_of_last(self, data: bytes) -> int:
        return data.rfind(b"\n") + 1

    def number(self, rows: bytes) -> int:
        return number_of(rows, b"\n")

    def apart(self, rows: bytes) -> Iterator[bytes]:
        return (row + b"\n" for row in rows.split(b"\n")[:-1])

    def read(self, read: Read, cell: bytes) -> bytes:
        return self._read(read, cell[1:-1]).replace(b'"', _QUOTE)

    def later(self, value: Value) -> bytes:
        return to_json(value)

    def placed(self, later: bytes, before: bytes) -> bytes:
        return later

    def finished(self, rows: bytes, number: int) -> bytes:
        escaped = rows.replace(b'"', b'\\"')
        body = self.with_read(escaped, number)
        if body is not None and number_of(escaped, _QUOTE) == number * self._quotes:
            lines = body.translate(_CHARACTERS, _BETWEEN)
            is_whole = len(body) - len(lines) == number * self._between
            if is_whole and _NO_TEXT not in lines:
                at, escaped_bytes = _escapes(lines)
                if not np.any(escaped_bytes == ord("v")):
                    return _with_nulls(lines, at, escaped_bytes)
        lines = b"".join(map(self._line, self.apart(rows)))
        return _with_nulls(lines, *_escapes(lines))

    def _line(self, row: bytes) -> bytes:
        cells = islice(_CELL.finditer(row), len(self._parts))
        return b"".join(self._written(part, cell[1]) for part, cell in zip(self._parts, cells, strict=True)) + b"\n"

    def _written(self, part: Part, cell: bytes) -> bytes:
        if isinstance(part, str):
            return part.replace(QUOTE, '"').replace(READ, "").encode()
        if part.read:
            return self._read(part.read, cell)
        is_written = part.later or part.type in _AS_IT_IS or cell == _NULL
        return cell if is_written else to_json(_unescaped(cell))[1:-1]

    def _read(self, read: Read, cell: bytes) -> bytes:
        return b"null" if cell == _NULL else to_json(read(_unescaped(cell)))


def _escapes(lines: bytes) -> tuple[Places, Places]:
    """Where backslashes are, and the bytes behind them. The last byte is the end of a line."""
    data = np.frombuffer(lines, np.uint8)
    at = np.flatnonzero(data == ord("\\"))
    return at, data[at + 1]


def _with_nulls(lines: bytes, at: Places, escaped: Places) -> bytes:
    """The lines with `null` for each NULL: one backslash and N, behind a colon or between quotation marks. `at` and
    `escaped`: see `_escapes`."""
    at = at[escaped == ord("N")]
    before = np.frombuffer(lines, np.uint8)[at - 1]
    is_quoted, is_bare = before == ord('"'), before == ord(":")
    ends = at - is_quoted
    begins = at + len(_NULL) + is_quoted
    is_null = is_quoted | is_bare
    ends, begins = ends[is_null].tolist(), begins[is_null].tolist()
    parts = [lines[begin:end] for begin, end in zip([0, *begins], [*ends, len(lines)], strict=True)]
    return b"null".join(parts)


def _unescaped(cell: bytes) -> str:
    if b"\\" in cell:
        cell = _ESCAPE.sub(_character, cell)
    return cell.decode()


def _character(found: re.Match[bytes]) -> bytes:
    return _ESCAPED.get(found[1], found[1])
