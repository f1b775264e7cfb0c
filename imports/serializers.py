"""The shapes of datasets, imports and rows in quarantine in the API."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Organisation
from accounts.roles import AccessLevel
from imports.left_out import KINDS_LEFT_OUT, described_part, rows_delivered
from imports.models import (
    Comparison,
    ComparisonRow,
    Dataset,
    Import,
    LanguageCorrection,
    QuarantinedRow,
    RowProblem,
)
from imports.personal.kinds import LABELS
from imports.problems import described, sentence
from imports.readers.table import MAX_COLUMNS
from jobs.models import JobState
from rest.serializers import ComputedField, RowSerializer
from rest.vocabularies import CUTS
from standards.json_values import JsonObject

DATASET_COLUMNS = [
    "slug", "title", "description", "recipe", "linked_with", "office", "organisation", "country", "language",
    "language_from", "languages", *CUTS, "first_year", "last_year", "licence", "source", "retrieved_on",
    "update_rhythm", "access", "narrative_access", "counts_access", "disclosure_threshold", "codebook", "inbox",
    "inbox_rule", "record_count", "is_fictional", "created_at", "updated_at",
]  # fmt: skip
_COMPUTED = {"languages", "language_from", "record_count", "is_fictional", "created_at", "updated_at"}


class WithSource(serializers.Serializer):
    """Adds `source`: the rows of datasets from which a thing was made (`selectors.sourced.with_source`)."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return super().get_fields() | {"source": serializers.JSONField(source="json_source", read_only=True)}


class DatasetSerializer(RowSerializer):
    linked_with = serializers.CharField(
        source="linked_slug", allow_null=True, read_only=True,
        help_text=_("Slug of the dataset with the same references; null if there is none that you can see."),
    )  # fmt: skip
    office = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    organisation = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Dataset
        fields = DATASET_COLUMNS


class DatasetWriteSerializer(serializers.ModelSerializer):
    slug = serializers.SlugField(max_length=80)
    recipe = serializers.CharField(max_length=40, required=False)
    linked_with = serializers.SlugField(max_length=80, required=False, allow_null=True)
    organisation = serializers.SlugRelatedField(slug_field="slug", queryset=Organisation.objects, required=False)
    office = serializers.SlugRelatedField(
        slug_field="slug", queryset=Organisation.objects, required=False, allow_null=True
    )
    shared_with = serializers.SlugRelatedField(
        slug_field="slug", queryset=Organisation.objects, required=False, many=True
    )
    access = serializers.ChoiceField(choices=AccessLevel.choices, required=False)

    class Meta:
        model = Dataset
        fields = [*(name for name in DATASET_COLUMNS if name not in _COMPUTED), "shared_with"]
        # The actions check constraints, once, for the complete row.
        validators: list[object] = []


def _error(code: str, message: str) -> dict[str, str] | None:
    return {"code": code, "message": message} if code else None


class ErrorShape(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()


class LanguageWriteSerializer(serializers.Serializer):
    """The language of a dataset, and of its records whose language is one of `rows_in` (empty: not recorded)."""

    language = serializers.CharField(max_length=2, allow_blank=True)
    rows_in = serializers.ListField(
        child=serializers.CharField(max_length=2, allow_blank=True), required=False, max_length=200
    )


class LanguageCorrectionSerializer(RowSerializer):
    """A correction of the language of a dataset. `corrected`: records that got another language; null until the state
    is `finished`."""

    error = ComputedField(ErrorShape(allow_null=True), sources=("error_code", "error_message"), compute=_error)

    class Meta:
        model = LanguageCorrection
        fields = ["language", "rows_in", "state", "corrected", "error", "created_at", "finished_at"]


class ExampleShape(serializers.Serializer):
    line = serializers.IntegerField(allow_null=True)
    value = serializers.CharField()


class FindingShape(serializers.Serializer):
    """A finding about the file, although no single row has a problem."""

    code = serializers.CharField()
    sentence = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()
    examples = ExampleShape(many=True)


class LeftOutShape(serializers.Serializer):
    """A part of the delivery that was not read."""

    kind = serializers.ChoiceField(choices=list(KINDS_LEFT_OUT))
    name = serializers.CharField()
    rows = serializers.IntegerField(allow_null=True)
    sentence = serializers.CharField()


def _left_out(parts: list[JsonObject]) -> list[JsonObject]:
    return [
        {name: part[name] for name in ("kind", "name", "rows")} | {"sentence": described_part(part)} for part in parts
    ]


class MaskedShape(serializers.Serializer):
    line = serializers.IntegerField(allow_null=True)
    masked = serializers.CharField()


class PersonalShape(serializers.Serializer):
    """Likely personal data of one kind in one column: the number of rows, with masked examples."""

    column = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(LABELS.items()))
    rows = serializers.IntegerField()
    examples = MaskedShape(many=True)


