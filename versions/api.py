"""The comparison of two versions in the API, for the viewset of any thing that has versions; and erasures."""

from collections.abc import Iterable
from typing import Generic, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from accounts.requests import signed_in
from rest.answers import json_answer
from rest.viewsets import CreateMixin, ReadViewSet, no_parameters, read_body, take
from versions.actions import erase, preview_of, undo_erasure
from versions.comparing import Part
from versions.filters import ErasureFilter
from versions.models import Erasure, Version
from versions.pointing import Person
from versions.selectors import NAMES, compared
from versions.serializers import (
    ErasurePreviewWriteSerializer,
    ErasureReachSerializer,
    ErasureSerializer,
    ErasureWriteSerializer,
    VersionComparisonSerializer,
)

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


class ErasureViewSet(CreateMixin, ReadViewSet):
    """Erasures of your organisations: see the reach at `preview/`, POST to erase, undo at `undo/` within 14 days."""

    serializer_class = ErasureSerializer
    write_serializer_class = ErasureWriteSerializer
    filterset_class = ErasureFilter
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def queryset_for(self, user: Person) -> QuerySet[Erasure]:
        return Erasure.objects.visible_to(user)

    def perform_create(self, data: dict[str, object], by: User) -> Erasure:
        kind, key, ground = (take(data, name, str) or "" for name in ("kind", "key", "ground"))
        passage, reason = take(data, "passage", str) or "", take(data, "reason", str) or ""
        return erase(kind=kind, key=key, ground=ground, by=by, passage=passage, reason=reason)

    @extend_schema(request=ErasurePreviewWriteSerializer, responses=ErasureReachSerializer)
    @action(detail=False, methods=["post"], filterset_class=None)
    def preview(self, request: Request, **kwargs: object) -> HttpResponse:
        """What an erasure would reach. Nothing is changed."""
        no_parameters(request)
        person = signed_in(request)
        data = read_body(request, ErasurePreviewWriteSerializer)
        kind, key, ground = (take(data, name, str) or "" for name in ("kind", "key", "ground"))
        reached = preview_of(kind=kind, key=key, ground=ground, by=person, passage=take(data, "passage", str) or "")
        return json_answer(request, {"targets": reached})

    @extend_schema(responses=ErasureReachSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def targets(self, request: Request, **kwargs: object) -> HttpResponse:
        """What the erasure reached."""
        no_parameters(request)
        erasure = cast("Erasure", self.locate())
        reached = [{"kind": one.kind, "key": one.key, "places": one.counts} for one in erasure.targets.all()]
        return json_answer(request, {"targets": reached})

    @extend_schema(request=None, responses=ErasureSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def undo(self, request: Request, **kwargs: object) -> HttpResponse:
        """Put the texts back. 400 once the erasure is final."""
        no_parameters(request)
        person = signed_in(request)
        erasure = undo_erasure(erasure=cast("Erasure", self.locate()), by=person)
        return json_answer(request, self.represent({"pk": erasure.pk}))
