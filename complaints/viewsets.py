"""`facets/`, `cross-table/` and `days-open/` below the list of records: counts, and files of them."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from complaints.count_shapes import DaysOpenSerializer, FacetSerializer
from complaints.filters import EXTRA, RecordFilter, counted_datasets_named, is_extra, too_narrow
from complaints.querysets import RecordQuerySet
from complaints.selectors import cross_tables, facets
from complaints.selectors.count_tables import durations_table, facet_table
from complaints.selectors.counting import may_be_protected
from complaints.selectors.days_open import Durations, durations
from complaints.value_counts import COUNTED
from exports.count_shapes import CrossTableSerializer
from exports.count_tables import COUNT_FILES
from exports.crossed import ALL, COLUMN, ROW, CrossTable, as_json, check_can_be_shown, crossed_table, share_of
from exports.downloads import download, format_of
from exports.tables import Table
from exports.viewsets import codebook_address, in_formats
from exports.writers import AGGREGATES
from rest.answers import json_answer
from rest.limits import COUNTING
from rest.viewsets import ReadViewSet

MOST_VALUES = 1000
_FIELDS = f"{', '.join(COUNTED)}, or `{EXTRA}NAME` for a column of the sources"
_VALUES = OpenApiParameter("values", int, description="Number of values of each field, 1 to 1000; 50 by default.")
_ONE_FIELD = OpenApiParameter("field", str, required=True, description=f"One of these: {_FIELDS}.")
_TWO_FIELDS = OpenApiParameter("field", str, required=True, description=f"Two, separated by a comma, of {_FIELDS}.")
_OF = OpenApiParameter(
    "of", str, enum=[ROW, COLUMN, ALL], description="Of what shares are: of the total of the row, the column or all."
)
_UNTIL = OpenApiParameter("until", date, description="The last day that was observed; today without it.")


class CountsMixin(ReadViewSet):
    """Counts of the records of a list, under its filters."""

    export_name = "complaint-records"
    count_files: Mapping[str, str] = COUNT_FILES | {
        "days_open_export": gettext_noop("days open of %(things)s by %(fields)s")
    }

    @extend_schema(
        parameters=[
            OpenApiParameter("field", str, required=True, description=f"One or more, separated by commas: {_FIELDS}."),
            _VALUES,
            OpenApiParameter("start", int, description="The place of the first value, from 0; with it all are had."),
        ],
        responses={200: FacetSerializer},
    )
    @action(detail=False, url_path="facets", cost=COUNTING)
    def facets(self, request: Request) -> HttpResponse:
        """Counts per value, each facet without its own filter. Counts of records that you have access to are exact. A
        dataset of which you may see counts only is included if `dataset` names it: rounded, and null where too small.
        """
        params = request.query_params
        names, reserved = field_names(params), frozenset({"field", "values", "start"})
        records = self._checked(request, names, reserved)
        start = whole_number(params, "start", least=0, most=1_000_000, usual=0)
        found = facets.facets(records, params, names, most=_most(params), start=start)
        return json_answer(request, {facet.field: _facet_as_json(facet) for facet in found})

    @in_formats(AGGREGATES)
    @extend_schema(parameters=[_ONE_FIELD])
    @action(detail=False, url_path="facets/export", answers_files=True, cost=COUNTING)
    def facets_export(self, request: Request) -> HttpResponseBase:
        """Counts per value of one field, as a file. Suppressed counts are `.s`; in JSON-stat null with that status."""
        return self._file(request, self._facet_table(request))

    @extend_schema(parameters=[_TWO_FIELDS, _VALUES, _OF], responses={200: CrossTableSerializer})
    @action(detail=False, url_path="cross-table", cost=COUNTING)
    def cross_table(self, request: Request) -> HttpResponse:
        """How many records have each pair of values of two fields, under all filters, with shares of what `of` says.
        Counts of records that you have no access to are rounded, and null where small, as in facets."""
        params = request.query_params
        table = self._cross_table(request, frozenset({"field", "values", "of"}))
        return json_answer(request, as_json(table, share_of(params)))

    @in_formats(AGGREGATES)
    @extend_schema(parameters=[_TWO_FIELDS])
    @action(detail=False, url_path="cross-table/export", answers_files=True, cost=COUNTING)
    def cross_table_export(self, request: Request) -> HttpResponseBase:
        """A cross-table as a file: one row for each pair of values. Suppressed counts are `.s`."""
        return self._file(request, self._crossed_table(request))

    @extend_schema(
        parameters=[
            OpenApiParameter("field", str, description=f"Also for each value of a field, one of {_FIELDS}."), _UNTIL,
        ],
        responses={200: DaysOpenSerializer},
    )  # fmt: skip
    @action(detail=False, url_path="days-open", cost=COUNTING)
    def days_open(self, request: Request) -> HttpResponse:
        """Median and quartiles of the days from receipt to closing, by the product-limit estimate (Kaplan and Meier
        1958): open records count with the days that they have been open. Of records that you have access to only."""
        found, until = self._durations(request, frozenset({"field", "until"}))
        name = request.query_params.get("field", "").strip()
        shown = {
            "field": name or None,
            "until": until,
            "values": [_durations_as_json(one) for one in found[0]],
            "more": found[1],
        }
        return json_answer(request, shown)

    @in_formats(AGGREGATES)
    @extend_schema(parameters=[_ONE_FIELD, _UNTIL])
    @action(detail=False, url_path="days-open/export", answers_files=True, cost=COUNTING)
    def days_open_export(self, request: Request) -> HttpResponseBase:
        """Median and quartiles of the days from receipt to closing for each value of a field, as a file."""
        return self._file(request, self._durations_table(request), "days-open-")

    def count_table(self, request: Request) -> Table:
        tables = {
            "facets_export": self._facet_table, "cross_table_export": self._crossed_table,
            "days_open_export": self._durations_table,
        }  # fmt: skip
        return tables[self.action](request)

    def _facet_table(self, request: Request) -> Table:
        [name] = field_names(request.query_params, number=1)
        records = self._checked(request, [name], frozenset({"field", "format"}))
        [facet] = facets.facets(records, request.query_params, [name], most=MOST_VALUES)
        return facet_table(facet, self._filters(request))

    def _crossed_table(self, request: Request) -> Table:
        table = self._cross_table(request, frozenset({"field", "format"}), most=MOST_VALUES)
        return crossed_table(table, self._filters(request))

    def _durations_table(self, request: Request) -> Table:
        [name] = field_names(request.query_params, number=1)
        found, until = self._durations(request, frozenset({"field", "format", "until"}))
        return durations_table(name, found[0], until, self._filters(request))

    def _cross_table(self, request: Request, reserved: frozenset[str], *, most: int | None = None) -> CrossTable:
        first, second = field_names(request.query_params, number=2)
        records = self._checked(request, [first, second], reserved)
        limit = _most(request.query_params) if most is None else most
        table = cross_tables.cross_table(records, request.query_params, (first, second), most=limit)
        check_can_be_shown(table)
        return table

    def _durations(self, request: Request, reserved: frozenset[str]) -> tuple[tuple[list[Durations], int], date]:
        params = request.query_params
        names = field_names(params, number=1) if params.get("field", "").strip() else [""]
        records = self._checked(request, names if names[0] else [], reserved)
        until = last_day(params)
        found = durations(records, params, names[0], until)
        if found is None:
            message = _("Counting took too long. Add filters, or try again later.")
            raise ValidationError({"field": ValidationError(message, code="timed_out")})
        return found, until

    def _checked(self, request: Request, names: list[str], reserved: frozenset[str]) -> RecordQuerySet:
        """The records to count; ValidationError for a query string with errors or filters that choose too few."""
        records = cast(RecordQuerySet, self.queryset_for(request.user))
        params = request.query_params
        RecordFilter(params, queryset=records, request=request, only_given=True).check(reserved=reserved)
        check_can_be_counted(params, records, names)
        return records

    def _filters(self, request: Request) -> dict[str, str]:
        reserved = ("field", "format", "until")
        return {name: str(value) for name, value in request.query_params.items() if name not in reserved}

    def _file(self, request: Request, table: Table, what: str = "") -> HttpResponseBase:
        fmt = format_of(request.query_params.get("format", ""), AGGREGATES)
        fields = field_names(request.query_params)
        named = f"{self.export_name}-{what}{'-'.join(fields).replace('.', '-')}-{timezone.localdate()}"
        return download(request, table, fmt=fmt, name=named, described_by=codebook_address(request))


def check_can_be_counted(params: Mapping[str, str], records: RecordQuerySet, names: list[str]) -> None:
    """Raise ValidationError for filters or fields that could select single records of a dataset with counts only."""
    if not counted_datasets_named(params, records.scope):
        return
    errors: dict[str, ValidationError] = {}
    if narrow := too_narrow(params):
        message = _(
            "You may see only counts of this dataset. They cannot be filtered by this field; filter by whole years."
        )
        errors |= {name: ValidationError(message, code="not_countable") for name in narrow}
    if fine := [name for name in names if not may_be_protected(name)]:
        message = _("You may see only counts of this dataset. They are not counted by %(names)s; count by whole years.")
        errors["field"] = ValidationError(message % {"names": ", ".join(fine)}, code="not_countable")
    if errors:
        raise ValidationError(errors)


def field_names(params: Mapping[str, str], *, number: int | None = None) -> list[str]:
    """The fields that `field` names, each once. ValidationError for unknown ones, and for another number of them."""
    text = params.get("field", "")
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in COUNTED and not is_extra(name)]
    if unknown or not names:
        fields = ", ".join((*COUNTED, f"{EXTRA}NAME"))
        message = _("Use one or more of these, separated by commas: %(fields)s.") % {"fields": fields}
        raise ValidationError({"field": ValidationError(message, code="unknown_field" if names else "required")})
    if number is not None and len(names) != number:
        message, code = (
            (_("Choose one field."), "one_field") if number == 1 else (_("Choose two fields."), "two_fields")
        )
        raise ValidationError({"field": ValidationError(message, code=code)})
    return names


def last_day(params: Mapping[str, str]) -> date:
    """The last day that was observed. ValidationError for what is no day."""
    text = params.get("until", "")
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError as error:
        message = _("Enter a day such as 2026-01-31.")
        raise ValidationError({"until": ValidationError(message, code="invalid")}) from error


def whole_number(params: Mapping[str, str], name: str, *, least: int, most: int, usual: int) -> int:
    """A number in the query string. ValidationError for what is none, or out of its limits."""
    text = params.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
        message = _("Enter a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise ValidationError({name: ValidationError(message, code="invalid")})
    return int(text)


def _most(params: Mapping[str, str]) -> int:
    return whole_number(params, "values", least=1, most=MOST_VALUES, usual=facets.MOST_VALUES)


def _facet_as_json(facet: facets.Facet) -> dict[str, object]:
    return {
        "values": facet.values,
        "total": facet.total,
        "suppressed": facet.is_suppressed,
        "more": facet.more,
        "timed_out": facet.timed_out,
        "rounded_to": facet.rounded_to,
    }


def _durations_as_json(one: Durations) -> dict[str, object]:
    days = one.days
    return {
        "value": one.value, "label": one.label, "first_quartile": days.first, "median": days.median,
        "third_quartile": days.third, "closed": days.closed, "open": days.censored, "left_out": days.left_out,
    }  # fmt: skip
