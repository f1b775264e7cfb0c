"""Units on which coders differ, as a page shows them: the values of each coder, quotes, and the text with marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.agreement.coded import OUTCOMES, Coded, Compared
from coding.agreement.disagreements import Behind
from coding.agreement.marked import Piece, Span, pieces_of
from coding.models import RoundUnit
from measures.agreement.code_trees import at_level

LONGEST_QUOTE = 300
# Longer texts are folded.
LONGEST_OPEN = 3_000


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of a coder with the name of its code."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CoderView:
    """What one coder submitted for a unit. `codes`: names of all codes; `outcome` is coded, none-applies and so on."""

    letter: str
    outcome: str
    codes: tuple[str, ...]
    quotes: tuple[Quote, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with what its coders submitted. `disagreement`: mean distance between two of them, 0 to 1."""

    number: int
    title: str
    text: str
    disagreement: float
    coders: Sequence[CoderView]
    pieces: Sequence[Piece]

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONGEST_OPEN


@dataclass(frozen=True, slots=True)
class _Mark:
    letter: str
    code: str
    start: int
    end: int


def unit_views(
    whole: Compared, behind: Behind, found: Sequence[tuple[RoundUnit, float]], names: Mapping[str, str]
) -> list[UnitView]:
    """The units with what the coders of the figure submitted; only passages of its code where the figure has one.

    `names`: of the codes by their keys.
    """
    return [_view(whole, behind, unit, apart, names) for unit, apart in found]


def _view(whole: Compared, behind: Behind, unit: RoundUnit, apart: float, names: Mapping[str, str]) -> UnitView:
    coded, text = whole.coded, unit.unit.text
    rows = [row for row in _rows_of(coded, unit.pk) if behind.pair is None or coded.coder_names[row] in behind.pair]
    marks = {row: _marks(whole, behind, row) for row in rows}
    spans = [
        Span(mark.letter if behind.code else f"{mark.letter}: {names[mark.code]}", mark.start, mark.end)
        for row in rows
        for mark in marks[row]
    ]
    return UnitView(
        number=unit.unit_id,
        title=unit.unit.title,
        text=text,
        disagreement=apart,
        coders=[_coder(whole, row, marks[row], text, names) for row in rows],
        pieces=pieces_of(text, spans),
    )


def _coder(whole: Compared, row: int, marks: Sequence[_Mark], text: str, names: Mapping[str, str]) -> CoderView:
    coded = whole.coded
    return CoderView(
        letter=coded.coder_names[row],
        outcome=coded.outcome_names[row],
        codes=tuple(names[code.key] for code in coded.codes if code.key in coded.chosen[row]),
        quotes=tuple(Quote(names[mark.code], _quote(text[mark.start : mark.end])) for mark in marks),
        counts=coded.outcome_names[row] not in OUTCOMES or whole.question.counts(coded.outcome_names[row]),
    )


def _rows_of(coded: Coded, round_unit: int) -> list[int]:
    place = coded.place_of_unit[round_unit]
    first, last = np.searchsorted(coded.unit, [place, place + 1])
    return list(range(int(first), int(last)))


def _marks(whole: Compared, behind: Behind, row: int) -> list[_Mark]:
    """The passages of a submission, in the order of the text."""
    coded = whole.coded
    label = at_level(coded.parents, whole.question.level)
    first, last = np.searchsorted(coded.submission, [row, row + 1])
    found = [
        _Mark(coded.coder_names[row], coded.codes[code].key, start, end)
        for code, start, end in zip(
            coded.code[first:last].tolist(),
            coded.start[first:last].tolist(),
            coded.end[first:last].tolist(),
            strict=True,
        )
        if start >= 0 and (not behind.code or label(coded.codes[code].key) == behind.code)
    ]
    return sorted(found, key=lambda mark: (mark.start, mark.end, mark.code))


def _quote(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
