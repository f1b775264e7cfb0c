"""The registry, read by anyone: it holds nothing about persons."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.filters import OrganisationFilter
from accounts.models import Organisation, User
from accounts.serializers import OrganisationSerializer
from imports.selectors.sourced import with_source
from registry.filters import PlaceFilter, PolicySectorFilter
from registry.models import Place, PolicySector
from registry.recipes.organisations import NAME
from registry.serializers import OrganisationDetailSerializer, PlaceSerializer, PolicySectorSerializer
from rest.serializers import RowReader, chosen_fields
from rest.viewsets import ReadViewSet


class OrganisationViewSet(ReadViewSet):
    """One organisation shows the rows of datasets it was imported from, as far as the caller can read them."""

    may_lag = True
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    lookup_field = "slug"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Organisation]:
        organisations = Organisation.objects.all()
        return organisations if self.action == "list" else with_source(organisations, NAME, user)

    def reader(self, fields: str = "") -> RowReader:
        serializer = OrganisationSerializer if self.action == "list" else OrganisationDetailSerializer
        return serializer.reader(chosen_fields(fields, serializer.columns()))


class PolicySectorViewSet(ReadViewSet):
    may_lag = True
    serializer_class = PolicySectorSerializer
    filterset_class = PolicySectorFilter
    lookup_field = "slug"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[PolicySector]:
        return PolicySector.objects.all()


class PlaceViewSet(ReadViewSet):
    may_lag = True
    serializer_class = PlaceSerializer
    filterset_class = PlaceFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Place]:
        return Place.objects.all()
