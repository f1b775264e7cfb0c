"""What the API shows of codebooks, rounds, assignments, codings and adjudications."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Organisation
from coding.models import (
    Adjudication,
    Assignment,
    Code,
    Codebook,
    Coding,
    Round,
    Submission,
    SubmissionWithdrawal,
    TextUnit,
)
from coding.models.rounds import shown_reason
from coding.readers import SourceReader
from rest.serializers import ComputedField, RowSerializer
from rest.vocabularies import CUTS
from versions.targets import Target

KIND, KEY = "round_unit__unit__source_kind", "round_unit__unit__source_key"


class CodebookSerializer(RowSerializer):
    organisation: "serializers.SlugRelatedField[Organisation]" = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )
    version = serializers.IntegerField(
        source="version_number", read_only=True, allow_null=True, help_text=_("Number of the newest published version.")
    )
    codes = serializers.IntegerField(
        source="code_count", read_only=True, help_text=_("Number of codes of that version.")
    )

    class Meta:
        model = Codebook
        fields = [
            "slug",
            "title",
            "description",
            "language",
            "organisation",
            "access",
            "version",
            "codes",
            "created_at",
            "updated_at",
        ]


class CodeSerializer(RowSerializer):
    codebook = serializers.CharField(source="version.codebook.slug", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    passages = serializers.CharField(
        source="version.passages",
        read_only=True,
        help_text=_("Where passages of this version start and end: words, sentences or paragraphs."),
    )

    class Meta:
        model = Code
        fields = [
            "id",
            "codebook",
            "version",
            "passages",
            "key",
            "name",
            "definition",
            "include",
            "exclude",
            "examples",
            "colour",
            "shortcut",
            "is_codable",
            "parent",
            "position",
        ]


class RoundSerializer(RowSerializer):
    organisation: "serializers.SlugRelatedField[Organisation]" = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )
    codebook = serializers.CharField(source="codebook_version.codebook.slug", read_only=True)
    codebook_version = serializers.IntegerField(source="codebook_version.number", read_only=True)
    units = serializers.IntegerField(source="unit_count", read_only=True)
    coders = serializers.IntegerField(source="coder_count", read_only=True)
    assignments_wanted = serializers.IntegerField(read_only=True)
    assignments_done = serializers.IntegerField(read_only=True)

    class Meta:
        model = Round
        fields = [
            "id",
            "title",
            "organisation",
            "codebook",
            "codebook_version",
            "state",
            "coders_per_unit",
            "is_blind",
            "stop_rule",
            "stop_after",
            "lease_minutes",
            "take_back_minutes",
            "seed",
            "countries",
            *CUTS,
            "units",
            "coders",
            "assignments_wanted",
            "assignments_done",
            "opened_at",
            "closed_at",
            "reopening_reason",
            "updated_at",
        ]


class UnitShape(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField(help_text=_("Line ends are LF. Offsets count code points."))
    sha256 = serializers.CharField()
    language = serializers.CharField()
    context: Any = serializers.DictField()
    source_kind = serializers.CharField()
    source_key = serializers.CharField()
    url = serializers.CharField(help_text=_("The page of the source; empty if you do not have access to it."))


def _unit(*values: str | int | dict[str, str]) -> dict[str, str | int | dict[str, str]]:
    return dict(zip(UNIT_FIELDS, values, strict=True))


def _state(
    submitted_at: datetime | None, postponed_at: datetime | None, leased_until: datetime | None, coder: int | None
) -> str:
    if coder is None:
        return "free"
    if submitted_at is not None:
        return "submitted"
    if postponed_at is not None:
        return "postponed"
    return "started" if leased_until is not None else "assigned"


UNIT_FIELDS = tuple(name for name in map(str, UnitShape().fields) if name != "url")


class AssignmentReader(SourceReader):
    kind_path, key_path = KIND, KEY

    def as_dict(self, values: tuple[object, ...]) -> dict[str, object]:
        row = super().as_dict(values)
        if isinstance(unit := row.get("unit"), dict):
            source = self.sources.get((unit["source_kind"], unit["source_key"]))
            unit["url"] = source.url if source else ""
        return row


class AssignmentSerializer(RowSerializer):
    round = serializers.IntegerField(read_only=True, source="round_id")
    coder = serializers.CharField(source="coder.username", read_only=True, allow_null=True)
    unit = ComputedField(UnitShape(), sources=tuple(f"round_unit__unit__{name}" for name in UNIT_FIELDS), compute=_unit)
    state = ComputedField(
        serializers.ChoiceField(choices=["free", "assigned", "started", "postponed", "submitted"]),
        sources=("submitted_at", "postponed_at", "leased_until", "coder_id"),
        compute=_state,
    )
    why = ComputedField(
        serializers.CharField(help_text=_("The reason for selection; empty where the round is blind.")),
        sources=("why", "round_unit__round__is_blind"),
        compute=shown_reason,
    )
    outcome = serializers.CharField(
        read_only=True, allow_null=True, help_text=_("Of the submission; null before you submit.")
    )

    class Meta:
        model = Assignment
        fields = [
            "id",
            "round",
            "coder",
            "unit",
            "state",
            "why",
            "taken_at",
            "leased_until",
            "postponed_at",
            "submitted_at",
            "outcome",
            "is_flagged",
            "memo",
            "version",
            "active_seconds",
        ]


class CodingSerializer(RowSerializer):
    round = serializers.IntegerField(source="round_unit.round_id", read_only=True)
    unit = serializers.IntegerField(source="round_unit.unit_id", read_only=True)
    coder = serializers.CharField(source="coder.username", read_only=True)
    code = serializers.IntegerField(source="code_id", read_only=True)
    code_key = serializers.CharField(source="code.key", read_only=True)
    codebook_version = serializers.IntegerField(source="code.version.number", read_only=True)
    retracts = serializers.IntegerField(source="retracts_id", read_only=True)
    is_submitted = serializers.BooleanField(
        read_only=True, help_text=_("Whether the coder submitted the unit. If not, the coding is a draft.")
    )

    class Meta:
        model = Coding
        fields = [
            "id",
            "uuid",
            "round",
            "unit",
            "coder",
            "code",
            "code_key",
            "codebook_version",
            "start",
            "end",
            "certainty",
            "memo",
            "retracts",
            "is_submitted",
            "made_at",
        ]


def _is_standing(withdrawn: str | None) -> bool:
    return withdrawn is None


class SubmissionSerializer(RowSerializer):
    assignment = serializers.IntegerField(source="assignment_id", read_only=True)
    round = serializers.IntegerField(source="round_unit.round_id", read_only=True)
    unit = serializers.IntegerField(source="round_unit.unit_id", read_only=True)
    coder = serializers.CharField(source="coder.username", read_only=True)
    is_standing = ComputedField(
        serializers.BooleanField(help_text=_("False if it was taken back or reopened.")),
        sources=("withdrawal__kind",),
        compute=_is_standing,
    )
    withdrawn = serializers.ChoiceField(
        source="withdrawal.kind",
        read_only=True,
        allow_null=True,
        choices=SubmissionWithdrawal.Kind.choices,
        help_text=_("How it ended; null while it stands."),
    )
    withdrawn_at = serializers.DateTimeField(source="withdrawal.made_at", read_only=True, allow_null=True)
    withdrawal_reason = serializers.CharField(source="withdrawal.reason", read_only=True, allow_null=True)

    class Meta:
        model = Submission
        fields = [
            "id",
            "assignment",
            "round",
            "unit",
            "coder",
            "number",
            "outcome",
            "codings",
            "is_flagged",
            "memo",
            "seconds",
            "active_seconds",
            "submitted_at",
            "is_standing",
            "withdrawn",
            "withdrawn_at",
            "withdrawal_reason",
        ]


class DecisionShape(serializers.Serializer):
    code = serializers.IntegerField(allow_null=True, help_text=_("Null where all codes are rejected."))
    code_key = serializers.CharField(allow_null=True)
    start = serializers.IntegerField(allow_null=True, help_text=_("Null for the whole unit."))
    end = serializers.IntegerField(allow_null=True)
    verdict = serializers.ChoiceField(choices=["accept", "reject", "reject-all"])
    reason = serializers.CharField()
    is_by_rule = serializers.BooleanField(help_text=_("Made by the rule of the round, not by a person."))
    made_at = serializers.DateTimeField()


def _same(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return rows


class AdjudicationSerializer(RowSerializer):
    round = serializers.IntegerField(source="round_unit.round_id", read_only=True)
    unit = serializers.IntegerField(source="round_unit.unit_id", read_only=True)
    is_by_a_coder = serializers.BooleanField(
        read_only=True, help_text=_("Whether the person who settled the unit had coded it too.")
    )
    decisions = ComputedField(DecisionShape(many=True), sources=("decision_rows",), compute=_same)

    class Meta:
        model = Adjudication
        fields = [
            "id",
            "round",
            "unit",
            "state",
            "basis",
            "is_by_a_coder",
            "differences",
            "decided",
            "note",
            "decisions",
            "opened_at",
            "settled_at",
        ]


class SourceShape(serializers.Serializer):
    kind = serializers.CharField()
    key = serializers.CharField()
    url = serializers.CharField(help_text=_("Its page."))


def _target(kind: str, key: str) -> Target:
    return kind, key


class TextUnitSerializer(RowSerializer):
    source: Any = ComputedField(
        SourceShape(
            allow_null=True, help_text=_("What the text was taken from; null if you do not have access to it.")
        ),
        sources=("source_kind", "source_key"),
        compute=_target,
    )
    length = ComputedField(
        serializers.IntegerField(help_text=_("Code points of the text.")), sources=("text",), compute=len
    )
    context: Any = serializers.DictField(child=serializers.CharField(), read_only=True)
    # A name of a model has a dot, which no slug has.
    source_kind = serializers.CharField(read_only=True)
    organisation: "serializers.SlugRelatedField[Organisation]" = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )

    class Meta:
        model = TextUnit
        fields = [
            "id",
            "title",
            "text",
            "length",
            "sha256",
            "language",
            "context",
            "source_kind",
            "source",
            "organisation",
            "frozen_at",
        ]
