"""REST API of the files of field notes: whole or in parts, their captions and small pictures."""

from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.request import Request

from accounts.models import User
from accounts.requests import signed_in
from casestudies.actions import attachments, uploads
from casestudies.file_types import ALLOWED_TYPES
from casestudies.models import Attachment, FieldNote, NoteAttachment
from casestudies.selectors.notes import record_reads
from casestudies.thumbnails import thumbnail
from rest.answers import json_answer
from rest.fields import TruthField
from rest.viewsets import ApiView, no_parameters

CHUNK = 64 * 1024
# What a browser may do with a file of somebody else: nothing but save it.
SANDBOX = "sandbox; default-src 'none'"
BYTES = {"application/octet-stream": OpenApiTypes.BINARY}


class AttachmentView(ApiView):
    """Files by their SHA-256. A PUT names the note that the file belongs to: `?note=UUID&name=photo.jpg`.

    A photo or recording that contains what the device wrote into it (place, names, serial numbers) is refused with 400,
    code `photo_details`, unless `keep_details=true`: the bytes stored are always those whose SHA-256 you named.
    """

    max_body_bytes = attachments.MAX_BYTES
    answers_files = True

    @extend_schema(responses={(200, kind): OpenApiTypes.BINARY for kind in ALLOWED_TYPES})
    def get(self, request: Request, sha256: str) -> HttpResponseBase:
        no_parameters(request)
        found = _file(request, sha256)
        uses = _uses(request, found)
        name = uses[0].name if uses else sha256
        response = FileResponse(found.path.open("rb"), content_type=found.media_type, as_attachment=True, filename=name)
        response["ETag"] = f'"{sha256}"'
        response["Content-Security-Policy"] = SANDBOX
        return response

    @extend_schema(
        parameters=[
            OpenApiParameter("note", OpenApiTypes.UUID, required=True),
            OpenApiParameter("name", str),
            OpenApiParameter("keep_details", bool),
        ],
        request=BYTES,
        responses={200: OpenApiTypes.OBJECT, 201: OpenApiTypes.OBJECT},
    )
    def put(self, request: Request, sha256: str) -> HttpResponse:
        person = signed_in(request)
        no_parameters(request, allowed=frozenset({"note", "name", "keep_details"}))
        note = _note_named(request)
        use, created = attachments.put_attachment(
            sha256=sha256,
            chunks=_chunks(request),
            media_type=request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower(),
            note=note,
            name=request.query_params.get("name", "")[:200],
            by=person,
            photo_details=NoteAttachment.PhotoDetails.KEPT if _keeps_details(request) else "",
        )
        return json_answer(request, _shown(use), status=HTTPStatus.CREATED if created else HTTPStatus.OK)


class ThumbnailView(ApiView):
    """A small picture of a photo, as WebP."""

    answers_files = True

    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: Request, sha256: str) -> HttpResponse:
        no_parameters(request)
        found = _file(request, sha256)
        _uses(request, found)
        picture = thumbnail(found)
        if not picture:
            raise Http404
        headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, max-age=86400", "Content-Security-Policy": SANDBOX}
        return HttpResponse(picture, content_type="image/webp", headers=headers)


class PartForm(forms.Form):
    """The query string of a part of a file."""

    sha256 = forms.RegexField("^[0-9a-f]{64}$")
    size = forms.IntegerField(min_value=1, max_value=2**40)
    offset = forms.IntegerField(min_value=0, max_value=2**40)
    name = forms.CharField(required=False)
    caption = forms.CharField(required=False, max_length=500)
    media_type = forms.CharField(required=False, max_length=100)
    keep_details = TruthField(required=False)


