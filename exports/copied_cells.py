"""Columns of an export as expressions that PostgreSQL writes as the program does (docs/adr/0116)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Case, F, Func, Model, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from exports import tables
from exports.tables import ColumnType

MOST_DECIMALS = 6  # more are written with an exponent by Python
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
    """A column as an expression of this type. STRUCTURE is text that is JSON as the program writes it."""

    type: ColumnType
    value: Combinable
    is_nullable: bool = True


@dataclass(frozen=True, slots=True)
class Stored:
    """A column of JSON objects, and the value that the program makes of one. A table can have one."""

    value: Combinable
    finish: Callable[[dict[str, str]], tables.Value]


def cell_of(queryset: QuerySet[Model], path: str) -> Cell | None:
    """The values of a column, annotation or path; None where PostgreSQL writes them in another way."""
    field = queryset.query.chain().resolve_ref(path).output_field
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.DecimalField):
        is_plain = field.decimal_places is not None and field.decimal_places <= MOST_DECIMALS
        return Cell(ColumnType.DECIMAL, F(path)) if is_plain else None
    if hasattr(field, "from_db_value"):
        return None
    kind = next((kind for field_class, kind in _TYPES if isinstance(field, field_class)), None)
    own = {field.attname for field in queryset.model._meta.concrete_fields if not field.null}
    return Cell(kind, F(path), is_nullable=path not in own) if kind else None


def in_csv(cell: Cell | Stored, mark: str) -> Combinable:
    """The text of a cell of CSV. An object is between two marks."""
    if isinstance(cell, Stored):
        return _Marked(Value(mark), Cast(cell.value, TextField()), Value(mark))
    if cell.type == ColumnType.TIME:
        return _Time(cell.value, zone="+00:00")
    return Cast(cell.value, TextField()) if cell.type == ColumnType.TRUTH else cell.value


def in_json(cell: Cell | Stored) -> Combinable:
    """A value whose text is that of JSON."""
    if isinstance(cell, Cell) and cell.type == ColumnType.TIME:
        return _Time(cell.value, zone="Z")
    if isinstance(cell, Cell) and cell.type == ColumnType.TRUTH:
        return Cast(cell.value, TextField())
    return cell.value


def end_of_row(made: Q) -> Combinable:
    """The id of a row whose line the program makes; else NULL."""
    return Case(When(made, then=F("pk")))


class _Time(Func):
    """ISO 8601 in UTC; a fraction of a second has six digits, as in Python. Of an expression without parameters."""

    template = (
        "to_char(timezone('UTC', %(expressions)s), CASE WHEN date_trunc('second', %(expressions)s) = %(expressions)s"
        ' THEN \'YYYY-MM-DD"T"HH24:MI:SS"%(zone)s"\' ELSE \'YYYY-MM-DD"T"HH24:MI:SS.US"%(zone)s"\' END)'
    )
    output_field = TextField()


class _Marked(Func):
    """A value as text between two words; NULL where it is NULL."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()
