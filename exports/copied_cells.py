"""Columns of an export as expressions that PostgreSQL writes as the program does (docs/adr/0116)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Case, Expression, F, Func, Model, Q, QuerySet, TextField, Value, When
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
    value: Expression | F


@dataclass(frozen=True, slots=True)
class Stored:
    """A column of JSON objects, and the value that the program makes of one. A table can have one."""

    value: Expression | F
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
    if kind == ColumnType.TEXT and isinstance(field, models.UUIDField):
        return Cell(kind, Cast(path, TextField()))
    return Cell(kind, F(path)) if kind else None


def in_csv(cell: Cell | Stored, mark: str) -> Expression | F:
    """The text of a cell of CSV; NULL where it is empty, because an empty text would be quoted."""
    if isinstance(cell, Stored):
        return _in_place(cell, Value("{}"), Value(mark))
    if cell.type == ColumnType.TEXT:
        return _Filled(cell.value)
    if cell.type == ColumnType.TIME:
        return _Time(cell.value, zone="+00:00")
    return Cast(cell.value, TextField()) if cell.type == ColumnType.TRUTH else cell.value


def in_json(cell: Cell | Stored, mark: str) -> Expression | F:
    """A value that PostgreSQL writes as the program does in JSON."""
    if isinstance(cell, Stored):
        return _in_place(cell, _Json(Value("{}")), _Text(Value(mark)))
    if cell.type == ColumnType.STRUCTURE:
        return _Json(cell.value)
    if cell.type == ColumnType.TIME:
        return _Time(cell.value, zone="Z")
    return Cast(cell.value, TextField()) if cell.type == ColumnType.DECIMAL else cell.value


def end_of_row(stored: Stored | None, made: Q | None) -> Expression:
    """What is still to do with a row: see `exports.copied_lines`."""
    branches = [When(made, then=_AsJson(F("pk")))] if made is not None else []
    branches += [When(_HasMembers(stored.value), then=_AsJson(stored.value))] if stored else []
    return Case(*branches, output_field=TextField())


def marked(end: Expression, mark: str) -> Expression:
    """The mark and the text of an end; NULL where there is none."""
    return _Marked(Value(mark), end)


def _in_place(stored: Stored, empty: Expression, mark: Expression) -> Expression:
    """The mark in the place of an object; NULL stays NULL."""
    return Case(
        When(_HasMembers(stored.value), then=mark), When(_IsEmpty(stored.value), then=empty), output_field=TextField()
    )


class _Filled(Func):
    """NULL in place of an empty text."""

    template = "nullif(%(expressions)s, '')"
    output_field = TextField()


class _Time(Func):
    """ISO 8601 in UTC; a fraction of a second has six digits, as in Python. Of an expression without parameters."""

    template = (
        "(to_char(timezone('UTC', %(expressions)s), 'YYYY-MM-DD\"T\"HH24:MI:SS')"
        " || CASE WHEN date_trunc('second', %(expressions)s) = %(expressions)s THEN ''"
        " ELSE to_char(%(expressions)s, '.US') END || '%(zone)s')"
    )
    output_field = TextField()


class _Marked(Func):
    template = "(%(expressions)s::text)"
    arg_joiner = " || "
    output_field = TextField()


class _AsJson(Func):
    function = "to_jsonb"
    output_field = TextField()


class _Json(Func):
    template = "(%(expressions)s)::json"
    output_field = TextField()


class _Text(Func):
    template = "to_json((%(expressions)s)::text)"
    output_field = TextField()


class _HasMembers(Func):
    template = "(%(expressions)s <> '{}')"
    output_field = models.BooleanField()


class _IsEmpty(Func):
    template = "(%(expressions)s = '{}')"
    output_field = models.BooleanField()
