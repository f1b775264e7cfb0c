"""What only the program itself can write in lines that the database gave: the parts of a record. See docs/adr/0167."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from exports.copied_cells import Later
from exports.copied_columns import place_of
from exports.copied_csv import CsvLines, quoted, text_in
from exports.copied_json import JsonLines
from exports.copied_lines import Lines
from exports.tables import Value
from exports.writers.spooled import ShortFile
from rest.renderers import to_json
from standards.translation import gettext as _

_MOST_WAITING, _MOST_LATER = 10 << 20, 500


class Placed(Protocol):
    def __call__(self, value: bytes, before: bytes | memoryview) -> bytes:
        """What stands for a value behind what is before it in the lines."""


class Written(Protocol):
    def __call__(self, value: Value) -> bytes:
        """A value as it is in the file, but for what `Placed` adds."""


@dataclass(frozen=True, slots=True)
class Form:
    """How lines are made, and how a value that the program reads itself is written in them."""

    lines: type[Lines]
    written: Written
    placed: Placed


def _in_csv(value: bytes, before: bytes | memoryview) -> bytes:
    # The mark is between quotation marks where all texts of the line are.
    return value if before[-1:] == b'"' else quoted(value)


def _in_json(value: bytes, before: bytes | memoryview) -> bytes:
    return value


FORMS = {"csv": Form(CsvLines, text_in, _in_csv), "json": Form(JsonLines, to_json, _in_json)}


class WithLater:
    """Puts the values of `laters` (by the places of their cells) where their places are, and writes the lines to a
    file.

    Lines behind such a place wait for it in memory, so that many are read at once: all of them where COPY has the only
    connection (`is_waiting`), which is so inside a transaction alone.
    """

    def __init__(self, file: IO[bytes], form: Form, laters: Mapping[int, Later], *, is_waiting: bool) -> None:
        self._file, self._form, self._laters, self._is_waiting = file, form, laters, is_waiting
        self.rows = 0
        self._places: list[bytes] = []
        self._waiting: list[list[bytes | memoryview]] = []
        self._size = 0

    def take(self, number: int, pieces: Sequence[bytes | memoryview]) -> None:
        """Some rows: their number and their lines."""
        self.rows += number
        if len(pieces) == 1 and not self._waiting:
            self._file.write(pieces[0])
            return
        self._places += map(bytes, pieces[1::2])
        self._waiting.append([*pieces])
        self._size += sum(map(len, pieces))
        if not self._is_waiting and (self._size > _MOST_WAITING or len(self._places) >= _MOST_LATER):
            self.finish()

    def finish(self) -> None:
        """Write what waits."""
        known = self._read()
        for pieces in self._waiting:
            for place in range(1, len(pieces), 2):
                pieces[place] = self._form.placed(known[bytes(pieces[place])], pieces[place - 1])
            self._file.write(b"".join(pieces))
        self._places, self._waiting, self._size = [], [], 0

    def _read(self) -> dict[bytes, bytes]:
        """What stands for each of the places."""
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
                known.update(zip(map(ids.__getitem__, some), map(self._form.written, values), strict=True))
        return known
