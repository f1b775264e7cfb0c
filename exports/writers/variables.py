"""Columns as the variables of a statistics program (SPSS, Stata): short names, labels, codes as numbers. Pure.

What a file says about its columns is English in every file: it does not depend on who downloads it.
"""

import re
import string
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from exports.cells import text
from exports.tables import Column, ColumnType, MissingKind
from exports.writers.spooled import Profile, Spool, Storage, Stored

_NO_NAME = re.compile(r"[^A-Za-z0-9_]")
_BESIDE = "_missing"
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_TRUTH = {0: "false", 1: "true"}
_TYPE_WORDS = {
    ColumnType.WHOLE_NUMBER: "numbers",
    ColumnType.DECIMAL: "numbers",
    ColumnType.TRUTH: "truth values",
    ColumnType.DAY: "dates",
    ColumnType.TIME: "times",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a program allows: characters of a name, words that are no names, and its earliest date."""

    longest_name: int
    reserved: frozenset[str]
    first_day: date


@dataclass(frozen=True, slots=True)
class Variable:
    """A column in a file. `notes` say what differs from the column: its name, its type."""

    name: str
    column: Column
    profile: Profile
    storage: Storage
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Label, unit and notes."""
        unit = self.column.unit or ("UTC" if self.storage == Storage.TIME else "")
        label = self.column.label or self.column.name
        return " ".join([label + (f" ({unit})" if unit else ""), *(f"[{note}]" for note in self.notes)])

    @property
    def codes(self) -> dict[int, str]:
        """Labels of values that are numbers."""
        if self.storage == Storage.TRUTH:
            return _TRUTH
        if self.storage != Storage.NUMBER:
            return {}
        return {int(code): label for code, label in self.column.labels.items() if _WHOLE.fullmatch(code)}

    @property
    def words(self) -> dict[str, str]:
        """Labels of values that are text."""
        if self.storage != Storage.TEXT:
            return {}
        return {code: label for code, label in self.column.labels.items() if code}

    @property
    def kinds(self) -> list[MissingKind]:
        """Kinds of missing that are declared or occur, in the order of their codes."""
        return [self.profile.kinds[code] for code in sorted(self.profile.kinds)]

    def number(self, value: Stored) -> float | None:
        """The number of a truth value, a number or a code; None for no value."""
        if value is None or value == "" or isinstance(value, MissingKind | date):
            return None
        return int(value) if isinstance(value, bool | int | str) else float(value)


def variables(spool: Spool, rules: Rules) -> list[Variable]:
    """The columns of a table with names and types that the program allows."""
    names = short_names(spool.table.names, rules)
    return [
        _variable(name, column, profile, rules)
        for name, column, profile in zip(names, spool.table.columns, spool.profiles, strict=True)
    ]


def with_kinds_beside(found: Sequence[Variable], rules: Rules) -> Iterator[tuple[int, Variable]]:
    """The place of its column and each variable; beside a day or time with kinds of missing, which is empty where they
    are, one with their codes, `NAME_missing`, as in Parquet.

    For programs in which a kind of missing is a number with a label: a date with labels is no date to their readers.
    """
    taken = {one.name.casefold() for one in found}
    for place, variable in enumerate(found):
        if variable.storage not in (Storage.DAY, Storage.TIME) or not variable.kinds:
            yield place, variable
            continue
        bare = replace(variable.column, missing=())
        yield place, replace(variable, column=bare, profile=replace(variable.profile, column=bare, seen=set()))
        yield place, _kinds_of(variable, taken, rules)


def _kinds_of(variable: Variable, taken: set[str], rules: Rules) -> Variable:
    """The codes of the kinds of missing of a variable, with their labels, as a text."""
    wanted = f"{variable.name[: rules.longest_name - len(_BESIDE)]}{_BESIDE}"
    name = next(one for one in _candidates(wanted, rules) if one.casefold() not in taken)
    taken.add(name.casefold())
    label = f"{variable.column.label or variable.column.name}: kind of missing"
    labels = {kind.code: kind.label for kind in variable.kinds}
    column = Column(name, label, labels=labels)
    return Variable(name, column, Profile(column), Storage.TEXT)


def _variable(name: str, column: Column, profile: Profile, rules: Rules) -> Variable:
    storage = profile.storage
    notes = [f"column {column.name}"] if name != column.name else []
    is_long = storage == Storage.NUMBER and not profile.is_exact
    is_early = storage in (Storage.DAY, Storage.TIME) and profile.first_day < rules.first_day
    if is_long:
        notes.append("text, because of numbers of more than 15 digits")
    elif is_early:
        notes.append(f"text, because of dates before {rules.first_day}")
    elif storage == Storage.TEXT and column.type in _TYPE_WORDS:
        notes.append(f"text, because not all values are {_TYPE_WORDS[column.type]}")
    return Variable(name, column, profile, Storage.TEXT if is_long or is_early else storage, tuple(notes))


def as_text(value: Stored) -> str:
    """A value of a column that is stored as text; no value is an empty text."""
    return "" if value is None else text(value)


def seconds_since(epoch: datetime, value: datetime) -> float:
    """Seconds, to the millisecond, from an epoch; a time without a zone is UTC."""
    passed = (value.replace(tzinfo=UTC) if value.tzinfo is None else value) - epoch
    return passed.days * 86_400 + passed.seconds + passed.microseconds // 1000 / 1000


def short_names(names: Sequence[str], rules: Rules) -> list[str]:
    """A name of ASCII letters, digits and `_` for each, all different whatever their case. A name that is allowed is
    kept, unless an earlier one differs from it in case only."""
    taken: set[str] = set()
    found = []
    for name in names:
        chosen = next(one for one in _candidates(_allowed(name, rules), rules) if one.casefold() not in taken)
        taken.add(chosen.casefold())
        found.append(chosen)
    return found


def _allowed(name: str, rules: Rules) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() if not name.isascii() else name
    plain = _NO_NAME.sub("_", plain)[: rules.longest_name].rstrip("_") or "column"
    if plain[0] not in string.ascii_letters or plain.casefold() in rules.reserved:
        plain = f"v_{plain}"[: rules.longest_name]
    return plain


def _candidates(name: str, rules: Rules) -> Iterator[str]:
    yield name
    number = 2
    while True:
        ending = f"_{number}"
        yield name[: rules.longest_name - len(ending)] + ending
        number += 1


def letters(kinds: Sequence[MissingKind]) -> Mapping[str, str]:
    """Code of a kind of missing to the letter of an extended missing value (`.a` to `.z`): its own, or a free one.

    Kinds beyond the 26th have none.
    """
    own = {kind.code: kind.code[1] for kind in kinds if re.fullmatch(r"\.[a-z]", kind.code)}
    free = iter(sorted(set(string.ascii_lowercase) - set(own.values())))
    others = [kind.code for kind in kinds if kind.code not in own]
    return own | dict(zip(others, free, strict=False))


def about(spool: Spool) -> list[str]:
    """Sentences about the whole file: rows, time, query, filter, notes."""
    table = spool.table
    made = [f"Made at: {table.made_at.isoformat(timespec='seconds')}"] if table.made_at else []
    query = [f"Query: {table.query}"] if table.query else []
    chosen = [f"Filter: {name}={value}" for name, value in table.filter.items()]
    return [f"Rows: {spool.n}", *made, *query, *chosen, *table.notes]


def cut(label: str, most: int) -> str:
    """A label of at most `most` bytes of UTF-8, cut at a character; where it is cut it ends with an ellipsis."""
    data = label.replace("\0", " ").encode("utf-8", "replace")
    if len(data) <= most:
        return data.decode()
    return data[: most - 3].decode(errors="ignore") + "…"
