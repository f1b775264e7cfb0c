"""Published values come out of the measures of complaint handling."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.complaints import days_to_close, per_thousand_inhabitants, working_days

DAY = date(2026, 1, 5)  # a Monday
UNTIL = DAY + timedelta(days=500)


def after(days):
    return DAY + timedelta(days=days)


def test_fife_council_2016_17_per_thousand_inhabitants():
    assert round(per_thousand_inhabitants(2626, 367_260), 1) == 7.2
    assert round(per_thousand_inhabitants(2149, 367_260), 1) == 5.9


def test_a_rate_of_no_inhabitants_is_unknown():
    assert per_thousand_inhabitants(3, 0) is None


def test_a_rate_of_no_case_is_nought():
    assert per_thousand_inhabitants(0, 10) == 0.0


@pytest.mark.parametrize(("count", "inhabitants"), [(-1, 10), (1, -10)])
def test_counts_below_zero_are_refused(count, inhabitants):
    with pytest.raises(ValueError, match=r"^Cases and inhabitants are counts of at least 0\.$"):
        per_thousand_inhabitants(count, inhabitants)


def test_open_cases_are_not_left_out_of_days_to_close():
    spans = [(DAY, after(10)), (DAY, after(20)), (DAY, None), (DAY, None)]

    found = days_to_close(spans, until=after(100))

    assert (found.median, found.closed, found.censored) == (20, 2, 2)
    assert days_to_close([*spans, (DAY, None)], until=after(100)).median is None


def test_what_happens_after_the_last_day_is_not_known():
    found = days_to_close([(DAY, after(10)), (DAY, after(40)), (after(60), None)], until=after(30))
    assert (found.closed, found.censored, found.left_out, found.median) == (1, 1, 1, 10)


def test_a_case_that_ends_before_it_begins_is_left_out_and_counted():
    found = days_to_close([(DAY, after(-1)), (DAY, after(3))], until=UNTIL)
    assert (found.median, found.closed, found.left_out) == (3, 1, 1)


def test_a_case_closed_on_the_last_day_is_closed():
    assert days_to_close([(DAY, after(7))], until=after(7)).closed == 1


def test_the_median_of_no_case_is_unknown():
    assert days_to_close([], until=UNTIL).median is None


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_without_open_cases_it_is_the_lower_median(days):
    spans = [(DAY, after(n)) for n in days]
    assert days_to_close(spans, until=UNTIL).median == sorted(days)[(len(days) - 1) // 2]


@pytest.mark.parametrize(("end", "days"), [(0, 0), (1, 1), (4, 4), (5, 4), (6, 4), (7, 5), (14, 10)])
def test_working_days_leave_weekends_out(end, days):
    assert working_days([DAY], [after(end)]).tolist() == [days]


def test_working_days_leave_holidays_out():
    assert working_days([DAY, DAY], [after(4), DAY], holidays=[after(1), after(5)]).tolist() == [3, 0]


def test_a_case_closed_before_it_is_received_has_no_working_days():
    with pytest.raises(ValueError, match=r"^Each case is closed on or after the day it is received\.$"):
        working_days([DAY, DAY], [DAY, after(-1)])


def test_each_case_has_both_days():
    with pytest.raises(ValueError, match="Each case"):
        working_days([DAY, DAY], [DAY])


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.sets(st.integers(0, 400), max_size=9))
def test_working_days_are_the_counted_days(start, length, free):
    holidays = [start + timedelta(days=n) for n in free]
    days = [start + timedelta(days=n) for n in range(1, length + 1)]
    counted = sum(day.weekday() < 5 and day not in holidays for day in days)
    assert working_days([start], [start + timedelta(days=length)], holidays) == np.array([counted])
