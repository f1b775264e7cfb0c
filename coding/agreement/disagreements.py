"""The units behind a figure: those on which coders differ, the most different first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from coding.agreement.coded import Compared
from measures.agreement.breakdowns import within_windows
from measures.agreement.diagnosis import UnitDisagreement, by_unit
from measures.agreement.distances import Distance
from measures.agreement.ratings import Ratings, Value, relabelled, subset


@dataclass(frozen=True, slots=True)
class Behind:
    """Which figure: of one code, of one pair of coders, of one window of time (its first day); None for all."""

    code: str = ""
    pair: tuple[str, str] | None = None
    window: date | None = None


def disagreements(whole: Compared, behind: Behind) -> list[UnitDisagreement]:
    """The units that count for a figure and on which its coders differ, the most different first."""
    ratings = _chosen(whole, behind)
    distance = Distance.NOMINAL if behind.code else whole.question.distance
    return [unit for unit in by_unit(ratings, distance) if unit.disagreement > 0]


def _chosen(whole: Compared, behind: Behind) -> Ratings:
    ratings = whole.ratings
    if behind.pair is not None:
        ratings = subset(ratings, np.isin(np.array(ratings.coders, dtype=object)[ratings.coder], behind.pair))
    if behind.window is not None:
        ratings = within_windows(ratings, whole.windows).get(behind.window, _none_of(ratings))
    if behind.code:
        ratings = relabelled(ratings, lambda value: _presence(behind.code, value))
    return ratings


def _none_of(ratings: Ratings) -> Ratings:
    return subset(ratings, np.zeros(ratings.unit.size, dtype=bool))


def _presence(code: str, value: Value) -> Value:
    return "present" if code in value else "absent"


def pairs_of(coders: Sequence[str]) -> set[tuple[str, str]]:
    """The pairs that a figure can be of, each in the order of the letters."""
    return {(one, other) for one in coders for other in coders if one < other}
