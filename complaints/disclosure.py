"""Small cells of a table of counts are not told, nor what would give them away. Pure.

Primary suppression: a count from 1 to below the threshold. Complementary suppression: as the total is known from
elsewhere, a single hidden cell would be the difference, so at least two cells are hidden and together they reach the
threshold. A total is hidden where the hidden cells cannot be protected otherwise. Hidden is None, never 0.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class ProtectedCounts(Generic[Value]):
    """Counts fit to be shown: None where hidden."""

    cells: dict[Value, int | None]
    total: int | None

    @property
    def has_hidden(self) -> bool:
        return self.total is None or any(count is None for count in self.cells.values())


def protect(counts: Mapping[Value, int], thresholds: Mapping[Value, int]) -> ProtectedCounts[Value]:
    """Hide what is too small. `thresholds` gives for each value the smallest count that may be told."""
    hidden = {value for value, count in counts.items() if 0 < count < thresholds[value]}
    if not hidden:
        return ProtectedCounts(dict(counts), sum(counts.values()))
    needed = max(thresholds[value] for value in hidden)
    by_size = sorted((count, str(value), value) for value, count in counts.items() if value not in hidden and count)
    weight = sum(counts[value] for value in hidden)
    for count, _, value in by_size:
        if len(hidden) >= 2 and weight >= needed:
            break
        hidden.add(value)
        weight += count
    is_safe = len(hidden) >= 2 and weight >= needed
    cells = {value: None if value in hidden else count for value, count in counts.items()}
    return ProtectedCounts(cells, sum(counts.values()) if is_safe else None)
