"""Files of a note, sent by a plain form: photographs, recordings, PDF."""

import hashlib
import uuid as uuids

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.models import User
from casestudies import policies
from casestudies.actions.attachments import put_attachment, remove_attachment
from casestudies.models import FieldNote, NoteAttachment
from casestudies.views.answers import SignedIn
from casestudies.views.notes import visible_note
from rest.problems import TooLarge


@require_POST
@login_required
def note_file_add(request: SignedIn, uuid: uuids.UUID) -> HttpResponse:
    """Take one or several files; each that is refused is named with its reason, the others are kept."""
    note = visible_note(request, uuid)
    policies.check_can_edit_note(request.user, note)
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, "Choose a file first.")
    for file in files:
        try:
            _put(note, file, request.user)
            messages.success(request, f"{file.name} is stored.")
        except (ValidationError, TooLarge) as refusal:
            reason = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal.detail)
            messages.error(request, f"{file.name} was not taken: {reason}")
    return redirect(f"{note.get_absolute_url()}#files")


def _put(note: FieldNote, file: UploadedFile, by: User) -> None:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    kind = (file.content_type or "").partition(";")[0].strip().lower()
    name = (file.name or "")[:200]
    put_attachment(sha256=digest.hexdigest(), chunks=file.chunks(), media_type=kind, note=note, name=name, by=by)


@require_POST
@login_required
def note_file_remove(request: SignedIn, uuid: uuids.UUID, pk: int) -> HttpResponse:
    note = visible_note(request, uuid)
    use = get_object_or_404(NoteAttachment.objects.filter(note=note).select_related("attachment", "note"), pk=pk)
    remove_attachment(use=use, by=request.user)
    messages.success(request, f"{use.name} stands with this note no longer.")
    return redirect(f"{note.get_absolute_url()}#files")
