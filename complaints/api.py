"""`/complaint-records/`: list, one record, facets."""

from collections.abc import Mapping, Sequence
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from complaints.copying import copied_records
from complaints.filters import RecordFilter, counted_datasets_named, too_narrow
from complaints.models import ComplaintRecord
from complaints.querysets import DatasetAccess, RecordQuerySet, access_scope_of
from complaints.selectors import facets as facet_selectors
from complaints.selectors.facet_tables import facet_table
from complaints.selectors.reading import record_reads
from complaints.serializers import WITHHOLDABLE, FacetSerializer, RecordReader, RecordSerializer
from complaints.value_counts import FIELDS
from exports.codebook import SourceValue
from exports.copying import CopiedRows
from exports.downloads import download, format_of
from exports.viewsets import LEAST_COLUMNS, ExportMixin, in_formats, stream
from exports.writers import AGGREGATES
from imports.models import Dataset
from imports.selectors.values import value_maps_of
from rest.answers import json_answer
from rest.filters import StrictFilterSet
from rest.highlights import Highlights
from rest.serializers import RowReader, chosen_fields
from rest.viewsets import ReadViewSet

FACET_PARAMETERS = frozenset({"field", "values"})
FACET_FILE_PARAMETERS = frozenset({"field", "format"})
MOST_FACET_VALUES = 1000
_FACETS = ", ".join(FIELDS)


class ComplaintRecordViewSet(ExportMixin, ReadViewSet):
    """Complaints, findings and recommendations of ombudsmen and audit offices."""

    may_lag = True
    serializer_class = RecordSerializer
    filterset_class = RecordFilter
    lookup_value_converter = "int"
    export_name = "complaint-records"

    def queryset_for(self, user: User | AnonymousUser) -> RecordQuerySet:
        return ComplaintRecord.objects.visible_to(user).with_days_open()

    def highlights(self, filterset: StrictFilterSet, keys: Sequence[object]) -> Mapping[object, Highlights]:
        found = super().highlights(filterset, keys)
        letters = [cast("int", key) for key, texts in found.items() if set(texts) & set(WITHHOLDABLE)]
        records = self.queryset_for(self.request.user).filter(pk__in=letters)
        record_reads(records.scope, records.values_list("dataset_id", "pk"))
        return found

    def reader(self, fields: str = "") -> RecordReader:
        return RecordSerializer.reader(chosen_fields(fields, RecordSerializer.columns()))

    def represent(self, key: Mapping[str, object], *, fields: str = "") -> dict[str, object]:
        reader = self.reader(fields)
        row = reader.one(access_scope_of(self.request.user), cast("int", key["pk"]))
        if row is None:
            raise Http404
        reader.shown()
        return row

    def copied(self, rows: QuerySet[Model], reader: RowReader) -> CopiedRows | None:
        if len(reader.names) < LEAST_COLUMNS:
            return None
        records = cast(RecordQuerySet, rows)
        return copied_records(
            records,
            reader.names,
            values_of=lambda some: stream(some, RecordReader(reader.names, is_export_recorded=True)),
            before=lambda: cast(RecordReader, reader).record_exports(records),
        )

    def rights_in(self, rows: QuerySet[Model], names: Sequence[str]) -> list[str]:
        return sorted(rights_of(_datasets_in(cast(RecordQuerySet, rows)), names))

    def source_values(self, rows: QuerySet[Model]) -> list[SourceValue]:
        datasets = Dataset.objects.filter(pk__in=_datasets_in(cast(RecordQuerySet, rows))).order_by("slug")
        return [
            SourceValue(one.field, f"{dataset.slug}, import {known.run.pk}", one.word, one.value, one.rows)
            for dataset in datasets
            for known in value_maps_of(dataset)
            for one in known.values
        ]

    def rights(self) -> set[str]:
        return rights_of(self.queryset_for(self.request.user).scope.datasets, RecordSerializer.Meta.fields)

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
        names = _facet_names(request.query_params.get("field", ""))
        found = self._facets(request, names, _most(request.query_params.get("values", "")), FACET_PARAMETERS)
        return json_answer(request, {facet.field: _as_json(facet) for facet in found})

    @in_formats(AGGREGATES)
    @extend_schema(parameters=[OpenApiParameter("field", str, required=True, description=f"One of these: {_FACETS}.")])
    @action(detail=False, url_path="facets/export")
    def facets_export(self, request: Request) -> HttpResponseBase:
        """Counts per value of one field, as a file. Suppressed counts are `.s`; in JSON-stat null with that status."""
        names = _facet_names(request.query_params.get("field", ""))
        if len(names) > 1:
            raise ValidationError({"field": ValidationError(_("Choose one field."), code="one_field")})
        fmt = format_of(request.query_params.get("format", ""), AGGREGATES)
        [facet] = self._facets(request, names, MOST_FACET_VALUES, FACET_FILE_PARAMETERS)
        filters = {
            name: str(value) for name, value in request.query_params.items() if name not in FACET_FILE_PARAMETERS
        }
        name = f"{self.export_name}-{facet.field}-{timezone.localdate()}"
        return download(request, facet_table(facet, filters), fmt=fmt, name=name, described_by="/api/v1/schema/")

    def _facets(
        self, request: Request, names: list[str], most: int, reserved: frozenset[str]
    ) -> list[facet_selectors.Facet]:
        records = self.queryset_for(request.user)
        params = request.query_params
        RecordFilter(params, queryset=records, request=request, only_given=True).check(reserved=reserved)
        check_can_be_counted(params, records)
        return facet_selectors.facets(records, params, names, most=most)


def _datasets_in(records: RecordQuerySet) -> dict[int, DatasetAccess]:
    """The datasets of the records, by id."""
    return {pk: one for pk, one in records.scope.datasets.items() if records.filter(dataset_id=pk).exists()}


def rights_of(datasets: Mapping[int, DatasetAccess], names: Sequence[str]) -> set[str]:
    """Datasets whose records, and whose letters, are among columns of these names."""
    records = {f"records of {pk}" for pk in datasets}
    if not set(names) & {*WITHHOLDABLE, "recommendations"}:
        return records
    return records | {f"letters of {pk}" for pk, one in datasets.items() if one.is_readable}


def check_can_be_counted(params: Mapping[str, str], records: RecordQuerySet) -> None:
    """Raise ValidationError for filters that could select single records of a dataset with counts only."""
    if counted_datasets_named(params, records.scope) and (narrow := too_narrow(params)):
        message = _(
            "You may see only counts of this dataset. They cannot be filtered by this field; filter by whole years."
        )
        raise ValidationError({name: ValidationError(message, code="not_countable") for name in narrow})


def _facet_names(text: str) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in FIELDS]
    if unknown or not names:
        message = _("Use one or more of these, separated by commas: %(fields)s.") % {"fields": ", ".join(FIELDS)}
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
