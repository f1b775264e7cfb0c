"""Drawings that are tables: each row has its numbers and a bar made of the same numbers (ADR 0140). Pure.

The bar of a row is an SVG of 100 by 10 units; its segments are in the order of the columns. A person who does not see
it reads the cells beside it. A row along an axis has an upright bar for each step (ADR 0158).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

UNITS = 100
HEIGHT = 10
BROAD = 2
# Of the width of a step; the rest keeps upright bars apart.
FILLED = 0.85
WIDEST = 8


@dataclass(frozen=True)
class Segment:
    """A part of a bar: begin and length in units, and the number of its colour, from 1. An upright bar is less high."""

    x: float
    width: float
    colour: int
    y: float = 0
    height: float = HEIGHT


@dataclass(frozen=True)
class Row:
    """label: what is counted, `url` leads to the rows behind it. A count of None is suppressed.

    along: one count for each step of an axis. steps: those that are not 0, with the label of the step.
    """

    label: str
    counts: Sequence[int | None]
    url: str = ""
    segments: Sequence[Segment] = field(default_factory=list)
    along: Sequence[int | None] = ()
    steps: Sequence[tuple[str, int]] = ()

    @property
    def total(self) -> int:
        return sum(count or 0 for count in self.counts)


@dataclass(frozen=True)
class Drawing:
    """A table with one bar a row.

    first: heading of the first column. columns: headings of the counts. is_diverging: the first column goes to the left
    of a middle line, the second to the right. axis: labels of the first and the last step, where rows are along one.
    is_ordered: the columns are steps of one scale, so that their colours go from light to dark.
    """

    title: str
    first: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    is_diverging: bool = False
    axis: tuple[str, str] | None = None
    is_ordered: bool = False

    @property
    def has_key(self) -> bool:
        """Whether the colours need words: with one column the heading says it, and along an axis there is one."""
        return len(self.columns) > 1 and self.axis is None

    @property
    def is_broad(self) -> bool:
        """Whether it needs the width of the page."""
        return len(self.columns) > BROAD or self.axis is not None

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


def strips(
    title: str, first: str, columns: Sequence[str], labels: Sequence[str], rows: Iterable[Row], *, note: str = ""
) -> Drawing:
    """The drawing of rows along one axis with these labels of its steps. The highest bar of each row fills its height,
    so that rows in different units, or of which one is much larger, can stand on one axis."""
    drawn = [replace(row, segments=_upright(row.along), steps=_named(labels, row.along)) for row in rows]
    return Drawing(title, first, columns, drawn, note, axis=(labels[0], labels[-1]) if labels else ("", ""))


def _with(row: Row, segments: list[Segment]) -> Row:
    return replace(row, segments=segments)


def _named(labels: Sequence[str], along: Sequence[int | None]) -> list[tuple[str, int]]:
    return [(label, count) for label, count in zip(labels, along, strict=True) if count]


def _upright(along: Sequence[int | None]) -> list[Segment]:
    most = max((count or 0 for count in along), default=0)
    step = UNITS / len(along) if along else 0
    width = min(step * FILLED, WIDEST)
    heights = [(place, HEIGHT * count / most) for place, count in enumerate(along) if count]
    return [
        Segment(
            round((place + 0.5) * step - width / 2, 2), round(width, 2), 1, round(HEIGHT - height, 2), round(height, 2)
        )
        for place, height in heights
    ]


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
