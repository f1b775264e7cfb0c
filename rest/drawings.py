"""Drawings that are tables: each row has its numbers and a bar made of the same numbers (ADR 0140). Pure.

The bar of a row is an SVG of 100 by 10 units; its segments are in the order of the columns. A person who does not see
it reads the cells beside it. A row along an axis has an upright bar for each step (ADR 0158), or a mark on a line: a
share and how far chance could move it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

UNITS = 100
HEIGHT = 10
BROAD = 2
# Of the width of a step; the rest keeps upright bars apart.
FILLED = 0.85
WIDEST = 8
# A mark on a line, and the line, from the top of a row.
MARK = (1.2, 1, 8)
LINE = (4.25, 1.5)


@dataclass(frozen=True)
class Step:
    """A row that a brush can begin or end with; `first` and `last` are the values of its two filters then."""

    key: str
    label: str
    first: str
    last: str
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class Brush:
    """Two choices that lead to the rows from one to another (rest/brush.py).

    action: the list. first_name, last_name: its two filters. kept: the other filters, as names and values.
    """

    action: str
    first_name: str
    last_name: str
    steps: Sequence[Step]
    kept: Sequence[tuple[str, str]] = ()


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

    along: one count for each step of an axis. steps: those that are not 0, with the label of the step. texts: cells
    before those of the counts. step: the key of the row where a brush chooses some of them.
    """

    label: str
    counts: Sequence[int | None]
    url: str = ""
    segments: Sequence[Segment] = field(default_factory=list)
    along: Sequence[int | None] = ()
    steps: Sequence[tuple[str, int]] = ()
    texts: Sequence[str] = ()
    step: str = ""

    @property
    def total(self) -> int:
        return sum(count or 0 for count in self.counts)


@dataclass(frozen=True)
class Drawing:
    """A table with one bar a row.

    first: heading of the first column. columns: headings of the counts. is_diverging: the first column goes to the left
    of a middle line, the second to the right. axis: labels of the first and the last step, where rows are along one.
    is_ordered: the columns are steps of one scale, so that their colours go from light to dark. is_of_shares: rows have
    a mark on a line. source: what was counted, in words, and `source_url` the list of it. command: computes the numbers
    again from a file of that list. brush: chooses rows from one to another.
    """

    title: str
    first: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    is_diverging: bool = False
    axis: tuple[str, str] | None = None
    is_ordered: bool = False
    is_of_shares: bool = False
    source: str = ""
    source_url: str = ""
    command: str = ""
    brush: Brush | None = None

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
    title: str,
    first: str,
    columns: Sequence[str],
    labels: Sequence[str],
    rows: Iterable[Row],
    *,
    note: str = "",
    full: int | None = None,
) -> Drawing:
    """The drawing of rows along one axis with these labels of its steps. The highest bar of each row fills its height,
    so that rows in different units, or of which one is much larger, can stand on one axis.

    full: the count that fills the height of every row, where rows are parts of the same whole.
    """
    drawn = [replace(row, segments=_upright(row.along, full), steps=_named(labels, row.along)) for row in rows]
    return Drawing(title, first, columns, drawn, note, axis=(labels[0], labels[-1]) if labels else ("", ""))


def spans(
    title: str,
    first: str,
    columns: Sequence[str],
    rows: Iterable[tuple[Row, float, tuple[float, float]]],
    *,
    note: str = "",
) -> Drawing:
    """The drawing of shares: for each row a share, 0 to 1, as a mark, and its interval as a line."""
    drawn = [replace(row, segments=_marked(at, ends)) for row, at, ends in rows]
    return Drawing(title, first, columns, drawn, note, axis=("0%", "100%"), is_of_shares=True)


def sourced(drawings: Iterable[Drawing | None], source: str, url: str = "") -> list[Drawing]:
    """Those that there are and have rows; the ones that do not say what they count say that it is this."""
    return [
        drawing if drawing.source else replace(drawing, source=source, source_url=url)
        for drawing in drawings
        if drawing and drawing.rows
    ]


def _marked(at: float, ends: tuple[float, float]) -> list[Segment]:
    width, top, height = MARK
    low, high = (UNITS * end for end in ends)
    left = min(max(UNITS * at - width / 2, 0), UNITS - width)
    return [
        Segment(round(low, 2), round(high - low, 2), 2, *LINE),
        Segment(round(left, 2), width, 1, top, height),
    ]


def _with(row: Row, segments: list[Segment]) -> Row:
    return replace(row, segments=segments)


def _named(labels: Sequence[str], along: Sequence[int | None]) -> list[tuple[str, int]]:
    return [(label, count) for label, count in zip(labels, along, strict=True) if count]


def _upright(along: Sequence[int | None], full: int | None = None) -> list[Segment]:
    most = full or max((count or 0 for count in along), default=0)
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
