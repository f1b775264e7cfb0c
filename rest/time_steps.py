"""Days on an axis of a few steps: each a day, a month or a year, whichever the time from first to last needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from django.utils.dateformat import format as format_date

MOST_STEPS = 60
MONTHS = 12
FORMS = {"day": "j M Y", "month": "M Y", "year": "Y"}


@dataclass(frozen=True)
class TimeSteps:
    """The labels of the steps, and how many of the days given fall into each."""

    first: int
    size: int
    unit: str
    labels: Sequence[str]

    def counts(self, days: Iterable[tuple[date, int]]) -> list[int]:
        """The sum of the numbers of the days of each step."""
        found = [0] * len(self.labels)
        for day, number in days:
            found[(_number(day, self.unit) - self.first) // self.size] += number
        return found


def time_steps(first: date, last: date) -> TimeSteps:
    """The steps from one day to another, at most `MOST_STEPS`; `last` is not before `first`."""
    unit = next((unit for unit in ("day", "month") if _steps(first, last, unit) <= MOST_STEPS), "year")
    begin, end = _number(first, unit), _number(last, unit)
    size = ceil(_steps(first, last, unit) / MOST_STEPS)
    starts = range(begin, end + 1, size)
    return TimeSteps(begin, size, unit, [format_date(_day(number, unit), FORMS[unit]) for number in starts])


def _steps(first: date, last: date, unit: str) -> int:
    return _number(last, unit) - _number(first, unit) + 1


def _number(day: date, unit: str) -> int:
    if unit == "day":
        return day.toordinal()
    return day.year * MONTHS + day.month - 1 if unit == "month" else day.year


def _day(number: int, unit: str) -> date:
    if unit == "day":
        return date.fromordinal(number)
    return date(number // MONTHS, number % MONTHS + 1, 1) if unit == "month" else date(number, 1, 1)
