"""Where a table begins: the row or rows that name its columns, and the names in them. Pure.

Rows are numbered as a spreadsheet counts them, from 1 and with blank ones.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from imports.sniff.periods import is_period
from imports.values import looks_like_data
from imports.vocabulary import plain, words_for

HEAD_RECORDS = 500
ROW_NAMES = "row"  # the name of a column that has none because the header is one cell short, as R writes it
_IDENTIFIERS = frozenset({"id", "no", "nr", "number", "ref", "reference", "key", "case id", "case number"})
_TITLE_BLOCK = 30
_MOST_ROWS = 3
JOIN = " / "
Line = tuple[int, list[str]]
Span = Sequence[int]  # merged cells: first row, first column, last row, last column, each from 0


@dataclass(frozen=True, slots=True)
class Header:
    """row: the first row of names, 0 for none. last: the last one. rows: their number; names of several rows are joined
    (`2019 / men`). names: a cell a column, untidied."""

    row: int
    last: int
    rows: int
    names: list[str]
    has_row_names: bool = False


def find_header(
    lines: Sequence[Line], known: frozenset[str] = frozenset(), *,
    row: int | None = None, rows: int = 0, spans: Sequence[Span] = (), left: int = 0,
) -> Header | None:  # fmt: skip
    """The header among the first filled rows of a table. known: casefolded names that prove one. row, rows: what a
    person chose; None and 0: find them. left: the column of the first cell. None if there is no such row."""
    records = [cells for _, cells in lines]
    spread = _Spread(spans, left, max(map(len, records), default=0))
    at = _chosen(lines, row)
    if at is None:
        return None
    if row is None:
        at = _below_titles(lines, header_row(records, known), spread)
        if at > 1 and not rows and _joins(records[at - 2], records[at - 1], records[at:]):
            at, rows = at - 1, 2
    if not at:
        return Header(0, 0, 0, [""] * max(map(len, records)))
    rows = min(rows or _rows_of(lines, at, spread), len(lines) - at + 1)
    names = _names(lines, at, rows, spread)
    has_row_names = _is_one_short(names, records[at + rows - 1 :])
    if has_row_names:
        names = [ROW_NAMES, *names]
    return Header(lines[at - 1][0], lines[at + rows - 2][0], rows, names, has_row_names)


def _chosen(lines: Sequence[Line], row: int | None) -> int | None:
    """The position from 1 of a row that a person chose, 0 for none; None if it is blank or beyond the rows."""
    if not row:
        return 0
    return next((at for at, (number, _) in enumerate(lines, start=1) if number == row), None)


def header_row(records: Sequence[list[str]], known: frozenset[str] = frozenset()) -> int:
    """The record, from 1, that names the columns; 0 if the first full record contains data.

    Blocks of titles above the table are narrower, so the first record of the usual width is examined; names may be
    missing in a header, so the record above it is examined where that one contains data.
    """
    if not records:
        return 0
    filled = [sum(1 for cell in record if cell.strip()) for record in records]
    usual = Counter(filled[:HEAD_RECORDS]).most_common(1)[0][0] if len(records) > 2 else max(filled)
    enough = max(2, (usual + 1) // 2) if max(filled) > 1 else 1
    at = next((i for i, count in enumerate(filled[:_TITLE_BLOCK]) if count >= enough), 0)
    if _names_columns(records[at], records[at + 1 :], known):
        return at + 1
    if at and filled[at - 1] > 1 and _names_columns(records[at - 1], records[at:], known):
        return at
    return 0


def _names_columns(cells: list[str], below: Sequence[list[str]], known: frozenset[str]) -> bool:
    words = [cell.strip() for cell in cells if cell.strip()]
    if words and sum(word.casefold() in known for word in words) >= min(2, len(words)):
        return True
    if not words or any(len(word) > 150 for word in words):
        return False
    if any(looks_like_data(word) for word in words) and not _has_periods(cells, below):
        return False
    return not below or not _occurs_below(cells, below)


def _has_periods(cells: list[str], below: Sequence[list[str]]) -> bool:
    """Whether everything in the cells that looks like data is one of several different periods, as in a table with a
    column a year: the cells below them are no periods, and another cell is a name or blank."""
    places = [i for i, cell in enumerate(cells) if looks_like_data(cell)]
    periods = [cells[i].strip() for i in places]
    if not all(map(is_period, periods)) or len(set(periods)) < len(periods) or len(periods) == len(cells):
        return False
    under = [row[i].strip() for row in below[:HEAD_RECORDS] for i in places if i < len(row) and row[i].strip()]
    return len(periods) > 1 and bool(under) and sum(map(is_period, under)) * 2 < len(under)


def _occurs_below(cells: list[str], below: Sequence[list[str]]) -> bool:
    """Whether most of the cells occur again in their own column: then they are values, not names."""
    again = sum(
        bool(cell) and any(len(row) > i and row[i] == cell for row in below[:HEAD_RECORDS])
        for i, cell in enumerate(cells)
    )
    return again * 3 > len(cells)


class _Spread:
    """Merged cells of the first rows."""

    def __init__(self, spans: Sequence[Span], left: int, width: int) -> None:
        self._spans = [(top, start - left, bottom, end - left) for top, start, bottom, end in spans]
        self._width = width

    def has_groups(self, row: int) -> bool:
        """Whether cells of a row are merged across some of the columns."""
        return any(t < row <= b + 1 and 0 < e - s < self._width - 1 for t, s, b, e in self._spans)

    def is_title(self, row: int) -> bool:
        """Whether a cell of a row is merged across all columns."""
        return self._width > 1 and any(t < row <= b + 1 and e - s >= self._width - 1 for t, s, b, e in self._spans)

    def filled(self, number: int, cells: list[str], above: dict[int, list[str]]) -> list[str]:
        """The cells of a row, with the text of a merged cell in each place that it covers. above: rows by number."""
        found = cells + [""] * (self._width - len(cells))
        for top, start, bottom, end in self._spans:
            source = above.get(top + 1, [])
            if top < number <= bottom + 1 and 0 <= start < len(source) and end - start < self._width - 1:
                for place in range(start, min(end + 1, self._width)):
                    found[place] = found[place] or source[start]
        return found


def _below_titles(lines: Sequence[Line], at: int, spread: _Spread) -> int:
    """A cell that is merged across the whole table is its title."""
    while 0 < at < len(lines) and spread.is_title(lines[at - 1][0]):
        at += 1
    return at


def _rows_of(lines: Sequence[Line], at: int, spread: _Spread) -> int:
    """How many rows from this one name the columns."""
    rows = 1
    while rows < _MOST_ROWS and at + rows <= len(lines) and spread.has_groups(lines[at + rows - 2][0]):
        rows += 1
    if rows == 1 and at < len(lines):
        records = [cells for _, cells in lines[at - 1 :]]
        rows += _joins(records[0], records[1], records[2:])
    return rows


def _joins(upper: list[str], lower: list[str], below: Sequence[list[str]]) -> bool:
    """Whether a row of groups and the row below it name the columns together: `2019` above `men` and a blank above
    `women`. A title above a header is one cell and covers all of it."""
    if not below or not _names_columns(lower, below, frozenset()):
        return False
    width = max(len(upper), len(lower))
    top, under = ([*map(str.strip, cells), *[""] * (width - len(cells))] for cells in (upper, lower))
    first = next((i for i, cell in enumerate(top) if cell), width)
    groups: list[int] = []  # the number of names in each group
    is_open = False
    for group, name in zip(top[first:], under[first:], strict=True):
        if group:
            groups.append(1 if name else 0)
            is_open = bool(name)
        elif not name or not is_open:
            return False
        else:
            groups[-1] += 1
    several, single = sum(size > 1 for size in groups), 1 in groups
    if 0 in groups:
        return several > 0
    return first > 0 and all(under[:first]) and several > 1 and not single


def _names(lines: Sequence[Line], at: int, rows: int, spread: _Spread) -> list[str]:
    """The names in the header rows, joined."""
    above = dict(lines[: at + rows - 1])
    levels = [spread.filled(number, cells, above) for number, cells in lines[at - 1 : at + rows - 1]]
    if rows == 1:
        return levels[0][: max(len(lines[at - 1][1]), 1)]
    for upper, lower in pairwise(levels):
        for place in range(1, len(upper)):
            if not upper[place] and lower[place] and lower[place - 1]:
                upper[place] = upper[place - 1]
    width = max(len(cells) for _, cells in lines[at - 1 : at + rows - 1])
    columns = list(zip(*levels, strict=True))[:width]
    return [JOIN.join(dict.fromkeys(filter(None, map(str.strip, parts)))) for parts in columns]


def _is_one_short(names: list[str], below: Sequence[list[str]]) -> bool:
    """Whether the rows have one cell more than the header, which begins with a name of the row.

    Not if the header begins with an identifier: then the cell too many is somewhere else, and every value would get the
    name of its neighbour.
    """
    if plain(names[0]) in _IDENTIFIERS or plain(names[0]) in words_for("reference"):
        return False
    wide = [row for row in below if len(row) == len(names) + 1 and row[0].strip()]
    is_usual = bool(wide) and len(wide) * 10 >= len(below) * 9 and any(row[-1].strip() for row in wide)
    return is_usual and len({row[0] for row in wide}) == len(wide)
