"""Columns of an export as expressions that PostgreSQL writes as the program does (docs/adr/0116)."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Func, Model, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from exports import tables
from exports.tables import ColumnType

# In columns that are the same in every row. What separates columns is another character that texts hardly contain.
QUOTE, READ, BETWEEN = "\x01", "\x03", "\x02"
END = "x"
_TYPES: tuple[tuple[type[models.Field], ColumnType], ...] = (
    (models.BooleanField, ColumnType.TRUTH),
    (models.IntegerField, ColumnType.WHOLE_NUMBER),
    (models.DateTimeField, ColumnType.TIME),
    (models.DateField, ColumnType.DAY),
    (models.UUIDField, ColumnType.TEXT),
    (models.CharField, ColumnType.TEXT),
    (models.TextField, ColumnType.TEXT),
)


@dataclass(frozen=True, slots=True)
class Later:
    """What the program reads itself: of the rows of `where`, their values by their ids, in ascending order. In other
    rows the column is as its expression says."""

    where: Q
    values_of: Callable[[Sequence[int]], Iterable[tables.Value]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A column as an expression of this type.

    `read` makes the value of the text, where PostgreSQL would write the value in another way or more slowly. A
    STRUCTURE without it is text that is JSON as the program writes it: the same in each row but for `later`, or an
    object of `members`.
    """

    type: ColumnType
    value: Combinable
    read: Callable[[str], tables.Value] | None = None
    members: "Mapping[str, Cell]" = field(default_factory=dict)
    later: Later | None = None


Part: TypeAlias = str | Cell


def cell_of(queryset: QuerySet[Model], path: str) -> Cell | None:
    """The values of a column, annotation or path; None where PostgreSQL writes them in another way."""
    found = queryset.query.chain().resolve_ref(path).output_field
    while isinstance(found, models.ForeignKey):
        found = found.target_field
    if _is_json(found) or (isinstance(found, ArrayField) and _is_listed(found.base_field)):
        # JSON as PostgreSQL writes it has other spaces.
        as_json = Func(F(path), function="to_json", output_field=TextField())
        return Cell(ColumnType.STRUCTURE, Cast(as_json, TextField()), read=json.loads)
    if isinstance(found, models.DecimalField):
        return Cell(ColumnType.DECIMAL, F(path))
    if hasattr(found, "from_db_value"):
        return None
    kind = next((kind for field_class, kind in _TYPES if isinstance(found, field_class)), None)
    if kind is None:
        return None
    return Cell(kind, F(path), read=datetime.fromisoformat if kind == ColumnType.TIME else None)


def _is_json(field: models.Field) -> bool:
    """Whether its values are what the JSON of the database says."""
    return isinstance(field, models.JSONField) and field.decoder is None


def _is_listed(field: models.Field) -> bool:
    """Whether a list of its values is the same in JSON."""
    return _is_json(field) or isinstance(field, models.CharField | models.TextField)


def csv_parts(cells: Iterable[Cell]) -> list[Part]:
    """The columns of a row of CSV: the cells, and two marks around each that the program reads."""
    return [part for cell in cells for part in ((READ, cell, READ) if cell.read else (cell,))]


def json_parts(cells: Mapping[str, Cell]) -> list[Part]:
    """The columns of the row of one JSON object: the values, and between them texts that are the same in every row.

    In these QUOTE is in place of quotation marks, and marks are around a value that the program reads. The names are
    those of fields, which need no escapes.
    """
    parts: list[Part] = []
    for place, (name, cell) in enumerate(cells.items()):
        parts += [("," if place else "{") + f"{QUOTE}{name}{QUOTE}:", *_json_parts(cell)]
    return [part for is_text, some in groupby([*parts, "}"], _is_text) for part in _merged(some, is_text=is_text)]


def in_sql(part: Part) -> Combinable:
    """A column of the statement of COPY."""
    if isinstance(part, str):
        return Value(part, TextField())
    return Cast(part.value, TextField()) if part.type == ColumnType.TRUTH else part.value


def marked(cells: Iterable[Cell], mark: str) -> list[Cell]:
    """The cells, of which those with `later` have a text in its place, see `place_of`."""
    places = enumerate(cells)
    return [replace(cell, value=_marked(cell, cell.later, f"{mark}{n}p")) if cell.later else cell for n, cell in places]


def _marked(cell: Cell, later: Later, begin: str) -> Combinable:
    named = Concat(Value(begin, TextField()), F("pk"), Value(END, TextField()), output_field=TextField())
    return Case(When(later.where, then=named), default=cell.value, output_field=TextField())


def place_of(text: bytes) -> tuple[int, int]:
    """The place of a cell among the cells, and the id of its row, of what stands between `mark` and END."""
    place, _, pk = text.partition(b"p")
    return int(place), int(pk)


def _json_parts(cell: Cell) -> Sequence[Part]:
    if cell.read:
        return (READ, cell, READ)
    if cell.members:
        return json_parts(cell.members)
    if isinstance(cell.value, Value):
        return (str(cell.value.value).replace('"', QUOTE),)
    is_bare = cell.later or cell.type in (ColumnType.WHOLE_NUMBER, ColumnType.TRUTH)
    return (cell,) if is_bare else (QUOTE, cell, QUOTE)


def _is_text(part: Part) -> bool:
    return isinstance(part, str)


def _merged(parts: Iterable[Part], *, is_text: bool) -> Iterable[Part]:
    return ["".join(map(str, parts))] if is_text else parts
