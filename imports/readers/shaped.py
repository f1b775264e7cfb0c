"""A table as a person wants it: without totals and notes at its end, and with a row for each period of wide tables.

It wraps any reader, streams, and holds back only the last rows.
"""

import itertools
from collections import deque
from collections.abc import Iterator

from imports.readers.kinds import SPREADSHEETS
from imports.readers.table import BATCH, BATCH_CHARACTERS, Batch, LeftOut, Table, Understood, named_columns
from imports.sniff.footer import MOST_ROWS, Body, footer
from imports.sniff.periods import PeriodColumns, period_columns
from standards.translation import gettext as _

_WITH_FOOTER = {"text", "html", *SPREADSHEETS}
KEEP, AS_ROWS = "keep", "rows"
_HELD = 2 * 1024 * 1024  # characters of batches that are held back beside the last one
_SHOWN = 120


def has_footer(understood: Understood) -> bool:
    """Whether totals and notes can follow the rows. Of tables that are read as one, each part was looked at."""
    return understood.options.kind in _WITH_FOOTER and not understood.is_together


class ShapedTable:
    """Rows of another table. Without footers that is the table itself; with periods as rows, record numbers count the
    new rows, and lines are those of the old ones."""

    def __init__(self, table: Table, *, has_footer: bool) -> None:
        self._table = table
        self.understood = table.understood
        options = self.understood.options
        self._cuts = has_footer and options.footer != KEEP
        self._width = len(self.understood.columns)
        self._periods = period_columns(self.understood.columns) if options.periods == AS_ROWS else None
        if self._periods:
            self.understood.columns = named_columns(self._periods.names(self.understood.columns))

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        if start and self._periods:
            offset, record, line = start
            start = offset, (record - 1) // len(self._periods.periods) + 1, line
        found = self._table.batches(size, start)
        if self._cuts:
            found = self._without_footer(found)
        return (
            itertools.chain.from_iterable(turned(batch, self._periods) for batch in found) if self._periods else found
        )

    def close(self) -> None:
        self._table.close()

    def _without_footer(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Hold back the last rows until it is known that they are the last."""
        body = Body()
        held: deque[Batch] = deque()
        for batch in batches:
            held.append(batch)
            while len(held) > 1 and (_rows_behind(held) >= MOST_ROWS or _is_much(held)):
                done = held.popleft()
                if _rows_behind(held) + len(held[0].rows) < MOST_ROWS < len(done.rows):
                    done, rest = parted(done, len(done.rows) - MOST_ROWS)
                    held.appendleft(rest)
                body.look(done.rows)
                yield done
        yield from self._cut(list(held), body)

    def _cut(self, held: list[Batch], body: Body) -> Iterator[Batch]:
        """The batches without the rows that are no records, which are named."""
        rows = [row for batch in held for row in batch.rows]
        lines = [line for batch in held for line in batch.lines]
        first = Body()
        first.look(rows[:1])
        body.look(rows[: len(rows) - len(footer(rows, self._width, first))])
        kinds = footer(rows, self._width, body)
        count = len(rows) - len(kinds)
        self._say(list(zip(kinds, lines[count:], rows[count:], strict=True)))
        for batch in held:
            part = parted(batch, min(count, len(batch.rows)))[0]
            count -= len(part.rows)
            if part.rows:
                yield part

    def _say(self, ends: list[tuple[str, int, list[str]]]) -> None:
        others = [part for part in self.understood.left_out if part.kind not in ("total", "note")]
        self.understood.left_out[:] = others + [
            LeftOut(kind or "note", _shown(row), 1, _("It is line %(line)s of the file.") % {"line": f"{line:,}"})
            for kind, line, row in ends
        ]


def _shown(row: list[str]) -> str:
    text = " ".join(" ".join(row).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _rows_behind(held: deque[Batch]) -> int:
    return sum(len(batch.rows) for batch in held) - len(held[0].rows)


def _is_much(held: deque[Batch]) -> bool:
    """Whether the batches hold many characters. Those of many rows are only held before one of few rows."""
    return sum(len(cell) for batch in held for row in batch.rows for cell in row) > _HELD


def parted(batch: Batch, count: int) -> tuple[Batch, Batch]:
    """The first rows of a batch, and the others."""
    if count == len(batch.rows):
        return batch, Batch(batch.first + count, [], [])
    joined = batch.joined
    return (
        Batch(batch.first, batch.lines[:count], batch.rows[:count], batch.offset, batch.lines[count],
              None if joined is None else joined[:count]),
        Batch(batch.first + count, batch.lines[count:], batch.rows[count:], None, batch.next_line,
              None if joined is None else joined[count:]),
    )  # fmt: skip


def turned(batch: Batch, periods: PeriodColumns) -> Iterator[Batch]:
    """The rows of a batch with a row for each period, in batches of about the usual size."""
    count = len(periods.periods)
    first, offset, held = (batch.first - 1) * count + 1, batch.offset, 0
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, row in zip(batch.lines, batch.rows, strict=True):
        lines += [line] * count
        rows += periods.rows(row)
        held += sum(map(len, row)) * count
        if len(rows) >= BATCH or held > BATCH_CHARACTERS:
            yield Batch(first, lines, rows, offset, line + 1)
            first, offset, lines, rows, held = first + len(rows), None, [], [], 0
    if rows:
        yield Batch(first, lines, rows, offset, batch.next_line)