def _as_it_is(value: object) -> object:
    return value


def _choices(found: JsonObject | None) -> JsonObject:
    return found or {}


def _job_state(state: str) -> str:
    return Import.STATES[state].value


def _result(state: str, operation: str) -> str:
    return Import.result_of(state, operation).value


class ImportSerializer(RowSerializer):
    state = ComputedField(
        serializers.ChoiceField(choices=JobState.choices, help_text=_("As of every job.")),
        sources=("state",), compute=_job_state,
    )  # fmt: skip
    result = ComputedField(
        serializers.ChoiceField(choices=Import.Result.choices, help_text=_("The result so far; empty for none.")),
        sources=("state", "operation"), compute=_result,
    )  # fmt: skip
    dataset = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    file_sha256 = serializers.CharField(source="source_file.sha256", read_only=True)
    mapping_version = serializers.IntegerField(source="mapping.version", read_only=True)
    error = ComputedField(ErrorShape(allow_null=True), sources=("error_code", "error_message"), compute=_error)
    findings = ComputedField(FindingShape(many=True), sources=("findings",), compute=_as_it_is)
    left_out = ComputedField(LeftOutShape(many=True), sources=("left_out",), compute=_left_out)
    choices = ComputedField(
        serializers.DictField(help_text=_("The sheets, tables or files (`member`) of which another can be read.")),
        sources=("understanding__choices",), compute=_choices,
    )  # fmt: skip
    delivered = ComputedField(
        serializers.IntegerField(allow_null=True, help_text=_("Rows that were read and rows of what was left out.")),
        sources=("rows", "left_out"), compute=rows_delivered,
    )  # fmt: skip
    personal = ComputedField(PersonalShape(many=True), sources=("personal",), compute=_as_it_is)
    personal_decided_by = serializers.SlugRelatedField(slug_field="username", read_only=True)

    class Meta:
        model = Import
        fields = [
            "id", "dataset", "file_name", "file_sha256", "recipe", "mapping_version", "is_dry_run", "state", "result",
            "stage", "stage_started_at", "progress_done", "progress_total", "rows", "created", "updated", "unchanged",
            "quarantined", "skipped", "delivered", "left_out", "choices", "notes", "findings", "personal",
            "personal_decision", "personal_reason", "personal_decided_by", "personal_decided_at", "from_inbox", "error",
            "all_or_nothing", "created_at", "started_at", "finished_at",
        ]  # fmt: skip


class ColumnShape(serializers.Serializer):
    """The contents of a column, over all rows."""

    name = serializers.CharField(help_text=_("As a mapping names it."))
    label = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        help_text=_("What the file itself says about it, such as the question of a survey.")
    )
    type = serializers.CharField(help_text=_("text, integer, decimal, date or empty."))
    format = serializers.CharField(help_text=_("Of days, or the decimal mark of numbers."))
    rows = serializers.IntegerField()
    empty = serializers.IntegerField()
    longest = serializers.IntegerField(help_text=_("Characters of the longest cell."))
    repeats = serializers.IntegerField(allow_null=True, help_text=_("Cells that repeat an earlier one, or null."))
    fails = serializers.IntegerField(help_text=_("Cells that do not fit the type."))
    fail_examples = serializers.ListField(child=serializers.CharField())
    missing = serializers.DictField(
        child=serializers.IntegerField(), help_text=_("Likely words for “no value”, counted.")
    )
    examples = serializers.ListField(child=serializers.CharField())
    values = serializers.DictField(
        child=serializers.IntegerField(), allow_null=True, help_text=_("Each cell and how often; null: more than 200.")
    )
    value_labels = serializers.DictField(
        child=serializers.CharField(), help_text=_("What the file itself says about its codes.")
    )


class MappingShape(serializers.Serializer):
    """definition: as `POST /imports/` takes it."""

    version = serializers.IntegerField()
    definition = serializers.JSONField()


class DecisionSerializer(serializers.Serializer):
    """What happens to likely personal data, and why."""

    choice = serializers.ChoiceField(choices=[c for c in Import.PersonalData.choices if c[0]])
    reason = serializers.CharField(max_length=500)


class VisibleDatasetField(serializers.SlugRelatedField):
    """A dataset by its slug, of those that the person has access to."""

    def __init__(self) -> None:
        super().__init__(slug_field="slug", queryset=Dataset.objects)

    def get_queryset(self) -> QuerySet[Dataset]:
        return Dataset.objects.visible_to(self.context["request"].user)


