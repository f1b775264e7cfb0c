"""Columns of an export as expressions that PostgreSQL writes as the program does (docs/adr/0116, 0167)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Func, Model, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from exports import tables
from exports.copied_columns import END, SEPARATOR, CopiedColumn, Reading
from exports.copied_csv import marks
from exports.tables import ColumnType

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

    `read` and `without`: what the program makes of the text, see CopiedColumn. A STRUCTURE without it is text that is
    JSON as the program writes it: the same in each row but for `later`, or an object of `members`.
    """

    type: ColumnType
    value: Combinable
    read: Reading | None = None
    without: str = ""
    members: "Mapping[str, Cell]" = field(default_factory=dict)
    later: Later | None = None
    may_be_null: bool = True


class Copies(NamedTuple):
    """The columns of the rows, what the statement of COPY has for them, and what ends a line."""

    columns: list[CopiedColumn]
    values: list[Combinable]
    end: str


def cell_of(queryset: QuerySet[Model], path: str) -> Cell | None:
    """The values of a column, annotation or path; None where PostgreSQL writes them in another way."""
    found = queryset.query.chain().resolve_ref(path).output_field
    filled = {one.name for one in queryset.model._meta.concrete_fields if not one.null}
    may_be_null = path not in filled or path in queryset.query.annotations
    while isinstance(found, models.ForeignKey):
        found = found.target_field
    if _is_json(found) or (isinstance(found, ArrayField) and _is_listed(found.base_field)):
        # JSON as PostgreSQL writes it has other spaces.
        as_json = Func(F(path), function="to_json", output_field=TextField())
        return Cell(ColumnType.STRUCTURE, Cast(as_json, TextField()), read=Reading.JSON)
    if isinstance(found, models.DecimalField):
        return Cell(ColumnType.DECIMAL, F(path), may_be_null=may_be_null)
    if hasattr(found, "from_db_value"):
        return None
    kind = next((kind for field_class, kind in _TYPES if isinstance(found, field_class)), None)
    if kind is None:
        return None
    return Cell(kind, F(path), read=Reading.TIME if kind == ColumnType.TIME else None, may_be_null=may_be_null)


def _is_json(field: models.Field) -> bool:
    """Whether its values are what the JSON of the database says."""
    return isinstance(field, models.JSONField) and field.decoder is None


def _is_listed(field: models.Field) -> bool:
    """Whether a list of its values is the same in JSON."""
    return _is_json(field) or isinstance(field, models.CharField | models.TextField)


def csv_columns(cells: Sequence[Cell], mark: str) -> Copies:
    """For a line of CSV. An empty text stands for NULL."""
    begin, end = marks(mark)
    *others, last = cells
    values = [_in_csv(cell, (begin, SEPARATOR.decode()) if cell.read else None) for cell in others]
    return Copies([_column(cell) for cell in cells], [*values, _in_csv(last, (begin, end))], "\r\n")


def _in_csv(cell: Cell, around: tuple[str, str] | None) -> Combinable:
    value: Combinable = Cast(cell.value, TextField())
    if around:
        begin, end = (Value(one, TextField()) for one in around)
        value = Joined(begin, value, end)
    elif not cell.may_be_null:
        return value if cell.type == ColumnType.TRUTH else cell.value
    return Coalesce(value, Value("".join(around or ()), TextField())) if cell.may_be_null else value


class Joined(Func):
    """Values as one text; NULL where one is NULL."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


def json_columns(cells: Mapping[str, Cell], _mark: str) -> Copies:
    """For one JSON object. The names are those of fields, which need no escapes."""
    columns, values = [], []
    before = ""
    parts = list(_json_parts(cells))
    has_column = any(isinstance(part, Cell) and _same(part) is None for part in parts)
    for part in parts:
        if isinstance(part, str):
            before += part
        elif has_column and (same := _same(part)) is not None:
            before += same
        else:
            is_json = part.type == ColumnType.STRUCTURE and not (part.later or part.read)
            columns.append(_column(replace(part, read=Reading.JSON) if is_json else part, before))
            # PostgreSQL writes a truth value as t or f, but as a text in full.
            values.append(Cast(part.value, TextField()) if part.type == ColumnType.TRUTH else part.value)
            before = ""
    return Copies(columns, values, before + "\n")


def _same(cell: Cell) -> str | None:
    """The JSON that is the same in each row."""
    if cell.type != ColumnType.STRUCTURE or cell.later or not isinstance(cell.value, Value):
        return None
    return str(cell.value.value)


def marked(cells: Mapping[str, Cell], mark: str) -> dict[str, Cell]:
    """The cells, of which those with `later` have a text in its place, see `place_of`."""
    return {
        name: replace(cell, value=_marked(cell, cell.later, f"{mark}{place}p")) if cell.later else cell
        for place, (name, cell) in enumerate(cells.items())
    }


def _marked(cell: Cell, later: Later, begin: str) -> Combinable:
    named = Concat(Value(begin, TextField()), F("pk"), Value(END, TextField()), output_field=TextField())
    return Case(When(later.where, then=named), default=cell.value, output_field=TextField())


def _column(cell: Cell, before: str = "") -> CopiedColumn:
    return CopiedColumn(
        cell.type, cell.read, cell.without, cell.later is not None, may_be_null=cell.may_be_null, before=before
    )


def _json_parts(cells: Mapping[str, Cell]) -> Iterator[str | Cell]:
    """The cells, and what is between them."""
    for place, (name, cell) in enumerate(cells.items()):
        yield ("," if place else "{") + f'"{name}":'
        if cell.members:
            yield from _json_parts(cell.members)
        else:
            yield cell
    yield "}"
