"""A complaint record as the API shows it, and the reader that makes it from rows of values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.models import ComplaintRecord, FollowUp, Issue, Recommendation
from complaints.querysets import AccessScope, RecordQuerySet
from complaints.record_columns import WITHHOLDABLE, other_columns
from complaints.selectors import parts
from complaints.selectors.reading import has_recorded_letters, record_export, record_reads
from complaints.selectors.references import PartData, PartsByRecord
from rest.fields import LARGEST_BIGINT
from rest.prepared import Prepared
from rest.serializers import Column, RowReader, RowSerializer

Values: TypeAlias = tuple[Any, ...]
PARTS = ("issues", "recommendations", "codes")


class ProvenanceSerializer(serializers.Serializer):
    """Import, file and line that a record or part comes from."""

    import_ = serializers.IntegerField()
    file_sha256 = serializers.CharField(allow_null=True)
    line = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class PartSerializer(serializers.ModelSerializer):
    """A part of a record. A part that was stored with the record itself has no provenance."""

    dataset = serializers.CharField(help_text=_("Slug of the dataset."))
    provenance = ProvenanceSerializer(allow_null=True)


class FollowUpSerializer(PartSerializer):
    """`promised_action` is null where it is withheld."""

    class Meta:
        model = FollowUp
        fields = ["observed_on", "assessor", "scale", "raw_value", "value", "promised_action", "dataset", "provenance"]
        extra_kwargs = {"promised_action": {"allow_null": True}}


class ReplySerializer(serializers.Serializer):
    """The response of the body; `text` and `promised_action` are null where they are withheld."""

    decision = serializers.ChoiceField(Recommendation.Decision.choices, allow_blank=True)
    decision_raw = serializers.CharField(allow_blank=True, help_text=_("Value in the source."))
    text = serializers.CharField(allow_blank=True, allow_null=True)
    promised_action = serializers.CharField(allow_blank=True, allow_null=True)
    responded_on = serializers.DateField(allow_null=True)


class RecommendationSerializer(PartSerializer):
    """Texts are null where they are withheld."""

    response = ReplySerializer()
    follow_ups = FollowUpSerializer(many=True)

    class Meta:
        model = Recommendation
        fields = ["reference", "addressee", "text", "type", "priority", "made_on", "due_on", "criterion", "condition",
                  "cause", "effect", "response", "follow_ups", "dataset", "provenance"]  # fmt: skip
        extra_kwargs = {
            name: {"allow_null": True} for name in ("text", "criterion", "condition", "cause", "effect")
        }  # fmt: skip


class IssueSerializer(PartSerializer):
    class Meta:
        model = Issue
        fields = ["scheme", "category", "severity", "stage", "norm", "coded_by", "dataset", "provenance"]


def _has_choices(column: object) -> bool:
    return bool(getattr(column, "choices", None))


class RecordSerializer(RowSerializer):
    """`narrative`, `response` and `extra` are left out where they are withheld; `withheld` lists them."""

    dataset = serializers.CharField(help_text=_("Slug of the dataset."))
    narrative = serializers.CharField(required=False)
    response = serializers.CharField(required=False)
    extra = serializers.DictField(
        required=False,
        child=serializers.CharField(allow_blank=True),
        help_text=_("Columns of the source that no field was mapped to."),
    )
    amount = serializers.DecimalField(max_digits=None, decimal_places=None, allow_null=True)
    days_open = serializers.IntegerField(
        allow_null=True, help_text=_("Days from receipt to closing; null while open or where a date is not recorded.")
    )
    issues = IssueSerializer(many=True)
    recommendations = RecommendationSerializer(many=True)
    codes = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("Keys of the codes applied, without those that blind coding hides from the caller."),
    )
    provenance = ProvenanceSerializer()
    withheld = serializers.ListField(child=serializers.ChoiceField(WITHHOLDABLE))

    class Meta:
        model = ComplaintRecord
        fields = [
            "id", "dataset", "institution", "institution_kind", "kind", "reference", "case_reference", "country",
            "policy_sector", "respondent", "category", "subject", "narrative", "response", "language", "channel",
            "service", "complainant_kind", "framing", "harm", "mandate", "admissibility", "stage", "status",
            "status_raw", "finding", "finding_raw", "closure", "closure_raw", "remedy", "amount", "currency",
            "received_on", "closed_on", "days_open", "issues", "recommendations", "codes", "extra", "provenance",
            "withheld", "updated_at",
        ]  # fmt: skip
        # What a source does not say is empty.
        extra_kwargs = {
            column.name: {"allow_blank": True} for column in ComplaintRecord._meta.get_fields() if _has_choices(column)
        }

    @classmethod
    def columns(cls) -> dict[str, Column]:
        return _columns()

    @classmethod
    def reader(cls, names: Iterable[str] | None = None) -> "RecordReader":
        return RecordReader(list(names or cls.Meta.fields))


@cache
def _columns() -> dict[str, Column]:
    made_of = {"dataset": ("dataset_id",), "provenance": ("import_id", "source_line"), "withheld": ("dataset_id",)}
    made_of |= parts.NEEDED
    return {name: Column(made_of.get(name, (name,))) for name in RecordSerializer.Meta.fields}


class RecordReader(RowReader):
    """Reads a queryset that starts at `visible_to` as dicts: one query for the rows, one for each kind of part."""

    def __init__(self, names: Sequence[str], *, is_export_recorded: bool = False) -> None:
        super().__init__(_columns_for(names))
        self._is_export_recorded = is_export_recorded
        self.names = list(names)
        self.chosen = frozenset(names)
        place = {path: i for i, path in enumerate(self.paths)}
        self._id, self._dataset = place["id"], place["dataset_id"]
        self._import, self._line = place.get("import_id", 0), place.get("source_line", 0)
        self._columns = itemgetter(*(place.get(name, self._id) for name in names), self._id)
        self._made = [name for name in names if name not in place and name not in PARTS]
        self._parts = [name for name in names if name in PARTS]
        needed = {"id", "dataset_id", "import_id"}.union(*(parts.NEEDED[name] for name in self._parts))
        self._needed = [name for name in self.paths if name in needed]
        self._needed_of = itemgetter(*(place[name] for name in self._needed), self._id)
        self.scope = AccessScope()
        self.parts: dict[str, PartsByRecord] = {}
        self.files: Mapping[int, str] = {}
        # Letters that an answer shows: dataset and record.
        self.read: list[tuple[int, int]] = []

    def tuples(self, queryset: RecordQuerySet, keys: list[str]) -> list[Values]:  # type: ignore[override]
        self.scope = queryset.scope
        rows = list(queryset.values_list(*self.paths, *keys))
        self._load_parts(rows)
        return rows

    def values_of(self, queryset: RecordQuerySet) -> list[Any]:
        """What the only member is in each of some hundred rows."""
        [name] = self.names
        return [self.as_dict(values).get(name) for values in self.tuples(queryset, [])]

    def one(self, scope: AccessScope, pk: int) -> PartData | None:
        """One record, where the person may see it. Its statement is built once for these datasets and columns."""
        if pk > LARGEST_BIGINT:
            return None
        self.scope = scope
        rows = _record_of(tuple(scope.datasets), tuple(self.paths))(pk)
        self._load_parts(rows)
        return next(map(self.as_dict, rows), None)

    def stream(self, queryset: RecordQuerySet, *, chunk_size: int) -> Iterator[PartData]:  # type: ignore[override]
        """Rows for an export; the parts of each chunk are read together. Withheld texts are null, so that each row has
        the same columns."""
        self.scope = queryset.scope
        rows = queryset.values_list(*self.paths).iterator(chunk_size=chunk_size)
        exported: set[int] = set()
        while chunk := list(islice(rows, chunk_size)):
            self.parts, self.files = {}, {}
            self._load_parts(chunk)
            self._record_export(chunk, exported)
            for values in chunk:
                shown = self.as_dict(values)
                yield {name: shown.get(name) for name in self.names}
            self.read = []

    def _record_export(self, chunk: list[Values], exported: set[int]) -> None:
        """Record each dataset once, before its letters leave; adds it to `exported`."""
        place = self.paths.index("dataset_id")
        for dataset in {row[place] for row in chunk} - exported:
            exported.add(dataset)
            if self._has_letters and not self._is_export_recorded:
                record_export(self.scope, dataset)

    def record_exports(self, queryset: RecordQuerySet) -> None:
        """Record each dataset of which there are records, before its letters leave."""
        if self._has_letters:
            recorded = [pk for pk in queryset.scope.datasets if has_recorded_letters(queryset.scope, pk)]
            for dataset in recorded:
                if queryset.filter(dataset_id=dataset).exists():
                    record_export(queryset.scope, dataset)

    def _load_parts(self, rows: list[Values]) -> None:
        if not self._parts and "import_id" not in self.paths:
            return
        found = [dict(zip(self._needed, self._needed_of(row), strict=False)) for row in rows]
        of_records, files = parts.parts_of(found, self.scope, self._parts)
        for name, some in of_records.items():
            self.parts[name] = {**self.parts.get(name, {}), **some}
        self.files = {**self.files, **files}
        loaded = {part["source"][0] for part in self._every_part() if part["source"][0]} - self.files.keys()
        if loaded:
            self.files = {**self.files, **parts.file_hashes(loaded)}

    def _every_part(self) -> Iterator[PartData]:
        """Issues, recommendations and follow-ups of all rows."""
        for name in ("issues", "recommendations"):
            for some in self.parts.get(name, {}).values():
                for part in some:
                    yield part
                    yield from part.get("follow_ups", ())

    def as_dict(self, values: Values) -> PartData:
        dataset_id, pk = values[self._dataset], values[self._id]
        dataset = self.scope.datasets[dataset_id]
        self.read.append((dataset_id, pk))
        # Made members have some other column until they are made, so that all members are in their order.
        shown: PartData = dict(zip(self.names, self._columns(values), strict=False))
        for name in self._made:
            if name == "dataset":
                shown[name] = dataset.slug
            elif name == "provenance":
                shown[name] = self._provenance(values[self._import], values[self._line])
            else:
                shown["withheld"] = []
        for name in self._parts:
            some = self.parts[name].get(pk)
            shown[name] = [self._part(part) for part in some] if some else []
        if shown.get("extra"):
            shown["extra"] = other_columns(shown["extra"])
        if not dataset.is_readable:
            self._withhold(shown)
        return shown

    def _provenance(self, import_id: int, line: int) -> PartData:
        return {"import": import_id, "file_sha256": self.files.get(import_id), "line": line}

    def _part(self, part: PartData | str) -> PartData | str:
        """A part with provenance in place of `source`; a code is only its key."""
        if isinstance(part, str):
            return part
        shown = {name: value for name, value in part.items() if name != "source"}
        import_id, _, line = part["source"]
        shown["provenance"] = self._provenance(import_id, line) if import_id is not None else None
        if "follow_ups" in shown:
            shown["follow_ups"] = [self._part(follow_up) for follow_up in shown["follow_ups"]]
        return shown

    def _withhold(self, shown: PartData) -> None:
        for name in WITHHOLDABLE:
            shown.pop(name, None)
        if self.chosen.intersection(("withheld", *WITHHOLDABLE)):
            shown["withheld"] = list(WITHHOLDABLE)

    @property
    def _has_letters(self) -> bool:
        return bool(self.chosen.intersection((*WITHHOLDABLE, "recommendations")))

    def shown(self) -> None:
        if self._has_letters:
            record_reads(self.scope, self.read)
        self.read = []

    def rows(self, queryset: RecordQuerySet) -> Iterable[PartData]:  # type: ignore[override]
        return (self.as_dict(values) for values in self.tuples(queryset, []))


@lru_cache(maxsize=256)
def _record_of(datasets: tuple[int, ...], paths: tuple[str, ...]) -> Prepared[ComplaintRecord]:
    """One record of these datasets by its id. A record of another dataset does not exist for the person (ADR 0119)."""

    def build(pk: int) -> QuerySet[ComplaintRecord, Any]:
        records = ComplaintRecord.objects.filter(dataset_id__in=datasets, pk=pk)
        return records.with_days_open().values_list(*paths)

    return Prepared(build)


def _columns_for(names: Sequence[str]) -> dict[str, Column]:
    """The columns of these names, and the dataset, on which it depends what is withheld, and the record."""
    columns = _columns()
    return {name: columns[name] for name in names} | {"dataset_id": Column(("dataset_id",)), "_id": Column(("id",))}
