"""`/complaint-records/`: list, one record, facets."""

from collections.abc import Mapping, Sequence
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request

from accounts.models import User
from complaints import extra_columns
from complaints.copying import copied_records
from complaints.filters import RecordFilter
from complaints.models import ComplaintRecord
from complaints.querysets import DatasetAccess, RecordQuerySet, access_scope_of
from complaints.selectors.reading import record_reads
from complaints.serializers import WITHHOLDABLE, RecordReader, RecordSerializer
from complaints.viewsets import CountsMixin
from exports.codebook import SourceValue
from exports.copying import CopiedRows
from exports.tables import Table, Value
from exports.viewsets import LEAST_COLUMNS, RESERVED, Exported, ExportMixin, Foreseen
from imports.models import Dataset
from imports.selectors.values import value_maps_of
from rest import explain
from rest.filters import StrictFilterSet
from rest.highlights import Highlights
from rest.serializers import RowReader, chosen_fields
from rest.viewsets import ReadViewSet
from rest.vocabularies import COUNTRY, SECTOR, labels_of

_EXTRA = OpenApiParameter(
    extra_columns.PARAMETER, str, enum=[extra_columns.COLUMNS],
    description=f"`columns`: `extra` as columns `extra_NAME`, up to {extra_columns.MOST}.",
)  # fmt: skip


@extend_schema_view(export=extend_schema(parameters=[_EXTRA]))
class ComplaintRecordViewSet(CountsMixin, ExportMixin, ReadViewSet):
    """Complaints, findings and recommendations of ombudsmen and audit offices."""

    may_lag = True
    serializer_class = RecordSerializer
    filterset_class = RecordFilter
    lookup_value_converter = "int"
    export_name = "complaint-records"
    reserved = RESERVED | {extra_columns.PARAMETER}

    def exported(self, request: Request) -> Exported:
        found = super().exported(request)
        if not extra_columns.are_asked(request.query_params, found.table.names):
            return found
        names = extra_columns.names_in(cast(RecordQuerySet, found.rows))
        return Exported(found.rows, extra_columns.with_columns(found.table, names))

    def labels(self, names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Of policy sectors and of the countries of the programme: those of the world would be most of a small file."""
        carried = {"country": COUNTRY, "policy_sector": SECTOR}
        return labels_of({name: carried[name] for name in carried.keys() & set(names)})

    def foreseen(self, request: Request, fmt: str) -> Foreseen:
        known = super().foreseen(request, fmt)
        place = [column.name for column in known.columns]
        if not extra_columns.are_asked(request.query_params, place):
            return known
        names = extra_columns.names_in(cast(RecordQuerySet, self.filtered(request, reserved=self.reserved)))
        values = (cast("list[Value]", [row.get(name) for name in place]) for row in known.sample)
        table = extra_columns.with_columns(Table(known.columns, values), names)
        rows: list[explain.Row] = [dict(zip(table.names, row, strict=True)) for row in table.rows]
        return Foreseen(known.count, rows, table.columns, is_copied=False)

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
            values_of=lambda some, name: RecordReader([name]).values_of(some),
            before=lambda: cast(RecordReader, reader).record_exports(records),
        )

    def rights_in(self, rows: QuerySet[Model], names: Sequence[str]) -> list[str]:
        return sorted(rights_of(datasets_in(cast(RecordQuerySet, rows)), names))

    def source_values(self, rows: QuerySet[Model]) -> list[SourceValue]:
        datasets = Dataset.objects.filter(pk__in=datasets_in(cast(RecordQuerySet, rows))).order_by("slug")
        return [
            SourceValue(one.field, f"{dataset.slug}, import {known.run.pk}", one.word, one.value, one.rows)
            for dataset in datasets
            for known in value_maps_of(dataset)
            for one in known.values
        ]

    def rights(self) -> set[str]:
        return rights_of(self.queryset_for(self.request.user).scope.datasets, RecordSerializer.Meta.fields)


def datasets_in(records: RecordQuerySet) -> dict[int, DatasetAccess]:
    """The datasets of the records, by id."""
    return {pk: one for pk, one in records.scope.datasets.items() if records.filter(dataset_id=pk).exists()}


def rights_of(datasets: Mapping[int, DatasetAccess], names: Sequence[str]) -> set[str]:
    """Datasets whose records, and whose letters, are among columns of these names."""
    records = {f"records of {pk}" for pk in datasets}
    if not set(map(extra_columns.field_of, names)) & {*WITHHOLDABLE, "recommendations"}:
        return records
    return records | {f"letters of {pk}" for pk, one in datasets.items() if one.is_readable}
