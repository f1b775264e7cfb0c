"""A coefficient of agreement with everything that a reader needs to judge it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from measures.agreement.bootstrap import Bootstrap, Interval, interval_of
from measures.agreement.coefficients import DEFINITIONS, Coefficient, Compared, Definition, percent
from measures.agreement.distances import Distance
from measures.agreement.patterns import Patterns, patterns_of
from measures.agreement.ratings import Ratings
from measures.agreement.reasons import Excluded, NoInterval, Undefined

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient: either `value` or the reason why it is `undefined`.

    `percent` is the share of pairs of coders with the same value (0 to 1), also where the coefficient is undefined.
    `units` and `values` went into it, rows `excluded` did not. Disagreement is in the unit of the distance.
    """

    coefficient: Coefficient
    distance: Distance
    value: float | None
    undefined: Undefined | None
    percent: float | None
    observed_disagreement: float | None
    expected_disagreement: float | None
    units: int
    values: int
    excluded: Mapping[Excluded, int]
    interval: Interval | None
    no_interval: NoInterval | None
    formula: str
    source: str


def agreement(
    ratings: Ratings,
    coefficient: Coefficient,
    distance: Distance = Distance.NOMINAL,
    bootstrap: Bootstrap | None = None,
) -> Agreement:
    """A coefficient of ratings, with a bootstrap interval where one is asked for; `estimate` has the errors."""
    found = estimate(patterns_of(ratings), coefficient, distance, bootstrap)
    return replace(found, excluded=ratings.excluded())


def estimate(
    patterns: Patterns,
    coefficient: Coefficient,
    distance: Distance = Distance.NOMINAL,
    bootstrap: Bootstrap | None = None,
) -> Agreement:
    """A coefficient of patterns of values.

    Raises ValueError where values are not of the kind that the distance needs, and for ordinal distances with another
    coefficient than alpha.
    """
    if distance is Distance.ORDINAL and coefficient is not Coefficient.ALPHA:
        raise ValueError("Ordinal distances are those of Krippendorff's alpha: use linear or quadratic weights.")
    definition, compared = DEFINITIONS[coefficient], Compared(patterns, distance)
    nothing = Agreement(
        coefficient=coefficient,
        distance=distance,
        value=None,
        undefined=_reason(definition, patterns),
        percent=percent_of(patterns),
        observed_disagreement=None,
        expected_disagreement=None,
        units=patterns.units,
        values=int(patterns.times @ patterns.coders),
        excluded={},
        interval=None,
        no_interval=None,
        formula=definition.formula(distance),
        source=definition.source,
    )
    if nothing.undefined is not None:
        return nothing
    observed, expected = definition.disagreement(compared, patterns.times[None, :].astype(np.float64))
    interval = None if bootstrap is None else interval_of(patterns.times, _resampled(definition, compared), bootstrap)
    return replace(
        nothing,
        value=float(1 - observed[0] / expected[0]),
        observed_disagreement=float(observed[0]),
        expected_disagreement=float(expected[0]),
        interval=interval if isinstance(interval, Interval) else None,
        no_interval=interval if isinstance(interval, NoInterval) else None,
    )


def percent_of(patterns: Patterns) -> float | None:
    """The mean over units of the share of pairs of coders with the same value, 0 to 1; None of no unit."""
    if not patterns.units:
        return None
    same = np.asarray(patterns.counts.multiply(patterns.counts).sum(axis=1)).ravel() - patterns.coders
    return float(patterns.times @ (same / (patterns.coders * (patterns.coders - 1))) / patterns.units)


def _reason(definition: Definition, patterns: Patterns) -> Undefined | None:
    if not patterns.units:
        return Undefined.NO_SHARED_UNIT
    if definition.of_two_coders and patterns.first is None:
        return Undefined.NOT_TWO_CODERS
    if definition.disagreement is not percent and not _varies(patterns, patterns.times[None, :])[0]:
        return Undefined.NO_VARIATION
    return None


def _varies(patterns: Patterns, weights: NDArray[np.generic]) -> NDArray[np.bool_]:
    chosen = np.asarray(weights @ patterns.counts)
    return np.asarray(chosen.max(axis=1) < chosen.sum(axis=1))


def _resampled(definition: Definition, compared: Compared) -> Callable[[Floats], Floats]:
    """The coefficient for resamples, NaN in those without variation."""

    def values(weights: Floats) -> Floats:
        observed, expected = definition.disagreement(compared, weights)
        varies = _varies(compared.patterns, weights) | (definition.disagreement is percent)
        return 1 - np.divide(observed, expected, out=np.full(varies.shape, np.nan), where=varies)

    return values
