"""REST API of datasets, imports and rows in quarantine."""

import dataclasses
from collections.abc import Iterator
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request

from accounts.models import Organisation, User
from accounts.roles import Role
from exports.viewsets import ExportMixin
from imports import policies, storage
from imports.actions import (
    Decision,
    compare_imports,
    correct_language,
    create_dataset,
    decide_personal_data,
    dismiss_row,
    edit_dataset,
    receive_file,
    reopen_row,
    repair_row,
    replay_import,
    undo_import,
)
from imports.api.rows import TakesRowsMixin
from imports.filters import (
    ComparisonFilter,
    ComparisonRowFilter,
    DatasetFilter,
    ImportFilter,
    ProblemFilter,
    QuarantineFilter,
)
from imports.models import (
    Comparison,
    ComparisonRow,
    Dataset,
    Import,
    LanguageCorrection,
    QuarantinedRow,
    RowProblem,
    SourceFile,
)
from imports.readers.table import MAX_CELL, chosen_options
from imports.recipe import AUTO, Touched, recipe_named
from imports.selectors import problem_groups
from imports.selectors.quarantine import rows_with_problems
from imports.selectors.understanding import columns_of
from imports.selectors.undoing import UndoPreview, undo_preview
from imports.serializers import (
    ColumnShape,
    ComparisonRowSerializer,
    ComparisonSerializer,
    ComparisonWriteSerializer,
    DatasetSerializer,
    DatasetWriteSerializer,
    DecisionSerializer,
    ImportSerializer,
    ImportWriteSerializer,
    LanguageCorrectionSerializer,
    LanguageWriteSerializer,
    MappingShape,
    ProblemGroupShape,
    QuarantinedRowSerializer,
    RepairSerializer,
    ReplaySerializer,
    RowProblemSerializer,
    UndoPreviewSerializer,
)
from imports.viewsets import OfFilesMixin, written_mapping
from rest.answers import json_answer
from rest.viewsets import (
    CreateMixin,
    ReadViewSet,
    UpdateMixin,
    WriteMixin,
    check_signed_in,
    no_parameters,
    read_body,
)
from standards.json_values import JsonObject


