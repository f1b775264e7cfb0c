"""Case studies as the API shows and accepts them."""

from rest_framework import serializers

from accounts.models import Organisation
from accounts.roles import AccessLevel
from casestudies.models import CaseStudy
from casestudies.models.choices import ReviewState
from casestudies.serializers.fields import SET_BY_THE_SERVER, active_person, slug, slug_of, username
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
    "themes",
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
CASE_ROWS = [
    "roles",
    "factors",
    "objectives",
    "outcomes",
    "survival",
    "actors",
    "record_links",
]


class CaseStudySerializer(RowSerializer):
    sector = slug()
    public_body = slug()
    organisation = slug()
    researcher = username()
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
    sector = slug_of(PolicySector.objects, allow_null=True)
    public_body = slug_of(Organisation.objects, allow_null=True)
    organisation = slug_of(Organisation.objects)
    place = serializers.PrimaryKeyRelatedField(queryset=Place.objects, required=False, allow_null=True)
    researcher = active_person()
    shared_with = slug_of(Organisation.objects, many=True)
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
