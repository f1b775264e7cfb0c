"""`export/` below a list of the REST API."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from exports.codebook import SourceValue
from exports.copied_cells import cell_of
from exports.copying import CopiedRows, Sources, tables_of
from exports.downloads import download, format_of
from exports.explaining import route_of_export, size_of_file
from exports.limits import LIMIT, count_at_most
from exports.tables import Column, ColumnType, Copied, Table, Value
from exports.writers import WRITERS, Writer
from rest import explain
from rest.citation import query_in_words
from rest.counts import BUDGET_MS, Count, count_of
from rest.limits import FILE
from rest.listing import tags_of
from rest.serializers import ComputedField, RowReader, RowSerializer
from rest.viewsets import ReadViewSet

F = TypeVar("F", bound=Callable[..., Any])
CHUNK = 2_000
_PERSON = f"__{User.USERNAME_FIELD}"
LONGEST_LINK = 2_000
LEAST_COLUMNS = 2  # empty cells of a single column are quoted
RESERVED = frozenset({"format", "fields", explain.PARAMETER})
OF_COUNTS = frozenset({"field", "until"})
_TYPES: tuple[tuple[type[serializers.Field], ColumnType], ...] = (
    (serializers.BooleanField, ColumnType.TRUTH),
    (serializers.IntegerField, ColumnType.WHOLE_NUMBER),
    (serializers.DecimalField, ColumnType.DECIMAL),
    (serializers.FloatField, ColumnType.DECIMAL),
    (serializers.DateTimeField, ColumnType.TIME),
    (serializers.DateField, ColumnType.DAY),
    (serializers.ListField, ColumnType.STRUCTURE),
    (serializers.DictField, ColumnType.STRUCTURE),
    (serializers.JSONField, ColumnType.STRUCTURE),
    (serializers.BaseSerializer, ColumnType.STRUCTURE),
)


def in_formats(writers: Mapping[str, Writer]) -> Callable[[F], F]:
    """The parameter `format` and the media types of an answer that is a file, in the OpenAPI document."""
    named = ", ".join(f"`{name}` ({writer.title})" for name, writer in writers.items())
    return extend_schema(
        parameters=[OpenApiParameter("format", str, required=True, enum=list(writers), description=f"{named}.")],
        responses={
            (200, writer.media_type): OpenApiTypes.OBJECT if writer.ending == "json" else OpenApiTypes.BINARY
            for writer in writers.values()
        },
    )


@dataclass(frozen=True)
class Exported:
    """Rows in any order, and the table of them. Reading the table records what leaves. `is_counted`: the table has one
    row for each of `rows`."""

    rows: QuerySet[Model]
    table: Table
    is_counted: bool = True

    def count(self) -> int | None:
        """The number of rows of the table; None where it is not known before they are read."""
        return self.rows.order_by().count() if self.is_counted else None


@dataclass(frozen=True)
class Foreseen:
    """What is known of an export before it is made. `sample`: see `rest.explain.sample_of`."""

    count: Count
    sample: Sequence[explain.Row]
    columns: Sequence[Column]
    is_copied: bool


class ExportMixin(ReadViewSet):
    """`export/?format=csv|jsonl|xlsx|parquet|sav|dta` below a list: its filters, its rows, its fields."""

    export_name = "export"
    cited_as = ""
    """What a citation calls the rows, where it is not the name."""
    reserved = RESERVED
    """Parameters of an export that are no filters."""
    count_files: Mapping[str, str] = {}
    """Actions that answer with a file of counts of these rows, and what each counts, in words."""

    @in_formats(WRITERS)
    @action(detail=False, url_path="export", answers_files=True, cost=FILE)
    def export(self, request: Request, **kwargs: str) -> HttpResponseBase:
        """All rows that match the filters, as a file. Where a format cannot contain them, the answer is 400 and names
        others."""
        fmt = format_of(request.query_params.get("format", ""))
        if explain.is_asked(request.query_params):
            return self._explained_export(request, fmt)
        table = self.at_once(self.exported(request), fmt)
        name = f"{self.export_name}-{timezone.localdate()}"
        return download(request, table, fmt=fmt, name=name, described_by=codebook_address(request))

    def exported(self, request: Request) -> Exported:
        """The rows that match the query string, and their table. ValidationError where it has errors."""
        rows = self.filtered(request, reserved=self.reserved)
        reader = self.reader(request.query_params.get("fields", ""))
        table = Table(
            self.columns(reader.names),
            stream(rows.order_by("pk"), reader),
            filter={name: str(value) for name, value in request.query_params.items() if name not in self.reserved},
            query=request.get_full_path(),
            made_at=timezone.now(),
            copied=self.copied(rows, reader),
        )
        return Exported(rows, table)

    def in_words(self, request: Request) -> str:
        """What the rows are, as a phrase of a citation. ValidationError where the query string has errors."""
        return query_in_words(self._things(), tags_of(self.filterset(request, reserved=self.reserved)))

    def count_table(self, request: Request) -> Table:
        """The table of an action of `count_files`. ValidationError where the query string has errors."""
        raise NotImplementedError

    def counts_in_words(self, request: Request, fields: Sequence[str]) -> str:
        """What an action of `count_files` counts, as a phrase of a citation. A field has no filter of its own there."""
        tags = tags_of(self.filterset(request, reserved=self.reserved | OF_COUNTS))
        own = fields if self.action == "facets_export" else ()
        words = {"things": self._things(), "fields": _(" and ").join(fields)}
        counted = _(self.count_files[self.action]) % words
        return query_in_words(counted, [tag for tag in tags if tag["name"].partition("__")[0] not in own])

    def _things(self) -> str:
        return self.cited_as or self.export_name.replace("-", " ")

    def _explained_export(self, request: Request, fmt: str) -> HttpResponseBase:
        known = self.foreseen(request, fmt)
        route = route_of_export(request, known.count, is_copied=known.is_copied)
        measure = partial(size_of_file, known.columns, fmt)
        return explain.answer(request, known.count, known.sample, measure, route, budget=self.budget)

    def foreseen(self, request: Request, fmt: str) -> Foreseen:
        """What the export would be. ValidationError where the query string has errors."""
        rows = self.filtered(request, reserved=self.reserved)
        reader = self.reader(request.query_params.get("fields", ""))
        return Foreseen(
            count_of(rows, budget_ms=BUDGET_MS, at_most=LIMIT),
            explain.sample_of(rows, reader),
            self.columns(reader.names),
            is_copied=WRITERS[fmt].is_copied and self.copied(rows, reader) is not None,
        )

    def columns(self, names: Sequence[str]) -> list[Column]:
        """The columns of these names, with the labels of their values."""
        labels = self.labels(names)
        columns = columns_of(self.serializer_class, names)
        return [replace(one, labels=labels[one.name]) if one.name in labels else one for one in columns]

    def labels(self, names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Of columns among these whose values are terms that the database has: the label of each value."""
        return {}

    def at_once(self, found: Exported, fmt: str) -> Table:
        """The table as one download. TooLarge where it has too many rows, also while they are read."""
        if found.table.copied is None or not WRITERS[fmt].is_copied:
            count_at_most(found.rows, LIMIT)
        return found.table

    def rights_in(self, rows: QuerySet[Model], names: Sequence[str]) -> list[str] | None:
        """Names of what a person must have access to as long as they may download a stored file of these rows, as
        `rights` gives them later. None: only as long as the rows are the same."""
        return None

    def source_values(self, rows: QuerySet[Model]) -> list[SourceValue]:
        """What values of imported files became in these rows, for their codebook."""
        return []

    def rights(self) -> Collection[str]:
        """What the person of the request has access to now, as `rights_in` names it."""
        return ()

    def copied(self, rows: QuerySet[Model], reader: RowReader) -> Copied | None:
        """The rows as PostgreSQL writes them itself; None where it would write some column in another way."""
        return copied_columns(rows, reader)


