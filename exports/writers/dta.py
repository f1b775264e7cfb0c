"""Stata `.dta`, format 118 (Stata 14 and newer): UTF-8, long texts as strL, kinds of missing as `.a` to `.z`.

Written here and not by a library, because those hold the whole table in memory (docs/adr/0102). The format is described
in Stata's own help file `dta`. All numbers are little-endian.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO

from exports.tables import MissingKind, Table
from exports.unfit import unfit
from exports.writers.spooled import Spool, Storage, Stored, spooled
from exports.writers.variables import Rules, Variable, about, as_text, cut, letters, seconds_since, variables
from standards.translation import gettext_noop as _

MOST_COLUMNS = 32_767
MOST_ROWS = 2**31 - 1
_WIDEST = 2_045  # bytes of a text that is not a strL
_STR_L = 32_768
_LONGEST_ROW = 1 << 24
_MOST_CHARACTERS = 80
_LABEL_BYTES = 31_000
_EPOCH = date(1960, 1, 1)
_EPOCH_TIME = datetime(1960, 1, 1, tzinfo=UTC)
_WORDS = (
    "_all _b _coef _cons _n _N _pi _pred _rc _se _skip byte double float if in int long str strl using with aggregate "
    "array boolean break case catch class colvector complex const continue default delegate delete do else eltypedef "
    "end enum explicit export external for friend function global goto inline local matrix mata namespace new null "
    "numeric NULL operator orgtypedef pointer polymorphic pragma private protected public quad real return rowvector "
    "scalar short signed static string struct super switch template this throw transmorphic try typedef typename union "
    "unsigned vector version virtual void volatile while"
)
_RULES = Rules(
    longest_name=32,
    reserved=frozenset({*_WORDS.casefold().split(), *(f"str{n}" for n in range(_WIDEST + 1))}),
    first_day=date(100, 1, 1),
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A numeric type: its code, its format in `struct`, its range, and its first missing value `.`."""

    code: int
    pack: str
    low: float
    high: float
    missing: int


_BYTE = _Number(65_530, "b", -127, 100, 101)
_INT = _Number(65_529, "h", -32_767, 32_740, 32_741)
_LONG = _Number(65_528, "i", -2_147_483_647, 2_147_483_620, 2_147_483_621)
# Doubles are packed as their bits: a NaN would not keep what kind of missing it is.
_DOUBLE = _Number(65_526, "Q", float("-inf"), float("inf"), 0x7FE0 << 48)
_DOUBLE_STEP = 1 << 40


@dataclass(frozen=True, slots=True)
class _Field:
    """A variable as it is stored: its type, and a function from a value to what `struct` packs."""

    variable: Variable
    code: int
    pack: str
    format: str
    packed: Callable[[Stored], int | bytes]

    @property
    def is_long(self) -> bool:
        return self.code == _STR_L


def write(table: Table, file: IO[bytes]) -> int:
    """Write the whole table; the number of rows. Raises Unfit for what Stata cannot contain."""
    if len(table.columns) > MOST_COLUMNS:
        reason = _("Stata files have at most %(most)s columns; this table has %(columns)s.")
        raise unfit(reason, {"most": MOST_COLUMNS, "columns": len(table.columns)}, "csv", "jsonl", "parquet")
    with spooled(table) as spool:
        fields = [_field(variable) for variable in variables(spool, _RULES)]
        _check(spool, fields)
        return _write(spool, fields, file)


def _check(spool: Spool, fields: Sequence[_Field]) -> None:
    for profile in spool.profiles:
        if profile.first_nul:
            reason = _("Column “%(column)s” contains the character NUL in row %(row)s, which Stata cannot read.")
            raise unfit(reason, {"column": profile.column.name, "row": profile.first_nul}, "jsonl", "parquet")
    if spool.n > MOST_ROWS:
        reason = _("Stata files have at most %(most)s rows; this table has %(rows)s.")
        raise unfit(reason, {"most": MOST_ROWS, "rows": spool.n}, "csv", "jsonl", "parquet")


