"""The order of a round's units and the number of coders of each. The same seed gives the same order."""

import random
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item")


def drawn(items: Sequence[Item], *, seed: int, at_most: int | None = None) -> list[Item]:
    """The items in a random order that the seed fixes; the first `at_most` of them are a simple random sample."""
    order = list(items)
    random.Random(seed).shuffle(order)  # noqa: S311 a sample that can be repeated, not a secret
    return order if at_most is None else order[:at_most]


def slots_per_unit(units: int, coders_per_unit: Decimal) -> list[int]:
    """Assignment slots of each of `units` units, spread evenly: 1.2 gives 1, 1, 1, 1, 2, 1, 1, 1, 1, 2 ...

    The sum is floor(units x coders_per_unit). Raises ValueError for fewer than one coder per unit.
    """
    if coders_per_unit < 1:
        raise ValueError("A unit has at least one coder.")
    total = [int(coders_per_unit * n) for n in range(units + 1)]
    return [after - before for before, after in pairwise(total)]


def places_among(number: int, *, lowest: int, highest: int, seed: int) -> list[int]:
    """Places of `number` slots that are added to a queue whose free slots have places from `lowest` to `highest`.

    A random draw without repetition from that range, which is made longer where it is too short: the new slots mix with
    the free ones. The same seed and range give the same places.
    """
    last = max(highest, lowest + number - 1)
    return drawn(range(lowest, last + 1), seed=seed, at_most=number)
