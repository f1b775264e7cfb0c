"""Published values come out of our measures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.measures import days_to_close, per_thousand_inhabitants, shares, working_days

DAY = date(2026, 1, 5)  # a Monday


def test_fife_council_2016_17():
    received = per_thousand_inhabitants(2626, 367_260)
    closed = per_thousand_inhabitants(2149, 367_260)
    stages = shares({"stage 1": 1648, "stage 2": 385, "after escalation": 116}, "closed")

    assert round(received.value, 1) == 7.2
    assert round(closed.value, 1) == 5.9
    assert [round(100 * share.value, 1) for share in stages.values()] == [76.7, 17.9, 5.4]
    assert {share.base for share in stages.values()} == {2149}
    assert stages["stage 1"].denominator == "closed"


def test_a_share_of_nothing_is_unknown():
    assert shares({"upheld": 0}, "closed")["upheld"].value is None
    assert per_thousand_inhabitants(3, 0).value is None


def test_open_cases_are_not_left_out_of_days_to_close():
    spans = [(DAY, DAY + timedelta(days=10)), (DAY, DAY + timedelta(days=20)), (DAY, None), (DAY, None)]
    found = days_to_close(spans, until=DAY + timedelta(days=100))
    assert (found.median, found.closed, found.censored) == (20, 2, 2)
    assert days_to_close([*spans, (DAY, None)], until=DAY + timedelta(days=100)).median is None


@pytest.mark.parametrize(("end", "days"), [(DAY, 0), (DAY + timedelta(days=4), 4), (DAY + timedelta(days=7), 5)])
def test_working_days_leave_weekends_out(end, days):
    assert working_days(DAY, end) == days
    assert working_days(DAY, end, frozenset({DAY + timedelta(days=1)})) == max(0, days - 1)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_without_open_cases_it_is_the_lower_median(days):
    spans = [(DAY, DAY + timedelta(days=n)) for n in days]
    assert days_to_close(spans, until=DAY + timedelta(days=500)).median == sorted(days)[(len(days) - 1) // 2]


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 10_000), min_size=1))
def test_shares_add_up_to_one(counts):
    values = [share.value for share in shares(counts, "received").values()]
    assert all(value is None for value in values) or abs(sum(values) - 1) < 1e-9
