"""The shapes of a comparison and of erasures in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Organisation
from rest.serializers import RowSerializer
from versions.models import Erasure


class FieldChangeSerializer(serializers.Serializer):
    name = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class PartChangeSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text=_("What sort of part it is: a code, an item, a section, a choice."))
    key = serializers.CharField(help_text=_("The same for a part in every version."))
    label: Any = serializers.CharField(allow_blank=True)
    change = serializers.ChoiceField(choices=["added", "removed", "changed"])
    is_moved = serializers.BooleanField(help_text=_("Whether its place among the parts of its kind has changed."))
    differences = FieldChangeSerializer(many=True)


class VersionComparisonSerializer(serializers.Serializer):
    before = serializers.IntegerField(help_text=_("Number of the older version."))
    after = serializers.IntegerField(help_text=_("Number of the newer version."))
    changes = PartChangeSerializer(many=True)


class ErasureSerializer(RowSerializer):
    organisation: "serializers.SlugRelatedField[Organisation]" = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )
    erased_by = serializers.CharField(source="by_username", read_only=True)
    undone_by = serializers.CharField(source="undone_by.username", read_only=True, allow_null=True)

    class Meta:
        model = Erasure
        fields = [
            "uuid",
            "organisation",
            "ground",
            "reason",
            "passage_length",
            "erased_at",
            "erased_by",
            "final_at",
            "undone_at",
            "undone_by",
        ]


class ErasurePreviewWriteSerializer(serializers.Serializer):
    kind = serializers.CharField(max_length=60, help_text=_("For example casestudies.fieldnote or complaint-record."))
    key = serializers.CharField(
        max_length=300, help_text=_("The number or UUID of the thing; of a record its dataset/reference.")
    )
    ground = serializers.ChoiceField(choices=Erasure.Ground.choices)
    passage = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=2_000,
        trim_whitespace=False,
        help_text=_("Exactly as it is written. Without it the whole text is erased, with its files."),
    )


class ErasureWriteSerializer(ErasurePreviewWriteSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)


class ErasedPlaceSerializer(serializers.Serializer):
    place = serializers.CharField()
    rows = serializers.IntegerField(help_text=_("Rows with erased text."))
    texts = serializers.IntegerField()
    characters = serializers.IntegerField()


class ErasureTargetSerializer(serializers.Serializer):
    kind = serializers.CharField()
    key = serializers.CharField()
    places = ErasedPlaceSerializer(many=True)


class ErasureReachSerializer(serializers.Serializer):
    """What an erasure reaches or reached: each thing, with the numbers for each place."""

    targets = ErasureTargetSerializer(many=True)
