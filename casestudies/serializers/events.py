"""Co-creation events as the API shows and accepts them."""

from rest_framework import serializers

from casestudies.actions.events import EVENT_FIELDS
from casestudies.models import CoCreationEvent, Participation
from casestudies.serializers.fields import SET_BY_THE_SERVER, VisibleCaseField, active_person, slug, username
from registry.models import Place
from rest.serializers import RowSerializer


class EventSerializer(RowSerializer):
    case_study = slug()
    country = serializers.CharField(source="case_study.country", read_only=True)
    recorder = username()
    is_deliberative = serializers.BooleanField(read_only=True)
    participation = serializers.JSONField(source="json_participation", read_only=True)

    class Meta:
        model = CoCreationEvent
        fields = [
            "id",
            "case_study",
            "country",
            *EVENT_FIELDS,
            "is_deliberative",
            "participation",
            "version",
            "created_at",
            "updated_at",
        ]


class ParticipationSerializer(RowSerializer):
    case_study = serializers.CharField(source="event.case_study.slug", read_only=True)
    country = serializers.CharField(source="event.case_study.country", read_only=True)

    class Meta:
        model = Participation
        fields = ["id", "event", "case_study", "country", "group", "sector", "band", "people"]


class EventWriteSerializer(serializers.ModelSerializer):
    case_study = VisibleCaseField()
    place = serializers.PrimaryKeyRelatedField(queryset=Place.objects, required=False, allow_null=True)
    recorder = active_person()

    class Meta:
        model = CoCreationEvent
        fields = [
            n
            for n in EventSerializer.Meta.fields
            if n not in SET_BY_THE_SERVER | {"country", "is_deliberative", "participation"}
        ]
        validators: list[object] = []