class UploadView(ApiView):
    """A file of a note that arrives in parts, named by a UUID of the device that sends it (docs/adr/0124).

    GET says how many bytes the server has; a PATCH appends the part that begins there. After the last part `stored`
    describes the file: `sent_sha256` is what was sent, `sha256` what is stored after what the device wrote into a photo
    or recording was removed. The same part again changes nothing.
    """

    max_body_bytes = uploads.MAX_PART_BYTES

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, note: UUID, upload: UUID) -> HttpResponse:
        no_parameters(request)
        by = signed_in(request)
        return _answer(request, uploads.arrived(uuid=upload, note=_note(by, note), by=by))

    @extend_schema(
        parameters=[
            OpenApiParameter("sha256", str, required=True),
            OpenApiParameter("size", int, required=True),
            OpenApiParameter("offset", int, required=True),
            OpenApiParameter("name", str),
            OpenApiParameter("caption", str),
            OpenApiParameter("media_type", str),
            OpenApiParameter("keep_details", bool),
        ],
        request=BYTES,
        responses={200: OpenApiTypes.OBJECT},
    )
    def patch(self, request: Request, note: UUID, upload: UUID) -> HttpResponse:
        by = signed_in(request)
        no_parameters(request, allowed=frozenset(PartForm.base_fields))
        there = _note(by, note)
        attachments.check_can_add(by, there)
        form = PartForm(request.query_params)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        said = form.cleaned_data
        offset, keeps = said.pop("offset"), bool(said.pop("keep_details"))
        said["name"] = said["name"][:200]
        whole = uploads.Upload(uuid=upload, keeps_details=keeps, **said)
        part = b"".join(_chunks(request))
        return _answer(request, uploads.receive_part(upload=whole, offset=offset, part=part, note=there, by=by))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, note: UUID, upload: UUID) -> HttpResponse:
        """Give up an upload that is not complete."""
        no_parameters(request)
        by = signed_in(request)
        _note(by, note)
        uploads.drop_upload(uuid=upload, by=by)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _file(request: Request, sha256: str) -> Attachment:
    found: Attachment | None = Attachment.objects.visible_to(request.user).filter(sha256=sha256).first()
    if found is None or not found.path.exists():
        raise Http404
    return found


def _uses(request: Request, found: Attachment) -> list[NoteAttachment]:
    """The notes that show it, as far as the person may see them; reading a confidential one is recorded."""
    uses = list(NoteAttachment.objects.visible_to(request.user).shown().filter(attachment=found))
    record_reads(request.user, [(use.note_id, use.sensitivity) for use in uses])
    return uses


def _answer(request: Request, there: uploads.Arrived) -> HttpResponse:
    stored = None if there.use is None else _shown(there.use)
    return json_answer(request, {"offset": there.offset, "stored": stored})


def _shown(use: NoteAttachment) -> dict[str, object]:
    return {
        "sha256": use.attachment.sha256,
        "size": use.attachment.size,
        "media_type": use.attachment.media_type,
        "name": use.name,
        "caption": use.caption,
        "photo_details": use.photo_details,
        "note": use.note_id,
        "sent_sha256": use.sent_sha256,
        "sent_size": use.sent_size,
        "stored_at": use.attachment.stored_at,
        "removed": use.removed_at is not None,
    }


def _note(by: User, uuid: UUID) -> FieldNote:
    note: FieldNote = get_object_or_404(FieldNote.objects.visible_to(by), pk=uuid)
    return note


def _note_named(request: Request) -> FieldNote:
    try:
        identity = UUID(request.query_params.get("note", ""))
    except ValueError as error:
        raise ValidationError({"note": ValidationError(_("Enter the UUID of the note."), code="invalid")}) from error
    return _note(signed_in(request), identity)


def _keeps_details(request: Request) -> bool:
    try:
        return bool(TruthField(required=False).clean(request.query_params.get("keep_details", "")))
    except ValidationError as error:
        raise ValidationError({"keep_details": error}) from error


def _chunks(request: Request) -> Iterator[bytes]:
    """The body in pieces of 64 KB, so that it is never in memory as a whole."""
    stream = request._request
    while chunk := stream.read(CHUNK):
        yield chunk
