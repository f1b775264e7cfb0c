"""The REST API of codebooks, codes, rounds, assignments, codings and adjudications."""

from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from accounts.requests import signed_in
from coding import data_file, policies
from coding.actions import codings, queue
from coding.actions.codings import NewCoding
from coding.data_file import Layer, layer_of
from coding.filters import (
    AdjudicationFilter,
    AssignmentFilter,
    CodebookFilter,
    CodeFilter,
    CodingFilter,
    RoundFilter,
    SubmissionFilter,
    UnitFilter,
)
from coding.models import (
    Adjudication,
    Assignment,
    Code,
    Codebook,
    CodebookVersion,
    Coding,
    Round,
    Submission,
    TextUnit,
)
from coding.readers import UnitReader
from coding.selectors import comparable_parts
from coding.serializers import (
    AdjudicationSerializer,
    AssignmentReader,
    AssignmentSerializer,
    AssignmentWriteSerializer,
    CodebookSerializer,
    CodeSerializer,
    CodingSerializer,
    CodingWriteSerializer,
    NextSerializer,
    RoundSerializer,
    SubmissionSerializer,
    SubmissionWriteSerializer,
    TextUnitSerializer,
)
from exports.downloads import download, format_of
from exports.viewsets import ExportMixin, in_formats
from exports.writers import WRITERS
from rest.answers import json_answer
from rest.serializers import chosen_fields
from rest.viewsets import CreateMixin, ReadViewSet, UpdateMixin, no_parameters, read_body, take
from versions.api import CompareMixin
from versions.comparing import Part
from versions.pointing import Person


class CodebookViewSet(CompareMixin[CodebookVersion], ReadViewSet):
    serializer_class = CodebookSerializer
    filterset_class = CodebookFilter
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def queryset_for(self, user: Person) -> QuerySet[Codebook]:
        return Codebook.objects.visible_to(user).with_counts()

    def versions_for(self, user: Person, thing: Model) -> QuerySet[CodebookVersion]:
        return CodebookVersion.objects.visible_to(user).filter(codebook=thing.pk)

    def parts_of(self, version: CodebookVersion) -> list[Part]:
        return comparable_parts(version)


class CodeViewSet(ReadViewSet):
    serializer_class = CodeSerializer
    filterset_class = CodeFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Code]:
        return Code.objects.visible_to(user)


class RoundViewSet(ReadViewSet):
    serializer_class = RoundSerializer
    filterset_class = RoundFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Round]:
        return Round.objects.visible_to(user).with_progress()

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "layer",
                str,
                enum=list(Layer),
                description="Without it, what was submitted and adjudicated; `draft`: what was not submitted.",
            )
        ]
    )
    @in_formats(WRITERS)
    @action(detail=True, methods=["get"], filterset_class=None)
    def data(self, request: Request, **kwargs: object) -> HttpResponseBase:
        """One row for each coding of each submission, and for each submission without codings, as a file."""
        no_parameters(request, allowed=frozenset({"format", "layer"}))
        reader = signed_in(request)
        coding_round = cast("Round", self.locate())
        fmt = format_of(request.query_params.get("format", ""))
        layer = layer_of(request.query_params.get("layer", ""))
        table = data_file.table_of(coding_round, reader, layer)
        name = data_file.name_of(coding_round, layer)
        return download(request, table, fmt=fmt, name=name, described_by="/api/v1/schema/")


