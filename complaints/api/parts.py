"""Issues, recommendations and follow-ups of records as tables of their own, under the filters of the records.

A row has the id of its record and its place among those of the record, by which the tables join. What a part shows is
decided by the reader of records: the same rights, and a part whose record is not loaded is in no table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import User
from complaints.api.records import datasets_in, rights_of
from complaints.copying import may_have
from complaints.filters import RecordFilter
from complaints.models import ComplaintRecord, FollowUp, Issue, Part, Recommendation
from complaints.querysets import RecordQuerySet
from complaints.selectors.references import PartData
from complaints.serializers import ProvenanceSerializer, RecordReader
from exports.limits import BACKGROUND, LIMIT
from exports.tables import Table, Value
from exports.viewsets import CHUNK, Exported, ExportMixin, Foreseen, columns_of
from rest.counts import EXACT_UP_TO, Count
from rest.explain import SAMPLE
from rest.limits import FILE
from rest.problems import TooLarge
from rest.serializers import Column, RowSerializer, chosen_fields

_OF_RECORD = ["record_id", "record_dataset", "record_reference"]
_RESPONSE = ("decision", "decision_raw", "promised_action", "responded_on")


class PartRowSerializer(RowSerializer):
    """A part of a record as a row."""

    record_id = serializers.IntegerField(help_text=gettext_lazy("Id of the record, as in its own table."))
    record_dataset = serializers.CharField(help_text=gettext_lazy("Slug of the dataset of the record."))
    record_reference = serializers.CharField(help_text=gettext_lazy("Reference of the record in its dataset."))
    number = serializers.IntegerField(help_text=gettext_lazy("Its place among those of the record, from 1."))
    dataset = serializers.CharField(help_text=gettext_lazy("Slug of the dataset that it comes from."))
    provenance = ProvenanceSerializer(allow_null=True)

    @classmethod
    def columns(cls) -> dict[str, Column]:
        return {name: Column((name,)) for name in cls.Meta.fields}

    class Meta:
        model: type[Part]
        fields: Sequence[str] = ()


class IssueRowSerializer(PartRowSerializer):
    class Meta:
        model = Issue
        fields = [
            *_OF_RECORD, "number", "scheme", "category", "severity", "stage", "norm", "coded_by",
            "dataset", "provenance",
        ]  # fmt: skip


class RecommendationRowSerializer(PartRowSerializer):
    class Meta:
        model = Recommendation
        fields = [
            *_OF_RECORD, "number", "reference", "addressee", "text", "type", "priority", "made_on", "due_on",
            "criterion", "condition", "cause", "effect", "decision", "decision_raw", "reply",
            "promised_action", "responded_on", "dataset", "provenance",
        ]  # fmt: skip


class FollowUpRowSerializer(PartRowSerializer):
    recommendation = serializers.IntegerField(
        help_text=gettext_lazy("The `number` of the recommendation, among those of the record.")
    )

    class Meta:
        model = FollowUp
        fields = [
            *_OF_RECORD, "recommendation", "number", "observed_on", "assessor", "scale", "raw_value", "value",
            "promised_action", "dataset", "provenance",
        ]  # fmt: skip


class PartsViewSet(ExportMixin):
    """The parts of one kind of the records that match the filters."""

    may_lag = True
    serializer_class: type[PartRowSerializer]
    filterset_class = RecordFilter
    answers_files = True
    cost = FILE
    part = ""
    """The member of a record that holds the parts."""

    def queryset_for(self, user: User | AnonymousUser) -> RecordQuerySet:
        return ComplaintRecord.objects.visible_to(user).with_days_open()

    def exported(self, request: Request) -> Exported:
        records, names = self._records(request), self._names(request)
        rows = ([row[name] for name in names] for row in self._rows(records))
        table = Table(
            columns_of(self.serializer_class, names),
            cast("Iterator[Sequence[Value]]", rows),
            filter={name: str(value) for name, value in request.query_params.items() if name not in self.reserved},
            query=request.get_full_path(),
            made_at=timezone.now(),
        )
        return Exported(records, table, is_counted=False)

    def at_once(self, found: Exported, fmt: str) -> Table:
        return replace(found.table, rows=_up_to_the_limit(found.table.rows))

    def foreseen(self, request: Request, fmt: str) -> Foreseen:
        """Parts are found by reading them, so they are counted up to the number up to which lists are."""
        names = self._names(request)
        rows = self._rows(self._records(request), is_export_recorded=True)
        sample = list(islice(rows, SAMPLE))
        number = len(sample) + sum(1 for _row in islice(rows, EXACT_UP_TO + 1 - len(sample)))
        count = Count(min(number, EXACT_UP_TO), exact=number <= EXACT_UP_TO)
        return Foreseen(count, sample, columns_of(self.serializer_class, names), is_copied=False)

    def rights_in(self, rows: QuerySet[Model], names: Sequence[str]) -> list[str]:
        """Also those of linked datasets, from which parts may come."""
        records = cast(RecordQuerySet, rows)
        known, found = records.scope.datasets, datasets_in(records)
        linked = {pk: known[pk] for one in found for pk in records.scope.linked(one)}
        return sorted(rights_of(found | linked, [self.part]))

    def rights(self) -> set[str]:
        return rights_of(self.queryset_for(self.request.user).scope.datasets, [self.part])

    def _records(self, request: Request) -> RecordQuerySet:
        """The records that match the query string and may have parts of this kind."""
        records = cast(RecordQuerySet, self.filtered(request, reserved=self.reserved))
        return records.filter(may_have(self.part, records.scope))

    def _names(self, request: Request) -> list[str]:
        columns = self.serializer_class.columns()
        return chosen_fields(request.query_params.get("fields", ""), columns) or list(columns)

    def _rows(self, records: RecordQuerySet, *, is_export_recorded: bool = False) -> Iterator[PartData]:
        reader = RecordReader(["id", "dataset", "reference", self.part], is_export_recorded=is_export_recorded)
        for record in reader.stream(records.order_by("pk"), chunk_size=CHUNK):
            head = dict(zip(_OF_RECORD, (record["id"], record["dataset"], record["reference"]), strict=True))
            for row in self.rows_of(record[self.part]):
                yield head | row

    def rows_of(self, found: Sequence[PartData]) -> Iterator[PartData]:
        """The parts of one record as rows."""
        yield from ({"number": number, **part} for number, part in enumerate(found, start=1))


@extend_schema_view(
    export=extend_schema(
        description=gettext_lazy(
            "The issues of the records that match the filters, one a row. They join with the records by `record_id`."
        )
    )
)
class IssuesViewSet(PartsViewSet):
    """The issues of records."""

    serializer_class = IssueRowSerializer
    export_name = "issues"
    part = "issues"


@extend_schema_view(
    export=extend_schema(
        description=gettext_lazy(
            "The recommendations of the records that match the filters, one a row, with the response of the body."
        )
    )
)
class RecommendationsViewSet(PartsViewSet):
    """The recommendations of records, with the response of the body."""

    serializer_class = RecommendationRowSerializer
    export_name = "recommendations"
    part = "recommendations"

    def rows_of(self, found: Sequence[PartData]) -> Iterator[PartData]:
        for row in super().rows_of(found):
            response = row["response"]
            yield row | {name: response[name] for name in _RESPONSE} | {"reply": response["text"]}


@extend_schema_view(
    export=extend_schema(
        description=gettext_lazy(
            "What was observed of the recommendations of the records that match the filters, one a row."
        )
    )
)
class FollowUpsViewSet(PartsViewSet):
    """What was observed of the recommendations of records."""

    serializer_class = FollowUpRowSerializer
    export_name = "follow-ups"
    part = "recommendations"

    def rows_of(self, found: Sequence[PartData]) -> Iterator[PartData]:
        for number, recommendation in enumerate(found, start=1):
            for row in super().rows_of(recommendation["follow_ups"]):
                yield row | {"recommendation": number}


def _up_to_the_limit(rows: Iterator[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    """The rows; raises TooLarge at the first above the limit, before anything is sent."""
    for number, row in enumerate(rows, start=1):
        if number > LIMIT:
            message = _(
                "The export has more than %(limit)s rows, which is the most of one download. Add filters, or have it "
                "made in the background: %(exports)s."
            )
            raise TooLarge(
                message % {"limit": LIMIT, "exports": BACKGROUND}, code="export_too_large", limit=LIMIT,
                exports=BACKGROUND,
            )  # fmt: skip
        yield row
