"""The registry, read by anyone: it holds nothing about persons."""

from typing import Any

from django.db.models import QuerySet

from accounts.filters import OrganisationFilter
from accounts.models import Organisation
from accounts.serializers import OrganisationSerializer
from registry.filters import PlaceFilter, PolicySectorFilter
from registry.models import Place, PolicySector
from registry.serializers import PlaceSerializer, PolicySectorSerializer
from rest.viewsets import ReadViewSet


class OrganisationViewSet(ReadViewSet):
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    lookup_field = "slug"

    def queryset_for(self, user: Any) -> QuerySet[Organisation]:
        return Organisation.objects.all()


class PolicySectorViewSet(ReadViewSet):
    serializer_class = PolicySectorSerializer
    filterset_class = PolicySectorFilter
    lookup_field = "slug"

    def queryset_for(self, user: Any) -> QuerySet[PolicySector]:
        return PolicySector.objects.all()


class PlaceViewSet(ReadViewSet):
    serializer_class = PlaceSerializer
    filterset_class = PlaceFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Any) -> QuerySet[Place]:
        return Place.objects.all()
