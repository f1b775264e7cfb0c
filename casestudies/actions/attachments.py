"""Files in: addressed by their hash, stored before the row that names them."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.models import Attachment, FieldNote, NoteAttachment
from casestudies.models.attachments import path_of
from rest.problems import TooLarge

MAX_BYTES = 50 * 1024 * 1024
ALLOWED_TYPES = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/webp": b"RIFF",
    "audio/mpeg": b"",
    "audio/mp4": b"",
    "audio/ogg": b"OggS",
    "audio/webm": b"\x1aE\xdf\xa3",
    "audio/wav": b"RIFF",
    "application/pdf": b"%PDF-",
}


def put_attachment(
    *, sha256: str, chunks: Iterable[bytes], media_type: str, note: FieldNote, name: str, by: User
) -> tuple[NoteAttachment, bool]:
    """Store bytes under their hash and show them with a note. The same bytes again change nothing.

    Raises ValidationError where the bytes do not have the hash or are not of the type they claim, TooLarge above
    `MAX_BYTES`. Returns the attachment of the note and whether it is new.
    """
    if not policies.can_edit_note(by, note):
        raise PermissionDenied("Files are added to notes by fieldworkers of the organisation the note belongs to.")
    if media_type not in ALLOWED_TYPES:
        message = f"{media_type or 'A file without a type'} is not taken; send one of {', '.join(ALLOWED_TYPES)}."
        raise ValidationError(message, code="unsupported_type")
    size = _store_bytes(sha256, chunks, ALLOWED_TYPES[media_type])
    return _record(sha256=sha256, size=size, media_type=media_type, note=note, name=name, by=by)


def _store_bytes(sha256: str, chunks: Iterable[bytes], magic: bytes) -> int:
    """Write to a file beside the target, compare, move into place; a file half-written is never found by its hash."""
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            size, found, start = _copied(chunks, out.write)
            out.flush()
            os.fsync(out.fileno())
        if found != sha256:
            raise ValidationError(f"The bytes arrived with the hash {found}; send them again.", code="hash_mismatch")
        if not start.startswith(magic):
            raise ValidationError("The file is not of the type it claims to be.", code="not_that_type")
        Path(draft).replace(target)
    finally:
        Path(draft).unlink(missing_ok=True)
    return size


def _copied(chunks: Iterable[bytes], write: Callable[[bytes], object]) -> tuple[int, str, bytes]:
    digest, size, start = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            raise TooLarge(f"Files are taken up to {MAX_BYTES // 1024 // 1024} MB; this one is larger.")
        digest.update(chunk)
        start = start or chunk[:16]
        write(chunk)
    return size, digest.hexdigest(), start


@transaction.atomic
def _record(
    *, sha256: str, size: int, media_type: str, note: FieldNote, name: str, by: User
) -> tuple[NoteAttachment, bool]:
    attachment, _ = Attachment.objects.get_or_create(
        organisation=note.organisation,
        sha256=sha256,
        defaults={"size": size, "media_type": media_type, "stored_by": by},
    )
    use, created = NoteAttachment.objects.get_or_create(
        note=note, attachment=attachment, defaults={"name": name or sha256[:12], "added_by": by}
    )
    if use.removed_at is not None:
        use.removed_at, created = None, True
        use.save(update_fields=["removed_at"])
    if created:
        audit.record("attachment.added", by=by, target=note, sha256=sha256, size=size)
    return use, created


@transaction.atomic
def remove_attachment(*, use: NoteAttachment, by: User) -> NoteAttachment:
    """Show a file with a note no longer. The bytes stay until nothing names them."""
    policies.check_can_edit_note(by, use.note)
    use.removed_at = use.removed_at or timezone.now()
    use.save(update_fields=["removed_at"])
    audit.record("attachment.removed", by=by, target=use.note, sha256=use.attachment.sha256)
    return use
