"""Nobody can work a small count out of what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from complaints.disclosure import protect

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 60), max_size=8)


def protected(counts, threshold):
    return protect(counts, dict.fromkeys(counts, threshold))


def test_large_counts_are_told_with_their_total():
    shown = protected({"upheld": 40, "not-upheld": 60}, 10)
    assert shown.cells == {"upheld": 40, "not-upheld": 60}
    assert shown.total == 100
    assert not shown.has_hidden


def test_a_single_small_cell_takes_the_next_smallest_with_it():
    shown = protected({"a": 3, "b": 50, "c": 20}, 10)
    assert shown.cells == {"a": None, "b": 50, "c": None}
    assert shown.total == 73


def test_two_small_cells_that_together_are_small_take_another_with_them():
    shown = protected({"a": 1, "b": 1, "c": 500, "d": 30}, 10)
    assert shown.cells == {"a": None, "b": None, "c": 500, "d": None}


def test_the_total_is_hidden_where_it_is_the_small_cell():
    shown = protected({"a": 4}, 10)
    assert shown.cells == {"a": None}
    assert shown.total is None


def test_nothing_counted_is_told_as_nothing():
    assert protected({}, 10).total == 0
    assert protected({"a": 0}, 10).cells == {"a": 0}


@given(COUNTS, st.integers(1, 30))
def test_no_small_count_follows_from_what_is_shown(counts, threshold):
    shown = protected(counts, threshold)
    hidden = [value for value, count in shown.cells.items() if count is None]

    assert all(count is None or count == 0 or count >= threshold for count in shown.cells.values())
    if hidden and shown.total is not None:
        difference = shown.total - sum(count for count in shown.cells.values() if count is not None)
        assert difference >= threshold
        assert len(hidden) >= 2
    if not hidden:
        assert shown.cells == counts


@given(COUNTS, st.integers(1, 30))
def test_only_what_has_to_be_hidden_is(counts, threshold):
    if all(count == 0 or count >= threshold for count in counts.values()):
        assert protected(counts, threshold).cells == counts
