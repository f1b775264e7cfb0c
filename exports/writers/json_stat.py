"""JSON-stat 2.0, for tables of aggregates: columns of numbers are measures, all others are dimensions. Pure.

A kind of missing in a measure, such as a suppressed count, is a value of null with its code as status.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import prod
from typing import IO

import orjson

from exports.cells import text
from exports.tables import Column, ColumnType, MissingKind, Table, Value
from exports.unfit import not_text, unfit
from exports.writers.spooled import is_finite
from standards.translation import gettext_noop as _

MOST_CELLS = 1_000_000
_LARGEST = 1 << 63
_NUMBERS = (ColumnType.WHOLE_NUMBER, ColumnType.DECIMAL)
_MEASURES = "measure"
_NOT_RECORDED = "Not recorded"


@dataclass(slots=True)
class _Dimension:
    """A column with the places of its categories, in the order in which they first occur."""

    column: Column
    places: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def place(self, value: Value) -> int:
        code = "" if value is None else text(value)
        if code not in self.places:
            self.places[code] = len(self.places)
            kind = value.label if isinstance(value, MissingKind) else ""
            self.labels[code] = kind or self.column.labels.get(code) or code or _NOT_RECORDED
        return self.places[code]

    def as_json(self) -> dict[str, object]:
        label = self.column.label or self.column.name
        return {"label": label, "category": {"index": list(self.places), "label": self.labels}}


@dataclass(slots=True)
class _Cells:
    """Values of measures by the places of their categories, in the order of the rows."""

    measures: Sequence[Column]
    dimensions: list[_Dimension]
    found: dict[tuple[int, ...], list[Value]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def sizes(self) -> list[int]:
        return [*(len(one.places) for one in self.dimensions), len(self.measures)]

    def flat(self) -> Iterator[tuple[int, Value]]:
        """Each value with its place in row-major order, in which the last dimension changes fastest."""
        sizes = self.sizes
        for places, values in self.found.items():
            start = 0
            for place, size in zip(places, sizes, strict=False):
                start = start * size + place
            for offset, value in enumerate(values):
                yield start * sizes[-1] + offset, value


def write(table: Table, file: IO[bytes]) -> int:
    """Write the whole table; the number of rows. Raises Unfit for a table that is none of aggregates."""
    cells = _gathered(table)
    try:
        file.write(orjson.dumps(_dataset(table, cells), default=str))
    except orjson.JSONEncodeError as error:
        raise not_text(table.names[0], 1) from error
    return len(cells.found)


def _gathered(table: Table) -> _Cells:
    is_measure = [column.type in _NUMBERS and not column.labels for column in table.columns]
    measures = [column for column, found in zip(table.columns, is_measure, strict=True) if found]
    cells = _Cells(measures, [_Dimension(column) for column in table.columns if column not in measures])
    if not measures or not cells.dimensions:
        reason = _("JSON-stat needs a column of numbers and a column that they are counted by.")
        raise unfit(reason, {}, "csv", "jsonl")
    for n, row in enumerate(table.rows, start=1):
        split = list(zip(row, is_measure, strict=True))
        coded = zip(cells.dimensions, (value for value, found in split if not found), strict=True)
        places = tuple(dimension.place(value) for dimension, value in coded)
        if places in cells.found:
            reason = _("JSON-stat holds aggregates, each once; row %(row)s repeats the categories of an earlier row.")
            raise unfit(reason, {"row": n}, "csv", "jsonl")
        cells.found[places] = [value for value, found in split if found]
        if prod(cells.sizes) > MOST_CELLS:
            reason = _("JSON-stat holds at most %(most)s cells here; this table has more.")
            raise unfit(reason, {"most": MOST_CELLS}, "csv", "jsonl")
    return cells


def _dataset(table: Table, cells: _Cells) -> dict[str, object]:
    names = [one.column.name for one in cells.dimensions]
    measures = _free(_MEASURES, names)
    values: list[float | None] = [None] * prod(cells.sizes)
    status = {}
    for place, value in cells.flat():
        values[place] = _number(value)
        if isinstance(value, MissingKind):
            status[str(place)] = value.code
            cells.kinds[value.code] = value.label
    dimensions: dict[str, object] = {one.column.name: one.as_json() for one in cells.dimensions}
    found: dict[str, object] = {
        "version": "2.0",
        "class": "dataset",
        "id": [*names, measures],
        "size": cells.sizes,
        "role": {"metric": [measures]},
        "dimension": dimensions | {measures: _measured(cells.measures)},
        "value": values,
        "note": [f"{code}: {label}" for code, label in cells.kinds.items()] + [str(note) for note in table.notes],
        "extension": {"rows": len(cells.found), "query": table.query, "filter": dict(table.filter)},
    }
    if status:
        found["status"] = status
    if table.made_at:
        found["updated"] = table.made_at.isoformat(timespec="seconds")
    return found


def _measured(measures: Sequence[Column]) -> dict[str, object]:
    category: dict[str, object] = {
        "index": [column.name for column in measures],
        "label": {column.name: column.label or column.name for column in measures},
    }
    units: Mapping[str, object] = {column.name: {"label": column.unit} for column in measures if column.unit}
    return {"label": "Measure", "category": category | ({"unit": units} if units else {})}


def _number(value: Value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not is_finite(value):
        return None
    return value if isinstance(value, int) and abs(value) < _LARGEST else float(value)


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_"
    return name
