"""What the mapping page shows of each column: what it holds, what it becomes, and what comes of it. Pure."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from imports.guess import guessed_word
from imports.judging import Outcome
from imports.mapping import Rule
from imports.recipe import RecipeField
from imports.sniff.profile import Column
from imports.values import folded

EMPTY = "(empty)"  # the choice of a word that stands for no value at all


@dataclass(slots=True)
class WordChoice:
    """A source word and the value it stands for. `label` is what the file itself says of a code."""

    name: str
    word: str
    times: int
    value: str
    label: str = ""


@dataclass(slots=True)
class Marker:
    """A word that may mean “missing”."""

    word: str
    times: int
    is_missing: bool


@dataclass(slots=True)
class ColumnRow:
    """One column of the file on the page. Names of inputs carry its position."""

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
        """A column of more different words than are listed, that becomes a field of few values."""
        return self.target is not None and bool(self.target.choices) and self.column.values is None

    @property
    def missing(self) -> str:
        """Words that mean missing and that the file does not show by itself."""
        return " | ".join(word for word in self.rule.missing if word not in {m.word for m in self.markers})

    @property
    def share(self) -> int:
        """Cells that hold something in a hundred; 0 and 100 only where none or all do."""
        missing = sum(marker.times for marker in self.markers if marker.is_missing)
        filled = self.column.filled - missing
        if filled <= 0:
            return 0
        return max(1, filled * 100 // self.column.rows)

    @property
    def unmapped(self) -> int:
        """Words that stand for nothing yet."""
        return sum(not word.value and word.word not in self.rule.missing for word in self.words)


def markers_of(column: Column, rule: Rule) -> list[Marker]:
    """Words of the column that look like “missing”, and those that are said to be."""
    values = column.values or {}
    words = dict(column.missing) | {word: values[word] for word in rule.missing if word in values}
    return [Marker(word, times, word in rule.missing) for word, times in words.items()]


def words_of(column: Column, target: RecipeField, head: list[str], labels: Mapping[str, str]) -> list[str]:
    """The source words to be mapped: all of a column of few values, else those of the first rows."""
    if not target.choices:
        return []
    seen: dict[str, str] = {}
    for word in filter(None, (*(column.values or head), *labels)):
        seen.setdefault(folded(word), word)
    return list(seen.values())


def word_choices(row: ColumnRow, target: RecipeField, words: list[str], labels: Mapping[str, str]) -> list[WordChoice]:
    """Each word with its count and what it stands for: as the mapping says, or as the word itself is a value."""
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
    """The first guess of a value map, by the words, or by what the file says of its codes."""
    guesses = {folded(word): guessed_word(target, word, labels.get(word, "")) for word in words}
    return {word: value for word, value in guesses.items() if value}
