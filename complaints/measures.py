"""Measures of complaint handling with a stated denominator. Pure.

Every measure says what it divides by. What cannot be computed is None, never 0: a share of nothing is unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Denominator = Literal["received", "in mandate", "admissible", "opened", "closed", "inhabitants"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A value with what it counts, what it divides by and how many that were."""

    value: float | None
    numerator: int
    denominator: Denominator
    base: int


def per_thousand_inhabitants(count: int, inhabitants: int) -> Measure:
    """Cases per 1,000 inhabitants."""
    value = count / inhabitants * 1000 if inhabitants > 0 else None
    return Measure(value, count, "inhabitants", inhabitants)


def shares(counts: Mapping[str, int], denominator: Denominator) -> dict[str, Measure]:
    """The share of each part, 0 to 1, in the sum of all parts."""
    base = sum(counts.values())
    return {name: Measure(count / base if base else None, count, denominator, base) for name, count in counts.items()}


@dataclass(frozen=True, slots=True)
class DaysToClose:
    """Median days from receipt to closing; `median` is None when fewer than half are closed. `censored` are open."""

    median: int | None
    closed: int
    censored: int


def days_to_close(spans: Sequence[tuple[date, date | None]], until: date) -> DaysToClose:
    """Kaplan-Meier median of the time to closing: open cases count with the days they have been open `until` then.

    Source: Kaplan and Meier (1958), product-limit estimate; the median is the first time at which it is 0.5 or less.
    Spans that begin after `until` or end before they begin are left out.
    """
    closings: dict[int, int] = {}
    leaving: dict[int, int] = {}
    for received, ended in spans:
        is_closed = ended is not None and ended <= until
        days = ((ended if is_closed and ended else until) - received).days
        if days >= 0:
            into = closings if is_closed else leaving
            into[days] = into.get(days, 0) + 1
    at_risk, surviving, median = sum(closings.values()) + sum(leaving.values()), 1.0, None
    for days in sorted({*closings, *leaving}):
        surviving *= 1 - closings.get(days, 0) / at_risk
        if median is None and surviving <= 0.5 + 1e-12:
            median = days
        at_risk -= closings.get(days, 0) + leaving.get(days, 0)
    return DaysToClose(median, sum(closings.values()), sum(leaving.values()))


def working_days(received: date, closed: date, holidays: frozenset[date] = frozenset()) -> int:
    """Mondays to Fridays after the day of receipt up to the day of closing, without holidays."""
    days = (received + timedelta(days=offset) for offset in range(1, (closed - received).days + 1))
    return sum(day.weekday() < 5 and day not in holidays for day in days)
