"""Bootstrap intervals: units are drawn again with replacement.

Units of one pattern are alike, so a resample is how often each pattern is drawn: one multinomial draw, not one draw for
each unit.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from measures.agreement.ratings import Integers
from measures.agreement.reasons import NoInterval

Floats = NDArray[np.float64]
# Weights held at once: 32 MB.
BLOCK = 4_000_000
# Of the resamples, without variation: then the others no longer stand for all.
MOST_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How an interval is made: how many resamples, from which seed, and what share of them it holds.

    Raises ValueError for fewer than 2 draws, a negative seed and a confidence outside 0 to 1.
    """

    draws: int = 1_000
    seed: int = 0
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.draws < 2 or self.seed < 0 or not 0 < self.confidence < 1:
            raise ValueError("An interval needs 2 draws, a seed of at least 0, and a confidence between 0 and 1.")


@dataclass(frozen=True, slots=True)
class Interval:
    """The quantiles of the resampled coefficients; in `undefined` of the draws it had no value."""

    low: float
    high: float
    bootstrap: Bootstrap
    undefined: int


def interval_of(
    times: Integers, coefficient: Callable[[Floats], Floats], bootstrap: Bootstrap
) -> Interval | NoInterval:
    """The percentile interval of a coefficient, or the reason for none.

    `times` (p,): how many units have each pattern. `coefficient`: from weights (d, p) to values (d,), NaN where it is
    undefined. The same times, draws and seed give the same interval.

    Source: Efron (1979), Annals of Statistics 7, 1-26; percentile interval of Efron and Tibshirani (1993), chapter 13.
    """
    if times.sum() < 2:
        return NoInterval.ONE_UNIT
    found = resampled(times, coefficient, bootstrap)
    defined = found[~np.isnan(found)]
    undefined = found.size - defined.size
    if undefined > MOST_UNDEFINED * found.size:
        return NoInterval.TOO_LITTLE_VARIATION
    tail = (1 - bootstrap.confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(float(low), float(high), bootstrap, undefined)


def resampled(times: Integers, coefficient: Callable[[Floats], Floats], bootstrap: Bootstrap) -> Floats:
    """The coefficient of each resample (draws,), computed for a block of resamples at a time."""
    random = np.random.default_rng(bootstrap.seed)
    units = int(times.sum())
    at_once = max(1, BLOCK // times.size)
    sizes = [min(at_once, bootstrap.draws - start) for start in range(0, bootstrap.draws, at_once)]
    return np.concatenate(
        [coefficient(random.multinomial(units, times / units, size=size).astype(np.float64)) for size in sizes]
    )
