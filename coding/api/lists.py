"""The REST API of codebooks, codes, rounds, assignments, codings and adjudications."""

from typing import Protocol, cast
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from accounts.requests import signed_in
from coding import data_file, policies
from coding.actions import codings, reopening, running_rounds
from coding.actions.codings import NewCoding
from coding.agreement.api import AgreementMixin
from coding.api.assignments import submission_row
from coding.counted import fields_of_rounds
from coding.data_file import Layer, layer_of
from coding.filters import (
    AdjudicationFilter,
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
from coding.selectors import check_was_not_lost, comparable_parts
from coding.serializers.rows import (
    AdjudicationSerializer,
    CodebookSerializer,
    CodeSerializer,
    CodingSerializer,
    RoundSerializer,
    SubmissionSerializer,
    TextUnitSerializer,
)
from coding.serializers.work import (
    CodingWriteSerializer,
    ReasonSerializer,
)
from exports.counted_viewsets import CountedMixin
from exports.downloads import download, format_of
from exports.viewsets import ExportMixin, in_formats
from exports.writers import WRITERS
from rest.answers import json_answer
from rest.serializers import chosen_fields
from rest.viewsets import CreateMixin, ReadViewSet, no_parameters, read_body, take
from versions.api import CompareMixin
from versions.comparing import Part
from versions.pointing import Person


class RoundMove(Protocol):
    """An action that brings a round into another state."""

    def __call__(self, *, coding_round: Round, by: User) -> Round: ...


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


class RoundViewSet(AgreementMixin, CountedMixin):
    serializer_class = RoundSerializer
    filterset_class = RoundFilter
    export_name = "rounds"
    facet_fields = staticmethod(fields_of_rounds)
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Round]:
        return Round.objects.visible_to(user).with_progress()

    @extend_schema(request=None, responses=RoundSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def pause(self, request: Request, **kwargs: object) -> HttpResponse:
        """Pause an open round: nobody can code in it until it is resumed."""
        return self._moved(request, running_rounds.pause_round)

    @extend_schema(request=None, responses=RoundSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def resume(self, request: Request, **kwargs: object) -> HttpResponse:
        """Resume a paused round."""
        return self._moved(request, running_rounds.resume_round)

    @extend_schema(request=ReasonSerializer, responses=RoundSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def reopen(self, request: Request, **kwargs: object) -> HttpResponse:
        """Reopen a closed round, with a reason."""
        no_parameters(request)
        person, coding_round = signed_in(request), cast("Round", self.locate())
        policies.check_can_lead_round(person, coding_round)
        reason = take(read_body(request, ReasonSerializer), "reason", str) or ""
        running_rounds.reopen_round(coding_round=coding_round, reason=reason, by=person)
        return json_answer(request, self.represent({"pk": coding_round.pk}))

    @extend_schema(request=ReasonSerializer, responses=SubmissionSerializer)
    @action(detail=True, methods=["post"], url_path="submissions/<int:submission>/reopen", filterset_class=None)
    def reopen_submission(self, request: Request, submission: int, **kwargs: object) -> HttpResponse:
        """Give a submission back to its coder, with a reason. The answer is the submission, which does not change."""
        no_parameters(request)
        person, coding_round = signed_in(request), cast("Round", self.locate())
        policies.check_can_lead_round(person, coding_round)
        made = Submission.objects.standing().visible_to(person).filter(round_unit__round=coding_round)
        found = get_object_or_404(made.select_related("round_unit__round", "coder"), pk=submission)
        reason = take(read_body(request, ReasonSerializer), "reason", str) or ""
        reopening.reopen_submission(submission=found, reason=reason, by=person)
        return json_answer(request, submission_row(found))

    def _moved(self, request: Request, move: RoundMove) -> HttpResponse:
        no_parameters(request)
        person, coding_round = signed_in(request), cast("Round", self.locate())
        move(coding_round=coding_round, by=person)
        return json_answer(request, self.represent({"pk": coding_round.pk}))

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
    @action(detail=True, methods=["get"], filterset_class=None, answers_files=True)
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
        pk = take(data, "assignment", int) or 0
        check_was_not_lost(pk, by)
        assignment = get_object_or_404(Assignment.objects.visible_to(by), pk=pk)
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
    """Adjudications with the decisions that hold. An accepted code is one of the final codes of a settled unit."""

    serializer_class = AdjudicationSerializer
    filterset_class = AdjudicationFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Adjudication]:
        return Adjudication.objects.visible_to(user).with_record().with_decisions()
