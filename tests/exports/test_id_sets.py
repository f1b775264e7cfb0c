"""Sets of numbers in cursors."""

import random

from hypothesis import given
from hypothesis import strategies as st

from exports import id_sets


@given(st.sets(st.integers(min_value=1, max_value=2**63 - 1)))
def test_every_set_is_read_as_it_was_written(numbers):
    assert id_sets.read(id_sets.written(numbers)) == numbers


def test_numbers_without_gaps_take_next_to_no_room():
    assert len(id_sets.written(range(1, 10_001))) < 60


def test_half_of_the_numbers_at_random_take_half_a_byte_each():
    numbers = random.Random(1).sample(range(20_000), 10_000)

    assert len(id_sets.written(numbers)) < 5_000
