"""Files of notes, stored under their hash before the row that names them."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.file_types import ALLOWED_TYPES, START_BYTES, is_of_type
from casestudies.models import Attachment, FieldNote, NoteAttachment
from casestudies.models.attachments import path_of
from casestudies.photo_details import PHOTOS, UnreadablePhoto, without_details
from rest.problems import TooLarge

PhotoDetails = NoteAttachment.PhotoDetails
MAX_BYTES = 50 * 1024 * 1024


def put_attachment(
    *,
    sha256: str,
    chunks: Iterable[bytes],
    media_type: str,
    note: FieldNote,
    name: str,
    by: User,
    photo_details: str = "",
) -> tuple[NoteAttachment, bool]:
    """Store a file under its hash and add it to a note. The same file again changes nothing.

    photo_details: KEPT where the person keeps what the camera wrote into a photo, REMOVED where it was removed before.
    Raises ValidationError where the content does not have the hash or is not of the stated type, or is a photo with
    details that are not kept; TooLarge above `MAX_BYTES` bytes. Returns the attachment of the note and whether it is
    new.
    """
    if not policies.can_edit_note(by, note):
        raise PermissionDenied(_("Only fieldworkers of the organisation that owns the note can add files to it."))
    if media_type not in ALLOWED_TYPES:
        sentence = _("Files of the type “%(type)s” are not accepted. Choose a file of one of these types: %(types)s.")
        message = sentence % {"type": media_type or _("unknown"), "types": ", ".join(ALLOWED_TYPES)}
        raise ValidationError(message, code="unsupported_type")
    keeps = photo_details == PhotoDetails.KEPT
    size, has_details = _store_bytes(sha256, chunks, media_type, keeps_details=keeps)
    details = photo_details if has_details or not keeps else ""
    return _record(sha256=sha256, size=size, media_type=media_type, note=note, name=name, by=by, photo_details=details)


def cleaned_photo(photo: bytes, media_type: str) -> bytes:
    """The photo without what the camera wrote into it. Raises ValidationError where it cannot be read."""
    try:
        return without_details(photo, media_type)
    except UnreadablePhoto as error:
        message = _(
            "This photo cannot be read, so the place and names in it cannot be removed. Save it again with another "
            "program, or keep what the camera wrote into it."
        )
        raise ValidationError(message, code="unreadable_photo") from error


def _check_details(photo: Path, media_type: str, *, are_kept: bool) -> bool:
    """Whether it is a photo with details, which are kept; ValidationError where they are not."""
    if media_type not in PHOTOS:
        return False
    content = photo.read_bytes()
    try:
        has_details = cleaned_photo(content, media_type) != content
    except ValidationError:
        if not are_kept:
            raise
        return True
    if has_details and not are_kept:
        message = _(
            "This photo contains what the camera wrote into it, such as place, names and serial numbers. Remove it, or "
            "say that you keep it: keep_details=true."
        )
        raise ValidationError(message, code="photo_details")
    return has_details


def _store_bytes(sha256: str, chunks: Iterable[bytes], media_type: str, *, keeps_details: bool) -> tuple[int, bool]:
    """Write to a temporary file, compare the hash, then move it: a partly written file is never found by its hash."""
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            size, found, start = _copied(chunks, out.write)
            out.flush()
            os.fsync(out.fileno())
        if found != sha256:
            raise ValidationError(
                _("The file that arrived has the checksum %(found)s. Send the file again."),
                code="hash_mismatch",
                params={"found": found},
            )
        if not is_of_type(start, media_type):
            raise ValidationError(_("The content of the file does not match its type."), code="not_that_type")
        has_details = _check_details(Path(draft), media_type, are_kept=keeps_details)
        Path(draft).replace(target)
    finally:
        Path(draft).unlink(missing_ok=True)
    return size, has_details


def _copied(chunks: Iterable[bytes], write: Callable[[bytes], object]) -> tuple[int, str, bytes]:
    digest, size, start = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            sentence = _("This file is larger than %(most)d MB, the largest size accepted.")
            raise TooLarge(sentence % {"most": MAX_BYTES // 1024 // 1024})
        digest.update(chunk)
        start = (start + chunk[:START_BYTES])[:START_BYTES]
        write(chunk)
    return size, digest.hexdigest(), start


@transaction.atomic
def _record(
    *, sha256: str, size: int, media_type: str, note: FieldNote, name: str, by: User, photo_details: str
) -> tuple[NoteAttachment, bool]:
    attachment, _is_new = Attachment.objects.get_or_create(
        organisation=note.organisation,
        sha256=sha256,
        defaults={"size": size, "media_type": media_type, "stored_by": by},
    )
    use, created = NoteAttachment.objects.get_or_create(
        note=note,
        attachment=attachment,
        defaults={
            "name": name or sha256[:12],
            "added_by": by,
            "sensitivity": note.sensitivity,
            "photo_details": photo_details,
        },
    )
    if attachment.erased_at is not None or use.erased_at is not None:
        raise ValidationError(_("This file was erased. It cannot be added again."), code="erased")
    is_hidden = not NoteAttachment.objects.filter(pk=use.pk).readable_by(by).exists()
    if use.removed_at is not None or is_hidden:
        # Who adds the file again has it, and says that it belongs to the note as it is now.
        use.removed_at, use.sensitivity, created = None, note.sensitivity, True
        use.name = (name or sha256[:12]) if is_hidden else use.name
        use.save(update_fields=["removed_at", "sensitivity", "name"])
    if created:
        audit.record("attachment.added", by=by, target=note, sha256=sha256, size=size, photo_details=photo_details)
    return use, created


@transaction.atomic
def remove_attachment(*, use: NoteAttachment, by: User) -> NoteAttachment:
    """Remove a file from a note. Its content stays stored."""
    policies.check_can_edit_note(by, use.note)
    use.removed_at = use.removed_at or timezone.now()
    use.save(update_fields=["removed_at"])
    audit.record("attachment.removed", by=by, target=use.note, sha256=use.attachment.sha256)
    return use
