"""Drawings that are tables: each row has its numbers and a bar made of the same numbers (ADR 0140). Pure.

The bar of a row is an SVG of 100 units; its segments are in the order of the columns. A person who does not see it
reads the cells beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

UNITS = 100
BROAD = 2


@dataclass(frozen=True)
class Segment:
    """A part of a bar: begin and length in units, and the number of its colour, from 1."""

    x: float
    width: float
    colour: int


@dataclass(frozen=True)
class Row:
    """label: what is counted, `url` leads to the rows behind it. A count of None is suppressed."""

    label: str
    counts: Sequence[int | None]
    url: str = ""
    segments: Sequence[Segment] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(count or 0 for count in self.counts)


@dataclass(frozen=True)
class Drawing:
    """A table with one bar a row.

    first: heading of the first column. columns: headings of the counts. is_diverging: the first column goes to the left
    of a middle line, the second to the right.
    """

    title: str
    first: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    is_diverging: bool = False

    @property
    def has_key(self) -> bool:
        """Whether the colours need words: with one column the heading says it."""
        return len(self.columns) > 1

    @property
    def is_broad(self) -> bool:
        """Whether its columns need the width of the page."""
        return len(self.columns) > BROAD

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)


def bars(
    title: str, first: str, columns: Sequence[str], rows: Iterable[Row], *, note: str = "", diverging: bool = False
) -> Drawing:
    """The drawing of these rows; the longest bar fills the width, so that lengths can be compared between rows."""
    listed = list(rows)
    if diverging:
        most = max((count or 0 for row in listed for count in row.counts), default=0)
        drawn = [_with(row, _both_ways(row.counts, most)) for row in listed]
    else:
        most = max((row.total for row in listed), default=0)
        drawn = [_with(row, _side_by_side(row.counts, most)) for row in listed]
    return Drawing(title, first, columns, drawn, note, diverging)


def _with(row: Row, segments: list[Segment]) -> Row:
    return Row(row.label, row.counts, row.url, segments)


def _side_by_side(counts: Sequence[int | None], most: int) -> list[Segment]:
    segments: list[Segment] = []
    x = 0.0
    for colour, count in enumerate(counts, start=1):
        width = UNITS * (count or 0) / most if most else 0
        if width:
            segments.append(Segment(round(x, 2), round(width, 2), colour))
        x += width
    return segments


def _both_ways(counts: Sequence[int | None], most: int) -> list[Segment]:
    left, right = ((count or 0) * UNITS / 2 / most if most else 0 for count in counts[:2])
    found = [Segment(round(UNITS / 2 - left, 2), round(left, 2), 1), Segment(UNITS / 2, round(right, 2), 2)]
    return [segment for segment in found if segment.width]
