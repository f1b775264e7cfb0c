"""The query strings of the registry's lists."""

from registry.models import Place, PolicySector
from rest.filters import StrictFilterSet


class PolicySectorFilter(StrictFilterSet):
    search_fields = ("name", "slug")
    ordering_fields = {"position": "position", "name": "name", "id": "id"}
    default_ordering = "position"

    class Meta:
        model = PolicySector
        fields = {"slug": ["exact", "in"], "cofog": ["exact", "in", "not"]}


class PlaceFilter(StrictFilterSet):
    search_fields = ("name", "code")
    ordering_fields = {"name": "name", "country": "country", "code": "code", "latitude": "latitude", "id": "id"}
    default_ordering = "country"

    class Meta:
        model = Place
        fields = {
            "country": ["exact", "in", "not"],
            "scheme": ["exact", "in"],
            "scheme_version": ["exact", "in"],
            "code": ["exact", "in", "startswith"],
            "latitude": ["gte", "lte", "isnull"],
            "longitude": ["gte", "lte", "isnull"],
        }
