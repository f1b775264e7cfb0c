"""How far two values are apart: 0 for equal ones; the larger, the worse a disagreement between them is."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from measures.agreement.ratings import Value, named, number_of

Floats = NDArray[np.float64]

# A matrix of all pairs of values is needed for most distances: 72 MB at this number.
MOST_VALUES = 3_000


class Distance(StrEnum):
    """The distances by name. `distance_of` has their formulas."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"
    LINEAR = "linear"
    QUADRATIC = "quadratic"
    JACCARD = "jaccard"
    MASI = "masi"


FORMULAS = {
    Distance.NOMINAL: "d(c, k) = 1 where c differs from k, else 0",
    Distance.ORDINAL: "d(c, k) = (sum of n_g for g from c to k - (n_c + n_k) / 2)^2; n_g values g among those compared",
    Distance.INTERVAL: "d(c, k) = (c - k)^2",
    Distance.RATIO: "d(c, k) = ((c - k) / (c + k))^2",
    Distance.LINEAR: "d(c, k) = |i - j| / (q - 1); i, j the ranks of c and k among q values",
    Distance.QUADRATIC: "d(c, k) = ((i - j) / (q - 1))^2; i, j the ranks of c and k among q values",
    Distance.JACCARD: "d(A, B) = 1 - |A and B| / |A or B|; 0 for two empty sets",
    Distance.MASI: "d(A, B) = 1 - M * |A and B| / |A or B|; M = 1 for equal sets, 2/3 where one holds the other,"
    " 1/3 for others in common, 0 for none; d = 0 for two empty sets",
}
SETS = (Distance.JACCARD, Distance.MASI)


def numbers_of(values: Sequence[Value]) -> Floats:
    """The values as numbers (q,). Raises ValueError for other texts and for one number written in two ways."""
    numbers: dict[float, Value] = {}
    for value in values:
        number = number_of(value)
        if number is None:
            raise ValueError(f"“{named(value)}” is not a number.")
        if number in numbers:
            raise ValueError(f"“{named(numbers[number])}” and “{named(value)}” are one number: write it in one way.")
        numbers[number] = value
    return np.array(list(numbers), dtype=np.float64)


def check_number(values: Sequence[Value]) -> None:
    """Raises ValueError where there are too many values for a matrix of all their pairs."""
    if len(values) > MOST_VALUES:
        raise ValueError(f"There are {len(values):,} different values; {MOST_VALUES:,} can be compared.")


def distance_of(values: Sequence[Value], distance: Distance) -> Floats:
    """The matrix (q, q) of distances between values; for linear and quadratic ones their order is their rank.

    Not for ORDINAL, whose distances depend on how often values were chosen. Raises ValueError for more than
    MOST_VALUES values, and where the values are not of the kind (numbers, numbers of at least 0, sets).

    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability (nominal, interval, ratio); Cohen (1968),
    Psychological Bulletin 70, 213-220 (linear and quadratic); Jaccard (1912), New Phytologist 11, 37-50; Passonneau
    (2006), Measuring agreement on set-valued items, LREC (MASI).
    """
    check_number(values)
    return MATRICES[distance](values)


def _nominal(values: Sequence[Value]) -> Floats:
    return 1 - np.eye(len(values))


def _interval(values: Sequence[Value]) -> Floats:
    number = numbers_of(values)
    return (number[:, None] - number) ** 2


def _ratio(values: Sequence[Value]) -> Floats:
    number = numbers_of(values)
    if (number < 0).any():
        raise ValueError("Values on a ratio scale are at least 0.")
    total = number[:, None] + number
    return np.divide(number[:, None] - number, total, out=np.zeros_like(total), where=total > 0) ** 2


def _linear(values: Sequence[Value]) -> Floats:
    rank = np.arange(len(values))
    return np.abs(rank[:, None] - rank) / max(len(values) - 1, 1)


def _quadratic(values: Sequence[Value]) -> Floats:
    return _linear(values) ** 2


def _shared(values: Sequence[Value]) -> tuple[Floats, Floats]:
    """How many members two sets share, and how many each has. Raises ValueError where a value is not a set."""
    if any(isinstance(value, str) for value in values):
        raise ValueError("This distance is between sets of codes.")
    codes = {code: place for place, code in enumerate(sorted(set(chain.from_iterable(values))))}
    member = np.zeros((len(values), len(codes)))
    for row, value in enumerate(values):
        member[row, [codes[code] for code in value]] = 1
    return member @ member.T, member.sum(axis=1)


def _similar(shared: Floats, size: Floats) -> Floats:
    union = size[:, None] + size - shared
    return np.divide(shared, union, out=np.ones_like(shared), where=union > 0)


def _jaccard(values: Sequence[Value]) -> Floats:
    return 1 - _similar(*_shared(values))


def _masi(values: Sequence[Value]) -> Floats:
    shared, size = _shared(values)
    is_within = (shared == size) | (shared == size[:, None])
    likeness = np.where(is_within, 2 / 3, 1 / 3)
    likeness[(shared == size) & (shared == size[:, None])] = 1
    return 1 - likeness * _similar(shared, size)


MATRICES: dict[Distance, Callable[[Sequence[Value]], Floats]] = {
    Distance.NOMINAL: _nominal,
    Distance.INTERVAL: _interval,
    Distance.RATIO: _ratio,
    Distance.LINEAR: _linear,
    Distance.QUADRATIC: _quadratic,
    Distance.JACCARD: _jaccard,
    Distance.MASI: _masi,
}
