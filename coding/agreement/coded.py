"""What the coders of a round submitted, as compact arrays, and as ratings that `measures.agreement` compares. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from string import ascii_uppercase
from typing import NamedTuple

import numpy as np

from coding.agreement.questions import Question
from measures.agreement.breakdowns import windows_of
from measures.agreement.code_trees import at_level
from measures.agreement.passages import Passage
from measures.agreement.ratings import REASONS, USED, Integers, Ratings, Value, ratings_of
from measures.agreement.reasons import Excluded

# How values of a coder are written. Keys of codes are slugs, so none of them is one of these.
NONE = "(none)"
# The values of outcomes that count only where they are asked for; also why they do not count otherwise.
OUTCOMES = {"unsure": "(unsure)", "skipped": "(skipped)"}
NOTHING: frozenset[str] = frozenset()


class UnitFacts(NamedTuple):
    """A unit of a round: row of the round, its text unit, SHA-256 and number of code points of the text."""

    round_unit: int
    unit: int
    sha256: str
    length: int


class CodeFacts(NamedTuple):
    """A code of the codebook version: key, name, key of the parent, whether it can be applied."""

    key: str
    name: str
    parent: str | None
    is_codable: bool = True


@dataclass(frozen=True)
class Coded:
    """The standing submissions of a round (n,), sorted by unit and coder, and their codings (c,).

    `unit`, `coder`, `outcome`, `day` (n,): places in `units`, `coders` and `outcomes`, and the ordinal of the day of
    the submission. `submission`, `code`, `start`, `end` (c,): places of submissions and codes, offsets in code points,
    -1 for a code on the whole text. `drafts`: units that coders have coded and not submitted, which never count.
    """

    units: Sequence[UnitFacts]
    coders: Sequence[str]
    codes: Sequence[CodeFacts]
    outcomes: Sequence[str]
    unit: Integers
    coder: Integers
    outcome: Integers
    day: Integers
    submission: Integers
    code: Integers
    start: Integers
    end: Integers
    drafts: int = 0

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        """The parent of each code, None for a top code."""
        return {code.key: code.parent for code in self.codes}

    @cached_property
    def chosen(self) -> Sequence[frozenset[str]]:
        """The keys of the codes of each submission (n,); equal sets are one object."""
        codes: dict[int, set[int]] = {}
        for place, code in zip(self.submission.tolist(), self.code.tolist(), strict=True):
            codes.setdefault(place, set()).add(code)
        known: dict[frozenset[int], frozenset[str]] = {}
        found = [NOTHING] * self.unit.size
        for place, numbers in codes.items():
            key = frozenset(numbers)
            if key not in known:
                known[key] = frozenset(self.codes[number].key for number in key)
            found[place] = known[key]
        return found

    @cached_property
    def place_of_unit(self) -> Mapping[int, int]:
        """The place of each unit by its row of the round."""
        return {one.round_unit: place for place, one in enumerate(self.units)}

    @cached_property
    def unit_names(self) -> Sequence[str]:
        """The number of the text unit of each submission, as text."""
        names = [str(one.unit) for one in self.units]
        return [names[place] for place in self.unit.tolist()]

    @cached_property
    def coder_names(self) -> Sequence[str]:
        """The letter of the coder of each submission."""
        return [self.coders[place] for place in self.coder.tolist()]

    @cached_property
    def outcome_names(self) -> Sequence[str]:
        """The outcome of each submission."""
        return [self.outcomes[place] for place in self.outcome.tolist()]

    def by_outcome(self) -> dict[str, int]:
        """How many submissions have each outcome."""
        counts = np.bincount(self.outcome, minlength=len(self.outcomes))
        return {name: int(count) for name, count in zip(self.outcomes, counts, strict=True)}


@dataclass(frozen=True)
class Compared:
    """The values of a round that are compared for a question. `values` and `why` have one entry a submission: the value
    and the reason why it was not used, empty where it was."""

    coded: Coded
    question: Question
    values: Sequence[Value | None]
    ratings: Ratings

    @cached_property
    def why(self) -> Sequence[str]:
        """The reason why each submission was not used; empty where it was."""
        return [
            "" if status == USED else self._reason(place) for place, status in enumerate(self.ratings.status.tolist())
        ]

    def _reason(self, place: int) -> str:
        reason = REASONS[self.ratings.status[place]]
        return self.coded.outcome_names[place] if reason is Excluded.MISSING else str(reason.value)

    @cached_property
    def windows(self) -> dict[str, date]:
        """The first day of the window of each unit."""
        days = [date.fromordinal(day) for day in self.coded.day.tolist()]
        first = min(days, default=date.min)
        return windows_of(self.coded.unit_names, days, self.question.window, first)


def compared(coded: Coded, question: Question) -> Compared:
    """The sets of codes of the submissions at the level of the question; None where the outcome does not count.

    *None applies* is the empty set. *Unsure* and *skipped* are members of the set where they count.
    """
    label = at_level(coded.parents, question.level)
    known: dict[tuple[str, frozenset[str]], Value | None] = {}
    values: list[Value | None] = []
    for outcome, chosen in zip(coded.outcome_names, coded.chosen, strict=True):
        if (outcome, chosen) not in known:
            known[outcome, chosen] = _value(question, outcome, label(chosen))
        values.append(known[outcome, chosen])
    return Compared(coded, question, values, ratings_of(coded.unit_names, coded.coder_names, values))


def _value(question: Question, outcome: str, codes: Value) -> Value | None:
    if not question.counts(outcome):
        return None
    return frozenset(codes) | ({OUTCOMES[outcome]} if outcome in OUTCOMES else NOTHING)


def written(value: Value | None) -> str:
    """A value as one cell: keys in ascending order with a space between, NONE for the empty set, empty for no value."""
    return "" if value is None else " ".join(sorted(value)) or NONE


def codes_at(coded: Coded, question: Question) -> list[str]:
    """The keys of the codes that stand for others at the level of the question, in the order of the codebook."""
    label = at_level(coded.parents, question.level)
    found = {label(code.key) for code in coded.codes if code.is_codable}
    return [code.key for code in coded.codes if code.key in found]


def readings(coded: Coded, question: Question) -> Iterator[tuple[str, str]]:
    """(unit, coder) of each submission that counts."""
    for unit, coder, outcome in zip(coded.unit_names, coded.coder_names, coded.outcome_names, strict=True):
        if question.counts(outcome):
            yield unit, coder


def passages(coded: Coded, question: Question) -> list[Passage]:
    """The marked passages of the submissions that count, with the code at the level of the question.

    Codes on whole texts are not passages and are left out.
    """
    label = at_level(coded.parents, question.level)
    keys = [str(label(code.key)) for code in coded.codes]
    rows: Iterable[tuple[int, int, int, int]] = zip(
        coded.submission.tolist(), coded.code.tolist(), coded.start.tolist(), coded.end.tolist(), strict=True
    )
    return [
        Passage(coded.unit_names[place], coded.coder_names[place], keys[code], start, end)
        for place, code, start, end in rows
        if start >= 0 and question.counts(coded.outcome_names[place])
    ]


def letters(number: int) -> list[str]:
    """That many names in ascending order: A to Z, or C001 and so on where there are more coders."""
    return (
        list(ascii_uppercase[:number]) if number <= len(ascii_uppercase) else [f"C{n:03}" for n in range(1, number + 1)]
    )
