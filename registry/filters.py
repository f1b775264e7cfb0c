"""The query strings of the registry's lists."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext_lazy

from registry.models import Organisation, Place, PolicySector
from rest.filters import StrictFilterSet


def owners_of(model: type[Any]) -> Callable[[HttpRequest | None], QuerySet[Organisation]]:
    """For a SlugChoiceFilter: the organisations that own a row of the model that the caller may see."""

    def owners(request: HttpRequest | None) -> QuerySet[Organisation]:
        if request is None:
            return Organisation.objects.none()
        return Organisation.objects.filter(pk__in=model.objects.visible_to(request.user).values("organisation"))

    return owners


class OrganisationFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s organisation", "%(count)s organisations", "number")
    page_fields = ("search", "kind", "country")
    aliases = {"parent__slug": "parent"}
    search_fields = ("name", "slug")
    ordering_fields = {"name": "name", "kind": "kind", "country": "country", "id": "id"}
    default_ordering = "name"

    class Meta:
        model = Organisation
        fields = {
            "slug": ["exact", "in"],
            "kind": ["exact", "in", "not"],
            "country": ["exact", "in", "not"],
            "parent__slug": ["exact", "in"],
            "made_up": ["exact"],
        }


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