class DatasetViewSet(OfFilesMixin, TakesRowsMixin, WriteMixin):
    may_lag = True
    serializer_class = DatasetSerializer
    write_serializer_class = DatasetWriteSerializer
    filterset_class = DatasetFilter
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Dataset]:
        seen = Dataset.objects.visible_to(user)
        linked = seen.filter(pk=OuterRef("linked_with_id")).values("slug")[:1]
        return seen.annotate(linked_slug=Subquery(linked))

    def perform_create(self, data: JsonObject, by: User) -> Dataset:
        policies.check_can_manage_datasets(by)
        owner = data.pop("organisation", None) or _only_organisation(by)
        _find_linked(data, by)
        return create_dataset(by=by, organisation=owner, **data)

    def perform_update(self, instance: Dataset, data: JsonObject, by: User) -> Dataset:
        for fixed in ("slug", "organisation", "recipe"):
            if fixed in data and not (fixed == "recipe" and instance.recipe == AUTO):
                raise ValidationError(
                    {
                        fixed: ValidationError(
                            _("The %(fixed)s cannot be changed.") % {"fixed": fixed}, code="not_editable"
                        )
                    }
                )
        _find_linked(data, by)
        return edit_dataset(dataset=instance, by=by, **data)

    @extend_schema(responses=LanguageCorrectionSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def language(self, request: Request, **kwargs: object) -> HttpResponse:
        """The latest correction of the language, for data managers of the dataset; 404 where there is none."""
        no_parameters(request)
        dataset = cast(Dataset, self.locate())
        latest = LanguageCorrection.objects.visible_to(request.user).filter(dataset=dataset).first()
        if latest is None:
            raise Http404
        return json_answer(request, _correction_shown(latest))

    @extend_schema(request=LanguageWriteSerializer, responses={202: LanguageCorrectionSerializer})
    @language.mapping.post
    def correct(self, request: Request, **kwargs: object) -> HttpResponse:
        """Correct the language of the dataset, and of its records whose language is one of `rows_in`. The answer is
        sent before the work is done."""
        no_parameters(request)
        dataset = cast(Dataset, self.locate())
        check_signed_in(request)
        body = read_body(request, LanguageWriteSerializer)
        found = correct_language(
            dataset=dataset, language=body["language"], rows_in=body.get("rows_in", ()), by=_caller(request)
        )
        return json_answer(request, _correction_shown(found), status=HTTPStatus.ACCEPTED)


def _correction_shown(found: LanguageCorrection) -> JsonObject:
    return dict(LanguageCorrectionSerializer(found).data)


def _find_linked(data: JsonObject, by: User) -> None:
    """Replace the slug in `linked_with` by its dataset, if the person can see it."""
    slug = data.get("linked_with")
    if slug:
        data["linked_with"] = Dataset.objects.visible_to(by).filter(slug=slug).first()
        if data["linked_with"] is None:
            message = _("There is no dataset %(slug)s, or you do not have access.") % {"slug": repr(slug)}
            raise ValidationError({"linked_with": ValidationError(message, code="does_not_exist")})


class ImportViewSet(CreateMixin, ReadViewSet):
    serializer_class = ImportSerializer
    write_serializer_class = ImportWriteSerializer
    filterset_class = ImportFilter
    lookup_value_converter = "int"
    lookup_field = "pk"
    parser_classes = [MultiPartParser, JSONParser]
    # The form around the file needs some room; the file itself is measured when it is stored.
    max_body_bytes = settings.UPLOAD_MAX_BYTES + 2**20

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        if "json" in (request.content_type or ""):
            self.max_body_bytes = ReadViewSet.max_body_bytes  # it is read as a whole
        super().initial(request, *args, **kwargs)

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Import]:
        return Import.objects.visible_to(user)

    def perform_create(self, data: JsonObject, by: User) -> Import:
        """Uses the mapping in the request, or the best guess. The answer is sent before the work is done."""
        dataset = data["dataset"]
        policies.check_can_manage_dataset(by, dataset)
        chunks, name = _content_of(data, by)
        reading_options = chosen_options(data)
        definition = written_mapping(data.get("mapping"), dataset.recipe)
        return receive_file(
            dataset=dataset, chunks=chunks, name=name, by=by, reading_options=reading_options,
            is_automatic=definition is None, is_dry_run=data["dry_run"], definition=definition,
        )  # fmt: skip

    def _run(self) -> Import:
        return cast(Import, self.locate())

    @extend_schema(request=ReplaySerializer, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def replay(self, request: Request, **kwargs: object) -> HttpResponse:
        """Replay the rows in quarantine, repaired or under another mapping. The answer is sent before the work is
        done."""
        no_parameters(request)
        run = self._run()
        check_signed_in(request)
        definition = written_mapping(read_body(request, ReplaySerializer).get("mapping"), run.recipe)
        run = replay_import(run=run, by=_caller(request), definition=definition)
        return self.answer_for(run, status=HTTPStatus.ACCEPTED)

    @extend_schema(request=DecisionSerializer, responses=ImportSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def decision(self, request: Request, **kwargs: object) -> HttpResponse:
        """Decide what happens to likely personal data of this import. An import that waited for it continues."""
        no_parameters(request)
        run = self._run()
        check_signed_in(request)
        decision = read_body(request, DecisionSerializer)
        run = decide_personal_data(
            run=run, decision=Decision(decision["choice"], decision["reason"]), by=_caller(request)
        )
        return self.answer_for(run)

    @extend_schema(responses=ColumnShape(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def columns(self, request: Request, **kwargs: object) -> HttpResponse:
        """What the columns of the file contain; empty before the file is read."""
        no_parameters(request)
        run = self._run()
        return json_answer(request, columns_of(run))

    @extend_schema(responses=MappingShape)
    @action(detail=True, methods=["get"], filterset_class=None)
    def mapping(self, request: Request, **kwargs: object) -> HttpResponse:
        """The mapping that the file was read with, to be edited and sent with the next file; 404 before there is
        one."""
        no_parameters(request)
        mapping = self._run().mapping
        if mapping is None:
            raise Http404
        return json_answer(request, {"version": mapping.version, "definition": mapping.definition})

    @extend_schema(responses=UndoPreviewSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def undo(self, request: Request, **kwargs: object) -> HttpResponse:
        """What undo would delete and restore, and what prevents it."""
        no_parameters(request)
        run = self._run()
        recipe = recipe_named(run.recipe)
        if recipe is None or not run.was_loaded:
            raise Http404
        return json_answer(request, _undo_shown(undo_preview(run, recipe)))

    @extend_schema(request=None, responses={202: ImportSerializer})
    @undo.mapping.post
    def undo_now(self, request: Request, **kwargs: object) -> HttpResponse:
        """Undo the import; 409 with `blockers` if something depends on it. The answer is sent before the work is
        done."""
        no_parameters(request)
        run = self._run()
        check_signed_in(request)
        run = undo_import(run=run, by=_caller(request))
        return self.answer_for(run, status=HTTPStatus.ACCEPTED)


class QuarantineViewSet(ExportMixin, UpdateMixin, ReadViewSet):
    export_name = "quarantine"
    cited_as = "rows in quarantine"
    serializer_class = QuarantinedRowSerializer
    write_serializer_class = RepairSerializer
    filterset_class = QuarantineFilter
    lookup_field = "pk"
    lookup_value_converter = "int"
    max_body_bytes = 4 * MAX_CELL

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[QuarantinedRow]:
        runs = Import.objects.visible_to(user).filter(pk=self.kwargs["run"])
        if not runs.exists():
            raise Http404
        return rows_with_problems(runs)

    def partial_update(self, request: Request, **kwargs: object) -> HttpResponse:
        """Lock the import before its row, as pages and workers do."""
        with transaction.atomic():
            Import.objects.select_for_update(of=("self",)).filter(pk=self.kwargs["run"]).first()
            return super().partial_update(request, **kwargs)

    def perform_update(self, instance: QuarantinedRow, data: JsonObject, by: User) -> QuarantinedRow:
        if "cells" in data:
            instance = repair_row(row=instance, cells=data["cells"], by=by)
        if data.get("state") == QuarantinedRow.State.DISMISSED:
            return dismiss_row(row=instance, reason=data.get("reason", ""), by=by)
        if data.get("state") == QuarantinedRow.State.OPEN and instance.state != QuarantinedRow.State.OPEN:
            return reopen_row(row=instance, by=by)
        return instance


class ProblemViewSet(ExportMixin, ReadViewSet):
    """Every problem of a dry run or a load: line, column, value, code and sentence."""

    serializer_class = RowProblemSerializer
    filterset_class = ProblemFilter
    lookup_field = "pk"
    lookup_value_converter = "int"
    export_name = "problems"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[RowProblem]:
        return RowProblem.objects.filter(import_run=self._run(user))

    @extend_schema(responses=ProblemGroupShape(many=True))
    @action(detail=False, filterset_class=None)
    def groups(self, request: Request, **kwargs: object) -> HttpResponse:
        """The problems counted by code and column, each with an example."""
        no_parameters(request)
        return json_answer(request, [dataclasses.asdict(group) for group in problem_groups(self._run(request.user))])

    def _run(self, user: User | AnonymousUser) -> Import:
        return get_object_or_404(Import.objects.visible_to(user), pk=self.kwargs["run"])


class ComparisonViewSet(CreateMixin, ReadViewSet):
    """Two imports of a dataset side by side, from their files."""

    serializer_class = ComparisonSerializer
    write_serializer_class = ComparisonWriteSerializer
    filterset_class = ComparisonFilter
    lookup_field = "pk"
    lookup_value_converter = "int"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Comparison]:
        return Comparison.objects.visible_to(user)

    def perform_create(self, data: JsonObject, by: User) -> Comparison:
        """The answer is sent before the work is done; an earlier comparison that is still valid is returned."""
        rows = Import.objects.visible_to(by).select_related("dataset")
        sides = {name: rows.filter(pk=data[name]).first() for name in ("older", "newer")}
        unknown = {
            n: ValidationError(_("There is no such import."), code="does_not_exist") for n in sides if not sides[n]
        }
        if unknown or sides["older"] is None or sides["newer"] is None:
            raise ValidationError(unknown)
        return compare_imports(older=sides["older"], newer=sides["newer"], by=by)


class ComparisonRowViewSet(ExportMixin, ReadViewSet):
    """The records that differ."""

    serializer_class = ComparisonRowSerializer
    filterset_class = ComparisonRowFilter
    lookup_field = "pk"
    lookup_value_converter = "int"
    export_name = "comparison"

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[ComparisonRow]:
        found = get_object_or_404(Comparison.objects.visible_to(user), pk=self.kwargs["comparison"])
        return ComparisonRow.objects.filter(comparison=found)


def _caller(request: Request) -> User:
    """The person who calls; `check_signed_in` has made sure that there is one."""
    return cast(User, request.user)


def _undo_shown(preview: UndoPreview) -> JsonObject:
    def touched(records: list[Touched]) -> list[JsonObject]:
        names = ("field", "before", "after")
        changes = [[dict(zip(names, change, strict=True)) for change in record.changes] for record in records]
        return [{"reference": r.reference, "changes": c} for r, c in zip(records, changes, strict=True)]

    return {
        "deletes": preview.reach.created, "restores": preview.reach.updated,
        "created": touched(preview.created), "overwritten": touched(preview.overwritten),
        "blockers": [{"code": b.code, "message": b.sentence, "count": b.count} for b in preview.blockers],
    }  # fmt: skip


def _content_of(data: JsonObject, by: User) -> tuple[Iterator[bytes], str]:
    """The bytes of the request, or those of a file that this person uploaded before."""
    if data.get("file") is not None:
        return data["file"].chunks(), data.get("file_name") or data["file"].name
    sent = Import.objects.visible_to(by).filter(file_deleted_at=None)
    known = SourceFile.objects.filter(sha256=data.get("sha256", ""), imports__in=sent).first()
    if known is None:
        problem = ValidationError(_("Send a file, or the sha256 of one you sent before."), code="required")
        raise ValidationError({"file": problem})
    latest = known.imports.order_by("-id").first()
    name = data.get("file_name") or (latest.file_name if latest else "file")
    return storage.chunks_of(storage.path_of(known.sha256)), name


def _only_organisation(by: User) -> Organisation:
    mine = list(Organisation.objects.filter(pk__in=by.organisations_as(Role.DATA_MANAGER))[:2])
    if len(mine) != 1:
        problem = ValidationError(_("Choose the organisation that owns the dataset."), code="required")
        raise ValidationError({"organisation": problem})
    return mine[0]
