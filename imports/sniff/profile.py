"""The contents of a column over the whole file, streamed: filled, unique, type, examples.

Columns of few different values are counted value by value. If there are more than MANY, only the shapes of the values
are counted (digits become 9, letters a), which is just as exact for numbers and dates.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from imports.personal.scan import ColumnScan, Found, with_postcodes
from imports.sniff.distinct import RepeatCounter
from imports.sniff.order import DateOrder
from imports.sniff.traces import SHORT, Traces
from imports.sniff.types import bare_shape, fits, meaning, rivals, telling_shape, told_apart
from standards.json_values import JsonObject

MANY = 5_000
LONG = 100
EXAMPLES = 5
_MARK = "\ufeff"  # a blank at the ends of cells that `strip` leaves
MISSING_WORDS = frozenset(
    [
        "none",
        "null",
        "n/a",
        "nan",
        "#n/a",
        "-",
        "--",
        "—",
        "?",
        "nil",
        "n.a.",
        "k.a.",
        "s/d",
        "naoconsta",
        ".",
    ]
)
# Of UTF-8: bytes of other letters stay as they are.
_SHAPE = bytes(57 if 48 <= code <= 57 else 97 if 65 <= code <= 90 or 97 <= code <= 122 else code for code in range(256))
_BETWEEN = "\x1f"


def shapes(cells: Sequence[str]) -> list[str]:
    """The cells with 9 for each digit and a for each letter from A to Z, all at once where none has the separator."""
    found = _shape(_BETWEEN.join(cells)).split(_BETWEEN)
    return found if len(found) == len(cells) else list(map(_shape, cells))


def _shape(text: str) -> str:
    return text.encode().translate(_SHAPE).decode()


_MISSING_SHAPES = frozenset(shapes([*MISSING_WORDS]))


@dataclass(slots=True)
class Column:
    """The profile of one column. fails: number of values that do not match `type`, with examples. partly: the type of
    most, but not nearly all, values of a text column. partly_not: the number of its other values. characters: of all
    cells of a column of long texts. two_ways: the types with which the values can be read, where some then mean
    something else, as 1.234 and 04/05/2019 do; the first is assumed. unclear: the number of these values, with
    examples. blank_ends: False if surely no cell begins or ends with a blank."""

    name: str
    rows: int = 0
    empty: int = 0
    longest: int = 0
    repeats: int | None = None
    type: str = "text"
    format: str = ""
    also: list[str] = field(default_factory=list)
    fails: int = 0
    fail_examples: list[str] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    values: dict[str, int] | None = None
    is_long: bool = False
    partly: str = ""
    partly_not: int = 0
    characters: int = 0
    two_ways: list[str] = field(default_factory=list)
    unclear: int = 0
    unclear_examples: list[str] = field(default_factory=list)
    blank_ends: bool = True

    @property
    def filled(self) -> int:
        return self.rows - self.empty

    @classmethod
    def of(cls, found: JsonObject) -> Self:
        return cls(**found)

    @property
    def is_unique(self) -> bool:
        return self.repeats == 0 and self.empty == 0 and self.rows > 0

    def as_json(self) -> JsonObject:
        return asdict(self)


class ColumnProfiler:
    """Takes a column batch by batch; `finish` returns its profile."""

    def __init__(self, name: str, country: str = "") -> None:
        self.column = Column(name)
        self.scan = ColumnScan(name, country)
        self.traces = Traces()
        self._counts: Counter[str] | None = Counter()
        self._shapes: Counter[str] | None = None
        self._shape_examples: dict[str, str] = {}
        self._seen: set[str] = set()
        self._telling: set[str] = set()
        self._missing: Counter[str] = Counter()
        self._repeats: RepeatCounter | None = None
        self._may_hold = self._blank_ends = False

    def add(self, cells: Sequence[str]) -> None:
        column = self.column
        column.rows += len(cells)
        longest = max(map(len, cells))
        column.longest = max(column.longest, longest)
        stripped = list(map(str.strip, cells))
        if not self._blank_ends:
            self._blank_ends = stripped != list(cells) or _MARK in "".join(cells)
        if column.is_long:
            column.empty += cells.count("")
            column.characters += len("".join(cells))
            self._look_into(cells)
            return
        column.empty += stripped.count("")
        if self._counts is not None:
            self._count(stripped, longest)
        else:
            self._stream(list(filter(None, stripped)))

    def _count(self, cells: list[str], longest: int) -> None:
        counts = self._counts
        assert counts is not None  # noqa: S101 -- the caller looked
        counts.update(cells)
        if not self.column.examples or len(self.column.examples) < EXAMPLES:
            self.column.examples = [value[:LONG] for value in list(counts)[: EXAMPLES + 1] if value][:EXAMPLES]
        if len(counts) > MANY or (longest > LONG and len(counts) > 50):
            self._turn_to_streams(counts)

    def _turn_to_streams(self, counts: Counter[str]) -> None:
        counts.pop("", None)
        self._counts = None
        filled = sum(counts.values())
        if sum(len(value) * times for value, times in counts.items()) > LONG * filled:
            self.column.is_long = True
            self.column.characters = sum(len(value) * times for value, times in counts.items())
            self.column.examples = [value[:500] for value in counts if len(value) > LONG][:30]
            self._look_into(list(counts.elements()))
            return
        if len(counts) >= 0.9 * filled:
            self._repeats = RepeatCounter()
        self._shapes = Counter()
        self._stream(list(counts.elements()))

    def _look_into(self, texts: Sequence[str]) -> None:
        self.traces.add_texts(texts)
        self.scan.add(texts)

    def _stream(self, cells: list[str]) -> None:
        if self._repeats is not None:
            self._repeats.add(cells)
            self.traces.add_values(cells)
        if self.column.longest >= SHORT:
            self.traces.add_texts(cells)
        if self._shapes is not None:
            self._count_shapes(cells, self._shapes)
        else:
            self.scan.add(cells)

    def _count_shapes(self, cells: list[str], counted: Counter[str]) -> None:
        found = shapes(cells)
        kinds = set(found)
        if not _MISSING_SHAPES.isdisjoint(kinds):
            # Words for nothing have the shapes of other words, so they are counted by themselves.
            self._missing.update(cell for cell in cells if cell.casefold() in MISSING_WORDS)
            cells = [cell for cell in cells if cell not in self._missing]
            found = shapes(cells)
            kinds = set(found)
        found = self._told_apart(found, cells, kinds)
        before = len(counted)
        counted.update(found)
        if not self._may_hold and len(counted) > before:
            self._may_hold = any(self.scan.may_hold(bare_shape(shape)) for shape in counted)
        if self._may_hold:
            self.scan.add(cells)
        if len(counted) > MANY:
            self._shapes = None
        elif len(self._shape_examples) < MANY:
            self._shape_examples.update(zip(reversed(found), reversed(cells), strict=True))

    def _told_apart(self, found: list[str], cells: Sequence[str], kinds: set[str]) -> list[str]:
        self._telling |= set(filter(telling_shape, kinds - self._seen))
        self._seen |= kinds
        if self._telling.isdisjoint(kinds):
            return found
        told = zip(found, cells, strict=True)
        return [told_apart(shape, cell) if shape in self._telling else shape for shape, cell in told]

    def finish(self, latest_year: int) -> Column:
        column = self.column
        column.blank_ends = self._blank_ends
        if self._repeats is not None:
            column.repeats = self._repeats.repeats()
            self._repeats.close()
        if self._counts is not None:
            self._counts.pop("", None)
            column.repeats = self._counts.total() - len(self._counts)
            if len(self._counts) <= 200:
                column.values = {value[:200]: times for value, times in self._counts.most_common()}
            self.traces.keep_counts(self._counts)
            self.scan.add_counted(self._counts)
            _decide_type(column, dict(self._counts), latest_year)
        elif self._shapes is not None:
            known = {self._shape_examples[s]: n for s, n in self._shapes.items() if s in self._shape_examples}
            _decide_type(column, known | self._missing, latest_year)
        return column


def _decide_type(column: Column, counts: dict[str, int], latest_year: int) -> None:
    column.missing = {v: n for v, n in counts.items() if v.casefold() in MISSING_WORDS}
    real = {v: n for v, n in counts.items() if v not in column.missing}
    total = sum(real.values())
    if not total:
        column.type = "empty"
        return
    fitting = fits(real, latest_year)
    best, right = max(fitting.items(), key=lambda item: item[1], default=("", 0))
    if not best or right < 0.9 * total:
        if right >= 0.5 * total:
            column.partly, column.partly_not = best.partition(" ")[0], total - right
        return
    column.type, _, column.format = best.partition(" ")
    column.also = [name for name, count in fitting.items() if count == right and name != best]
    column.fails = total - right
    if column.fails:
        column.fail_examples = [v[:LONG] for v in real if meaning(best, v, latest_year) is None][:EXAMPLES]
    others, unclear = rivals(best, fitting, real, latest_year)
    if others:
        column.two_ways = [best, *others]
        column.unclear, column.unclear_examples = sum(unclear.values()), [v[:LONG] for v in unclear][:EXAMPLES]


@dataclass(frozen=True, slots=True)
class Profiled:
    """What a profile has found. personal: likely personal data with the position of its column."""

    rows: int
    columns: list[Column]
    traces: list[Traces]
    order: DateOrder
    personal: list[tuple[int, Found]]

    @classmethod
    def of(cls, found: JsonObject, names: Sequence[str]) -> Self:
        order = DateOrder(names, found["earliest"], found["latest"])
        order.restore(found["order"])
        personal = [
            (at, Found(**one | {"cells": [(text, hit) for text, hit in one["cells"]]})) for at, one in found["personal"]
        ]
        columns = [Column.of(column) for column in found["columns"]]
        return cls(found["rows"], columns, [Traces.of(one) for one in found["traces"]], order, personal)

    def as_json(self) -> JsonObject:
        return {
            "rows": self.rows, "columns": [column.as_json() for column in self.columns],
            "traces": [trace.as_json() for trace in self.traces], "earliest": self.order.earliest,
            "latest": self.order.latest, "order": self.order.as_json(),
            "personal": [(at, asdict(found)) for at, found in self.personal],
        }  # fmt: skip


class Profile:
    """All columns of a file. Rows are given in batches, which are transposed once. country: of the dataset."""

    def __init__(self, names: Sequence[str], country: str = "") -> None:
        self._columns = [ColumnProfiler(name, country) for name in names]
        ahead = datetime.now(UTC).date() + timedelta(days=366)
        self.order = DateOrder(names, earliest="1900-01-01", latest=ahead.isoformat())
        self.rows = 0

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        self.rows += len(rows)
        columns = list(zip(*rows, strict=True))
        for profiler, cells in zip(self._columns, columns, strict=True):
            profiler.add(cells)
        self.order.add(columns)

    def finish(self, latest_year: int) -> list[Column]:
        return [profiler.finish(latest_year) for profiler in self._columns]

    def finished(self, latest_year: int) -> Profiled:
        columns = self.finish(latest_year)
        return Profiled(self.rows, columns, self.traces, self.order, self.personal())

    @property
    def traces(self) -> list[Traces]:
        return [profiler.traces for profiler in self._columns]

    def personal(self) -> list[tuple[int, Found]]:
        """Likely personal data with the position of its column, after all columns are finished."""
        filled = [profiler.column.filled for profiler in self._columns]
        scans = [profiler.scan for profiler in self._columns]
        found = [(at, one) for at, scan in enumerate(scans) for one in scan.finish(filled[at])]
        with_postcodes(scans, filled, found)
        return found
