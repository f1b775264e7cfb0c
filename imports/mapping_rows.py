"""What the mapping page shows for each column: its contents, its field and the result. Pure."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from imports.guess import guessed_word
from imports.judging import Outcome
from imports.mapping import Rule
from imports.recipe import RecipeField
from imports.sniff.profile import Column
from imports.values import folded
from standards.translation import gettext as _

EMPTY = "(empty)"  # the choice for a value of the file that means no value
_FEW = 4  # columns that a phone shows at once


@dataclass(slots=True)
class WordChoice:
    """A value of the file and what it means. label: what the file itself says about a code."""

    name: str
    word: str
    times: int
    value: str
    label: str = ""


@dataclass(slots=True)
class Marker:
    """A value that may mean missing."""

    word: str
    times: int
    is_missing: bool


@dataclass(slots=True)
class ConstantRow:
    """A fixed value on the page."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]
    help: str


@dataclass(frozen=True, slots=True)
class KeyCount:
    """How many rows some columns tell apart. different: their different values together."""

    columns: str
    different: int
    rows: int

    @property
    def repeats(self) -> int:
        return self.rows - self.different


@dataclass(slots=True)
class ColumnRow:
    """A column of the file on the page. Names of inputs contain its position. doubt: why its field is not sure."""

    position: int
    column: Column
    label: str
    field: str
    rule: Rule
    target: RecipeField | None = None
    outcome: Outcome | None = None
    markers: list[Marker] = dataclasses.field(default_factory=list)
    words: list[WordChoice] = dataclasses.field(default_factory=list)
    choices: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    doubt: str = ""

    @property
    def is_date(self) -> bool:
        return self.target is not None and self.target.type == "date"

    @property
    def is_decimal(self) -> bool:
        return self.target is not None and self.target.type == "decimal"

    @property
    def takes_separator(self) -> bool:
        return self.target is not None and self.target.type in ("text", "list")

    @property
    def is_open_ended(self) -> bool:
        """A column that becomes a field with few values, but has more different values than are listed."""
        return self.target is not None and bool(self.target.choices) and self.column.values is None

    @property
    def missing(self) -> str:
        """Values that mean missing and do not occur in the listed ones."""
        return " | ".join(word for word in self.rule.missing if word not in {m.word for m in self.markers})

    @property
    def share(self) -> int:
        """Percentage of cells that are not empty; 0 and 100 only for none and all."""
        missing = sum(marker.times for marker in self.markers if marker.is_missing)
        filled = self.column.filled - missing
        if filled <= 0:
            return 0
        return max(1, filled * 100 // self.column.rows)

    @property
    def asks(self) -> bool:
        """A column that becomes a field and leaves something to decide or to check."""
        fails = bool(self.outcome and self.outcome.failing)
        return bool(self.field) and bool(self.doubt or fails or self.unmapped or self.column.two_ways)

    @property
    def unmapped(self) -> int:
        """Values without a meaning so far."""
        return sum(not word.value and word.word not in self.rule.missing for word in self.words)


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """Columns that are shown together. folds: closed on a phone until somebody opens it."""

    title: str
    rows: list[ColumnRow]
    is_open: bool
    folds: bool = False


def grouped(rows: list[ColumnRow]) -> list[ColumnGroup]:
    """Columns that ask something, others that become fields, those that become none, and empty ones; the last two are
    closed where there are others to see."""
    asking = [row for row in rows if row.asks]
    mapped = [row for row in rows if row.field and not row.asks]
    other = [row for row in rows if not row.field and row.column.type != "empty"]
    empty = [row for row in rows if not row.field and row.column.type == "empty"]
    groups = [
        ColumnGroup(_("Columns to check"), asking, is_open=True),
        ColumnGroup(_("Columns that become fields"), mapped, is_open=True, folds=len(mapped) > _FEW),
        ColumnGroup(_("Other columns, stored as text"), other, is_open=not (asking or mapped)),
        ColumnGroup(_("Empty columns"), empty, is_open=False),
    ]
    return [group for group in groups if group.rows]


def markers_of(column: Column, rule: Rule) -> list[Marker]:
    """Values of the column that usually mean missing, and those that the mapping treats so."""
    values = column.values or {}
    words = dict(column.missing) | {word: values[word] for word in rule.missing if word in values}
    return [Marker(word, times, word in rule.missing) for word, times in words.items()]


def words_of(column: Column, target: RecipeField, head: list[str], labels: Mapping[str, str]) -> list[str]:
    """The values to map: all of a column with few values, otherwise those of the first rows."""
    if not target.choices:
        return []
    seen: dict[str, str] = {}
    for word in filter(None, (*(column.values or head), *labels)):
        seen.setdefault(folded(word), word)
    return list(seen.values())


def word_choices(row: ColumnRow, target: RecipeField, words: list[str], labels: Mapping[str, str]) -> list[WordChoice]:
    """Each value with its count and its meaning: from the mapping, or because it is itself a canonical value."""
    known = {folded(label): value for value, label in target.choices.items()} | {folded(v): v for v in target.choices}
    known |= {folded(word): value or EMPTY for word, value in row.rule.words.items()}
    return [
        WordChoice(
            f"word-{row.position}-{j}", word, (row.column.values or {}).get(word, 0), known.get(folded(word), ""),
            labels.get(word, ""),
        )
        for j, word in enumerate(words)
    ]  # fmt: skip


def first_words(target: RecipeField, words: list[str], labels: Mapping[str, str]) -> dict[str, str]:
    """The first guess of a value map, from the values or from what the file says about its codes."""
    guesses = {folded(word): guessed_word(target, word, labels.get(word, "")) for word in words}
    return {word: value for word, value in guesses.items() if value}
