"""`/exports/`: files made in the background. `/changes/`: the change feed of the lists that the API map names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import User
from accounts.requests import signed_in
from exports import changes
from exports.actions import delete_export, start_export
from exports.changes import Cursor, Entry, Kind
from exports.codebooks import FORMS, answer_with, codebook_of
from exports.filters import ExportFilter
from exports.models import Export
from exports.serializers import CodebookShape, ExportReader, ExportSerializer, ExportWriteSerializer, FeedShape
from exports.serving import FILES, file_of
from exports.writers import WRITERS
from rest.answers import json_answer
from rest.elsewhere import site_of
from rest.limits import COUNTING
from rest.paging import DEFAULT_PAGE, LARGEST_PAGE, page_size, url_with
from rest.serializers import chosen_fields
from rest.viewsets import ApiView, ReadViewSet, WriteBody, no_parameters

PARAMETERS = frozenset({"since", "kind", "page_size", "include"})
START, ROW = "start", "row"
AS = OpenApiParameter("as", str, enum=FORMS, description="`csv`, or `ddi` for DDI Codebook 2.5; `json` by default.")
CODEBOOKS = {
    (200, "application/json"): CodebookShape,
    (200, WRITERS["csv"].media_type): OpenApiTypes.BINARY,
    (200, "application/xml"): OpenApiTypes.BINARY,
}


@dataclass(frozen=True)
class Followed:
    """A list whose changes can be followed: its kind of row, and the viewset that shows it."""

    kind: Kind
    viewset: type[ReadViewSet]


class ChangesView(ApiView):
    """What was created, updated, deleted or hidden since a cursor, for whoever keeps a copy."""

    followed: Sequence[Followed] = ()

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "since", str,
                description="The cursor of `next`. `start`: everything that you have access to, as created. Without it "
                "the answer has no results and the cursor of now.",
            ),
            OpenApiParameter("kind", str, description="Only these kinds of rows, separated by commas."),
            OpenApiParameter("page_size", int, description=f"Changes, 1 to {LARGEST_PAGE}; {DEFAULT_PAGE} by default."),
            OpenApiParameter("include", str, enum=[ROW], description="`row`: the row with each change."),
        ],
        responses=FeedShape,
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Changes in the order of their transactions. A row that you have no access to any more is hidden; a dataset
        is hidden as a whole, with `id` null, and read again where it can be. A cursor is valid without a time limit,
        for the person who got it; after a restore from a backup it is refused with the code
        `cursor_of_another_database`."""
        params = request.query_params
        no_parameters(request, allowed=PARAMETERS)
        followed = self._chosen(params.get("kind", ""))
        kinds, most = [one.kind for one in followed], page_size(params, DEFAULT_PAGE)
        rows_too = _includes_rows(params.get("include", ""))
        entries, cursor = self._changes(request, kinds, most)
        rows = _rows(request, followed, entries) if rows_too else None
        address = request.build_absolute_uri(request.path)
        shown = {
            "results": [_as_json(entry, rows) for entry in entries],
            "next": url_with(address, params, changes.written(cursor, request.user), name="since"),
            "more": len(entries) >= most,
        }
        return json_answer(request, shown)

    def _chosen(self, text: str) -> list[Followed]:
        names = [name.strip() for name in text.split(",") if name.strip()]
        known = {one.kind.name: one for one in self.followed}
        if unknown := [name for name in names if name not in known]:
            message = _("Unknown: %(unknown)s. Allowed: %(known)s.")
            message %= {"unknown": ", ".join(unknown[:10]), "known": ", ".join(known)}
            raise ValidationError({"kind": ValidationError(message, code="unknown_kind")})
        return [one for one in self.followed if not names or one.kind.name in names]

    def _changes(self, request: Request, kinds: list[Kind], most: int) -> tuple[list[Entry], Cursor]:
        since = request.query_params.get("since", "")
        if not since:
            return [], changes.cursor_of_now(kinds, request.user)
        begun = changes.cursor_of_nothing(kinds) if since == START else changes.read(since, request.user)
        return changes.changes_since(kinds, request.user, begun, most)


