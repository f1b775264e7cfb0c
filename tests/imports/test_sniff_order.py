"""Dates in the order that the names of their columns promise. No database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.sniff.order import ISO, DateOrder, pairs_of, place_of

EARLIEST, LATEST = "1900-01-01", "2027-01-01"
DAYS = st.just("") | st.dates(date(1895, 1, 1), date(2030, 1, 1)).map(date.isoformat)
ROWS = st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=6)


def told(*columns, names=("received", "closed")):
    order = DateOrder(names, EARLIEST, LATEST)
    order.add(columns)
    return order


@pytest.mark.parametrize(
    ("name", "place"),
    [("date of birth", 0), ("Incident date", 1), ("DateReceived", 2), ("date_sent", 3), ("Closed on", 4),
     ("decision received", 4), ("sent and received", 3), ("title", None), ("", None)],
)  # fmt: skip
def test_a_name_says_where_in_the_life_of_a_case_a_date_stands(name, place):
    assert place_of(name) == place


def test_pairs_are_of_different_places_the_earlier_one_first():
    assert pairs_of([2, None, 1, 4, 2]) == [(2, 0), (2, 4), (2, 3), (0, 3), (4, 3)]


@given(st.lists(ROWS, min_size=1, max_size=3))
def test_what_is_not_in_order_or_far_away_is_found_over_all_batches(batches):
    order = DateOrder(["received", "closed"], EARLIEST, LATEST)
    for rows in batches:
        order.add(list(zip(*rows, strict=True)))

    columns = list(zip(*(row for rows in batches for row in rows), strict=True))
    known = [any(column) for column in columns]
    is_far = [any(cell and not EARLIEST <= cell <= LATEST for cell in column) for column in columns]
    is_reversed = any(b and b < a for a, b in zip(*columns, strict=True))

    assert order.pairs == [(0, 1)]
    assert order.may_be_reversed((0, 1), (ISO, ISO)) == (is_reversed or not all(known))
    assert [order.may_be_far(n, ISO) for n in (0, 1)] == [
        far or not is_known for far, is_known in zip(is_far, known, strict=True)
    ]


@pytest.mark.parametrize(
    ("first", "is_far"),
    [(EARLIEST, False), (LATEST, False), ("1899-12-31", True), ("2027-01-02", True)],
)
def test_the_limits_themselves_are_near(first, is_far):
    assert told([first], [""]).may_be_far(0, ISO) is is_far


def test_the_first_filled_cell_says_whether_dates_are_compared_as_text():
    assert told(["", "2020-01-01T10:00"], ["2020-01-02", ""]).may_be_reversed((0, 1), (ISO, ISO)) is False
    assert told(["01.02.2020"], ["2020-01-02"]).may_be_reversed((0, 1), (ISO, ISO)) is True
    assert told(["2020-01-01"], ["01.02.2020"]).may_be_reversed((0, 1), (ISO, ISO)) is True
    assert told(["2020-01-011"], ["2020-01-02"]).may_be_reversed((0, 1), (ISO, ISO)) is True
    assert told(["01.02.1820"], [""]).far == set()


def test_a_column_that_began_as_text_is_never_compared():
    order = told(["x"], ["2020-01-02"])
    order.add([["2021-01-01"], ["2020-01-01"]])

    assert order.suspects == set()
    assert order.may_be_reversed((0, 1), (ISO, ISO)) is True


def test_dates_of_another_form_are_never_surely_in_order():
    order = told(["2020-01-01"], ["2020-01-02"])

    assert order.may_be_reversed((0, 1), (ISO, ISO)) is False
    assert order.may_be_reversed((0, 1), (ISO, "%d.%m.%Y")) is True
    assert order.may_be_reversed((0, 1), ("%d.%m.%Y", ISO)) is True
    assert order.may_be_far(0, "%d.%m.%Y") is True


def test_each_pair_is_judged_for_itself():
    order = told(
        ["2020-01-05"], ["2020-01-01"], ["2020-01-09"], ["2020-01-02"], names=["received", "sent", "x", "closed"]
    )

    assert order.suspects == {(0, 1), (0, 3)}
    assert order.may_be_reversed((1, 3), (ISO, ISO)) is False
