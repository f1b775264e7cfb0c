"""What coders chose: one value for each unit and coder."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from measures.agreement.reasons import Excluded

Value = str | frozenset[str]
Name = TypeVar("Name", str, Value)
Integers = NDArray[np.int64]

# In `Ratings.status`.
USED = -1
REASONS = tuple(Excluded)


@dataclass(frozen=True, slots=True)
class Ratings:
    """The values that can be compared, as places in three lists of names.

    `unit`, `coder`, `value`: arrays (n,), one entry for each value used, sorted by unit and then by coder. Every unit
    has values of at least two coders. `units`, `coders`, `values`: the names, in ascending order; `values` has also
    those that were declared and never chosen. `status` (rows,): for each row that was read USED or the place of the
    reason in REASONS.
    """

    unit: Integers
    coder: Integers
    value: Integers
    units: tuple[str, ...]
    coders: tuple[str, ...]
    values: tuple[Value, ...]
    status: NDArray[np.int8]

    def excluded(self) -> dict[Excluded, int]:
        """How many rows were not used, by reason; reasons without rows are left out."""
        counts = np.bincount(self.status[self.status != USED], minlength=len(REASONS))
        return {reason: int(count) for reason, count in zip(REASONS, counts, strict=True) if count}


def ratings_of(
    units: Sequence[str],
    coders: Sequence[str],
    values: Sequence[Value | None],
    *,
    declared: Sequence[Value] | None = None,
) -> Ratings:
    """The ratings of a long table: row i says that `coders[i]` gave `values[i]` to `units[i]`.

    None is a missing value; *none applies* is a value (of sets: the empty set). A row is not used where its value is
    missing, where an earlier row is the same, and where nobody else coded the unit. `declared`: all values that could
    be chosen, in their order, which may be more than were; without it the values used, in ascending order.

    Raises ValueError for lists of different length, for two different values of a coder for one unit, and for a value
    that is not declared.
    """
    if not len(units) == len(coders) == len(values):
        raise ValueError("Units, coders and values are three lists of the same length.")
    unit_names, unit = _places(units)
    coder_names, coder = _places(coders)
    known = [value for value in values if value is not None]
    names, places = _places(known, declared)
    value = np.full(len(values), -1, dtype=np.int64)
    value[[one is not None for one in values]] = places
    status = np.full(len(values), USED, dtype=np.int8)
    status[value < 0] = REASONS.index(Excluded.MISSING)
    status[_repeated(unit, coder, value)] = REASONS.index(Excluded.REPEATED)
    coded = np.bincount(unit[status == USED], minlength=len(unit_names))
    status[(status == USED) & (coded[unit] == 1)] = REASONS.index(Excluded.ONE_CODER)
    used = np.flatnonzero(status == USED)
    used = used[np.lexsort((coder[used], unit[used]))]
    kept_units, unit = _kept(unit_names, unit[used])
    kept_coders, coder = _kept(coder_names, coder[used])
    kept_values, value = (tuple(names), value[used]) if declared is not None else _kept(names, value[used])
    return Ratings(unit, coder, value, kept_units, kept_coders, kept_values, status)


def subset(ratings: Ratings, keep: NDArray[np.bool_]) -> Ratings:
    """The ratings for which `keep` (n,) is true, of units that then still have two; the values stay as they are."""
    coded = np.bincount(ratings.unit[keep], minlength=len(ratings.units))
    used = keep & (coded[ratings.unit] > 1)
    status = np.full(int(keep.sum()), USED, dtype=np.int8)
    status[~used[keep]] = REASONS.index(Excluded.ONE_CODER)
    units, unit = _kept(ratings.units, ratings.unit[used])
    coders, coder = _kept(ratings.coders, ratings.coder[used])
    return Ratings(unit, coder, ratings.value[used], units, coders, ratings.values, status)


def relabelled(ratings: Ratings, label: Callable[[Value], Value]) -> Ratings:
    """The same ratings with `label(value)` for each value, such as its parent in a tree of codes."""
    names, place = _places([label(value) for value in ratings.values])
    return replace(ratings, value=place[ratings.value], values=tuple(names))


def named(value: Value) -> str:
    """The value as text: a set as its members in ascending order with commas between."""
    return ", ".join(_order(value))


def ascending(values: Iterable[Name]) -> list[Name]:
    """Numbers by size where all values are numbers, else texts by letter and sets by their members."""
    found = sorted(values, key=_order)
    sizes: dict[Name, float] = {}
    for value in found:
        number = number_of(value)
        if number is None:
            return found
        sizes[value] = number
    return sorted(found, key=sizes.__getitem__)


def number_of(value: Value) -> float | None:
    """The finite number that a value is written as; None for other texts and for sets."""
    try:
        number = float(value) if isinstance(value, str) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _order(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(sorted(value))


def _places(given: Sequence[Name], declared: Sequence[Name] | None = None) -> tuple[list[Name], Integers]:
    """The distinct values and the place of each given value among them."""
    distinct = ascending(set(given)) if declared is None else list(declared)
    place = {value: number for number, value in enumerate(distinct)}
    if len(place) < len(distinct):
        raise ValueError("A value is declared once.")
    if unknown := set(given) - place.keys():
        raise ValueError(f"“{min(map(named, unknown))}” is not among the declared values.")
    return distinct, np.fromiter((place[value] for value in given), dtype=np.int64, count=len(given))


def _kept(names: Sequence[Name], places: Integers) -> tuple[tuple[Name, ...], Integers]:
    """The names that are used, and the places among these."""
    used, new = np.unique(places, return_inverse=True)
    return tuple(names[place] for place in used), new.astype(np.int64)


def _repeated(unit: Integers, coder: Integers, value: Integers) -> Integers:
    """The known rows behind an equal one. Raises ValueError where a coder gave a unit two values."""
    known = np.flatnonzero(value >= 0)
    known = known[np.lexsort((coder[known], unit[known]))]
    again = np.flatnonzero((np.diff(unit[known]) == 0) & (np.diff(coder[known]) == 0)) + 1
    if (value[known[again]] != value[known[again - 1]]).any():
        raise ValueError("A coder gave one unit two different values.")
    return known[again]
