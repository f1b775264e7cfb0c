"""`export/`, `facets/` and `cross-table/` below the lists whose rows are few: see `rest.counted`."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from exports.count_shapes import CrossTableSerializer
from exports.count_tables import COUNT_FILES, ROWS, cross_table, described, facet_table
from exports.crossed import ALL, COLUMN, ROW, CrossTable, as_json, check_can_be_shown, crossed_table, share_of
from exports.downloads import download, format_of
from exports.tables import Table
from exports.viewsets import ExportMixin, codebook_address, in_formats
from exports.writers import AGGREGATES
from rest.answers import json_answer
from rest.counted import Fields, counts_of
from rest.limits import COUNTING
from rest.lists import with_whole_lists
from rest.vocabularies import TermKeysField, labels_of


def _described(kind: str, text: Any) -> dict[str, Any]:
    return {"type": kind, "description": text}


_VALUE = {
    "type": "object",
    "required": ["value", "label", "count"],
    "properties": {
        "value": _described("string", gettext_lazy("What the filter of this name takes.")),
        "label": _described("string", gettext_lazy("The value in words.")),
        "count": _described("integer", gettext_lazy("Rows that have it.")),
    },
}
_ANSWER = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["values"],
        "properties": {
            "values": {
                "type": "array",
                "items": _VALUE,
                "description": gettext_lazy("The values of the field, the most frequent first."),
            }
        },
    },
}
_ONE_FIELD = OpenApiParameter("field", str, required=True, description="One; a wrong one is answered with all.")
_TWO_FIELDS = OpenApiParameter("field", str, required=True, description="Two, separated by a comma, as of `facets/`.")
_OF = OpenApiParameter(
    "of", str, enum=[ROW, COLUMN, ALL], description="Of what shares are: of the total of the row, the column or all."
)


class CountedMixin(ExportMixin):
    """Files of the rows of a list, and counts of them under its filters. All are rows that the person has access to, so
    that none is rounded or suppressed."""

    facet_fields: Callable[[HttpRequest], Fields]
    count_files: Mapping[str, str] = COUNT_FILES
    right_paths: Sequence[str] = ("pk",)
    """Columns with the keys of what a person must have access to as long as they may download a file of the rows."""

    def labels(self, names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """The labels of the programme's terms."""
        fields = self.get_queryset().model._meta.fields
        carried = {one.name: one.vocabulary for one in fields if isinstance(one, TermKeysField) and one.name in names}
        return labels_of(carried) if carried else {}

    def rights_in(self, rows: QuerySet[Model], names: Sequence[str]) -> list[str]:
        found = rows.order_by().values_list(*self.right_paths).distinct()
        keys = {key for row in found for key in row}
        return sorted({f"{self.export_name} {key}" for key in keys} & self.rights())

    def rights(self) -> set[str]:
        visible = self.get_queryset().order_by().values_list("pk", flat=True)
        return {f"{self.export_name} {pk}" for pk in visible}

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "field", str, required=True,
                description="One or more, separated by commas. A wrong one is answered with those that there are.",
            )
        ],
        responses={200: _ANSWER},
    )  # fmt: skip
    @action(detail=False, url_path="facets", cost=COUNTING)
    def facets(self, request: Request) -> HttpResponse:
        """How many rows have each value of a field, each field without its own filter. A row counts for each of its
        themes and strands; rows without a value are not counted."""
        fields = self._chosen_fields(request)
        counts = self._counts(request, fields, frozenset({"field"}))
        shown = {
            name: {
                "values": [
                    {"value": value, "label": label, "count": number}
                    for value, label, number in described(fields[name], counts[name])
                ]
            }
            for name in fields
        }
        return json_answer(request, shown)

    @in_formats(AGGREGATES)
    @extend_schema(parameters=[_ONE_FIELD])
    @action(detail=False, url_path="facets/export", answers_files=True, cost=COUNTING)
    def facets_export(self, request: Request) -> HttpResponseBase:
        """How many rows have each value of one field, under its filters without that of the field, as a file."""
        return self._count_file(request, self._facet_table(request))

    @extend_schema(parameters=[_TWO_FIELDS, _OF], responses={200: CrossTableSerializer})
    @action(detail=False, url_path="cross-table", cost=COUNTING)
    def cross_table(self, request: Request) -> HttpResponse:
        """How many rows have each pair of values of two fields, under all filters, with shares of what `of` says. A row
        counts for each of its themes and strands; totals count it once."""
        table = self._cross_table(request, frozenset({"field", "of"}))
        return json_answer(request, as_json(table, share_of(request.query_params)))

    @in_formats(AGGREGATES)
    @extend_schema(parameters=[_TWO_FIELDS])
    @action(detail=False, url_path="cross-table/export", answers_files=True, cost=COUNTING)
    def cross_table_export(self, request: Request) -> HttpResponseBase:
        """A cross-table as a file: one row for each pair of values."""
        return self._count_file(request, self._crossed_table(request))

    def count_table(self, request: Request) -> Table:
        return self._facet_table(request) if self.action == "facets_export" else self._crossed_table(request)

    def _facet_table(self, request: Request) -> Table:
        fields = self._chosen_fields(request, number=1)
        [name] = fields
        counts = self._counts(request, fields, frozenset({"field", "format"}))
        return facet_table(name, fields[name], counts[name], _filters(request))

    def _crossed_table(self, request: Request) -> Table:
        return crossed_table(self._cross_table(request, frozenset({"field", "format"})), _filters(request), ROWS)

    def _cross_table(self, request: Request, reserved: frozenset[str]) -> CrossTable:
        fields = self._chosen_fields(request, number=2)
        table = cross_table(self.filtered(request, reserved=reserved), fields)
        check_can_be_shown(table)
        return table

    def _counts(self, request: Request, fields: Fields, reserved: frozenset[str]) -> dict[str, Counter[str]]:
        filterset = self.filterset(request, reserved=reserved)
        given = with_whole_lists(request.query_params).dict()
        params = {name: value for name, value in given.items() if name not in reserved}
        return counts_of(type(filterset), self.get_queryset(), fields, params, request)

    def _count_file(self, request: Request, table: Table) -> HttpResponseBase:
        fmt = format_of(request.query_params.get("format", ""), AGGREGATES)
        named = f"{self.export_name}-{'-'.join(table.names[:-1])}-{timezone.localdate()}"
        return download(request, table, fmt=fmt, name=named, described_by=codebook_address(request))

    def _chosen_fields(self, request: Request, *, number: int | None = None) -> Fields:
        """The fields that the query string names. ValidationError for unknown ones, none, or another number of them."""
        known = self.facet_fields(request)
        text = request.query_params.get("field", "")
        names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
        if not names or any(name not in known for name in names):
            message = _("Use one or more of these, separated by commas: %(fields)s.") % {"fields": ", ".join(known)}
            raise ValidationError({"field": ValidationError(message, code="unknown_field" if names else "required")})
        if number is not None and len(names) != number:
            message, code = (
                (_("Choose one field."), "one_field") if number == 1 else (_("Choose two fields."), "two_fields")
            )
            raise ValidationError({"field": ValidationError(message, code=code)})
        return {name: known[name] for name in names}


def _filters(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in request.query_params.items() if name not in ("field", "format")}
