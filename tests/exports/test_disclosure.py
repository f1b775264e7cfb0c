"""Counts of records that the reader may not see: hidden, rounded, and nothing small follows from what is shown."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exports.disclosure import WEIGHTS, is_protected, protect, rounded

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 60), max_size=8)
THRESHOLD = st.integers(2, 30)


@pytest.mark.parametrize(
    ("weighted", "shown"), [(0, None), (1, None), (9, None), (10, 10), (14, 10), (15, 20), (24, 20), (1004, 1000)]
)
def test_counts_are_rounded_to_the_nearest_multiple_or_hidden(weighted, shown):
    assert rounded(weighted, 10) == shown


def test_a_single_small_cell_takes_the_next_smallest_with_it():
    shown = protect({"a": 3, "b": 50, "c": 20}, 10)
    assert shown.cells == {"a": None, "b": 50, "c": None}
    assert shown.total == 70


def test_two_small_cells_that_together_are_small_take_another_with_them():
    shown = protect({"a": 1, "b": 1, "c": 500, "d": 30}, 10)
    assert shown.cells == {"a": None, "b": None, "c": 500, "d": None}


def test_two_small_cells_that_together_reach_the_threshold_need_no_other():
    assert protect({"a": 6, "b": 4, "c": 30}, 10).cells == {"a": None, "b": None, "c": 30}


def test_the_total_is_hidden_where_it_is_the_small_cell():
    shown = protect({"a": 4}, 10)
    assert shown.cells == {"a": None}
    assert shown.total is None


def test_that_there_is_nothing_is_not_shown():
    assert protect({}, 10).total is None
    assert protect({"a": 0, "b": 30}, 10).cells == {"b": 30}


@pytest.mark.parametrize("threshold", [0, 1])
def test_a_threshold_of_one_protects_nothing(threshold):
    assert not is_protected(threshold)
    assert protect({"a": 1, "b": 7}, threshold).cells == {"a": 1, "b": 7}
    assert protect({"a": 1, "b": 7}, threshold).total == 8


def test_weights_are_right_on_average():
    assert sum(WEIGHTS) == len(WEIGHTS)


@given(COUNTS, THRESHOLD)
def test_all_that_is_shown_is_a_multiple_of_the_threshold_near_its_count(counts, threshold):
    shown = protect(counts, threshold)
    for number, true in [*((shown.cells[v], counts[v]) for v in shown.cells), (shown.total, sum(counts.values()))]:
        assert number is None or (number >= threshold and number % threshold == 0)
        assert number is None or abs(number - true) <= threshold / 2


@given(COUNTS, THRESHOLD)
def test_hidden_cells_protect_each_other(counts, threshold):
    shown = protect(counts, threshold)
    hidden = [value for value, count in shown.cells.items() if count is None]
    assert {value for value, count in counts.items() if 0 < count < threshold} <= set(hidden)
    if hidden and shown.total is not None:
        assert len(hidden) >= 2
        assert sum(counts[value] for value in hidden) >= threshold


@given(COUNTS, THRESHOLD)
def test_only_what_has_to_be_hidden_is(counts, threshold):
    present = {value for value, count in counts.items() if count}
    shown = protect(counts, threshold)
    assert shown.cells.keys() == present
    if all(counts[value] >= threshold for value in present):
        assert None not in shown.cells.values()
    assert (shown.total is None) >= (sum(counts.values()) < threshold)


@given(COUNTS, THRESHOLD)
def test_larger_cells_are_hidden_only_after_smaller_ones(counts, threshold):
    cells = protect(counts, threshold).cells
    hidden = [counts[value] for value, count in cells.items() if count is None]
    shown = [counts[value] for value, count in cells.items() if count is not None]
    assume(hidden and shown)
    assert max(hidden) <= min(shown)
