"""The shape of a comparison in the API."""

from typing import Any

from rest_framework import serializers


class FieldChangeSerializer(serializers.Serializer):
    name = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class PartChangeSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="What it is a part of: a code, an item, a section, a choice.")
    key = serializers.CharField(help_text="Names the same part in every version.")
    label: Any = serializers.CharField(allow_blank=True)
    change = serializers.ChoiceField(choices=["added", "removed", "changed"])
    is_moved = serializers.BooleanField(help_text="Whether it stands elsewhere among the parts of its kind.")
    differences = FieldChangeSerializer(many=True)


class VersionComparisonSerializer(serializers.Serializer):
    before = serializers.IntegerField(help_text="Number of the older version.")
    after = serializers.IntegerField(help_text="Number of the newer version.")
    changes = PartChangeSerializer(many=True)