class ImportWriteSerializer(serializers.Serializer):
    """A file as multipart, or the SHA-256 of a stored file."""

    dataset = VisibleDatasetField()
    file = serializers.FileField(required=False, allow_empty_file=True)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)
    file_name = serializers.CharField(max_length=255, required=False)
    mapping = serializers.JSONField(required=False, help_text=_("A mapping's definition; without it the best guess."))
    sheet = serializers.CharField(max_length=200, required=False, help_text=_("Read this one alone."))
    table = serializers.CharField(max_length=200, required=False, help_text=_("The table of a database or of JSON."))
    member = serializers.CharField(max_length=1000, required=False, help_text=_("Read this file of an archive alone."))
    encoding = serializers.CharField(max_length=40, required=False, help_text=_("Such as utf-8; else it is detected."))
    delimiter = serializers.CharField(
        max_length=1, required=False, trim_whitespace=False, help_text=_("Between cells; else it is detected.")
    )
    quote = serializers.ChoiceField(
        choices=['"', "'", "none"], required=False, help_text=_("Around cells; none: the text has no such mark.")
    )
    header_row = serializers.IntegerField(
        min_value=0, max_value=1000, required=False, help_text=_("As a spreadsheet counts rows; 0: no names.")
    )
    header_rows = serializers.IntegerField(
        min_value=1, max_value=3, required=False, help_text=_("How many rows name the columns together.")
    )
    footer = serializers.ChoiceField(choices=["keep"], required=False, help_text=_("Read totals and notes as rows."))
    periods = serializers.ChoiceField(choices=["rows"], required=False, help_text=_("Read a row for each period."))
    dry_run = serializers.BooleanField(required=False, default=False)


class ProblemShape(serializers.Serializer):
    column = serializers.CharField()
    value = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class QuarantinedRowSerializer(RowSerializer):
    """cells: as in the file. repaired: the cells that a person repaired, or null."""

    problems = ComputedField(ProblemShape(many=True), sources=("json_problems",), compute=described)

    class Meta:
        model = QuarantinedRow
        fields = ["id", "record", "line", "state", "cells", "repaired", "reason", "problems"]


class RepairSerializer(serializers.Serializer):
    """All cells of the row, repaired; or `dismissed` with a reason; or `open` for a dismissed row."""

    cells = serializers.ListField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False), required=False, max_length=MAX_COLUMNS
    )
    state = serializers.ChoiceField(choices=["open", "dismissed"], required=False)
    reason = serializers.CharField(required=False, max_length=500)


class ReplaySerializer(serializers.Serializer):
    mapping = serializers.JSONField(
        required=False, help_text=_("Another mapping's definition; without it the import's.")
    )


class ChangeShape(serializers.Serializer):
    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class TouchedShape(serializers.Serializer):
    reference = serializers.CharField()
    changes = ChangeShape(many=True)


class BlockerShape(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    count = serializers.IntegerField()


class UndoPreviewSerializer(serializers.Serializer):
    """What undo would delete and restore. With `blockers` it is refused."""

    deletes = serializers.IntegerField()
    restores = serializers.IntegerField()
    created = TouchedShape(many=True)
    overwritten = TouchedShape(many=True)
    blockers = BlockerShape(many=True)


def _sentence(code: str, column: str, field: str, value: str, detail: str) -> str:
    return sentence(code, label=column or field, value=value, detail=detail)


class RowProblemSerializer(RowSerializer):
    """One problem of one row, including rows that were skipped, or repaired and replayed since."""

    message = ComputedField(
        serializers.CharField(), sources=("code", "column", "field", "value", "detail"), compute=_sentence
    )

    class Meta:
        model = RowProblem
        fields = ["id", "record", "line", "column", "value", "code", "message"]


class ProblemGroupShape(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    column = serializers.CharField()
    rows = serializers.IntegerField()
    first_line = serializers.IntegerField()
    example = serializers.CharField()


class ComparisonSerializer(RowSerializer):
    """Two imports side by side. The counts are null until the state is `finished`."""

    dataset = serializers.SlugRelatedField(slug_field="slug", read_only=True, source="newer.dataset")
    error = ComputedField(ErrorShape(allow_null=True), sources=("error_code", "error_message"), compute=_error)

    class Meta:
        model = Comparison
        fields = [
            "id", "dataset", "older", "newer", "state", "stage", "stage_started_at", "progress_done", "progress_total",
            "created", "changed", "unchanged", "missing", "notes", "error", "created_at", "started_at", "finished_at",
        ]  # fmt: skip


class ComparisonWriteSerializer(serializers.Serializer):
    """Two finished imports of one dataset."""

    older = serializers.IntegerField()
    newer = serializers.IntegerField()


def _changes(changes: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(("field", "before", "after"), change, strict=True)) for change in changes]


class ComparisonRowSerializer(RowSerializer):
    """A record that differs; long values are cut to where they begin to differ."""

    changes = ComputedField(ChangeShape(many=True), sources=("changes",), compute=_changes)

    class Meta:
        model = ComparisonRow
        fields = ["id", "kind", "reference", "line_before", "line_after", "changes"]
