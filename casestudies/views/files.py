"""Files of a note, sent by a form: photographs, recordings, PDF."""

import uuid as uuids

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from casestudies import policies
from casestudies.actions.attachments import (
    MAX_BYTES,
    add_file,
    arriving,
    describe_attachment,
    remove_attachment,
)
from casestudies.forms.notes import CaptionForm
from casestudies.models import FieldNote, NoteAttachment
from casestudies.querysets import NoteAttachmentQuerySet
from casestudies.views.cases import simple_form_page
from casestudies.views.notes import visible_note
from rest.bodies import takes_files
from rest.forms import attempt, posted, press, reasons, see_other, submit

# So many of the largest size in one form.
MOST_FILES = 10


@require_POST
@login_required
@takes_files(lambda: MOST_FILES * MAX_BYTES)
def note_file_add(request: SignedInRequest, uuid: uuids.UUID) -> HttpResponse:
    """Add one or more files; a file that is refused is reported with its reason, the others are saved."""
    note = visible_note(request, uuid)
    policies.check_can_edit_note(request.user, note)
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, _("Choose a file."))
    for file in files:
        _add(request, note, file)
    return see_other(f"{note.get_absolute_url()}#files")


def _add(request: SignedInRequest, note: FieldNote, file: UploadedFile) -> None:
    refused: list[str] = []
    keeps = request.POST.get("keep_details") == "on"
    saved = attempt(
        lambda: _put(note, file, request.user, keeps_details=keeps),
        lambda rejection: refused.extend(reasons(rejection)),
    )
    if saved and saved.result.photo_details:
        details = {"file": file.name, "details": saved.result.get_photo_details_display()}
        messages.success(request, _("%(file)s was saved, %(details)s.") % details)
    elif saved:
        messages.success(request, _("%(file)s was saved.") % {"file": file.name})
    else:
        details = {"file": file.name, "reason": " ".join(refused)}
        messages.error(request, _("%(file)s was not saved: %(reason)s") % details)


def _put(note: FieldNote, file: UploadedFile, by: User, *, keeps_details: bool) -> NoteAttachment:
    with arriving(file.chunks()) as whole:
        return add_file(
            file=whole,
            stated=(file.content_type or "").partition(";")[0].strip().lower(),
            note=note,
            name=(file.name or "")[:200],
            by=by,
            keeps_details=keeps_details,
        )


@require_http_methods(["GET", "POST"])
@csrf_exempt
def shared(request: HttpRequest) -> HttpResponse:
    """Where other apps send what they share. The service worker takes it on the device (static/app/share.js).

    What comes here came without it, and is not kept, since nothing says who sent it.
    """
    return see_other(f"{reverse('today')}?failed=app")


@require_http_methods(["GET", "POST"])
@login_required
def note_file_caption(request: SignedInRequest, uuid: uuids.UUID, pk: int) -> HttpResponse:
    note = visible_note(request, uuid)
    policies.check_can_edit_note(request.user, note)
    use = get_object_or_404(_uses(request, note).shown(), pk=pk)
    files = f"{note.get_absolute_url()}#files"
    form = CaptionForm(posted(request), instance=use)
    if submit(
        request,
        form,
        lambda: describe_attachment(use=use, caption=form.cleaned_data["caption"], by=request.user),
        success=_("Saved."),
    ):
        return see_other(files)
    return simple_form_page(request, form, _("Caption of %(file)s") % {"file": use.name}, cancel=files)


@require_POST
@login_required
def note_file_remove(request: SignedInRequest, uuid: uuids.UUID, pk: int) -> HttpResponse:
    note = visible_note(request, uuid)
    use = get_object_or_404(_uses(request, note), pk=pk)
    press(
        request,
        lambda: remove_attachment(use=use, by=request.user),
        _("%(file)s was removed from this note.") % {"file": use.name},
    )
    return see_other(f"{note.get_absolute_url()}#files")


def _uses(request: SignedInRequest, note: FieldNote) -> NoteAttachmentQuerySet:
    return NoteAttachment.objects.visible_to(request.user).filter(note=note).select_related("attachment", "note")
