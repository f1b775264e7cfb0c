"""Disclosure control: counts of records that the reader may not see. Pure. The rule and its reasons: docs/adr/0086.

People who may read the records see exact counts. For all others, in this order:

1. Each record counts 0, 1, 1 or 2 times, by a secret choice that never changes. Sums of these weights are unbiased, and
   what can be derived from any number of answers is at most a sum of weights, which is not a count.
2. Sums from 1 to below the threshold are suppressed, and so is what would reveal them (complementary suppression).
3. The remaining sums are rounded to the nearest multiple of the threshold, totals separately.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value", bound=Hashable)

WEIGHTS = (0, 1, 1, 2)


def is_protected(threshold: int) -> bool:
    """Whether a dataset with this threshold protects its counts: with 0 and 1 every count is shown."""
    return threshold > 1


def rounded(weighted: int, threshold: int) -> int | None:
    """The multiple of the threshold that is nearest (halves go up); None below the threshold, for nothing too."""
    if weighted < threshold:
        return None
    return (weighted + threshold // 2) // threshold * threshold if is_protected(threshold) else weighted


@dataclass(frozen=True, slots=True)
class ProtectedCounts(Generic[Value]):
    """Counts that may be shown: multiples of the threshold, None where suppressed."""

    cells: dict[Value, int | None]
    total: int | None


def protect(weighted: Mapping[Value, int], threshold: int) -> ProtectedCounts[Value]:
    """A table of sums of weights as it may be shown.

    A value whose sum is 0 is left out, so that it is not known whether it has records. Where one cell is suppressed, at
    least two are, and together they reach the threshold; the total is suppressed where these cells cannot be protected
    otherwise.
    """
    present = {value: number for value, number in weighted.items() if number}
    if not is_protected(threshold):
        return ProtectedCounts(dict(present), sum(present.values()))
    suppressed = {value for value, number in present.items() if number < threshold}
    is_safe = not suppressed or _add_larger(suppressed, present, threshold)
    cells = {value: None if value in suppressed else rounded(number, threshold) for value, number in present.items()}
    return ProtectedCounts(cells, rounded(sum(present.values()), threshold) if is_safe else None)


def _add_larger(suppressed: set[Value], present: Mapping[Value, int], threshold: int) -> bool:
    """Suppress the next smallest cells until the suppressed ones protect each other. Returns whether they do."""
    weight = sum(present[value] for value in suppressed)
    for value in sorted(present.keys() - suppressed, key=lambda value: (present[value], str(value))):
        if len(suppressed) >= 2 and weight >= threshold:
            break
        suppressed.add(value)
        weight += present[value]
    return len(suppressed) >= 2 and weight >= threshold
