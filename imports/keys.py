"""Which columns together identify a row, where no single column does. Pure.

Columns are tried on the first rows here; `imports.jobs.keys` counts over the whole file what passes.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from math import prod

from imports.sniff.profile import Column
from imports.values import header_words
from imports.vocabulary import plain, words_for
from standards.json_values import JsonObject

MOST_COLUMNS = 4
MAX_REFERENCE = 200  # characters
_CANDIDATES = 14  # the columns that are tried: at most 1,456 sets of two to four
_LONGEST = 120  # characters; longer cells are texts
_TIME = re.compile(r"(^|\W)(year|time|period|date|month|quarter|wave|day|jahr|jaar|année|annee|año|anno|ano|aasta|rok"
                   r"|år|an|zeit|tijd|monat|maand|mois|mes|mese)(\W|$)")  # fmt: skip
_PLACE = re.compile(r"(^|\W)(geo|country|region|nuts|code|unit|indicator|id|no|nr|number|key|name|sex|age|category"
                    r"|type|item|variable|land|pays|país)(\W|$)")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """Columns, and in how many rows their values together differ from those of every other row."""

    columns: tuple[str, ...]
    different: int


@dataclass(frozen=True, slots=True)
class KeySearch:
    """What the search found. found: keys of the fewest columns, the best first. closest: the columns that come nearest
    where there is no key. rows: of the file; equal_rows: those that are equal to an earlier one cell by cell."""

    rows: int
    found: tuple[Key, ...] = ()
    closest: Key | None = None
    equal_rows: int = 0
    is_complete: bool = field(default=True)

    def as_json(self) -> JsonObject:
        return asdict(self)

    @classmethod
    def of(cls, written: JsonObject | None) -> "KeySearch | None":
        """From JSON; None if a file was read before keys were searched, or has a column that is unique."""
        if not written:
            return None
        found = tuple(Key(tuple(key["columns"]), key["different"]) for key in written["found"])
        closest = written["closest"]
        near = Key(tuple(closest["columns"]), closest["different"]) if closest else None
        return cls(written["rows"], found, near, written["equal_rows"], written["is_complete"])


def may_identify(column: Column) -> bool:
    """Whether a column without repeats can be the row identifier alone."""
    return (
        column.is_unique
        and column.longest <= MAX_REFERENCE
        and not (column.is_long or column.type in ("empty", "date", "decimal"))
    )


def candidates(columns: Sequence[Column]) -> list[int]:
    """Positions of the columns that can be part of a key, the likeliest first."""
    possible = [
        position
        for position, column in enumerate(columns)
        if not column.is_long and column.type != "empty" and column.longest <= _LONGEST and _different(column) > 1
    ]
    return sorted(possible, key=lambda at: (-_weight(columns[at]), at))[:_CANDIDATES]


def sets_to_try(
    columns: Sequence[Column], positions: Sequence[int], sample: Sequence[Sequence[str]]
) -> Iterator[tuple[int, ...]]:
    """Sets of positions that tell apart all rows of a sample, fewer columns first, the likelier first. sample: rows
    that differ, each with the cells at `positions`."""
    for size in range(2, MOST_COLUMNS + 1):
        sets = itertools.combinations(range(len(positions)), size)
        for places in sorted(sets, key=lambda some: -sum(_weight(columns[positions[place]]) for place in some)):
            different = prod(_different(columns[positions[place]]) for place in places)
            if different >= len(sample) and _tells_apart(places, sample):
                yield tuple(sorted(positions[place] for place in places))


def closest_set(positions: Sequence[int], sample: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The columns of a greedy search that differ in most rows of the sample."""
    chosen: list[int] = []
    for _step in range(min(MOST_COLUMNS, len(positions))):
        left = [place for place in range(len(positions)) if place not in chosen]
        chosen.append(max(left, key=lambda place: len({tuple(row[p] for p in (*chosen, place)) for row in sample})))
    return tuple(sorted(positions[place] for place in chosen))


def _tells_apart(places: Sequence[int], sample: Sequence[Sequence[str]]) -> bool:
    seen: set[tuple[str, ...]] = set()
    for row in sample:
        cells = tuple(row[place] for place in places)
        if cells in seen:
            return False
        seen.add(cells)
    return True


def _different(column: Column) -> int:
    """How many different values a column has at most; an empty cell is one of them."""
    return column.filled - (column.repeats or 0) + (column.empty > 0)


def _weight(column: Column) -> float:
    """How likely a column is part of a key. Measures are unlikely: they differ by chance."""
    words, weight = header_words(column.name), 0.0
    is_part = _PLACE.search(words) or not set(words_for("reference")).isdisjoint(plain(column.name).split())
    weight += 3 if _TIME.search(words) else 2 if is_part else 0
    weight += 1 if column.type in ("date", "text") else 0
    weight -= 6 if column.type == "decimal" else 0
    if column.type == "integer" and not (_TIME.search(words) or is_part):
        weight -= 4 if _different(column) > column.rows / 2 else 2
    weight -= 3 * column.empty / max(column.rows, 1)
    weight -= 1 if column.longest > _LONGEST / 2 else 0
    titles = sum(example.count(" ") > 1 for example in column.examples)
    weight -= 2 if column.type == "text" and 2 * titles > len(column.examples) else 0  # titles differ by chance, too
    return weight
