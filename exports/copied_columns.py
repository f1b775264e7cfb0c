"""The columns of the rows that COPY sends in the format text, and their cells. Pure, for the child too (ADR 0167)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
import orjson

from exports.tables import ColumnType, Value

SEPARATOR = b"\x02"
NULL = b"\\N"
END = "x"
_BACKSLASH, _FIRST_PRINTED = ord("\\"), 0x20
# A vertical tab has no such escape in JSON, and behind the second a separator is a part of a text.
_ODD = (ord("v"), SEPARATOR[0])
_ESCAPED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b"N": b""}


class Reading(StrEnum):
    """What the program makes of a text where PostgreSQL would write the value in another way or more slowly."""

    TIME = "time"
    JSON = "json"
    TEXTS = "texts"  # an object of texts


@dataclass(frozen=True, slots=True)
class CopiedColumn:
    """A column of the rows. `without`: members whose names begin so are left out of TEXTS. Where it `has_later`, some
    cells are a mark and `place_of`. `before` is the JSON between this cell and the one before, without quotation marks
    around the cells."""

    type: ColumnType
    read: Reading | None = None
    without: str = ""
    has_later: bool = False
    may_be_null: bool = True
    before: str = ""

    @property
    def is_bare(self) -> bool:
        """Whether it is JSON without quotation marks."""
        bare = (ColumnType.WHOLE_NUMBER, ColumnType.TRUTH)
        return self.read is not None or self.has_later or self.type in bare

    def value_of(self, text: bytes) -> Value:
        """What the program reads in a text that is not NULL."""
        if self.read == Reading.TIME:
            return datetime.fromisoformat(text.decode())
        if self.read == Reading.TEXTS:
            texts: dict[str, Value] = orjson.loads(text)
            return {name: one for name, one in texts.items() if not (self.without and name.startswith(self.without))}
        value: Value = json.loads(text)
        return value


def place_of(text: bytes) -> tuple[int, int]:
    """The place of a cell among the cells, and the id of its row, of what stands between the mark and END."""
    place, _, pk = text.partition(b"p")
    return int(place), int(pk)


def cells_of(rows: bytes) -> list[bytes] | None:
    """The cells of some complete rows, one after the other; None where a text contains a separator or a control
    character that COPY does not write as an escape that JSON has too."""
    data = np.frombuffer(rows, np.uint8)
    if b"\\" in rows:
        # The last byte is the end of a row.
        escapes = data[np.flatnonzero(data == _BACKSLASH) + 1]
        if any(np.any(escapes == odd) for odd in _ODD):
            return None
    cells = rows.replace(b"\n", SEPARATOR).split(SEPARATOR)
    cells.pop()
    return cells if np.count_nonzero(data < _FIRST_PRINTED) == len(cells) else None


def cells_of_row(row: bytes) -> list[bytes]:
    """The cells of a row without its end, whatever is in its texts."""
    cells: list[bytes] = []
    begun: list[bytes] = []
    for piece in row.split(SEPARATOR):
        begun.append(piece)
        # An odd number of backslashes: the last one is before a separator, which is a part of the text.
        if (len(piece) - len(piece.rstrip(b"\\"))) % 2 == 0:
            cells.append(SEPARATOR.join(begun))
            begun = []
    return cells


def unescaped(cells: bytes) -> bytes:
    """A text without the escapes of COPY, NULL as an empty one."""
    return b"".join(_unescaped(cells.split(b"\\"))) if b"\\" in cells else cells


def _unescaped(pieces: list[bytes]) -> Iterator[bytes]:
    yield pieces[0]
    is_escape = True
    for piece in pieces[1:]:
        if not is_escape:
            is_escape = True
            yield piece
        elif piece:
            yield _ESCAPED.get(piece[:1], piece[:1]) + piece[1:]
        else:
            # Of two backslashes the second one is the text, and what follows it is none that begins an escape.
            is_escape = False
            yield b"\\"