def codebook_address(request: Request) -> str:
    """The address of the codebook of an export, which has its citation too; of one with a very long address that of the
    description of the API, because servers limit what a header can contain."""
    query = urlencode({"query": request.get_full_path()})
    return f"{reverse('api-export-codebook-of-query')}?{query}" if len(query) < LONGEST_LINK else "/api/v1/schema/"


def copied_columns(rows: QuerySet[Model], reader: RowReader) -> CopiedRows | None:
    """The rows with all columns as they are stored; None where one is not or has a type that is written otherwise."""
    cells = {name: cell_of(rows, path) for name, path in reader.plain.items()}
    known = {name: cell for name, cell in cells.items() if cell is not None}
    if len(known) != len(reader.names) or len(known) < LEAST_COLUMNS:
        return None
    return CopiedRows(rows, cells=lambda: known, sources=_sources(rows, [*reader.plain.values()]))


def _sources(rows: QuerySet[Model], paths: Sequence[str]) -> Sources:
    """What the columns are read from. Names of people are looked at themselves: each sign-in changes their table."""
    others = [path for path in paths if not path.endswith(_PERSON)]
    people = User.objects.order_by("pk").values_list("pk", User.USERNAME_FIELD)
    return Sources(
        tables=frozenset(tables_of(rows, others)),
        facts=(lambda: [repr(list(people.all()))]) if others != paths else tuple,
    )


def stream(queryset: QuerySet[Model], reader: RowReader) -> Iterator[Sequence[Value]]:
    """Rows of the queryset in the order of the reader's names: one statement, read in chunks."""
    return (cast("tuple[Value, ...]", tuple(row.values())) for row in reader.stream(queryset, chunk_size=CHUNK))


def columns_of(serializer_class: type[RowSerializer], names: Sequence[str]) -> list[Column]:
    """The serializer's fields of these names as columns, with the labels of their choices."""
    fields = serializer_class().fields
    return [_column(name, fields[name]) for name in names]


def _column(name: str, field: serializers.Field) -> Column:
    shape = field.shape if isinstance(field, ComputedField) else field
    kind = next((kind for field_class, kind in _TYPES if isinstance(shape, field_class)), ColumnType.TEXT)
    # The choices of a relation are all rows of its table, whoever may read them.
    is_relation = isinstance(shape, serializers.RelatedField | serializers.ManyRelatedField)
    choices = {} if is_relation else getattr(shape, "choices", None) or {}
    labels = {str(value): str(label) for value, label in choices.items()}
    return Column(name, label=str(field.label or name), type=kind, labels=labels)