def _field(variable: Variable) -> _Field:
    if variable.storage == Storage.TEXT:
        return _text_field(variable)
    if variable.storage == Storage.DAY:
        return _number_field(variable, _LONG, "%td", _days)
    if variable.storage == Storage.TIME:
        return _number_field(variable, _DOUBLE, "%tc", _milliseconds)
    return _number_field(variable, _smallest(variable), "%12.0g", variable.number)


def _text_field(variable: Variable) -> _Field:
    width = max(variable.profile.longest, 1)
    if width > _WIDEST:
        return _Field(variable, _STR_L, "Q", "%9s", lambda value: as_text(value).encode())
    return _Field(variable, width, f"{width}s", f"%-{min(width, 60)}s", lambda value: as_text(value).encode())


def _number_field(variable: Variable, number: _Number, shown: str, of: Callable[[Stored], float | None]) -> _Field:
    letter_of = letters(variable.kinds)

    def packed(value: Stored) -> int:
        if isinstance(value, MissingKind):
            place = ord(letter_of[value.code]) - 96 if value.code in letter_of else 0
            return number.missing + place * (_DOUBLE_STEP if number is _DOUBLE else 1)
        plain = of(value)
        if plain is None:
            return number.missing
        return _bits(plain) if number is _DOUBLE else int(plain)

    return _Field(variable, number.code, number.pack, shown, packed)


def _smallest(variable: Variable) -> _Number:
    """The smallest type that holds every value and every labelled code."""
    profile = variable.profile
    if not profile.is_whole:
        return _DOUBLE
    codes = variable.codes
    low, high = min(profile.low, *codes, 0), max(profile.high, *codes, 0)
    return next(one for one in (_BYTE, _INT, _LONG, _DOUBLE) if one.low <= low and high <= one.high)


def _bits(number: float) -> int:
    return int(struct.unpack("<Q", struct.pack("<d", number))[0])


def _days(value: Stored) -> float | None:
    return (value - _EPOCH).days if isinstance(value, date) else None


def _milliseconds(value: Stored) -> float | None:
    return round(seconds_since(_EPOCH_TIME, value) * 1000) if isinstance(value, datetime) else None


def _write(spool: Spool, fields: Sequence[_Field], file: IO[bytes]) -> int:
    start = file.tell()
    places = [0]

    def part(name: str, content: bytes) -> None:
        places.append(file.tell() - start)
        file.write(f"<{name}>".encode() + content + f"</{name}>".encode())

    file.write(b"<stata_dta>" + _header(spool, fields))
    part("map", bytes(8 * 14))
    part("variable_types", b"".join(struct.pack("<H", one.code) for one in fields))
    part("varnames", b"".join(_fixed(one.variable.name, 129) for one in fields))
    part("sortlist", bytes(2 * (len(fields) + 1)))
    part("formats", b"".join(_fixed(one.format, 57) for one in fields))
    part("value_label_names", b"".join(_fixed(_labels_name(one), 129) for one in fields))
    part("variable_labels", b"".join(_fixed(_short(one.variable.label), 321) for one in fields))
    part("characteristics", b"".join(_characteristics(spool, fields)))
    places.append(file.tell() - start)
    rows = _write_rows(spool, fields, file)
    places.append(file.tell() - start)
    _write_long_texts(spool, fields, file)
    part("value_labels", b"".join(_value_labels(one) for one in fields if _labels_name(one)))
    places.append(file.tell() - start)
    file.write(b"</stata_dta>")
    places.append(file.tell() - start)
    file.seek(start + places[1] + len("<map>"))
    file.write(struct.pack("<14Q", *places))
    file.seek(0, 2)
    return rows


def _header(spool: Spool, fields: Sequence[_Field]) -> bytes:
    label = _short(f"{spool.n} rows of the LIPSE Casebook").encode()
    made = spool.table.made_at
    stamp = made.strftime(f"{made.day:02d} {_MONTHS[made.month - 1]} %Y %H:%M").encode() if made else b""
    return b"".join([
        b"<header><release>118</release><byteorder>LSF</byteorder>",
        b"<K>", struct.pack("<H", len(fields)), b"</K><N>", struct.pack("<Q", spool.n), b"</N>",
        b"<label>", struct.pack("<H", len(label)), label, b"</label>",
        b"<timestamp>", struct.pack("<B", len(stamp)), stamp, b"</timestamp></header>",
    ])  # fmt: skip


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _short(label: str) -> str:
    return cut(label if len(label) <= _MOST_CHARACTERS else label[: _MOST_CHARACTERS - 1] + "…", 4 * _MOST_CHARACTERS)


