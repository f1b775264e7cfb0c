"""`/complaint-records/`: list, one record, facets."""

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from complaints.filters import RecordFilter, counted_datasets_named, too_narrow
from complaints.models import ComplaintRecord
from complaints.querysets import RecordQuerySet
from complaints.selectors import facets as facet_selectors
from complaints.serializers import FacetSerializer, RecordReader, RecordSerializer
from exports.viewsets import ExportMixin
from exports.writers import WRITERS
from rest.answers import json_answer
from rest.filters import PAGING
from rest.serializers import chosen_fields
from rest.viewsets import ReadViewSet

LATER_FORMATS = ("parquet", "xlsx", "sav", "dta")
FACET_PARAMETERS = frozenset({"field", "values"})
MOST_FACET_VALUES = 1000
_FACETS = ", ".join(facet_selectors.FIELDS)


class ComplaintRecordViewSet(ExportMixin, ReadViewSet):
    """Complaints, findings and recommendations of ombudsmen and audit offices."""

    serializer_class = RecordSerializer
    filterset_class = RecordFilter
    lookup_value_converter = "int"
    export_name = "complaint-records"

    def queryset_for(self, user: User | AnonymousUser) -> RecordQuerySet:
        return ComplaintRecord.objects.visible_to(user).with_days_open()

    def reader(self, fields: str = "") -> RecordReader:
        return RecordSerializer.reader(chosen_fields(fields, RecordSerializer.columns()))

    def filtered(self, request: Request, *, reserved: frozenset[str] = PAGING) -> QuerySet[Model]:
        if "format" in reserved:
            check_format(request.query_params.get("format", ""))
        return super().filtered(request, reserved=reserved)

    @extend_schema(
        parameters=[
            OpenApiParameter("field", str, required=True, description=f"One or more, separated by commas: {_FACETS}."),
            OpenApiParameter("values", int, description="Number of values of each field, 1 to 1000; 50 by default."),
        ],
        responses={200: FacetSerializer},
    )
    @action(detail=False, url_path="facets")
    def facets(self, request: Request) -> HttpResponse:
        """Counts per value, each facet without its own filter. Counts of records that you have access to are exact. A
        dataset of which you may see counts only is included if `dataset` names it: rounded, and null where too small.
        """
        params = request.query_params
        records = self.queryset_for(request.user)
        RecordFilter(params, queryset=records, request=request, only_given=True).check(reserved=FACET_PARAMETERS)
        check_can_be_counted(params, records)
        names = _facet_names(params.get("field", ""))
        found = facet_selectors.facets(records, params, names, most=_most(params.get("values", "")))
        return json_answer(request, {facet.field: _as_json(facet) for facet in found})


def check_format(fmt: str) -> None:
    """Raise ValidationError `not_available` for formats that are planned but do not exist yet."""
    if fmt in LATER_FORMATS:
        message = _("Not available yet. Available now: %(formats)s.") % {"formats": ", ".join(WRITERS)}
        raise ValidationError({"format": ValidationError(message, code="not_available")})


def check_can_be_counted(params: Mapping[str, str], records: RecordQuerySet) -> None:
    """Raise ValidationError for filters that could select single records of a dataset with counts only."""
    if counted_datasets_named(params, records.scope) and (narrow := too_narrow(params)):
        message = _(
            "You may see only counts of this dataset. They cannot be filtered by this field; filter by whole years."
        )
        raise ValidationError({name: ValidationError(message, code="not_countable") for name in narrow})


def _facet_names(text: str) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in facet_selectors.FIELDS]
    if unknown or not names:
        message = _("Use one or more of these, separated by commas: %(fields)s.") % {
            "fields": ", ".join(facet_selectors.FIELDS)
        }
        raise ValidationError({"field": ValidationError(message, code="unknown_field" if names else "required")})
    return names


def _most(text: str) -> int:
    if not text:
        return facet_selectors.MOST_VALUES
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_FACET_VALUES):
        message = _("Enter a whole number from 1 to %(number)s.") % {"number": MOST_FACET_VALUES}
        raise ValidationError({"values": ValidationError(message, code="invalid")})
    return int(text)


def _as_json(facet: facet_selectors.Facet) -> dict[str, object]:
    return {
        "values": facet.values,
        "total": facet.total,
        "suppressed": facet.is_suppressed,
        "more": facet.more,
        "timed_out": facet.timed_out,
        "rounded_to": facet.rounded_to,
    }
