"""The order and the slots of a round are fixed by its numbers and its seed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.sampling import drawn, places_among, slots_per_unit


def test_one_point_two_gives_every_fifth_unit_a_second_coder():
    assert slots_per_unit(10, Decimal("1.2")) == [1, 1, 1, 1, 2, 1, 1, 1, 1, 2]


@given(st.integers(0, 300), st.decimals(1, 20, places=2))
def test_slots_sum_to_the_overlap_asked_for_and_differ_by_at_most_one(units, coders):
    slots = slots_per_unit(units, coders)
    assert sum(slots) == int(coders * units)
    assert not slots or max(slots) - min(slots) <= 1
    assert all(slot >= 1 for slot in slots)


def test_fewer_than_one_coder_is_refused():
    with pytest.raises(ValueError, match=r"^A unit has at least one coder\.$"):
        slots_per_unit(3, Decimal("0.5"))
    assert slots_per_unit(3, Decimal(1)) == [1, 1, 1]


def test_the_order_of_a_seed_never_changes():
    assert drawn("abcdefg", seed=20261128) == list("gbcefad")
    assert drawn("abcdefg", seed=20261128, at_most=0) == []


@given(st.lists(st.integers(), unique=True), st.integers(0, 1000))
def test_a_seed_gives_the_same_order_again_and_a_sample_is_its_beginning(things, seed):
    order = drawn(things, seed=seed)
    assert drawn(things, seed=seed) == order
    assert sorted(order) == sorted(things)
    assert drawn(things, seed=seed, at_most=3) == order[:3]


@given(st.integers(0, 60), st.integers(0, 500), st.integers(0, 500), st.integers(0, 1000))
def test_added_slots_get_places_of_their_own_among_the_free_ones(number, lowest, length, seed):
    places = places_among(number, lowest=lowest, highest=lowest + length, seed=seed)
    assert len(set(places)) == len(places) == number
    assert all(lowest <= place <= max(lowest + length, lowest + number - 1) for place in places)
    assert places == places_among(number, lowest=lowest, highest=lowest + length, seed=seed)
