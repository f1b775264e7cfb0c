"""Surveys as the API returns and accepts them."""

from typing import TypedDict

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from rest.serializers import ComputedField, RowSerializer
from rest.vocabularies import CUTS
from surveys.models import Item, Questionnaire, Response, Wave


class QuestionnaireSerializer(RowSerializer):
    organisation: serializers.Field = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    published_versions = serializers.IntegerField(source="published_count", read_only=True)
    latest_version = serializers.IntegerField(read_only=True, allow_null=True)
    languages = serializers.ListField(
        child=serializers.CharField(),
        source="latest_languages",
        read_only=True,
        allow_null=True,
        help_text=_("Languages of the newest published version, as codes; null while there is none."),
    )

    class Meta:
        model = Questionnaire
        fields = [
            "id",
            "slug",
            "title",
            "description",
            "organisation",
            "countries",
            *CUTS,
            "access",
            "published_versions",
            "latest_version",
            "languages",
            "is_fictional",
            "created_at",
            "updated_at",
        ]


class FieldworkShape(serializers.Serializer):
    title = serializers.CharField()
    population = serializers.CharField()
    frame = serializers.CharField()
    sampling = serializers.CharField()
    mode = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    invited = serializers.IntegerField(allow_null=True)
    weighting = serializers.CharField()
    ethics_reference = serializers.CharField()


_FIELDWORK = tuple(FieldworkShape().fields)


def _fieldwork(*values: object) -> dict[str, object]:
    return dict(zip(_FIELDWORK, values, strict=True))


def _if_visible(can_see_responses: bool, value: int) -> int | None:
    return value if can_see_responses else None


def _link(can_see_responses: bool, key: str) -> str | None:
    return f"/s/{key}/" if can_see_responses else None


def _withheld(can_see_responses: bool) -> list[str]:
    return [] if can_see_responses else ["link", "started", "complete"]


class WaveSerializer(RowSerializer):
    questionnaire = serializers.CharField(source="fieldwork.questionnaire.slug", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    fieldwork = ComputedField(
        FieldworkShape(), sources=tuple(f"fieldwork__{name}" for name in _FIELDWORK), compute=_fieldwork
    )
    link = ComputedField(
        serializers.CharField(allow_null=True, help_text=_("Path of the open link.")),
        sources=("can_see_responses", "key"),
        compute=_link,
    )
    started = ComputedField(
        serializers.IntegerField(allow_null=True, help_text=_("All responses, started and complete.")),
        sources=("can_see_responses", "started_count"),
        compute=_if_visible,
    )
    complete = ComputedField(
        serializers.IntegerField(allow_null=True), sources=("can_see_responses", "complete_count"), compute=_if_visible
    )
    withheld = ComputedField(
        serializers.ListField(child=serializers.CharField()), sources=("can_see_responses",), compute=_withheld
    )

    class Meta:
        model = Wave
        fields = [
            "id",
            "questionnaire",
            "version",
            "fieldwork",
            "number",
            "title",
            "state",
            "opened_at",
            "closed_at",
            "occasions",
            "link",
            "started",
            "complete",
            "withheld",
        ]


class AnswerRow(TypedDict):
    """An answer as `ResponseQuerySet.with_answer_rows` reads it."""

    name: str
    type: str
    text: str | None
    number: float | None
    day: str | None
    codes: list[str] | None
    missing: str


def _answers(rows: list[AnswerRow] | None) -> dict[str, dict[str, object]]:
    return {row["name"]: _answer(row) for row in rows or ()}


def _answer(row: AnswerRow) -> dict[str, object]:
    value: object = row["text"] if row["text"] is not None else row["day"]
    if row["number"] is not None:
        value = row["number"]
    if row["codes"] is not None:
        value = row["codes"] if row["type"] == "select-multiple" else row["codes"][0]
    return {"value": value, "missing": row["missing"] or None}


class AnswerShape(serializers.Serializer):
    value = serializers.JSONField(allow_null=True, help_text=_("Text, number, date, code, or a list of codes."))
    missing = serializers.CharField(allow_null=True, help_text=_("Missing value, null if there is an answer."))


class ResponseSerializer(RowSerializer):
    questionnaire = serializers.CharField(source="wave.fieldwork.questionnaire.slug", read_only=True)
    version = serializers.IntegerField(source="wave.version.number", read_only=True)
    respondent = serializers.CharField(source="respondent.pseudonym", read_only=True)
    answers = ComputedField(
        serializers.DictField(child=AnswerShape(), help_text=_("Answers by variable.")),
        sources=("answer_rows",),
        compute=_answers,
    )

    class Meta:
        model = Response
        fields = [
            "id",
            "uuid",
            "questionnaire",
            "version",
            "wave",
            "respondent",
            "occasion",
            "state",
            "source",
            "language",
            "weight",
            "started_at",
            "completed_at",
            "seconds_per_page",
            "answers",
            "updated_at",
        ]


class ResponseWriteSerializer(serializers.Serializer):
    wave = serializers.IntegerField()
    answers = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text=_('By variable: a text, number, code, list of codes, null, or {"missing": value}.'),
    )
    uuid = serializers.UUIDField(required=False)
    language = serializers.CharField(required=False, max_length=12)
    respondent = serializers.CharField(required=False, max_length=40)
    occasion = serializers.IntegerField(required=False, min_value=1, max_value=1000)


def _label(labels: dict[str, str], default_language: str) -> str:
    return labels.get(default_language) or next(iter(labels.values()), "")


class ValueShape(serializers.Serializer):
    code = serializers.CharField()
    labels = serializers.DictField(child=serializers.CharField())
    value = serializers.FloatField(allow_null=True)
    missing = serializers.CharField()


class VariableSerializer(RowSerializer):
    questionnaire = serializers.CharField(source="version.questionnaire.slug", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    section = serializers.CharField(source="section.name", read_only=True)
    label = ComputedField(  # type: ignore[assignment]
        serializers.CharField(help_text=_("In the default language.")),
        sources=("labels", "version__default_language"),
        compute=_label,
    )
    values = ComputedField(
        serializers.ListField(child=ValueShape()), sources=("value_rows",), compute=lambda rows: rows or []
    )
    scale = serializers.CharField(source="scale.name", read_only=True, allow_null=True)

    class Meta:
        model = Item
        fields = [
            "id",
            "questionnaire",
            "version",
            "section",
            "name",
            "label",
            "labels",
            "type",
            "values",
            "offers",
            "is_required",
            "constraint",
            "relevance",
            "calculation",
            "scale",
            "is_reversed",
        ]
