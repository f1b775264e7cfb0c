"""How a round's texts are ordered and how many coders each gets. Same seed, same plan."""

import random
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

Thing = TypeVar("Thing")


def drawn(things: Sequence[Thing], *, seed: int, at_most: int | None = None) -> list[Thing]:
    """The things in a random order that the seed fixes; the first `at_most` of it are a simple random sample."""
    order = list(things)
    random.Random(seed).shuffle(order)  # noqa: S311 a sample that can be repeated, no secret
    return order if at_most is None else order[:at_most]


def seats_per_unit(units: int, coders_per_unit: Decimal) -> list[int]:
    """Seats for each of `units` texts, spread evenly: 1.2 gives 1, 1, 1, 1, 2, 1, 1, 1, 1, 2 ...

    The sum is floor(units x coders_per_unit), so that the overlap paid for is the overlap got.
    """
    if coders_per_unit < 1:
        raise ValueError("Every text has a coder.")
    total = [int(coders_per_unit * n) for n in range(units + 1)]
    return [after - before for before, after in pairwise(total)]
