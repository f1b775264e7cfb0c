"""Columns that are years, quarters or months: `2019`, `2019/20`, `2019 Q1`, `2019-03`, `2019 / men`. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_YEAR = r"(?:19|20)\d\d"
_PART = r"(?:[QTHSM] ?\d{1,2})"
_PERIOD = re.compile(
    rf"(?:FY|CY)? ?{_YEAR}(?: ?[-/–] ?(?:{_YEAR}|\d\d))?(?:[ -]?{_PART})?(?: \[[^\]]*\])?|{_PART}[ /-]?{_YEAR}",
    re.IGNORECASE,
)
_PLAIN_YEAR = re.compile(_YEAR)
_LEAST = 2


def is_period(text: str) -> bool:
    """Whether a text is a year, two years, a quarter, a half or a month of a year."""
    return bool(_PERIOD.fullmatch(" ".join(text.split())))


@dataclass(frozen=True, slots=True)
class PeriodColumns:
    """Columns whose names are periods, or begin with one. width: of the table. others: positions of the other columns.
    places: for each period and each measure the position of its column, or -1."""

    width: int
    others: list[int]
    periods: list[str]
    measures: list[str]
    places: list[list[int]]

    def names(self, columns: Sequence[str]) -> list[str]:
        """The columns of the table with a row for each period."""
        period = "year" if all(map(_PLAIN_YEAR.fullmatch, self.periods)) else "period"
        return [*(columns[place] for place in self.others), period, *self.measures]

    def rows(self, row: Sequence[str]) -> list[list[str]]:
        """One row for each period. A row with a wrong number of cells is returned as often, and stays wrong."""
        if len(row) != self.width:
            is_right_by_chance = len(row) == len(self.others) + 1 + len(self.measures)
            return [[*row, ""] if is_right_by_chance else list(row)] * len(self.periods)
        same = [row[place] for place in self.others]
        return [
            [*same, period, *(row[place] if place >= 0 else "" for place in places)]
            for period, places in zip(self.periods, self.places, strict=True)
        ]


def period_columns(columns: Sequence[str]) -> PeriodColumns | None:
    """The columns that are periods; None if fewer than two are, or no other column is left."""
    found: dict[tuple[str, str], int] = {}
    for place, name in enumerate(columns):
        period, _, measure = name.partition(" / ")
        if is_period(period):
            found.setdefault((period, measure or "value"), place)
    periods = list(dict.fromkeys(period for period, _ in found))
    measures = list(dict.fromkeys(measure for _, measure in found))
    others = [place for place in range(len(columns)) if place not in found.values()]
    if len(periods) < _LEAST or not others:
        return None
    places = [[found.get((period, measure), -1) for measure in measures] for period in periods]
    return PeriodColumns(len(columns), others, periods, measures, places)
