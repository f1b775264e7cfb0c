"""Registry nouns as the API shows them."""

from rest_framework import serializers

from registry.models import Organisation, Place, PolicySector
from rest.serializers import RowSerializer


class OrganisationSerializer(RowSerializer):
    # A field of that name is what DRF calls the serializer around another.
    parent = serializers.SlugRelatedField(slug_field="slug", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "kind", "country", "parent", "ror", "made_up"]


class PolicySectorSerializer(RowSerializer):
    class Meta:
        model = PolicySector
        fields = ["id", "slug", "name", "cofog", "position"]


class PlaceSerializer(RowSerializer):
    class Meta:
        model = Place
        fields = [
            "id",
            "name",
            "country",
            "scheme",
            "scheme_version",
            "code",
            "latitude",
            "longitude",
            "precision_m",
        ]