class AssignmentViewSet(UpdateMixin, ReadViewSet):
    """Your assignments, and for lead coders those of their rounds.

    Lease the next one at `next/`, PATCH memo and flag, submit at `submission/`.
    """

    serializer_class = AssignmentSerializer
    write_serializer_class = AssignmentWriteSerializer
    filterset_class = AssignmentFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Assignment]:
        """Lead coders read the assignments of their rounds; what is done to one is done by its coder."""
        is_read = self.action in ("list", "retrieve")
        rows = Assignment.objects.readable_by(user) if is_read else Assignment.objects.visible_to(user)
        return rows.with_outcome()

    def reader(self, fields: str = "") -> AssignmentReader:
        columns = self.serializer_class.columns()
        names = chosen_fields(fields, columns) or list(columns)
        return AssignmentReader({name: columns[name] for name in names}, self.request.user)

    def perform_update(self, instance: Assignment, data: dict[str, object], by: User) -> Assignment:
        memo, is_flagged = take(data, "memo", str), take(data, "is_flagged", bool)
        return queue.annotate(assignment=instance, by=by, memo=memo, is_flagged=is_flagged)

    @extend_schema(request=None, responses=AssignmentSerializer)
    @action(detail=False, methods=["get"], url_path="next", filterset_class=None)
    def next(self, request: Request, **kwargs: object) -> HttpResponse:
        """Your unit in progress; 404 if there is none."""
        no_parameters(request)
        person = signed_in(request)
        assignment = Assignment.objects.visible_to(person).started().order_by("id").first()
        if assignment is None:
            raise Http404
        return json_answer(request, self.represent({"pk": assignment.pk}))

    @extend_schema(request=NextSerializer, responses={200: AssignmentSerializer, 204: None})
    @next.mapping.post
    def take(self, request: Request, **kwargs: object) -> HttpResponse:
        """Lease the next unit, or get the unit in progress again; 204 if there is nothing to code."""
        no_parameters(request)
        person = signed_in(request)
        policies.check_can_code_anywhere(person)
        wanted = take(read_body(request, NextSerializer), "round", int)
        chosen = get_object_or_404(Round.objects.visible_to(person), pk=wanted) if wanted else None
        assignment = queue.take_next(by=person, coding_round=chosen)
        if assignment is None:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return json_answer(request, self.represent({"pk": assignment.pk}))

    @extend_schema(responses=SubmissionSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def submission(self, request: Request, **kwargs: object) -> HttpResponse:
        """Your submission for this unit; 404 before you submit."""
        no_parameters(request)
        assignment = self.locate()
        return json_answer(
            request, _submission_row(request, get_object_or_404(Submission.objects.standing(), assignment=assignment))
        )

    @extend_schema(request=SubmissionWriteSerializer, responses={201: SubmissionSerializer})
    @submission.mapping.post
    def submit(self, request: Request, **kwargs: object) -> HttpResponse:
        """Submit the unit as coded, none-applies, unsure or skipped. This is final."""
        no_parameters(request)
        person = signed_in(request)
        assignment = cast("Assignment", self.locate())
        outcome = take(read_body(request, SubmissionWriteSerializer), "outcome", str) or ""
        made = codings.submit(assignment=assignment, outcome=outcome, by=person)
        return json_answer(request, _submission_row(request, made), status=HTTPStatus.CREATED)

    @extend_schema(request=None, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def postpone(self, request: Request, **kwargs: object) -> HttpResponse:
        """Postpone the unit; it comes back last."""
        no_parameters(request)
        person = signed_in(request)
        assignment = cast("Assignment", self.locate())
        queue.postpone(assignment=assignment, by=person)
        return json_answer(request, self.represent({"pk": assignment.pk}))


def _submission_row(request: Request, submission: Submission) -> dict[str, object]:
    rows = Submission.objects.visible_to(request.user).filter(pk=submission.pk)
    return next(iter(SubmissionSerializer.reader().rows(rows)))


class CodingViewSet(ExportMixin, CreateMixin, ReadViewSet):
    """Codings that you may see. DELETE adds a row that retracts the coding; nothing is deleted."""

    export_name = "codings"
    serializer_class = CodingSerializer
    write_serializer_class = CodingWriteSerializer
    filterset_class = CodingFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Coding]:
        return Coding.objects.visible_to(user).with_submitted()

    def perform_create(self, data: dict[str, object], by: User) -> Coding:
        assignment = get_object_or_404(Assignment.objects.visible_to(by), pk=take(data, "assignment", int))
        code = get_object_or_404(Code.objects.visible_to(by), pk=take(data, "code", int))
        new = NewCoding(
            code=code,
            start=take(data, "start", int),
            end=take(data, "end", int),
            certainty=take(data, "certainty", str) or "",
            memo=take(data, "memo", str) or "",
            uuid=take(data, "uuid", UUID),
        )
        return codings.apply_code(assignment=assignment, coding=new, by=by)

    @extend_schema(responses={200: CodingSerializer})
    def destroy(self, request: Request, **kwargs: object) -> HttpResponse:
        """Retract the coding. The answer is the row of the retraction."""
        no_parameters(request)
        person = signed_in(request)
        coding = cast("Coding", self.locate())
        return json_answer(request, self.represent({"pk": codings.retract(coding=coding, by=person).pk}))


class SubmissionViewSet(ExportMixin, ReadViewSet):
    """Submissions that you may see, also those that were taken back or reopened."""

    export_name = "submissions"
    serializer_class = SubmissionSerializer
    filterset_class = SubmissionFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Submission]:
        return Submission.objects.visible_to(user)


class UnitViewSet(ReadViewSet):
    """Units whose text you may read."""

    serializer_class = TextUnitSerializer
    filterset_class = UnitFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[TextUnit]:
        return TextUnit.objects.visible_to(user)

    def reader(self, fields: str = "") -> UnitReader:
        columns = self.serializer_class.columns()
        names = chosen_fields(fields, columns) or list(columns)
        return UnitReader({name: columns[name] for name in names}, self.request.user)


class AdjudicationViewSet(ReadViewSet):
    serializer_class = AdjudicationSerializer
    filterset_class = AdjudicationFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Adjudication]:
        return Adjudication.objects.visible_to(user)
