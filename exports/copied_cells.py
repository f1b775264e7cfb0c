"""Columns of an export as expressions that PostgreSQL writes as the program does (docs/adr/0116)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

from django.db import models
from django.db.models import Case, F, Model, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from exports import tables
from exports.tables import ColumnType

# In columns that are the same in every row. What separates columns is another character that texts hardly contain.
QUOTE, READ, BETWEEN = "\x01", "\x03", "\x02"
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
class Cell:
    """A column as an expression of this type.

    `read` makes the value of the text, where PostgreSQL would write the value in another way or more slowly. A
    STRUCTURE without it is text that is JSON as the program writes it: the same in each row, or an object of `members`.
    """

    type: ColumnType
    value: Combinable
    read: Callable[[str], tables.Value] | None = None
    members: "Mapping[str, Cell]" = field(default_factory=dict)


Part: TypeAlias = str | Cell


def cell_of(queryset: QuerySet[Model], path: str) -> Cell | None:
    """The values of a column, annotation or path; None where PostgreSQL writes them in another way."""
    found = queryset.query.chain().resolve_ref(path).output_field
    while isinstance(found, models.ForeignKey):
        found = found.target_field
    if isinstance(found, models.DecimalField):
        return Cell(ColumnType.DECIMAL, F(path))
    if hasattr(found, "from_db_value"):
        return None
    kind = next((kind for field_class, kind in _TYPES if isinstance(found, field_class)), None)
    if kind is None:
        return None
    return Cell(kind, F(path), read=datetime.fromisoformat if kind == ColumnType.TIME else None)


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


def end_of_row(made: Q | None, end: str, mark: str) -> Combinable:
    """The text `end`; behind it, where the program makes the line of a row, `mark` and the id of the row."""
    plain = Value(end, TextField())
    if made is None:
        return plain
    marked = Concat(Value(end + mark, TextField()), F("pk"), output_field=TextField())
    return Case(When(made, then=marked), default=plain)


def _json_parts(cell: Cell) -> Sequence[Part]:
    if cell.read:
        return (READ, cell, READ)
    if cell.members:
        return json_parts(cell.members)
    if isinstance(cell.value, Value):
        return (str(cell.value.value).replace('"', QUOTE),)
    return (cell,) if cell.type in (ColumnType.WHOLE_NUMBER, ColumnType.TRUTH) else (QUOTE, cell, QUOTE)


def _is_text(part: Part) -> bool:
    return isinstance(part, str)


def _merged(parts: Iterable[Part], *, is_text: bool) -> Iterable[Part]:
    return ["".join(map(str, parts))] if is_text else parts
