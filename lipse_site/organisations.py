"""Organisations over the API with where they come from: the registry, which keeps them, knows nothing of imports."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation
from accounts.serializers import OrganisationSerializer
from imports.recipes.organisations import NAME
from imports.selectors.sourced import with_source
from imports.serializers import WithSource
from registry.api import OrganisationViewSet
from rest.serializers import RowReader, chosen_fields


class SourcedOrganisationSerializer(WithSource, OrganisationSerializer):
    class Meta:
        model = Organisation
        fields = OrganisationSerializer.Meta.fields


class SourcedOrganisationViewSet(OrganisationViewSet):
    """One organisation tells the rows of datasets it was made of, as far as the caller may see these."""

    def queryset_for(self, user: Any) -> QuerySet[Organisation]:
        organisations = super().queryset_for(user)
        return organisations if self.action == "list" else with_source(organisations, NAME, user)

    def reader(self, fields: str = "") -> RowReader:
        serializer = OrganisationSerializer if self.action == "list" else SourcedOrganisationSerializer
        return serializer.reader(chosen_fields(fields, serializer.columns()))
