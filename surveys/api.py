"""Surveys in the REST API: questionnaires, waves, responses, and items as variables."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.models import User
from accounts.requests import signed_in
from exports.counted_viewsets import CountedMixin
from exports.viewsets import ExportMixin
from rest.answers import json_answer
from rest.viewsets import ReadViewSet, no_parameters, read_body, take
from surveys.actions.responses import add_response
from surveys.counted import fields_of_questionnaires
from surveys.filters import QuestionnaireFilter, ResponseFilter, VariableFilter, WaveFilter
from surveys.models import Item, Questionnaire, QuestionnaireVersion, Response, Wave
from surveys.selectors import comparable_parts
from surveys.serializers import (
    QuestionnaireSerializer,
    ResponseSerializer,
    ResponseWriteSerializer,
    VariableSerializer,
    WaveSerializer,
)
from versions.api import CompareMixin
from versions.comparing import Part


class QuestionnaireViewSet(CompareMixin[QuestionnaireVersion], CountedMixin):
    """Questionnaires that you have access to. Their questions are at /survey-variables/."""

    may_lag = True
    serializer_class = QuestionnaireSerializer
    filterset_class = QuestionnaireFilter
    export_name = "questionnaires"
    facet_fields = staticmethod(fields_of_questionnaires)
    lookup_field = "slug"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Questionnaire]:
        return Questionnaire.objects.visible_to(user).with_counts().with_latest()

    def versions_for(self, user: User | AnonymousUser, thing: Model) -> QuerySet[QuestionnaireVersion]:
        return QuestionnaireVersion.objects.visible_to(user).filter(questionnaire=thing.pk)

    def parts_of(self, version: QuestionnaireVersion) -> list[Part]:
        return comparable_parts(version)


class WaveViewSet(ReadViewSet):
    """Waves with their fieldwork. Link and counts are withheld from people who have no access to the responses."""

    may_lag = True
    serializer_class = WaveSerializer
    filterset_class = WaveFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Wave]:
        return Wave.objects.visible_to(user).with_counts().with_response_access(user)


class ResponseViewSet(ExportMixin, ReadViewSet):
    """Responses of questionnaires of your organisation, or shared with it by name. POST enters a whole response."""

    may_lag = True
    serializer_class = ResponseSerializer
    filterset_class = ResponseFilter
    write_serializer_class = ResponseWriteSerializer
    export_name = "responses"
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Response]:
        return Response.objects.visible_to(user).with_answer_rows()

    def create(self, request: Request, **kwargs: object) -> HttpResponse:
        no_parameters(request)
        person = signed_in(request)
        data = read_body(request, self.write_serializer_class)
        wave = Wave.objects.visible_to(person).filter(pk=take(data, "wave", int) or 0).first()
        if wave is None:
            raise ValidationError(
                {"wave": ValidationError(_("Choose a wave that exists and that you can see."), code="no_such_wave")}
            )
        response = add_response(
            wave=wave,
            by=person,
            answers=take(data, "answers", dict) or {},
            uuid=take(data, "uuid", UUID),
            language=take(data, "language", str) or "",
            respondent=take(data, "respondent", str) or "",
            occasion=take(data, "occasion", int) or 1,
        )
        address = request.build_absolute_uri(f"{request.path}{response.uuid}/")
        shown = self.represent({"pk": response.pk})
        return json_answer(request, shown, status=HTTPStatus.CREATED, headers={"Location": address})


class VariableViewSet(ReadViewSet):
    """Items of published versions as variables, with the codes and labels of their values."""

    may_lag = True
    serializer_class = VariableSerializer
    filterset_class = VariableFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Item]:
        return Item.objects.visible_to(user).variables().with_value_rows()
