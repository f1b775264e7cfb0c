"""Organisations, and people as the API shows them to themselves."""

from typing import Any

from rest_framework import serializers

from accounts.models import ApiToken, Organisation
from accounts.roles import Role
from rest.serializers import RowSerializer


class OrganisationSerializer(RowSerializer):
    # A field of that name is what DRF calls the serializer around another.
    parent: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "kind", "country", "parent", "ror", "is_fictional"]


class MembershipShape(serializers.Serializer):
    organisation = serializers.SlugField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))


class RateShape(serializers.Serializer):
    limit = serializers.IntegerField()
    remaining = serializers.IntegerField()
    window_seconds = serializers.IntegerField()
    resets_in_seconds = serializers.IntegerField()


class MeSerializer(serializers.Serializer):
    """Who calls, what they may do and how often."""

    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.EmailField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    memberships = MembershipShape(many=True)
    authentication = serializers.ChoiceField(choices=["session", "token"])
    scope = serializers.ChoiceField(choices=ApiToken.Scope.choices)
    token_expires_at = serializers.DateTimeField(allow_null=True)
    rate = RateShape()
