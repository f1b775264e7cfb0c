"""Files of notes, stored under their hash before the row that names them."""

import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypedDict
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.box_files import BOX_FILES, blank_details
from casestudies.file_types import ALLOWED_TYPES, START_BYTES, is_of_type, type_of
from casestudies.models import Attachment, FieldNote, NoteAttachment
from casestudies.models.attachments import arrivals, path_of
from casestudies.photo_details import PHOTOS, UnreadablePhoto, without_details
from rest.problems import TooLarge
from standards.files import sync_folder

PhotoDetails = NoteAttachment.PhotoDetails
# Of one request; a file in parts (uploads.py) may be larger.
MAX_BYTES = 50 * 1024 * 1024
BLOCK = 1024 * 1024


class Sent(TypedDict):
    """What arrived of a device, before its details were removed."""

    upload: UUID
    sent_sha256: str
    sent_size: int


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

    photo_details: KEPT where the person keeps what a device wrote into a photo or recording. Raises ValidationError
    where the content does not have the hash or is not of the stated type, or has details that are not kept; TooLarge
    above `MAX_BYTES` bytes. Returns the attachment of the note and whether it is new.
    """
    check_can_add(by, note)
    if media_type not in ALLOWED_TYPES:
        raise _unsupported(media_type)
    with arriving(chunks) as file:
        _check_hash(file, sha256)
        if not is_of_type(start_of(file), media_type):
            raise ValidationError(_("The content of the file does not match its type."), code="not_that_type")
        keeps = photo_details == PhotoDetails.KEPT
        has_details = _check_details(file, media_type, are_kept=keeps)
        size = _keep(file, sha256)
    return _record(
        sha256=sha256,
        size=size,
        media_type=media_type,
        note=note,
        by=by,
        name=name,
        photo_details=photo_details if has_details else "",
    )


def add_file(
    *,
    file: Path,
    stated: str,
    note: FieldNote,
    name: str,
    by: User,
    keeps_details: bool,
    caption: str = "",
    sent: Sent | None = None,
) -> NoteAttachment:
    """Add a file of any accepted type to a note, after its details were removed from it; `file` is moved.

    stated: the type that the sender states; the content decides. sent: what arrived, of a file in parts.
    Raises ValidationError where it is of no accepted type, or its details cannot be removed.
    """
    check_can_add(by, note)
    media_type = type_of(start_of(file), stated)
    if not media_type:
        raise _unsupported(stated)
    details = PhotoDetails.KEPT if keeps_details else PhotoDetails.REMOVED
    changed = _has_details(file, media_type) if keeps_details else remove_details(file, media_type)
    sha256 = hash_of(file)
    use, _is_new = _record(
        sha256=sha256,
        size=_keep(file, sha256),
        media_type=media_type,
        note=note,
        by=by,
        name=name,
        photo_details=details if changed else "",
        caption=caption,
        sent=sent,
    )
    return use


def check_can_add(by: User, note: FieldNote) -> None:
    if not policies.can_edit_note(by, note):
        raise PermissionDenied(_("Only fieldworkers of the organisation that owns the note can add files to it."))


def _unsupported(stated: str) -> ValidationError:
    sentence = _("Files of the type “%(type)s” are not accepted. Choose a file of one of these types: %(types)s.")
    message = sentence % {"type": stated or _("unknown"), "types": ", ".join(ALLOWED_TYPES)}
    return ValidationError(message, code="unsupported_type")


def remove_details(file: Path, media_type: str) -> bool:
    """Remove in place what the device wrote into a photo or recording. Returns whether there was anything.

    Raises ValidationError where the parts of the file cannot be told apart.
    """
    try:
        if media_type in BOX_FILES:
            with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as content:
                return blank_details(content)
        if media_type not in PHOTOS:
            return False
        if file.stat().st_size > MAX_BYTES:
            raise too_large(MAX_BYTES)
        before = file.read_bytes()
        after = without_details(before, media_type)
    except UnreadablePhoto as error:
        message = _(
            "This photo or recording cannot be read, so the place and names in it cannot be removed. Save it again "
            "with another program, or keep what the camera wrote into it."
        )
        raise ValidationError(message, code="unreadable_photo") from error
    file.write_bytes(after)
    return after != before


def _has_details(file: Path, media_type: str) -> bool:
    """Whether something would be removed; also where nothing can be, because nobody knows."""
    if media_type not in (*BOX_FILES, *PHOTOS):
        return False
    with arriving(blocks_of(file)) as copy:
        try:
            return remove_details(copy, media_type)
        except ValidationError:
            return True


def _check_details(file: Path, media_type: str, *, are_kept: bool) -> bool:
    """Whether it has details, which are kept; ValidationError where they are not."""
    if are_kept:
        return _has_details(file, media_type)
    with arriving(blocks_of(file)) as copy:
        has_details = remove_details(copy, media_type)
    if has_details:
        message = _(
            "This file contains what the camera or recorder wrote into it, such as place, names and serial numbers. "
            "Remove it, or say that you keep it: keep_details=true."
        )
        raise ValidationError(message, code="photo_details")
    return False


def too_large(most: int) -> TooLarge:
    sentence = _("This file is larger than %(most)d MB, the largest size accepted.")
    return TooLarge(sentence % {"most": most // 1024 // 1024})


@contextmanager
def arriving(chunks: Iterable[bytes], *, most: int = MAX_BYTES) -> Iterator[Path]:
    """A temporary file with the chunks, beside those that are stored. Raises TooLarge above `most` bytes."""
    handle, name = tempfile.mkstemp(dir=arrivals(), prefix="whole-")
    file, size = Path(name), 0
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise too_large(most)
                out.write(chunk)
        yield file
    finally:
        file.unlink(missing_ok=True)


def blocks_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        yield from _blocks(opened)


def _blocks(opened: IO[bytes]) -> Iterator[bytes]:
    while block := opened.read(BLOCK):
        yield block


def hash_of(file: Path) -> str:
    digest = hashlib.sha256()
    for block in blocks_of(file):
        digest.update(block)
    return digest.hexdigest()


def start_of(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(START_BYTES)


def _check_hash(file: Path, sha256: str) -> None:
    found = hash_of(file)
    if found != sha256:
        raise wrong_hash(found)


def wrong_hash(found: str) -> ValidationError:
    sentence = _("The file that arrived has the checksum %(found)s. Send the file again.")
    return ValidationError(sentence, code="hash_mismatch", params={"found": found})


def _keep(file: Path, sha256: str) -> int:
    """Move a whole file to where its hash says: a partly written one is never found there. Returns its size."""
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
    size = file.stat().st_size
    file.chmod(0o640)
    file.replace(target)
    sync_folder(target.parent)
    return size


@transaction.atomic
def _record(
    *,
    sha256: str,
    size: int,
    media_type: str,
    note: FieldNote,
    name: str,
    by: User,
    photo_details: str,
    caption: str = "",
    sent: Sent | None = None,
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
            "caption": caption,
        }
        | (sent or {}),
    )
    if attachment.erased_at is not None or use.erased_at is not None:
        raise ValidationError(_("This file was erased. It cannot be added again."), code="erased")
    is_hidden = not NoteAttachment.objects.filter(pk=use.pk).readable_by(by).exists()
    if use.removed_at is not None or is_hidden:
        # Who adds the file again has it, and says that it belongs to the note as it is now.
        use.removed_at, use.sensitivity, created = None, note.sensitivity, True
        use.name = (name or sha256[:12]) if is_hidden else use.name
        use.save(update_fields=["removed_at", "sensitivity", "name"])
    if sent and use.upload != sent["upload"]:
        use.upload, use.sent_sha256, use.sent_size = sent["upload"], sent["sent_sha256"], sent["sent_size"]
        use.save(update_fields=["upload", "sent_sha256", "sent_size"])
    if created:
        audit.record("attachment.added", by=by, target=note, sha256=sha256, size=size, photo_details=photo_details)
    return use, created


@transaction.atomic
def describe_attachment(*, use: NoteAttachment, caption: str, by: User) -> NoteAttachment:
    """Write the caption of a file of a note."""
    # Read again: a form has put the new caption into the row that it was made with.
    use = NoteAttachment.objects.select_related("note", "attachment").select_for_update(of=("self",)).get(pk=use.pk)
    policies.check_can_edit_note(by, use.note)
    if use.caption != caption:
        use.caption = caption
        use.full_clean(exclude=["note", "attachment", "added_by"])
        use.save(update_fields=["caption"])
        audit.record("attachment.described", by=by, target=use.note, sha256=use.attachment.sha256)
    return use


@transaction.atomic
def remove_attachment(*, use: NoteAttachment, by: User) -> NoteAttachment:
    """Remove a file from a note. Its content stays stored."""
    policies.check_can_edit_note(by, use.note)
    use.removed_at = use.removed_at or timezone.now()
    use.save(update_fields=["removed_at"])
    audit.record("attachment.removed", by=by, target=use.note, sha256=use.attachment.sha256)
    return use
