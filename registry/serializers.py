"""The registry as the API shows it."""

from accounts.models import Organisation
from accounts.serializers import OrganisationSerializer
from imports.serializers import WithSource
from registry.models import Place, PolicySector
from rest.serializers import RowSerializer


class OrganisationDetailSerializer(WithSource, OrganisationSerializer):
    """With the rows of datasets it was imported from, as far as the caller can read them."""

    class Meta:
        model = Organisation
        fields = OrganisationSerializer.Meta.fields


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
