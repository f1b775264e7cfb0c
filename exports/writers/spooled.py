"""The rows of a table in a temporary file, and what is known of each column once all were read. Pure.

Formats that declare the type and width of a column before its first value need the rows twice, and the rows of a table
can be read only once. Memory does not grow with the number of rows.
"""

import math
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, TypeAlias

import orjson

from exports.cells import text
from exports.tables import Column, ColumnType, MissingKind, Table, Value
from exports.unfit import not_text
from standards.translation import gettext as _

_BUFFER = 1 << 20
_CODE = re.compile(r"-?[1-9][0-9]{0,8}|0")
_LARGEST = 1 << 63
# A double holds every decimal number of this many digits, and gives the same digits back.
_DIGITS = 15


class ShortFile(RuntimeError):
    """A file has another number of rows than its table. It is a fault of the program, and the file is dropped."""


class Storage(StrEnum):
    """How the values of a column are stored in a file whose columns have types."""

    NUMBER = "number"
    TRUTH = "truth"
    DAY = "day"
    TIME = "time"
    TEXT = "text"


Stored: TypeAlias = bool | int | float | Decimal | str | date | datetime | MissingKind | None
_Json: TypeAlias = bool | int | float | str | dict[str, str] | None

_WANTED = {
    ColumnType.WHOLE_NUMBER: Storage.NUMBER,
    ColumnType.DECIMAL: Storage.NUMBER,
    ColumnType.TRUTH: Storage.TRUTH,
    ColumnType.DAY: Storage.DAY,
    ColumnType.TIME: Storage.TIME,
}


@dataclass(slots=True)
class Profile:
    """What all values of a column have in common.

    `longest` is in bytes of UTF-8, in the row `longest_row` (from 1); `kinds` of missing are declared or occur, those
    of `seen` occur.
    """

    column: Column
    storages: set[Storage] = field(default_factory=set)
    kinds: dict[str, MissingKind] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    longest: int = 0
    longest_row: int = 0
    first_nul: int = 0
    low: float = math.inf
    high: float = -math.inf
    is_whole: bool = True
    is_exact: bool = True
    has_float: bool = False
    whole_digits: int = 1
    decimals: int = 0
    first_day: date = date.max
    is_coded: bool = False

    def __post_init__(self) -> None:
        codes = [code for code in self.column.labels if code]
        is_text = self.column.type == ColumnType.TEXT
        self.is_coded = is_text and bool(codes) and all(map(_CODE.fullmatch, codes))
        self.kinds = {kind.code: kind for kind in self.column.missing}

    @property
    def storage(self) -> Storage:
        """The type of the column, where all its values have it; otherwise text. Codes that are numbers are numbers."""
        wanted = _WANTED.get(self.column.type, Storage.TEXT)
        if wanted == Storage.TEXT:
            return Storage.NUMBER if self.is_coded else Storage.TEXT
        return wanted if self.storages <= {wanted} else Storage.TEXT

    def add(self, value: Value, row: int) -> _Json:
        """Take note of one value; the value as it is stored."""
        if value is None:
            return None
        if isinstance(value, MissingKind):
            self.kinds.setdefault(value.code, value)
            self.seen.add(value.code)
            self._measure(value.code, row)
            return {"m": value.code}
        if isinstance(value, str):
            return self._text(value, row)
        if isinstance(value, bool):
            self.storages.add(Storage.TRUTH)
            self._measure(text(value), row)
            return value
        if isinstance(value, int | float | Decimal):
            return self._number(value, row)
        return self._other(value, row)

    def _text(self, value: str, row: int) -> str:
        self.storages.add(Storage.TEXT)
        self._measure(value, row)
        if self.is_coded and value:
            if _CODE.fullmatch(value):
                self.low, self.high = min(self.low, int(value)), max(self.high, int(value))
            else:
                self.is_coded = False
        return value

    def _number(self, value: float | Decimal, row: int) -> _Json:
        if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
            value = Decimal(value)
        if not is_finite(value):
            return self._text(str(value), row)
        self.is_coded = False
        self.storages.add(Storage.NUMBER)
        self._measure(str(value), row)
        self.low, self.high = min(self.low, float(value)), max(self.high, float(value))
        if isinstance(value, float):
            self.has_float = True
            self.is_whole = self.is_whole and value.is_integer()
            return value
        self._digits(Decimal(value))
        return value if isinstance(value, int) else {"n": str(value)}

    def _digits(self, value: Decimal) -> None:
        _sign, digits, exponent = value.as_tuple()
        places = max(0, -int(exponent))
        self.decimals = max(self.decimals, places)
        self.whole_digits = max(self.whole_digits, len(digits) + int(exponent))
        self.is_whole = self.is_whole and places == 0
        self.is_exact = self.is_exact and is_exact(value)

    def _other(self, value: Value, row: int) -> _Json:
        self.is_coded = False
        self._measure(text(value), row)
        if isinstance(value, datetime):
            self.storages.add(Storage.TIME)
            self.first_day = min(self.first_day, value.date())
            return {"t": value.isoformat()}
        if isinstance(value, date):
            self.storages.add(Storage.DAY)
            self.first_day = min(self.first_day, value)
            return {"d": value.isoformat()}
        self.storages.add(Storage.TEXT)
        return text(value)

    def _measure(self, value: str, row: int) -> None:
        if "\0" in value and not self.first_nul:
            self.first_nul = row
        try:
            size = len(value) if value.isascii() else len(value.encode())
        except UnicodeEncodeError as error:
            raise not_text(self.column.name, row) from error
        if size > self.longest:
            self.longest, self.longest_row = size, row


