"""Case studies, events, contributions and notes as the API shows and accepts them."""

from typing import Any

from django.db.models import Manager, Model, QuerySet
from rest_framework import serializers

from accounts.models import Organisation, User
from accounts.roles import AccessLevel
from casestudies.models import (
    CaseStudy,
    CoCreationEvent,
    Contribution,
    FieldNote,
    FieldNoteVersion,
    NoteConflict,
    Outcome,
)
from casestudies.models.choices import ReviewState
from imports.serializers import WithSource
from registry.models import Place, PolicySector
from rest.serializers import RowSerializer

CASE_COLUMNS = [
    "id",
    "slug",
    "working_title",
    "titles",
    "language",
    "abstract",
    "strands",
    "keywords",
    "country",
    "place",
    "sector",
    "level",
    "public_body",
    "public_body_name",
    "initiator",
    "attitude",
    "innovation_type",
    "newness",
    "ict_role",
    "started_on",
    "started_precision",
    "ended_on",
    "ended_precision",
    "documents",
    "interviews",
    "observations",
    "methods",
    "researcher",
    "organisation",
    "access",
    "review_state",
    "persistent_identifier",
    "completeness",
    "version",
    "created_at",
    "updated_at",
]
SET_BY_THE_SERVER = {"id", "completeness", "version", "created_at", "updated_at"}
CASE_ROWS = [
    "roles",
    "factors",
    "objectives",
    "outcomes",
    "survival",
    "actors",
    "record_links",
]
NOTE_COLUMNS = [
    "case_study",
    "event",
    "kind",
    "title",
    "text",
    "language",
    "occurred_on",
    "informants",
    "sensitivity",
    "device",
    "written_at",
]


def _slug() -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(slug_field="slug", read_only=True)


def _slug_of(queryset: Manager[Model], **kwargs: Any) -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(slug_field="slug", queryset=queryset, **kwargs)


def _username() -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(slug_field="username", read_only=True)


class CaseStudySerializer(RowSerializer):
    sector = _slug()
    public_body = _slug()
    organisation = _slug()
    researcher = _username()
    completeness = serializers.IntegerField(read_only=True)

    class Meta:
        model = CaseStudy
        fields = CASE_COLUMNS


class CaseStudyDetailSerializer(WithSource, CaseStudySerializer):
    """One case study with its parts: roles, factors, objectives, outcomes, survival, actors, links to records."""

    roles = serializers.JSONField(source="json_roles", read_only=True)
    factors = serializers.JSONField(source="json_factors", read_only=True)
    objectives = serializers.JSONField(source="json_objectives", read_only=True)
    outcomes = serializers.JSONField(source="json_outcomes", read_only=True)
    survival = serializers.JSONField(source="json_survival", read_only=True)
    actors = serializers.JSONField(source="json_actors", read_only=True)
    record_links = serializers.JSONField(source="json_record_links", read_only=True)

    class Meta:
        model = CaseStudy
        fields = [*CASE_COLUMNS, *CASE_ROWS]


class CaseStudyWriteSerializer(serializers.ModelSerializer):
    slug = serializers.SlugField(max_length=80, required=False)
    titles = serializers.DictField(child=serializers.CharField(max_length=250), required=False)
    sector = _slug_of(PolicySector.objects, required=False, allow_null=True)
    public_body = _slug_of(Organisation.objects, required=False, allow_null=True)
    organisation = _slug_of(Organisation.objects, required=False)
    place = serializers.PrimaryKeyRelatedField(queryset=Place.objects, required=False, allow_null=True)
    researcher = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    shared_with = _slug_of(Organisation.objects, many=True, required=False)
    access = serializers.ChoiceField(choices=AccessLevel.choices, required=False)
    review_state = serializers.ChoiceField(choices=ReviewState.choices, required=False)
    withdrawn_because = serializers.CharField(max_length=500, required=False)

    class Meta:
        model = CaseStudy
        fields = [
            *(n for n in CASE_COLUMNS if n not in SET_BY_THE_SERVER),
            "shared_with",
            "withdrawn_because",
        ]
        # The actions check the constraints, once and on the whole row.
        validators: list[object] = []


class EventSerializer(RowSerializer):
    case_study = _slug()
    country = serializers.CharField(source="case_study.country", read_only=True)
    recorder = _username()
    is_deliberative = serializers.BooleanField(read_only=True)
    participation = serializers.JSONField(source="json_participation", read_only=True)

    class Meta:
        model = CoCreationEvent
        fields = [
            "id",
            "case_study",
            "country",
            "title",
            "series",
            "status",
            "starts_at",
            "ends_at",
            "time_zone",
            "place",
            "venue",
            "mode",
            "format",
            "purpose",
            "phase",
            "remit_question",
            "influence_claimed",
            "influence_assessed",
            "influence_evidence",
            "openness",
            "selection",
            "invited",
            "accepted",
            "attended",
            "incentive",
            "hours_together",
            "commissioned",
            "facilitation",
            "languages",
            "interaction_methods",
            "decision_methods",
            "voting_rule",
            "inputs_shown",
            "recorder",
            "source",
            "confidence",
            "follow_up",
            "is_deliberative",
            "participation",
            "version",
            "created_at",
            "updated_at",
        ]


