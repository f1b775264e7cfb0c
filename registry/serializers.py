"""Registry nouns as the API shows them."""

from registry.models import Place, PolicySector
from rest.serializers import RowSerializer


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
