"""SPSS `.sav`: UTF-8, compressed rows, labels of values, kinds of missing as user-missing values.

Written here and not by a library, because those hold the whole table in memory (docs/adr/0102).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import IO

from exports.tables import MissingKind, Table
from exports.unfit import unfit
from exports.writers import sav_records as records
from exports.writers.spooled import Spool, Storage, Stored, spooled
from exports.writers.variables import Rules, Variable, about, as_text, cut, seconds_since, variables, with_kinds_beside
from standards.translation import gettext_noop as _

MOST_COLUMNS = 32_767
LONGEST_TEXT = 32_767
_MOST_MISSING = 3
_SHORT = 8
_LABELLED = 255
_LABEL_BYTES = 252
_VALUE_LABEL_BYTES = 120
_EPOCH = datetime(1582, 10, 14, tzinfo=UTC)
_RULES = Rules(
    longest_name=64,
    reserved=frozenset({"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}),
    first_day=date(1582, 10, 15),
)
_A, _F, _DATETIME, _SDATE = 1, 5, 22, 39


@dataclass(frozen=True, slots=True)
class _Field:
    """A variable as it is stored. `width` is in bytes, 0 for numbers; `numbers` are those that stand for kinds of
    missing; `element` is the place of its first 8-byte unit in a row, from 1; `column` that of its value among those of
    a row; `is_beside` where it has the kinds of missing of the variable before it."""

    variable: Variable
    column: int
    is_beside: bool
    place: int
    element: int
    width: int
    numbers: dict[str, int]

    @property
    def segments(self) -> list[int]:
        return records.segments(self.width)

    @property
    def short(self) -> str:
        return records.short_name(self.place)

    @property
    def is_text(self) -> bool:
        return self.width > 0

    @property
    def shown(self) -> int:
        """Its format: kind, width, decimals."""
        storage, profile = self.variable.storage, self.variable.profile
        if storage == Storage.DAY:
            return _SDATE << 16 | 10 << 8
        if storage == Storage.TIME:
            return _DATETIME << 16 | 20 << 8
        decimals = 0 if profile.is_whole else min(profile.decimals or 4, 16)
        return _F << 16 | (12 if profile.is_whole else 20) << 8 | decimals

    @property
    def missing_texts(self) -> list[bytes]:
        """Codes of kinds of missing that occur, where they can be declared: up to three, of a text that may have
        labels."""
        seen = sorted(self.variable.profile.seen) if 0 < self.width <= _LABELLED else []
        codes = [code.encode() for code in seen]
        return codes if len(codes) <= _MOST_MISSING and all(len(code) <= _SHORT for code in codes) else []


def write(table: Table, file: IO[bytes]) -> int:
    """Write the whole table; the number of rows. Raises Unfit for what SPSS cannot contain."""
    _check_columns(len(table.columns))
    with spooled(table) as spool:
        _check(spool)
        found = list(with_kinds_beside(variables(spool, _RULES), _RULES))
        _check_columns(len(found))
        fields = list(_fields(found))
        _write_dictionary(spool, fields, file)
        return _write_rows(spool, fields, file)


def _check_columns(number: int) -> None:
    if number > MOST_COLUMNS:
        reason = _("SPSS files have at most %(most)s columns here; this table has %(columns)s.")
        raise unfit(reason, {"most": MOST_COLUMNS, "columns": number}, "csv", "jsonl", "parquet")


def _check(spool: Spool) -> None:
    for profile in spool.profiles:
        if profile.first_nul:
            reason = _("Column “%(column)s” contains the character NUL in row %(row)s, which SPSS cannot read.")
            raise unfit(reason, {"column": profile.column.name, "row": profile.first_nul}, "jsonl", "parquet")
        if profile.longest > LONGEST_TEXT:
            reason = _(
                "A text in an SPSS file has at most %(most)s bytes; column “%(column)s” has one of %(size)s bytes in "
                "row %(row)s."
            )
            values = {"most": LONGEST_TEXT, "column": profile.column.name, "size": profile.longest}
            raise unfit(reason, values | {"row": profile.longest_row}, "csv", "jsonl", "parquet", "dta")


def _fields(found: Sequence[tuple[int, Variable]]) -> Iterator[_Field]:
    element, before = 1, -1
    for place, (column, variable) in enumerate(found):
        field = _Field(variable, column, column == before, place, element, _width(variable), _numbers(variable))
        yield field
        before = column
        element += sum(map(records.units, field.segments))


def _width(variable: Variable) -> int:
    """Bytes of the longest text, label or code of a kind of missing; 0 for a number."""
    if variable.storage != Storage.TEXT:
        return 0
    codes = [*variable.words, *variable.profile.kinds]
    labelled = [size for size in (len(code.encode()) for code in codes) if size <= _LABELLED]
    return max(1, variable.profile.longest, *labelled)


def _numbers(variable: Variable) -> dict[str, int]:
    """Numbers below every value for kinds of missing, such as -99 and -98, by their codes."""
    kinds = variable.kinds if variable.storage != Storage.TEXT else []
    lowest = min(variable.profile.low, *variable.codes, 0)
    digits = 2
    while kinds and (first := 1 - 10**digits) + len(kinds) > lowest:
        digits += 1
    return {kind.code: first + place for place, kind in enumerate(kinds)}


def _write_dictionary(spool: Spool, fields: Sequence[_Field], file: IO[bytes]) -> None:
    made = (spool.table.made_at or datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC)
    elements = sum(records.units(width) for one in fields for width in one.segments)
    day = f"{made.day:02d} {_MONTHS[made.month - 1]} {made.year % 100:02d}"
    label = cut(f"{spool.n} rows of the LIPSE Casebook", 64).encode()
    file.write(records.header(label=label, n=spool.n, elements=elements, day=day, time=f"{made:%H:%M:%S}"))
    file.writelines(_variable_records(one) for one in fields)
    file.writelines(_short_labels(one) for one in fields)
    file.write(records.notes([*about(spool), *(note for one in fields for note in _notes(one))]))
    file.write(records.machine())
    file.write(records.extension(11, 4, b"".join(map(_display, fields))))
    file.write(records.extension(13, 1, b"\t".join(f"{one.short}={one.variable.name}".encode() for one in fields)))
    very_long = [one for one in fields if len(one.segments) > 1]
    file.write(records.extension(14, 1, b"".join(f"{one.short}={one.width:05d}\0\t".encode() for one in very_long)))
    file.write(records.extension(16, 8, struct.pack("<qq", 1, spool.n)))
    file.write(records.extension(20, 1, b"UTF-8"))
    file.write(records.extension(21, 1, b"".join(map(_long_labels, fields))))
    file.write(records.extension(22, 1, b"".join(map(_long_missing, fields))))
    file.write(records.END)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _variable_records(one: _Field) -> bytes:
    label = cut(one.variable.label, _LABEL_BYTES).encode()
    if not one.is_text:
        numbers = sorted(one.numbers.values())
        ends = numbers[:1] + numbers[-1:] if len(numbers) > 1 else numbers
        missing = [struct.pack("<d", number) for number in ends]
        is_range = len(numbers) > 1
        return records.variable(one.short, 0, one.shown, label=label, missing=missing, is_range=is_range)
    found = []
    for number, width in enumerate(one.segments):
        codes = [code.ljust(8) for code in one.missing_texts] if width <= _SHORT else []
        name, shown = records.short_name(one.place, number), _A << 16 | width << 8
        found.append(records.variable(name, width, shown, label=b"" if number else label, missing=codes))
    return b"".join(found)


def _text_labels(one: _Field) -> dict[bytes, bytes]:
    """Labels of texts, and of the codes of kinds of missing; none for a text that is too long to have labels."""
    labels = one.variable.words | {kind.code: kind.label for kind in one.variable.kinds}
    known = {code.encode(): cut(label, _VALUE_LABEL_BYTES).encode() for code, label in labels.items()}
    return {code: label for code, label in known.items() if len(code) <= one.width <= _LABELLED}


def _short_labels(one: _Field) -> bytes:
    if one.width > _SHORT:
        return b""
    if one.is_text:
        labels = {code.ljust(8): label for code, label in _text_labels(one).items()}
        return records.value_labels(labels, one.element) if labels else b""
    numbered = one.variable.codes | {
        one.numbers[kind.code]: f"{kind.label} ({kind.code})" for kind in one.variable.kinds
    }
    found = {struct.pack("<d", code): cut(label, _VALUE_LABEL_BYTES).encode() for code, label in numbered.items()}
    return records.value_labels(found, one.element) if found else b""


def _long_labels(one: _Field) -> bytes:
    labels = _text_labels(one) if one.width > _SHORT else {}
    return records.long_value_labels(one.variable.name.encode(), one.width, labels) if labels else b""


def _long_missing(one: _Field) -> bytes:
    codes = one.missing_texts if one.width > _SHORT else []
    return records.long_missing(one.variable.name.encode(), codes) if codes else b""


def _display(one: _Field) -> bytes:
    """Measure (nominal, scale), width of the column in characters, alignment; for every segment of a text."""
    is_scale = one.variable.storage == Storage.NUMBER and not one.variable.codes
    measure = 3 if is_scale or one.variable.storage in (Storage.DAY, Storage.TIME) else 1
    return struct.pack("<iii", measure, min(max(one.width, 8), 40), 0 if one.is_text else 1) * len(one.segments)


def _notes(one: _Field) -> list[str]:
    """What labels cannot say: a label that was cut, and labels of texts that are too long to have any."""
    variable = one.variable
    label = [f"{variable.name}: {variable.label}"] if len(variable.label.encode()) > _LABEL_BYTES else []
    words = variable.words if one.width > _LABELLED else {}
    return label + [f"{variable.name}: {code} = {word}" for code, word in words.items()]


def _write_rows(spool: Spool, fields: Sequence[_Field], file: IO[bytes]) -> int:
    rows = records.Compressor()
    sizes = [sum(map(records.units, one.segments)) for one in fields]
    n = 0
    for values in spool.rows():
        n += 1
        for one, size in zip(fields, sizes, strict=True):
            value = values[one.column]
            if one.is_beside:
                value = value.code if isinstance(value, MissingKind) else None
            if one.is_text:
                rows.text(_segmented(as_text(value).encode()), size)
            else:
                rows.number(_number(one, value))
        file.write(rows.take())
    file.write(rows.take(is_last=True))
    return spool.checked(n)


def _segmented(data: bytes) -> bytes:
    """A text as its segments: after every 255 bytes a blank, which fills the last unit of the segment."""
    if len(data) <= _LABELLED:
        return data
    return b" ".join(data[start : start + _LABELLED] for start in range(0, len(data), _LABELLED))


def _number(one: _Field, value: Stored) -> float | None:
    if isinstance(value, MissingKind):
        return one.numbers.get(value.code)
    if isinstance(value, datetime):
        return seconds_since(_EPOCH, value)
    if isinstance(value, date):
        return seconds_since(_EPOCH, datetime.combine(value, time()))
    return one.variable.number(value)
