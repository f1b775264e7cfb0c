"""Units with the same counts of values are one pattern, however many there are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from measures.agreement.ratings import Integers, Ratings, Value

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Patterns:
    """The distinct rows of a table units x values of counts.

    `counts` (p, q): how many coders of a unit of the pattern chose each value; `coders` (p,): how many coded it, at
    least 2. `times` (p,): how many units have the pattern. `place` (u,): the pattern of each unit. `values`: the q
    values. `first` and `second` (p, q) are the counts of each coder where all units were coded by the same two.
    """

    counts: csr_array
    coders: Floats
    times: Integers
    place: Integers
    values: tuple[Value, ...]
    first: csr_array | None = None
    second: csr_array | None = None

    @property
    def units(self) -> int:
        """How many units were coded by two or more."""
        return int(self.times.sum())


def patterns_of(ratings: Ratings) -> Patterns:
    """The patterns of ratings. The order of units plays no part, that of coders only where there are two."""
    if len(ratings.coders) == 2:
        return _of_pairs(ratings.value.reshape(-1, 2), ratings.values)
    position = np.arange(ratings.unit.size) - np.searchsorted(ratings.unit, ratings.unit)
    order = np.lexsort((ratings.value, ratings.unit))
    chosen = np.full((len(ratings.units), int(position.max(initial=0)) + 1), -1, dtype=np.int64)
    chosen[ratings.unit, position] = ratings.value[order]
    distinct, place, times = _distinct(chosen)
    return _of_rows(distinct, times, place, ratings.values)


def patterns_of_counts(counts: Integers, values: tuple[Value, ...]) -> Patterns:
    """The patterns of a table of counts, units x values (u, q); units with fewer than two values are left out."""
    distinct, place, times = _distinct(counts[counts.sum(axis=1) > 1])
    return Patterns(csr_array(distinct.astype(np.float64)), _totals(distinct), times, place, values)


def patterns_of_table(table: Integers, values: tuple[Value, ...]) -> Patterns:
    """The patterns of two coders from the table (q, q) of how often the first chose the row and the second the column.

    Raises ValueError where the table is not square or does not fit the values.
    """
    if table.shape != (len(values), len(values)) or (table < 0).any():
        raise ValueError("A table of two coders has counts of at least 0, a row and a column for each value.")
    cells = np.argwhere(table)
    times = table[table > 0].astype(np.int64)
    return _of_two(cells, times, np.repeat(np.arange(times.size), times), values)


def regrouped(patterns: Patterns, group: Integers, values: tuple[Value, ...]) -> Patterns:
    """The patterns of fewer values: value i becomes the value `group[i]` of `values`. Coders of two are kept apart."""
    member = np.zeros((group.size, len(values)))
    member[np.arange(group.size), group] = 1
    if patterns.first is None or patterns.second is None:
        counts = np.asarray(patterns.counts @ member).astype(np.int64)
        distinct, place, _ = _distinct(counts)
        times = _merged(place, patterns.times)
        return Patterns(csr_array(distinct.astype(np.float64)), _totals(distinct), times, place[patterns.place], values)
    chosen = np.stack([np.asarray(one @ group).astype(np.int64) for one in (patterns.first, patterns.second)], axis=1)
    distinct, place, _ = _distinct(chosen)
    return _of_two(distinct, _merged(place, patterns.times), place[patterns.place], values)


def _merged(place: Integers, times: Integers) -> Integers:
    return np.bincount(place, weights=times).astype(np.int64)


def _totals(counts: Integers) -> Floats:
    return counts.sum(axis=1).astype(np.float64)


def _of_pairs(pairs: Integers, values: tuple[Value, ...]) -> Patterns:
    distinct, place, times = _distinct(pairs)
    return _of_two(distinct, times, place, values)


def _of_two(cells: Integers, times: Integers, place: Integers, values: tuple[Value, ...]) -> Patterns:
    first, second = (_counts(cells[:, [coder]], len(values)) for coder in (0, 1))
    return Patterns(first + second, np.full(times.size, 2.0), times, place, values, first, second)


def _of_rows(chosen: Integers, times: Integers, place: Integers, values: tuple[Value, ...]) -> Patterns:
    coders = (chosen >= 0).sum(axis=1).astype(np.float64)
    return Patterns(_counts(chosen, len(values)), coders, times, place, values)


def _counts(chosen: Integers, width: int) -> csr_array:
    """Counts (p, width) of the values chosen (p, r), -1 for none; equal entries add up."""
    row, column = np.nonzero(chosen >= 0)
    ones = np.ones(row.size, dtype=np.float64)
    return csr_array((ones, (row, chosen[row, column])), shape=(chosen.shape[0], width))


def _distinct(rows: Integers) -> tuple[Integers, Integers, Integers]:
    """The distinct rows in ascending order, which of them each row is, and how often each occurs.

    Rows are numbered one column after the other, which is much quicker than sorting rows.
    """
    key = np.zeros(rows.shape[0], dtype=np.int64)
    for column in rows.T:
        low, width = int(column.min(initial=0)), int(np.ptp(column)) + 1 if column.size else 1
        _, key = np.unique(key * width + (column - low), return_inverse=True)
    _, first, place, times = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return rows[first], place.astype(np.int64), times.astype(np.int64)
