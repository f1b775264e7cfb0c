"""REST API of case studies, events, contributions, field notes, their versions and conflicts, and attachments."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.actions import note_received
from accounts.models import Organisation, User
from accounts.requests import device_named_by, signed_in
from casestudies import policies
from casestudies.actions import cases, events, notes
from casestudies.filters import (
    CaseStudyFilter,
    ContributionFilter,
    EventFilter,
    FieldNoteFilter,
    NoteConflictFilter,
    NoteVersionFilter,
    ParticipationFilter,
)
from casestudies.models import (
    CaseStudy,
    CoCreationEvent,
    Contribution,
    FieldNote,
    FieldNoteVersion,
    NoteConflict,
    Participation,
)
from casestudies.policies import Person
from casestudies.recipes.case_shape import NAME as CASES
from casestudies.recipes.contribution_shape import NAME as CONTRIBUTIONS
from casestudies.selectors import facets
from casestudies.selectors.notes import NoteReader, chosen_content, conflict_members
from casestudies.selectors.rows import with_participation, with_parts
from casestudies.serializers.cases import CaseStudyDetailSerializer, CaseStudySerializer, CaseStudyWriteSerializer
from casestudies.serializers.contributions import (
    ContributionDetailSerializer,
    ContributionSerializer,
    ContributionWriteSerializer,
)
from casestudies.serializers.events import EventSerializer, EventWriteSerializer, ParticipationSerializer
from casestudies.serializers.notes import (
    NOTE_COLUMNS,
    FieldNoteSerializer,
    FieldNoteWriteSerializer,
    NoteConflictSerializer,
    NoteVersionSerializer,
    ResolveSerializer,
)
from casestudies.viewsets import CoCreationMixin
from imports.selectors.sourced import with_source
from rest.answers import json_answer
from rest.filters import PAGING, StrictFilterSet
from rest.problems import Conflict
from rest.serializers import RowReader, chosen_fields
from rest.viewsets import ReadViewSet, WriteMixin, no_parameters, read_body, take

CHUNK = 64 * 1024
# Requests for many rows, which have no parts and no provenance.
FILES = ("export", "facets_export", "cross_table_export")
OF_MANY = ("list", "facets", "cross_table", *FILES)


class CaseStudyViewSet(WriteMixin, CoCreationMixin):
    may_lag = True
    serializer_class = CaseStudySerializer
    write_serializer_class = CaseStudyWriteSerializer
    filterset_class = CaseStudyFilter
    export_name = "case-studies"
    facet_fields = staticmethod(facets.counts_of_cases)
    case_study_path = "pk"
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def queryset_for(self, user: Person) -> QuerySet[CaseStudy]:
        visible = CaseStudy.objects.visible_to(user).with_completeness()
        return visible if self.action in OF_MANY else with_source(with_parts(visible), CASES, user)

    def reader(self, fields: str = "") -> RowReader:
        serializer = CaseStudySerializer if self.action in OF_MANY else CaseStudyDetailSerializer
        return serializer.reader(chosen_fields(fields, serializer.columns()))

    def perform_create(self, data: dict[str, object], by: User) -> CaseStudy:
        owner = take(data, "organisation", Organisation) or _only_organisation(by)
        _refuse(data, "review_state", _("A new case study is a draft. Change its state with PATCH."))
        data.pop("withdrawn_because", None)
        shared, slug = take(data, "shared_with", list) or [], take(data, "slug", str) or ""
        return cases.create_case_study(by=by, organisation=owner, slug=slug, shared_with=shared, values=data)

    def perform_update(self, instance: CaseStudy, data: dict[str, object], by: User) -> CaseStudy:
        _refuse(data, "slug", _("The address of a case study cannot be changed."))
        _refuse(data, "organisation", _("A case study cannot move to another organisation."))
        state, reason = take(data, "review_state", str), take(data, "withdrawn_because", str) or ""
        shared = take(data, "shared_with", list)
        if data or shared is not None:
            instance = cases.edit_case_study(case_study=instance, by=by, values=data, shared_with=shared)
        if state is not None and state != instance.review_state:
            instance = _move(instance, state, by, reason)
        return instance


def _move(case_study: CaseStudy, state: str, by: User, reason: str) -> CaseStudy:
    if state == "withdrawn":
        return cases.withdraw_case_study(case_study=case_study, by=by, reason=reason)
    moves = {
        "draft": cases.reopen_case_study,
        "submitted": cases.submit_case_study,
        "approved": cases.approve_case_study,
        "verified": cases.verify_case_study,
    }
    return moves[state](case_study=case_study, by=by)


def _refuse(data: Mapping[str, object], name: str, sentence: str) -> None:
    if name in data:
        raise ValidationError({name: ValidationError(sentence, code="not_settable")})


def _case_study(data: dict[str, object]) -> CaseStudy:
    """The case study of a new row, which its serializer requires."""
    return cast(CaseStudy, take(data, "case_study", CaseStudy))


def _only_organisation(user: User) -> Organisation:
    """The organisation of a new case study where the request names none and the person may use only one."""
    able = [pk for pk in user.organisation_ids if policies.can_create_case_study_in(user, pk)]
    if len(able) == 1:
        return Organisation.objects.get(pk=able[0])
    if not able:
        policies.check_can_create_case_study_in(user, 0)
    raise ValidationError(
        {"organisation": ValidationError(_("Enter the organisation that owns the case study."), code="required")}
    )


class EventViewSet(WriteMixin, CoCreationMixin):
    may_lag = True
    serializer_class = EventSerializer
    write_serializer_class = EventWriteSerializer
    filterset_class = EventFilter
    export_name = "events"
    facet_fields = staticmethod(facets.counts_of_events)
    lookup_value_converter = "int"

    def filterset(self, request: Request, *, reserved: frozenset[str] = PAGING) -> StrictFilterSet:
        """Of a file `format` is that of the file; the format of events is then `format__in`."""
        if self.action not in FILES:
            return super().filterset(request, reserved=reserved)
        params = request.query_params.copy()
        params.pop("format", None)
        filterset = EventFilter(params, queryset=self.get_queryset(), request=request, only_given=True)
        filterset.check(reserved=reserved)
        return filterset

    def queryset_for(self, user: Person) -> QuerySet[CoCreationEvent]:
        return with_participation(CoCreationEvent.objects.visible_to(user).with_deliberative())

    def perform_create(self, data: dict[str, object], by: User) -> CoCreationEvent:
        return events.create_event(case_study=_case_study(data), values=data, by=by)

    def perform_update(self, instance: CoCreationEvent, data: dict[str, object], by: User) -> CoCreationEvent:
        _refuse(data, "case_study", _("An event cannot move to another case study."))
        return events.edit_event(event=instance, values=data, by=by)


class ContributionViewSet(WriteMixin, CoCreationMixin):
    may_lag = True
    serializer_class = ContributionSerializer
    write_serializer_class = ContributionWriteSerializer
    filterset_class = ContributionFilter
    export_name = "contributions"
    facet_fields = staticmethod(facets.fields_of_contributions)
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Contribution]:
        visible: QuerySet[Contribution] = Contribution.objects.visible_to(user)
        return visible if self.action in OF_MANY else with_source(visible, CONTRIBUTIONS, user)

    def reader(self, fields: str = "") -> RowReader:
        serializer = ContributionSerializer if self.action in OF_MANY else ContributionDetailSerializer
        return serializer.reader(chosen_fields(fields, serializer.columns()))

    def perform_create(self, data: dict[str, object], by: User) -> Contribution:
        return events.add_contribution(case_study=_case_study(data), values=data, by=by)

    def perform_update(self, instance: Contribution, data: dict[str, object], by: User) -> Contribution:
        _refuse(data, "case_study", _("A contribution cannot move to another case study."))
        return events.edit_contribution(contribution=instance, values=data, by=by)


class ParticipationViewSet(CoCreationMixin):
    """How many people of each group, sector and band took part in an event. Never names."""

    may_lag = True
    serializer_class = ParticipationSerializer
    filterset_class = ParticipationFilter
    export_name = "participation"
    cited_as = "counts of participants"
    facet_fields = staticmethod(facets.fields_of_participation)
    case_study_path = "event__case_study_id"
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[Participation]:
        return Participation.objects.visible_to(user)


class _NoteViewSet(ReadViewSet):
    """Reads of confidential texts are recorded; `note_key` and `sensitivities` are as in `NoteReader`."""

    note_key = "note_id"
    sensitivities: tuple[str, ...] = ("sensitivity",)

    def reader(self, fields: str = "") -> RowReader:
        columns = self.serializer_class.columns()
        chosen = chosen_fields(fields, columns) or columns
        person = self.request.user
        return NoteReader(
            {name: columns[name] for name in chosen}, person, key=self.note_key, sensitivities=self.sensitivities
        )


class FieldNoteViewSet(_NoteViewSet):
    note_key = "uuid"
    serializer_class = FieldNoteSerializer
    filterset_class = FieldNoteFilter
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def queryset_for(self, user: Person) -> QuerySet[FieldNote]:
        return FieldNote.objects.visible_to(user).not_deleted().with_open_conflicts()

    @extend_schema(request=FieldNoteWriteSerializer, responses={200: FieldNoteSerializer, 201: FieldNoteSerializer})
    def update(self, request: Request, uuid: UUID) -> HttpResponse:
        """Create the note with this UUID, or store an edit of it. The same PUT sent again returns the same version."""
        no_parameters(request)
        person = signed_in(request)
        if FieldNote.objects.filter(pk=uuid).hidden_from(person).exists():
            raise Http404
        body = read_body(request, FieldNoteWriteSerializer, context={"request": request})
        put = notes.put_note(
            uuid=uuid,
            by=person,
            base_version=take(body, "base_version", int),
            device=take(body, "device", str) or "",
            written_at=take(body, "written_at", datetime),
            amends=take(body, "amends", int),
            text_number=take(body, "text_number", int),
            content=body,
        )
        note_received(device=device_named_by(request), note=uuid, by=person)
        if put.version is None:
            raise Conflict(
                _("Somebody else edited the same field of this note. Both texts are stored. Decide between them."),
                code="note_conflict",
                **conflict_members(cast(NoteConflict, put.conflict), put.note, person, put.earlier, put.text_number),
            )
        row = NoteVersionSerializer.reader().rows(put.note.versions.filter(pk=put.version.pk))
        receipt = dict(next(iter(row)))
        shown = {"uuid": put.note.uuid, **{name: receipt[name] for name in NOTE_COLUMNS}}
        shown |= {"author": put.note.author.username, "version": receipt["number"], "sha256": receipt["sha256"]}
        shown |= {"stored_at": receipt["stored_at"], "current_version": put.note.version}
        shown["erased"] = put.note.erased_at is not None
        return json_answer(request, shown, status=HTTPStatus.CREATED if put.created else HTTPStatus.OK)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: UUID) -> HttpResponse:
        """Delete the note. Its versions stay, and it can be restored."""
        no_parameters(request)
        person = signed_in(request)
        note = get_object_or_404(FieldNote.objects.visible_to(person), pk=uuid)
        notes.delete_note(note=note, by=person)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class _OfNote(_NoteViewSet):
    """Lists of one note: 404 where the person has no access to the note."""

    def note(self) -> FieldNote:
        return get_object_or_404(FieldNote.objects.visible_to(self.request.user), pk=self.kwargs["note"])


class NoteVersionViewSet(_OfNote):
    serializer_class = NoteVersionSerializer
    filterset_class = NoteVersionFilter
    lookup_field = "number"
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[FieldNoteVersion]:
        return self.note().versions.visible_to(user)


class NoteConflictViewSet(_OfNote):
    sensitivities = ("mine__sensitivity", "note__sensitivity")
    serializer_class = NoteConflictSerializer
    filterset_class = NoteConflictFilter
    lookup_value_converter = "int"

    def queryset_for(self, user: Person) -> QuerySet[NoteConflict]:
        return self.note().conflicts.visible_to(user)

    @extend_schema(request=ResolveSerializer, responses={200: FieldNoteSerializer})
    def create(self, request: Request, note: UUID) -> HttpResponse:
        """Decide a conflict. The decision is stored as the next version of the note."""
        no_parameters(request)
        person = signed_in(request)
        stored = self.note()
        body = read_body(request, ResolveSerializer, context={"request": request})
        conflict = get_object_or_404(
            NoteConflict.objects.visible_to(person).filter(note=stored), pk=take(body, "conflict", int)
        )
        base_version, device = take(body, "base_version", int) or 0, take(body, "device", str) or ""
        body.pop("written_at", None)
        choice = take(body, "choose", str)
        content = chosen_content(conflict, choice) | body if choice else body
        notes.resolve_conflict(conflict=conflict, content=content, by=person, base_version=base_version, device=device)
        rows = FieldNote.objects.visible_to(request.user).with_open_conflicts().filter(pk=note)
        return json_answer(request, next(iter(FieldNoteSerializer.reader().rows(rows)), {}))
