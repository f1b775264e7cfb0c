"""Where along its file a row is: in one of at most PARTS parts of the same length. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

PARTS = 50
# Of a file: the part, and the numbers of rows that were created and updated in it.
Written = Iterable[tuple[int, int, int]]


def parts_of(rows: int) -> int:
    """How many parts a file of so many rows has."""
    return min(PARTS, rows)


def part_of(record: str, rows: int) -> str:
    """SQL of the part, from 0, of the row with this number; `record` is SQL, numbers begin with 1."""
    return f"({record} * {parts_of(rows):d} / {rows + 1:d})"


def firsts(rows: int) -> list[int]:
    """The number of the first row of each part."""
    parts = parts_of(rows)
    return [max(1, -(-place * (rows + 1) // parts)) for place in range(parts)]


def sizes(rows: int) -> list[int]:
    """How many rows each part has."""
    begins = [*firsts(rows), rows + 1]
    return [end - begin for begin, end in pairwise(begins)]


def listed(counts: Mapping[int, int], rows: int) -> list[int]:
    """Counts by part as one for each part."""
    return [counts.get(place, 0) for place in range(parts_of(rows))]


def added(before: Mapping[str, Sequence[int]], written: Written, rows: int) -> dict[str, list[int]]:
    """The rows `created` and `updated` in each part, with those that were written now."""
    found = list(written)
    return {
        name: [
            earlier + now
            for earlier, now in zip(
                before.get(name) or [0] * parts_of(rows),
                listed({row[0]: row[place] for row in found}, rows),
                strict=True,
            )
        ]
        for place, name in enumerate(("created", "updated"), start=1)
    }