def _fixed(name: str, size: int) -> bytes:
    return name.encode().ljust(size, b"\0")


def _characteristics(spool: Spool, fields: Sequence[_Field]) -> Iterator[bytes]:
    """Notes, which Stata shows with the command `notes`: of the file, and of variables what labels cannot say."""
    yield from _notes("_dta", about(spool))
    for one in fields:
        yield from _notes(one.variable.name, _notes_of(one))


def _notes_of(one: _Field) -> list[str]:
    variable = one.variable
    label = [variable.label] if _short(variable.label) != variable.label else []
    if variable.storage != Storage.TEXT:
        return label
    missing = [f"{kind.code} = {kind.label} (missing)" for kind in variable.kinds]
    return label + [f"{code} = {word}" for code, word in variable.words.items()] + missing


def _notes(name: str, notes: Sequence[str]) -> Iterator[bytes]:
    for number, note in enumerate([str(len(notes)), *notes] if notes else []):
        content = _fixed(name, 129) + _fixed(f"note{number}", 129) + cut(note, _LABEL_BYTES).encode() + b"\0"
        yield b"<ch>" + struct.pack("<I", len(content)) + content + b"</ch>"


def _write_rows(spool: Spool, fields: Sequence[_Field], file: IO[bytes]) -> int:
    """The data. A long text is stored as the place of its content: variable and observation, both from 1."""
    row = struct.Struct("<" + "".join(one.pack for one in fields))
    n = 0
    file.write(b"<data>")
    for n, values in enumerate(spool.rows(), start=1):
        cells: list[int | bytes] = []
        for place, (one, value) in enumerate(zip(fields, values, strict=True), start=1):
            packed = one.packed(value)
            cells.append((place | n << 16 if packed else 0) if one.is_long else packed)
        file.write(row.pack(*cells))
    file.write(b"</data>")
    return spool.checked(n)


def _write_long_texts(spool: Spool, fields: Sequence[_Field], file: IO[bytes]) -> None:
    long = [(place, one) for place, one in enumerate(fields) if one.is_long]
    file.write(b"<strls>")
    for n, values in enumerate(spool.rows() if long else (), start=1):
        for place, one in long:
            content = one.packed(values[place])
            if isinstance(content, bytes) and content:
                file.write(b"GSO" + struct.pack("<IQBI", place + 1, n, 130, len(content) + 1) + content + b"\0")
    file.write(b"</strls>")


def _labels_name(one: _Field) -> str:
    """The name of the labels of a variable, which is its own; empty where it has none."""
    return one.variable.name if _labels(one) else ""


def _labels(one: _Field) -> list[tuple[int, str]]:
    if one.variable.storage == Storage.TEXT:
        return []
    letter_of = letters(one.variable.kinds)
    missing = [
        (_LONG.missing + ord(letter_of[kind.code]) - 96, kind.label)
        for kind in one.variable.kinds
        if kind.code in letter_of
    ]
    return sorted([*one.variable.codes.items(), *missing])


def _value_labels(one: _Field) -> bytes:
    labels = _labels(one)
    texts = [cut(label, _LABEL_BYTES).encode() + b"\0" for _code, label in labels]
    offsets = [sum(map(len, texts[:place])) for place in range(len(texts))]
    table = b"".join([
        struct.pack("<II", len(labels), sum(map(len, texts))),
        struct.pack(f"<{len(labels)}I", *offsets),
        struct.pack(f"<{len(labels)}i", *(code for code, _label in labels)),
        *texts,
    ])  # fmt: skip
    content = struct.pack("<I", len(table)) + _fixed(one.variable.name, 129) + bytes(3) + table
    return b"<lbl>" + content + b"</lbl>"
