"""Pages with numbers: which rows a page has, and which numbers are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.numbered import Numbered, numbered

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
    assert numbered({"page": text}, 20, 54).number == number


def test_a_list_without_rows_has_one_page():
    assert numbered({}, 20, 0).pages == 1


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [(1, 1, [1]), (1, 3, [1, 2, 3]), (1, 9, [1, 2, 3, None, 9]), (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9])],
)
def test_the_first_the_last_and_the_pages_beside_are_shown(number, pages, shown):
    assert Numbered(number, 10, pages * 10).shown == shown