def _visible_rows(
    model: type[CoCreationEvent | Contribution | Outcome],
) -> Any:
    """A related field whose rows the person has access to."""

    class Visible(serializers.PrimaryKeyRelatedField):
        def get_queryset(self) -> QuerySet[CoCreationEvent | Contribution | Outcome]:
            return model.objects.visible_to(self.context["request"].user)

    return Visible


class VisibleCaseField(serializers.SlugRelatedField):
    """A case study by its slug, of those that the person has access to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=CaseStudy.objects, **kwargs)

    def get_queryset(self) -> QuerySet[CaseStudy]:
        return CaseStudy.objects.visible_to(self.context["request"].user).select_related("organisation")


VisibleEventField = _visible_rows(CoCreationEvent)
VisibleContributionField = _visible_rows(Contribution)
VisibleOutcomeField = _visible_rows(Outcome)


class EventWriteSerializer(serializers.ModelSerializer):
    case_study = VisibleCaseField()
    place = serializers.PrimaryKeyRelatedField(queryset=Place.objects, required=False, allow_null=True)
    recorder = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )

    class Meta:
        model = CoCreationEvent
        fields = [
            n
            for n in EventSerializer.Meta.fields
            if n not in SET_BY_THE_SERVER | {"country", "is_deliberative", "participation"}
        ]
        validators: list[object] = []


class ContributionSerializer(RowSerializer):
    case_study = _slug()

    class Meta:
        model = Contribution
        fields = [
            "id",
            "case_study",
            "event",
            "parent",
            "kind",
            "text",
            "language",
            "group",
            "pseudonym",
            "platform",
            "put_in_on",
            "decision",
            "decided_on",
            "response",
            "what_changed",
            "outcome",
            "version",
            "created_at",
            "updated_at",
        ]


class ContributionDetailSerializer(WithSource, ContributionSerializer):
    """One contribution with its provenance: rows of imported datasets."""

    class Meta:
        model = Contribution
        fields = ContributionSerializer.Meta.fields


class ContributionWriteSerializer(serializers.ModelSerializer):
    case_study = VisibleCaseField()
    event = VisibleEventField(required=False, allow_null=True)
    parent = VisibleContributionField(required=False, allow_null=True)
    outcome = VisibleOutcomeField(required=False, allow_null=True)
    text = serializers.CharField(trim_whitespace=False)

    class Meta:
        model = Contribution
        fields = [
            n for n in ContributionSerializer.Meta.fields if n not in ("id", "version", "created_at", "updated_at")
        ]
        validators: list[object] = []


class FieldNoteSerializer(RowSerializer):
    case_study = _slug()
    author = _username()
    open_conflicts = serializers.IntegerField(read_only=True)

    class Meta:
        model = FieldNote
        fields = ["uuid", *NOTE_COLUMNS, "author", "version", "sha256", "stored_at", "open_conflicts"]


class FieldNoteWriteSerializer(serializers.ModelSerializer):
    """A whole note. Spaces in `text` and `title` are preserved; `base_version` is absent on the first PUT."""

    case_study = VisibleCaseField()
    event = VisibleEventField(allow_null=True)
    title = serializers.CharField(max_length=250, allow_blank=True, trim_whitespace=False)
    text = serializers.CharField(max_length=1_000_000, allow_blank=True, trim_whitespace=False)
    informants = serializers.ListField(child=serializers.CharField(max_length=120), required=False, max_length=100)
    base_version = serializers.IntegerField(min_value=1, max_value=2_147_483_647, required=False, allow_null=True)
    device = serializers.CharField(max_length=100, required=False, allow_blank=True)
    written_at = serializers.DateTimeField(required=False, allow_null=True)

    class Meta:
        model = FieldNote
        fields = [*NOTE_COLUMNS, "base_version"]


class NoteVersionSerializer(RowSerializer):
    case_study = _slug()
    author = _username()

    class Meta:
        model = FieldNoteVersion
        fields = ["number", "act", *NOTE_COLUMNS, "author", "base_version", "sha256", "stored_at", "reason"]


class NoteConflictSerializer(RowSerializer):
    author = _username()
    resolved_by = _username()

    class Meta:
        model = NoteConflict
        fields = [
            "id",
            "base_version",
            "theirs_version",
            "mine",
            "differing",
            "sha256",
            "device",
            "written_at",
            "stored_at",
            "author",
            "resolved_at",
            "resolved_by",
            "resolved_version",
        ]


class ResolveSerializer(FieldNoteWriteSerializer):
    """The decision: the conflict, the version of the note that it is based on, and the fields of the result.

    `choose` is `mine` or `theirs`; fields that are sent as well take precedence.
    """

    conflict = serializers.IntegerField(min_value=1)
    base_version = serializers.IntegerField(min_value=1, max_value=2_147_483_647)
    choose = serializers.ChoiceField(choices=["mine", "theirs"], required=False)

    class Meta:
        model = FieldNote
        fields = ["conflict", "base_version", "choose", *NOTE_COLUMNS]

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for name in NOTE_COLUMNS:
            fields[name].required = False
        return fields
