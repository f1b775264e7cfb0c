"""The same coefficient for each code, pair of coders and window of time."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from measures.agreement.bootstrap import Bootstrap
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance
from measures.agreement.estimates import Agreement, agreement, estimate
from measures.agreement.patterns import Patterns, patterns_of, regrouped
from measures.agreement.ratings import Ratings, Value, subset

# The values of a code seen alone.
PRESENCE: tuple[Value, Value] = ("absent", "present")


class PairAgreement(NamedTuple):
    """The agreement of two coders on the units that both coded."""

    first: str
    second: str
    agreement: Agreement


def codes_of(ratings: Ratings) -> list[str]:
    """The codes in ascending order: the values, or the members of sets."""
    return sorted(set(chain.from_iterable([value] if isinstance(value, str) else value for value in ratings.values)))


def by_code(
    ratings: Ratings, coefficient: Coefficient, bootstrap: Bootstrap | None = None, codes: Sequence[str] | None = None
) -> dict[str, Agreement]:
    """For each code the agreement on whether it is present or absent; every code is resampled by the same seed.

    `codes`: also those that nobody chose, which are undefined for want of variation.
    """
    patterns = patterns_of(ratings)
    wanted = codes_of(ratings) if codes is None else codes
    return {code: estimate(presence(patterns, code), coefficient, bootstrap=bootstrap) for code in wanted}


def presence(patterns: Patterns, code: str) -> Patterns:
    """The patterns of a code seen alone: a coder of a unit chose it (present) or something else (absent)."""
    has = [code == value if isinstance(value, str) else code in value for value in patterns.values]
    group = np.array(has, dtype=np.int64)
    return regrouped(patterns, group, PRESENCE)


def by_pair(
    ratings: Ratings,
    coefficient: Coefficient,
    distance: Distance = Distance.NOMINAL,
    bootstrap: Bootstrap | None = None,
) -> list[PairAgreement]:
    """The agreement of each pair of coders on the units that both coded, in the order of their names.

    All pairs have the values of the whole, so that the number of values is the same for all.
    """
    rows = [ratings.coder == place for place in range(len(ratings.coders))]
    return [
        PairAgreement(
            ratings.coders[first],
            ratings.coders[second],
            agreement(subset(ratings, rows[first] | rows[second]), coefficient, distance, bootstrap),
        )
        for first, second in combinations(range(len(rows)), 2)
    ]


def windows_of(units: Sequence[str], days: Sequence[date | None], length: int, start: date) -> dict[str, date]:
    """For each unit the first day of the window of `length` days in which its last coding lies.

    Windows begin at `start`; units whose last day is before it, or is not known, are in none. `units` and `days` are
    columns of the same table. Raises ValueError where they differ in length, and for windows shorter than a day.
    """
    if length < 1:
        raise ValueError("A window is at least one day long.")
    last: dict[str, date] = {}
    for unit, day in zip(units, days, strict=True):
        if day is not None:
            last[unit] = max(day, last.get(unit, day))
    return {unit: day - timedelta(days=(day - start).days % length) for unit, day in last.items() if day >= start}


def by_window(
    ratings: Ratings,
    windows: Mapping[str, date],
    coefficient: Coefficient,
    distance: Distance = Distance.NOMINAL,
    bootstrap: Bootstrap | None = None,
) -> dict[date, Agreement]:
    """The agreement in each window of time, ascending, to see whether coders drift; `windows_of` makes the windows."""
    return {
        start: agreement(part, coefficient, distance, bootstrap)
        for start, part in within_windows(ratings, windows).items()
    }


def within_windows(ratings: Ratings, windows: Mapping[str, date]) -> dict[date, Ratings]:
    """The ratings in each window, ascending. A unit lies in one as a whole, so that no comparison is cut in two."""
    of_unit = np.array([windows.get(unit, date.min).toordinal() for unit in ratings.units], dtype=np.int64)
    of_value: NDArray[np.int64] = of_unit[ratings.unit]
    return {start: subset(ratings, of_value == start.toordinal()) for start in sorted(set(windows.values()))}
