"""Pages with numbers: which rows a page has, and which numbers are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.counts import Count
from rest.numbered import Numbered, numbered, reached

SIZES = st.integers(1, 60)
TOTALS = st.integers(1, 2_000)


@given(SIZES, TOTALS)
def test_the_pages_have_each_row_once(size, total):
    pages = [Numbered(number, size, total) for number in range(1, Numbered(1, size, total).pages + 1)]

    assert [row for page in pages for row in range(page.first, page.last + 1)] == list(range(1, total + 1))


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 1), ("2", 2), ("0", 1), ("99", 3), ("-1", 1), ("two", 1), ("٣", 1), ("9" * 40, 3)],
)
def test_an_address_that_names_no_page_shows_the_nearest(text, number):
    assert numbered({"page": text}, 20, Count(54, exact=True)).number == number


def test_a_list_without_rows_has_one_page():
    assert numbered({}, 20, Count(0, exact=True)).pages == 1


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [(1, 1, [1]), (1, 3, [1, 2, 3]), (1, 9, [1, 2, 3, None, 9]), (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9])],
)
def test_the_first_the_last_and_the_pages_beside_are_shown(number, pages, shown):
    assert Numbered(number, 10, pages * 10).shown == shown


@pytest.mark.parametrize(
    ("total", "is_searched", "pages"),
    [
        (Count(9_990, exact=True), False, 200),
        (Count(9_990, exact=True), True, 200),
        (Count(404_495, exact=True), False, 100),
        (Count(10_000, exact=False), False, 100),
        (Count(10_000, exact=False), True, 1),
    ],
)
def test_numbers_lead_to_pages_that_are_found_quickly(total, is_searched, pages):
    assert numbered({"page": "999"}, 50, total, is_searched=is_searched).number == pages


def test_pages_beyond_the_numbers_still_say_where_they_are():
    page = reached({"page": "300"}, 50, Count(404_495, exact=True), 50)

    assert (page.first, page.last, page.shown) == (14_951, 15_000, [1, None, 100])
    assert reached({"page": "300"}, 50, Count(10_000, exact=False), 20).last == 14_970
    assert reached({"page": "300"}, 50, Count(54, exact=True), 50) is None
    assert reached({}, 50, Count(404_495, exact=True), 50) is None