@dataclass(slots=True)
class Spool:
    """All rows of a table. `rows()` can be called more than once; `n` is their number, `size` their bytes."""

    table: Table
    profiles: list[Profile]
    n: int
    size: int
    file: IO[bytes]

    def checked(self, rows: int) -> int:
        """The number of rows that were written; raises ShortFile where it is not the number of rows that there are."""
        if rows != self.n:
            raise ShortFile(_("%(rows)s rows were written of %(total)s.") % {"rows": rows, "total": self.n})
        return rows

    def rows(self) -> Iterator[list[Stored]]:
        self.file.seek(0)
        kinds = [profile.kinds for profile in self.profiles]
        written = self.table.written
        for line in self.file:
            if written is not None:
                written()
            values = orjson.loads(line)
            yield [
                _read(value, known) if isinstance(value, dict) else value
                for value, known in zip(values, kinds, strict=True)
            ]


def is_finite(value: float | Decimal) -> bool:
    """Whether a double has this number, if not all its digits."""
    return Decimal(value).is_finite() and math.isfinite(Decimal(value))


def is_exact(value: float | Decimal) -> bool:
    """Whether a double holds every digit of a number."""
    if not is_finite(value):
        return False
    digits = "".join(map(str, Decimal(value).as_tuple().digits))
    return isinstance(value, float) or len(digits.strip("0")) <= _DIGITS


@contextmanager
def spooled(table: Table) -> Iterator[Spool]:
    """Read the rows of a table into a temporary file; raises Unfit where a text is not valid."""
    profiles = [Profile(column) for column in table.columns]
    with tempfile.TemporaryFile(prefix="lipse-export-", buffering=_BUFFER) as file:
        n = 0
        for n, values in enumerate(table.rows, start=1):
            file.write(orjson.dumps(_noted(profiles, values, n)) + b"\n")
        yield Spool(table, profiles, n, file.tell(), file)


def _noted(profiles: Sequence[Profile], values: Sequence[Value], row: int) -> list[_Json]:
    return [profile.add(value, row) for profile, value in zip(profiles, values, strict=True)]


def _read(value: dict[str, str], kinds: dict[str, MissingKind]) -> Stored:
    [(tag, stored)] = value.items()
    if tag == "m":
        return kinds[stored]
    if tag == "n":
        return Decimal(stored)
    return datetime.fromisoformat(stored) if tag == "t" else date.fromisoformat(stored)
