"""Files of notes that arrive in parts, over a connection that breaks (docs/adr/0124).

A device names each upload by a UUID and its file by the SHA-256. What has arrived of it is a file of the person who
sends it, under a name that nothing else looks at, and its size says where to go on. Once it is whole and has that hash
it becomes a file of the note.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casestudies.actions.attachments import (
    add_file,
    check_can_add,
    describe_attachment,
    hash_of,
    too_large,
    wrong_hash,
)
from casestudies.models import FieldNote, NoteAttachment
from casestudies.models.attachments import DAYS_KEPT, arrivals
from rest.problems import Conflict

# The largest file, and the most that a person may have begun to send and not finished.
MAX_BYTES = 500 * 1024 * 1024
MOST_BEGUN_BYTES = 2 * MAX_BYTES
MOST_BEGUN = 200
# Of one part: it is in memory while it is written.
MAX_PART_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """What a device says of a file with each part."""

    uuid: UUID
    sha256: str
    size: int
    name: str = ""
    caption: str = ""
    media_type: str = ""
    keeps_details: bool = False


@dataclass(frozen=True)
class Arrived:
    """How much of a file the server has: `use` once it has all of it, and then `offset` is its whole size."""

    offset: int
    use: NoteAttachment | None = None


def arrived(*, uuid: UUID, note: FieldNote, by: User) -> Arrived:
    """How much of an upload has arrived. It is also known after the file was removed from its note."""
    use = NoteAttachment.objects.filter(note=note, upload=uuid).select_related("attachment", "note").first()
    if use is not None:
        return Arrived(use.sent_size or 0, use)
    return Arrived(_size_of(_partial(by, uuid)))


def receive_part(*, upload: Upload, offset: int, part: bytes, note: FieldNote, by: User) -> Arrived:
    """Store the part that begins at `offset`; with the last one the file is added to the note.

    Raises Conflict with the offset at which to go on, where that is another one; TooLarge; ValidationError where the
    whole file does not have the hash or is not accepted, and then nothing of it stays.
    """
    check_can_add(by, note)
    if upload.size > MAX_BYTES:
        raise too_large(MAX_BYTES)
    with _alone(by, upload.uuid):
        there = arrived(uuid=upload.uuid, note=note, by=by)
        if there.use is not None:
            return _described(there.use, upload.caption, by)
        if there.offset != offset or offset + len(part) > upload.size:
            raise Conflict(
                _("The server has %(bytes)d bytes of this file. Go on from there.") % {"bytes": there.offset},
                code="other_offset",
                offset=there.offset,
            )
        partial = _partial(by, upload.uuid)
        if not offset:
            _check_room(partial.parent, upload.size)
        _append(partial, offset, part)
        if offset + len(part) < upload.size:
            return Arrived(offset + len(part))
        return _finished(partial, upload, note, by)


def drop_upload(*, uuid: UUID, by: User) -> None:
    """Delete what has arrived of an upload that its sender gives up."""
    with _alone(by, uuid):
        _partial(by, uuid).unlink(missing_ok=True)


def _finished(partial: Path, upload: Upload, note: FieldNote, by: User) -> Arrived:
    """Whatever is wrong with a whole file, it does not stay in the way of sending it again."""
    try:
        found = hash_of(partial)
        if found != upload.sha256:
            raise wrong_hash(found)
        use = add_file(
            file=partial,
            stated=upload.media_type,
            note=note,
            name=upload.name,
            caption=upload.caption,
            by=by,
            keeps_details=upload.keeps_details,
            sent={"upload": upload.uuid, "sent_sha256": upload.sha256, "sent_size": upload.size},
        )
    finally:
        partial.unlink(missing_ok=True)
    return Arrived(use.sent_size or 0, use)


def _described(use: NoteAttachment, caption: str, by: User) -> Arrived:
    """A caption that was written while the file was on its way comes with one more, empty part."""
    if caption and use.removed_at is None and use.erased_at is None:
        use = describe_attachment(use=use, caption=caption, by=by)
    return Arrived(use.sent_size or 0, use)


def _partial(by: User, uuid: UUID) -> Path:
    return arrivals() / str(by.pk) / str(uuid)


def _size_of(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _check_room(folder: Path, size: int) -> None:
    begun = [path.stat().st_size for path in folder.glob("*")] if folder.exists() else []
    if len(begun) >= MOST_BEGUN or sum(begun) + size > MOST_BEGUN_BYTES:
        sentence = _(
            "You have begun to send %(number)d files that are not complete on the server. Finish or remove one of them "
            "on the device that sends it; after %(days)d days the server removes them."
        )
        raise Conflict(sentence % {"number": len(begun), "days": DAYS_KEPT}, code="uploads_begun")


def _append(file: Path, offset: int, part: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("ab") as opened:
            opened.write(part)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        # A disk that is full has room for other things again.
        if file.exists():
            os.truncate(file, offset)
        raise


@contextmanager
def _alone(by: User, uuid: UUID) -> Iterator[None]:
    """Wait for other requests about the same upload."""
    digest = hashlib.sha256(f"upload {by.pk} {uuid}".encode()).digest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])
        yield
