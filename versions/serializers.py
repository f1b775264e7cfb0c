"""The shape of a comparison in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


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
