"""What the disagreement is made of: which values are confused, and in which units."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags_array

from measures.agreement.coefficients import Compared
from measures.agreement.distances import Distance, check_number
from measures.agreement.patterns import Patterns, patterns_of
from measures.agreement.ratings import REASONS, USED, Ratings, named
from measures.agreement.reasons import Excluded

Floats = NDArray[np.float64]


class Confusion(NamedTuple):
    """Two different values and how many pairable values they take from each other; `share` is of all disagreement."""

    one: str
    other: str
    coincidences: float
    share: float


class UnitDisagreement(NamedTuple):
    """A unit, the mean distance between two of its coders, and how many coders chose each value."""

    unit: str
    disagreement: float
    values: dict[str, int]


def coincidences(patterns: Patterns) -> Floats:
    """The coincidence matrix (q, q): symmetric, with the number of pairable values as its sum.

    o_ck = sum over units of n_uc (n_uk - [c = k]) / (n_u - 1).
    Raises ValueError for more than MOST_VALUES values. Source: Krippendorff (2011).
    """
    check_number(patterns.values)
    weighted = diags_array(patterns.times / (patterns.coders - 1)) @ patterns.counts
    table = (patterns.counts.T @ weighted).toarray()
    return np.asarray(table - np.diag(weighted.sum(axis=0)), dtype=np.float64)


def confusions(patterns: Patterns, distance: Distance = Distance.NOMINAL) -> list[Confusion]:
    """The pairs of different values that coders chose for one unit, those that cost most agreement first."""
    table = 2 * np.triu(coincidences(patterns), 1)
    cost = table * Compared(patterns, distance).matrix
    total = float(cost.sum()) or 1.0
    names = [named(value) for value in patterns.values]
    found = [
        Confusion(names[one], names[other], float(table[one, other]), float(cost[one, other] / total))
        for one, other in np.argwhere(table > 0)
    ]
    return sorted(found, key=lambda pair: (-pair.share, -pair.coincidences, pair.one, pair.other))


def by_unit(ratings: Ratings, distance: Distance = Distance.NOMINAL) -> list[UnitDisagreement]:
    """Every unit that was used, the one with most disagreement first, equal ones by name."""
    patterns = patterns_of(ratings)
    apart = Compared(patterns, distance).apart
    names = [named(value) for value in patterns.values]
    counts = patterns.counts
    rows = zip(counts.indptr[:-1], counts.indptr[1:], strict=True)
    counted = [
        {names[value]: int(count) for value, count in zip(counts.indices[a:b], counts.data[a:b], strict=True) if count}
        for a, b in rows
    ]
    order = np.lexsort((np.arange(len(ratings.units)), -apart[patterns.place]))
    return [
        UnitDisagreement(ratings.units[unit], float(apart[patterns.place[unit]]), counted[patterns.place[unit]])
        for unit in order
    ]


def reasons_of(ratings: Ratings) -> Iterator[Excluded | None]:
    """For each row that was read why it was not used, None where it was: the last column of a diagnosis file."""
    return (None if status == USED else REASONS[status] for status in ratings.status)
