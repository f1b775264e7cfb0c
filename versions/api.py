"""The comparison of two versions in the API, for the viewset of any thing that has versions."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from rest.answers import json_answer
from rest.viewsets import ReadViewSet, no_parameters
from versions.comparing import Part
from versions.models import Version
from versions.pointing import Person
from versions.selectors import NAMES, compared
from versions.serializers import VersionComparisonSerializer

V = TypeVar("V", bound=Version)


class CompareMixin(ReadViewSet, Generic[V]):
    """Adds GET `…/compare/?before=1&after=2` to a viewset of things."""

    def versions_for(self, user: Person, thing: Model) -> QuerySet[V]:
        """The versions of a thing that a person may see."""
        raise NotImplementedError

    def parts_of(self, version: V) -> Iterable[Part]:
        """A version as comparable parts."""
        raise NotImplementedError

    @extend_schema(
        parameters=[OpenApiParameter(name, OpenApiTypes.INT, description=_("Number of a version.")) for name in NAMES],
        responses=VersionComparisonSerializer,
    )
    @action(detail=True, methods=["get"], filterset_class=None)
    def compare(self, request: Request, **kwargs: object) -> HttpResponse:
        """The differences between two versions; without numbers, between the newest and the one before it."""
        no_parameters(request, allowed=frozenset(NAMES))
        versions = self.versions_for(request.user, self.locate())
        return json_answer(request, compared(versions, request.query_params.dict(), self.parts_of).as_json())
