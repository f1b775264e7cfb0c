"""Time to an event when some cases have not had it yet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Products of fractions such as 3/4 * 2/3 may come out above one half by this much.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """The product-limit estimate at each distinct time with an event or a censored case, ascending; arrays (k,).

    `at_risk` counts those without the event just before the time, `events` those who have it then, `surviving` is the
    estimated share without the event after the time, `error` its standard error by Greenwood's formula.
    """

    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    surviving: NDArray[np.float64]
    error: NDArray[np.float64]

    def median(self) -> float | None:
        """The first time at which the estimated share is one half or less; None when it stays above."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> float | None:
        """The first time by which this estimated share, above 0 and below 1, has had the event; None when fewer have.

        Raises ValueError for another share.
        """
        if not 0 < share < 1:
            raise ValueError("A share is a number above 0 and below 1.")
        reached = np.flatnonzero(self.surviving <= 1 - share + ROUNDING)
        return float(self.times[reached[0]]) if reached.size else None


def product_limit(times: ArrayLike, has_event: ArrayLike, cases: ArrayLike | None = None) -> SurvivalCurve:
    """Kaplan-Meier estimate of the share without the event: S(t) = product over t_i <= t of (1 - d_i / n_i).

    `times` (n,), in any unit, at least 0: the time of the event, or until which a case was followed without it.
    `has_event` (n,): False where the case is censored. Cases censored at the time of an event count as at risk then.
    `cases` (n,): how many cases each entry stands for; one each where it is left out.
    Standard error: S(t) * sqrt(sum d_i / (n_i (n_i - d_i))), 0 where S(t) is 0.
    Raises ValueError for shapes that differ and for negative or missing times.

    Source: Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481; Greenwood (1926).
    """
    at, ended = np.asarray(times, dtype=np.float64), np.asarray(has_event, dtype=bool)
    if at.ndim != 1 or at.shape != ended.shape:
        raise ValueError("Times and events are two lists of the same length.")
    if not (at >= 0).all():
        raise ValueError("A time is a number of at least 0.")
    each = np.ones(at.size, dtype=np.int64) if cases is None else np.asarray(cases, dtype=np.int64)
    if each.shape != at.shape or (each < 1).any():
        raise ValueError("Each entry stands for a number of cases of at least 1.")
    distinct, place = np.unique(at, return_inverse=True)
    leaving = np.bincount(place, weights=each, minlength=distinct.size).astype(np.int64)
    events = np.bincount(place, weights=ended * each, minlength=distinct.size).astype(np.int64)
    at_risk = each.sum() - np.concatenate(([0], np.cumsum(leaving)[:-1])) if distinct.size else leaving
    surviving = np.cumprod(1 - events / at_risk, dtype=np.float64)
    left = at_risk - events
    terms = np.divide(events, at_risk * left, out=np.zeros(distinct.size), where=left > 0)
    return SurvivalCurve(distinct, at_risk.astype(np.int64), events, surviving, surviving * np.sqrt(np.cumsum(terms)))
