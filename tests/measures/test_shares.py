"""Shares say what they divide by."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from measures.shares import share, share_interval, shares, value_counts
from measures.summaries import mean


def test_fife_council_2016_17_stages_of_closed_complaints():
    found = shares({"stage 1": 1648, "stage 2": 385, "after escalation": 116})
    assert {name: round(100 * value, 1) for name, value in found.items()} == {
        "stage 1": 76.7,
        "stage 2": 17.9,
        "after escalation": 5.4,
    }


def test_a_share_of_nothing_is_unknown():
    assert shares({"upheld": 0}) == {"upheld": None}
    assert mean(Decimal(0), 0) is None


def test_a_base_of_its_own_divides_counts_that_overlap():
    assert shares({"phone": 2, "web": 3}, base=4) == {"phone": 0.5, "web": 0.75}


@pytest.mark.parametrize(("part", "whole", "found"), [(0, 2, 0.0), (2, 2, 1.0), (0, 0, None)])
def test_a_part_can_be_nothing_or_the_whole(part, whole, found):
    assert share(part, whole) == found


@pytest.mark.parametrize(("part", "whole"), [(3, 2), (-1, 2)])
def test_a_part_is_not_larger_than_the_whole(part, whole):
    with pytest.raises(ValueError, match=r"^A part is a count from 0 to the whole\.$"):
        share(part, whole)


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_the_interval_of_a_share_is_the_published_one(part, whole, low, high):
    assert share_interval(part, whole) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_that_of_scipy(counts):
    part, whole = counts
    other = binomtest(part, whole).proportion_ci(method="wilson")
    assert share_interval(part, whole) == pytest.approx((other.low, other.high), abs=1e-9)


def test_a_share_of_nothing_has_no_interval():
    assert share_interval(0, 0) is None
    with pytest.raises(ValueError, match="part is a count"):
        share_interval(3, 2)


def test_values_are_counted_most_frequent_first():
    counts, left_out = value_counts(["c", "b", "a", "b", ".r", "XXXX"], missing={".r"})
    assert (list(counts.items()), left_out) == ([("b", 2), ("XXXX", 1), ("a", 1), ("c", 1)], 1)


def test_an_empty_cell_is_a_value_like_any_other():
    assert value_counts(["", "a", ""]) == ({"": 2, "a": 1}, 0)


def test_a_value_counts_once_for_a_cell_that_repeats_it():
    assert value_counts(["1 3", "3 3", ".r"], {".r"}, " ") == ({"3": 2, "1": 1}, 1)


def test_the_mean_is_exact():
    assert mean(Decimal("0.3"), 3) == Decimal("0.1")


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 10_000), min_size=1))
def test_shares_add_up_to_one(counts):
    values = list(shares(counts).values())
    assert all(value is None for value in values) or abs(sum(values) - 1) < 1e-9
