"""Days fall into few steps of an axis, whichever time they span."""

from datetime import date

import pytest

from rest.time_steps import MOST_STEPS, time_steps


@pytest.mark.parametrize(
    ("first", "last", "number", "ends"),
    [
        (date(2014, 3, 1), date(2014, 3, 1), 1, ("1 Mar 2014", "1 Mar 2014")),
        (date(2014, 3, 1), date(2014, 4, 29), 60, ("1 Mar 2014", "29 Apr 2014")),
        (date(2014, 3, 1), date(2014, 4, 30), 2, ("Mar 2014", "Apr 2014")),
        (date(2014, 1, 31), date(2018, 12, 1), 60, ("Jan 2014", "Dec 2018")),
        (date(2014, 1, 31), date(2019, 1, 1), 6, ("2014", "2019")),
        (date(1914, 1, 1), date(2014, 1, 1), 51, ("1914", "2014")),
        (date.min, date.max, 60, ("0001", "9854")),
    ],
)
def test_the_steps_are_days_then_months_then_years(first, last, number, ends):
    steps = time_steps(first, last)
    assert (len(steps.labels), steps.labels[0], steps.labels[-1]) == (number, *ends)
    assert number <= MOST_STEPS


def test_each_day_is_counted_in_its_step():
    steps = time_steps(date(2014, 1, 1), date(2014, 4, 30))
    days = [(date(2014, 1, 1), 2), (date(2014, 1, 31), 1), (date(2014, 4, 30), 5)]
    assert steps.counts(days) == [3, 0, 0, 5]


def test_the_last_day_of_a_long_time_is_in_its_last_step():
    assert time_steps(date.min, date.max).counts([(date.min, 1), (date.max, 2)])[::59] == [1, 2]
