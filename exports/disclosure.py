"""Counts of records that the reader may not see one by one. Pure. The rule and its reasons: docs/adr/0086.

Who may read the records sees true counts; none of this is for them. For the others, in this order:

1. Each record counts 0, 1, 1 or 2 times, by a secret and lasting choice. Sums of these weights are right on average,
   and whatever is worked out from any number of answers is at most a sum of weights, which is no count.
2. Sums from 1 to below the threshold are hidden, and so is what would give them away (complementary suppression).
3. What is left is rounded to the nearest multiple of the threshold, totals by themselves.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value", bound=Hashable)

WEIGHTS = (0, 1, 1, 2)


def is_protected(threshold: int) -> bool:
    """Whether a dataset with this threshold protects its counts at all: 0 and 1 let every count be seen."""
    return threshold > 1


def rounded(weighted: int, threshold: int) -> int | None:
    """The multiple of the threshold that is nearest (halves go up); None below the threshold, for nothing too."""
    if weighted < threshold:
        return None
    return (weighted + threshold // 2) // threshold * threshold if is_protected(threshold) else weighted


@dataclass(frozen=True, slots=True)
class ProtectedCounts(Generic[Value]):
    """Counts fit to be shown: multiples of the threshold, None where hidden."""

    cells: dict[Value, int | None]
    total: int | None


def protect(weighted: Mapping[Value, int], threshold: int) -> ProtectedCounts[Value]:
    """A table of sums of weights as it may be shown.

    A value whose records weigh nothing is left out: whether there are any does not show. Where one cell is hidden, at
    least two are, and together they reach the threshold; the total is hidden where the hidden cells cannot be protected
    otherwise.
    """
    present = {value: number for value, number in weighted.items() if number}
    if not is_protected(threshold):
        return ProtectedCounts(dict(present), sum(present.values()))
    hidden = {value for value, number in present.items() if number < threshold}
    is_safe = not hidden or _add_larger(hidden, present, threshold)
    cells = {value: None if value in hidden else rounded(number, threshold) for value, number in present.items()}
    return ProtectedCounts(cells, rounded(sum(present.values()), threshold) if is_safe else None)


def _add_larger(hidden: set[Value], present: Mapping[Value, int], threshold: int) -> bool:
    """Hide the next smallest cells until the hidden ones protect each other; whether they do."""
    weight = sum(present[value] for value in hidden)
    for value in sorted(present.keys() - hidden, key=lambda value: (present[value], str(value))):
        if len(hidden) >= 2 and weight >= threshold:
            break
        hidden.add(value)
        weight += present[value]
    return len(hidden) >= 2 and weight >= threshold
