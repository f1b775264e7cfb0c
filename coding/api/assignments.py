"""The REST API of assignments: the queue, the coding page's changes, and submitting."""

from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from accounts.requests import signed_in
from coding import policies
from coding.actions import codings, queue, reopening
from coding.actions.changes import Change, finish, record_changes
from coding.actions.codings import NewCoding
from coding.actions.state import state_of
from coding.filters import AssignmentFilter
from coding.models import Assignment, Code, Round, Submission
from coding.selectors import check_was_not_lost, coding_page_as_json, coding_page_of
from coding.serializers.rows import AssignmentReader, AssignmentSerializer, SubmissionSerializer
from coding.serializers.work import (
    AheadSerializer,
    AssignmentWriteSerializer,
    ChangesSerializer,
    NextSerializer,
    PostponeSerializer,
    SubmissionWriteSerializer,
    WorkStateSerializer,
)
from rest.answers import json_answer
from rest.prepared import Prepared
from rest.problems import Conflict
from rest.serializers import chosen_fields
from rest.viewsets import ReadViewSet, UpdateMixin, no_parameters, read_body, take
from versions.pointing import Person

_own = Prepared(lambda person, pk: Assignment.objects.visible_to(person).filter(pk=pk))
_own_row = Prepared(
    lambda person, pk: (
        Assignment.objects.visible_to(person)
        .with_outcome()
        .filter(pk=pk)
        .values_list(*AssignmentSerializer.reader().paths)
    )
)
_own_submission = Prepared(
    lambda coder, pk: Submission.objects.filter(coder=coder, pk=pk).values_list(*SubmissionSerializer.reader().paths)
)


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
        memo, is_flagged, seen = take(data, "memo", str), take(data, "is_flagged", bool), take(data, "version", int)
        return queue.annotate(assignment=instance, by=by, memo=memo, is_flagged=is_flagged, seen=seen)

    def locate(self) -> Assignment:
        """Your assignment; 409 `lease_lost` where it was yours and was passed on."""
        person = self.request.user
        if not isinstance(person, User):
            raise Http404
        assignment: Assignment | None = _own.first(person, self.kwargs["pk"])
        if assignment is None:
            check_was_not_lost(self.kwargs["pk"], person)
            raise Http404
        return assignment

    @extend_schema(request=None, responses=AssignmentSerializer)
    @action(detail=False, methods=["get"], url_path="next", filterset_class=None)
    def next(self, request: Request, **kwargs: object) -> HttpResponse:
        """Your unit in progress; 404 if there is none."""
        no_parameters(request)
        person = signed_in(request)
        assignment = Assignment.objects.visible_to(person).started().order_by("id").first()
        if assignment is None:
            raise Http404
        return json_answer(request, own_row(assignment.pk, person))

    @extend_schema(request=NextSerializer, responses={200: AssignmentSerializer, 204: None})
    @next.mapping.post
    def take(self, request: Request, **kwargs: object) -> HttpResponse:
        """Lease the next unit, or get the unit in progress again; 204 if there is nothing to code."""
        no_parameters(request)
        person = signed_in(request)
        policies.check_can_code_anywhere(person)
        wanted = take(read_body(request, NextSerializer), "round", int)
        assignment = queue.take_in_round(round_id=wanted, by=person) if wanted else queue.take_next(by=person)
        if assignment is None:
            if wanted:
                get_object_or_404(Round.objects.visible_to(person), pk=wanted)
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return json_answer(request, own_row(assignment.pk, person))

    @extend_schema(responses=SubmissionSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def submission(self, request: Request, **kwargs: object) -> HttpResponse:
        """Your submission for this unit; 404 before you submit."""
        no_parameters(request)
        assignment = self.locate()
        return json_answer(
            request, submission_row(get_object_or_404(Submission.objects.standing(), assignment=assignment))
        )

    @extend_schema(request=SubmissionWriteSerializer, responses={201: SubmissionSerializer})
    @submission.mapping.post
    def submit(self, request: Request, **kwargs: object) -> HttpResponse:
        """Submit the unit as coded, none-applies, unsure or skipped. `take-back/` gives it back for a while."""
        no_parameters(request)
        person = signed_in(request)
        body = read_body(request, SubmissionWriteSerializer)
        made = codings.submit(
            assignment=self.locate(),
            outcome=take(body, "outcome", str) or "",
            by=person,
            seen=take(body, "version", int),
            active_seconds=take(body, "active_seconds", int),
        )
        return json_answer(request, submission_row(made), status=HTTPStatus.CREATED)

    @extend_schema(request=PostponeSerializer, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def postpone(self, request: Request, **kwargs: object) -> HttpResponse:
        """Postpone the unit; it comes back last."""
        no_parameters(request)
        person = signed_in(request)
        assignment = self.locate()
        seen = take(read_body(request, PostponeSerializer), "version", int)
        queue.postpone(assignment=assignment, by=person, seen=seen)
        return json_answer(request, own_row(assignment.pk, person))

    @extend_schema(request=None, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"], url_path="take-back", filterset_class=None)
    def take_back(self, request: Request, **kwargs: object) -> HttpResponse:
        """Take back your submission within the minutes that the round allows; the unit is in progress again."""
        no_parameters(request)
        person = signed_in(request)
        submission = get_object_or_404(Submission.objects.standing(), assignment=self.locate().pk)
        reopening.take_back(submission=submission, by=person)
        return json_answer(request, own_row(submission.assignment_id, person))

    @extend_schema(request=ChangesSerializer, responses=WorkStateSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def changes(self, request: Request, **kwargs: object) -> HttpResponse:
        """Apply and retract codes, write memo and flag, and submit or postpone, in one request that can be repeated.

        All of it is done or nothing. A `version` that is not the current one, a memo that somebody else has written
        meanwhile, another `person`, and a unit that was passed on are 409; the document has the `current` state.
        """
        no_parameters(request)
        person = signed_in(request)
        body = read_body(request, ChangesSerializer)
        check_is_person(take(body, "person", str), person)
        assignment = self.locate()
        return json_answer(request, self._record(assignment, body, person))

    @transaction.atomic
    def _record(self, assignment: Assignment, body: dict[str, object], person: User) -> dict[str, object]:
        seen, active = take(body, "version", int), take(body, "active_seconds", int)
        changes = [change_of(each, person) for each in take(body, "changes", list) or []]
        outcome = take(body, "outcome", str)
        if changes or not outcome:
            assignment = record_changes(
                assignment=assignment, changes=changes, by=person, seen=seen, active_seconds=active
            )
            seen = assignment.version
        if outcome:
            finish(assignment=assignment, outcome=outcome, by=person, seen=seen, active_seconds=active)
        answer = state_of(Assignment.objects.get(pk=assignment.pk))
        if take(body, "next", bool):
            following = queue.take_next(by=person, coding_round=assignment.round_unit.round)
            answer["next"] = following and _unit_as_json(following.pk, person)
        return answer

    @extend_schema(request=None, responses={200: AheadSerializer, 204: None})
    @action(detail=True, methods=["post"], filterset_class=None)
    def ahead(self, request: Request, **kwargs: object) -> HttpResponse:
        """Reserve the unit after this one and get it, to show it when this one is submitted; 204 if there is none.

        It is reserved for 15 minutes at most. DELETE gives it back.
        """
        no_parameters(request)
        person = signed_in(request)
        found = queue.take_ahead(after=self.locate(), by=person)
        if found is None:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return json_answer(request, {"next": _unit_as_json(found.pk, person)})

    @extend_schema(request=None, responses={204: None})
    @ahead.mapping.delete
    def give_back(self, request: Request, **kwargs: object) -> HttpResponse:
        """Give back the units of this round that were reserved ahead for you and that you have not opened."""
        no_parameters(request)
        person = signed_in(request)
        queue.give_back_ahead(coding_round=self.locate().round_unit.round, by=person)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def check_is_person(username: str | None, person: User) -> None:
    """What was coded by one person is never recorded as another's: two people share a browser."""
    if username is not None and username != person.username:
        raise Conflict(
            _("%(signed_in)s is signed in, and this was coded by %(coder)s. Nothing was saved. Sign in as %(coder)s.")
            % {"signed_in": person.username, "coder": username},
            code="other_person",
        )


def change_of(body: dict[str, dict[str, Any]], person: User) -> Change:
    """A change as the actions take it."""
    apply, memo = body.get("apply"), body.get("memo")
    coding = None
    if apply is not None:
        code = get_object_or_404(Code.objects.visible_to(person), pk=apply["code"])
        coding = NewCoding(code=code, start=apply.get("start"), end=apply.get("end"), uuid=apply["uuid"])
    return Change(
        coding=coding,
        retract=cast("UUID | None", body.get("retract")),
        memo=memo["now"] if memo is not None else None,
        was=memo["was"] if memo is not None else None,
        is_flagged=cast("bool | None", body.get("is_flagged")),
    )


def _unit_as_json(pk: int, person: User) -> dict[str, object]:
    assignments = Assignment.objects.visible_to(person).select_related(
        "round_unit__unit", "round_unit__round__codebook_version__codebook"
    )
    return coding_page_as_json(coding_page_of(get_object_or_404(assignments, pk=pk), person))


def own_row(pk: int, person: User) -> dict[str, object]:
    """An assignment as its coder reads it."""
    reader = AssignmentReader(AssignmentSerializer.columns(), person)
    return reader.as_dict(reader.with_sources(_own_row(person, pk))[0])


def submission_row(submission: Submission) -> dict[str, object]:
    """A submission as the API shows it to whoever may read it."""
    return SubmissionSerializer.reader().as_dict(_own_submission.first(submission.coder_id, submission.pk))