class ExportViewSet(WriteBody):
    """Your exports: files of all rows of a list, made in the background. A token with the scope `read` is enough."""

    serializer_class = ExportSerializer
    write_serializer_class = ExportWriteSerializer
    filterset_class = ExportFilter
    lookup_field = "pk"
    lookup_value_converter = "int"
    methods_of_readers = frozenset({"POST", "DELETE"})

    def queryset_for(self, user: User | AnonymousUser) -> QuerySet[Export]:
        return Export.objects.visible_to(user)

    def reader(self, fields: str = "") -> ExportReader:
        columns = ExportSerializer.columns()
        chosen = chosen_fields(fields, columns) or columns
        return ExportReader({name: columns[name] for name in chosen}, site_of(self.request))

    @extend_schema(responses={200: ExportSerializer, 202: ExportSerializer})
    def create(self, request: Request, **kwargs: object) -> HttpResponse:
        """Start an export. 202: GET the address in `Location` until `state` is `finished`, then `file`. 200: you have
        the same export of the same rows already."""
        no_parameters(request)
        by = signed_in(request)
        body = self.read_body(request)
        export = start_export(query=str(body["query"]), fmt=str(body["format"]), by=by)
        answer = self.answer_for(export, status=HTTPStatus.ACCEPTED if export.is_active else HTTPStatus.OK)
        answer["Location"] = request.build_absolute_uri(f"{request.path}{export.pk}/")
        return answer

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: object) -> HttpResponse:
        """Delete an export. One that is being made is cancelled."""
        no_parameters(request)
        delete_export(export=cast(Export, self.locate()), by=signed_in(request))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    @extend_schema(responses=FILES)
    @action(
        detail=True,
        filterset_class=None,
        answers_files=True,
        also_answers=(HTTPStatus.CONFLICT, HTTPStatus.GONE, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
    )
    def file(self, request: Request, **kwargs: object) -> HttpResponseBase:
        """The file. `Range` gives any part of it, so that a download can be resumed; `Repr-Digest` and `sha256` are of
        the whole file. Whether you have access to what is in it is asked again each time."""
        no_parameters(request)
        return file_of(request, cast(Export, self.locate()))

    @extend_schema(parameters=[AS], responses=CODEBOOKS)
    @action(detail=True, filterset_class=None, answers_files=True)
    def codebook(self, request: Request, **kwargs: object) -> HttpResponseBase:
        """The codebook of an export: columns, labels, kinds of missing, what values of imported files became, number of
        rows and checksum."""
        no_parameters(request, allowed=frozenset({"as"}))
        export = cast(Export, self.locate())
        return answer_with(request, codebook_of(request, export.query, export), name=f"codebook-{export.pk}")

    @extend_schema(
        operation_id="exports_codebook_of_query",
        parameters=[
            AS,
            OpenApiParameter("query", str, required=True, description="The address of a list or of counts."),
        ],
        responses=CODEBOOKS,
    )
    @action(detail=False, filterset_class=None, url_path="codebook", answers_files=True, cost=COUNTING)
    def codebook_of_query(self, request: Request) -> HttpResponseBase:
        """The codebook of all rows of a list, before they are exported, or of a file of its counts (`facets/export/`,
        `cross-table/export/`, `days-open/export/`)."""
        no_parameters(request, allowed=frozenset({"as", "query"}))
        return answer_with(request, codebook_of(request, request.query_params.get("query", "")), name="codebook")


def _includes_rows(text: str) -> bool:
    if text not in ("", ROW):
        message = _("Unknown value. Allowed: %(choices)s.") % {"choices": ROW}
        raise ValidationError({"include": ValidationError(message, code="invalid_choice")})
    return bool(text)


def _rows(request: Request, followed: Sequence[Followed], entries: Sequence[Entry]) -> Mapping[tuple[str, str], object]:
    """The rows that were created or updated, by kind and id, as their lists show them to this person now."""
    wanted: dict[str, list[int | str]] = defaultdict(list)
    for entry in entries:
        if entry.id is not None and entry.change in ("created", "updated"):
            wanted[entry.type].append(entry.id)
    found: dict[tuple[str, str], object] = {}
    for one in followed:
        name = one.kind.name
        if name in wanted:
            view = one.viewset(request=request, action="list", kwargs={}, format_kwarg=None)
            key = view.lookup_field
            reader, rows = view.reader(), view.queryset_for(request.user).filter(**{f"{key}__in": wanted[name]})
            for *values, pk in list(reader.tuples(rows, [key])):
                found[name, str(pk)] = reader.as_dict(tuple(values))
            reader.shown()
    return found


def _as_json(entry: Entry, rows: Mapping[tuple[str, str], object] | None) -> dict[str, object]:
    shown: dict[str, object] = {"type": entry.type, "id": entry.id, "change": entry.change, "at": entry.at}
    if entry.group is not None:
        shown["dataset"] = entry.group
    if rows is not None and entry.change in ("created", "updated"):
        shown["row"] = rows.get((entry.type, str(entry.id)))
    return shown
