"""Columns of an export as expressions that PostgreSQL writes as the program does (docs/adr/0116)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Case, F, Func, Model, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from exports.tables import ColumnType
from rest.renderers import to_json

_MOST_ARGUMENTS = 90  # of a function; PostgreSQL takes 100
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


def in_csv(cell: Cell) -> Combinable:
    """The text of a cell of CSV."""
    if cell.type == ColumnType.TIME:
        return _Time(cell.value, zone="+00:00")
    return Cast(cell.value, TextField()) if cell.type == ColumnType.TRUTH else cell.value


def json_line(cells: Mapping[str, Cell], made: Q | None) -> Combinable:
    """The line of a row as one JSON object without its end; of a row whose line the program makes its id."""
    members: list[Combinable] = []
    for place, (name, cell) in enumerate(cells.items()):
        begin = ("," if place else "{") + to_json(name).decode() + ":"
        members.append(_Concat(Value(begin), _in_json(cell)))
    while len(members) > _MOST_ARGUMENTS:
        members = [_Concat(*some) for some in _chunks(members)]
    line = _Concat(*members, Value("}"))
    return line if made is None else Case(When(made, then=Cast(F("pk"), TextField())), default=line)


def end_of_row(made: Q | None) -> Combinable:
    """The id of a row whose line the program makes; else NULL."""
    return Value(None, TextField()) if made is None else Case(When(made, then=Cast(F("pk"), TextField())))


def _in_json(cell: Cell) -> Combinable:
    if cell.type == ColumnType.STRUCTURE:
        text = cell.value
    elif cell.type in (ColumnType.WHOLE_NUMBER, ColumnType.TRUTH):
        text = Cast(cell.value, TextField())
    elif cell.type == ColumnType.TEXT:
        text = Cast(Func(Cast(cell.value, TextField()), function="to_json"), TextField())
    else:
        value = _Time(cell.value, zone="Z") if cell.type == ColumnType.TIME else Cast(cell.value, TextField())
        text = _Quoted(value)
    return Coalesce(text, Value("null"), output_field=TextField()) if cell.is_nullable else text


def _chunks(members: Sequence[Combinable]) -> list[Sequence[Combinable]]:
    return [members[start : start + _MOST_ARGUMENTS] for start in range(0, len(members), _MOST_ARGUMENTS)]


class _Concat(Func):
    """Texts as one; NULL is nothing."""

    function = "concat"
    output_field = TextField()


class _Quoted(Func):
    """A text that needs no escapes, between quotation marks; NULL where it is NULL."""

    template = "('\"' || %(expressions)s || '\"')"
    output_field = TextField()


class _Time(Func):
    """ISO 8601 in UTC; a fraction of a second has six digits, as in Python. Of an expression without parameters."""

    template = (
        "to_char(timezone('UTC', %(expressions)s), CASE WHEN date_trunc('second', %(expressions)s) = %(expressions)s"
        ' THEN \'YYYY-MM-DD"T"HH24:MI:SS"%(zone)s"\' ELSE \'YYYY-MM-DD"T"HH24:MI:SS.US"%(zone)s"\' END)'
    )
    output_field = TextField()
