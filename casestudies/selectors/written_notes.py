"""What an edit of a note reads of it, in two statements whose SQL is built once (docs/adr/0119)."""

from uuid import UUID

from django.db.models import Q

from accounts.models import User
from casestudies.models import FieldNote, FieldNoteVersion
from rest.prepared import Prepared

_note = Prepared(
    lambda person, uuid, sent_sha256: (
        FieldNote.objects.select_related("case_study", "event", "author")
        .with_visibility(person)
        .with_conflict_of(sent_sha256)
        .filter(uuid=uuid)
    )
)
_versions = Prepared(
    lambda person, note, newest, base, sent_sha256: (
        FieldNoteVersion.objects.filter(note=note)
        .readable_by(person)
        .filter(Q(number__in=[newest, base]) | Q(sent_sha256=sent_sha256))
        .select_related("case_study", "event")
    )
)


def note_of(person: User, uuid: UUID, *, sent_sha256: str = "") -> FieldNote | None:
    """The note, with `is_visible` and `same_conflict`, the id of the conflict that the same edit (`sent_sha256`) made
    before."""
    note: FieldNote | None = _note.first(person, uuid, sent_sha256)
    return note


def versions_of(person: User, note: FieldNote, base: int | None, sent_sha256: str) -> dict[int, FieldNoteVersion]:
    """By number: the newest version, the one the edit is based on, and those the same edit made; one query.

    A version that the sender may not read does not count as a base: what differs from it would tell what it says.
    """
    found = _versions(person, note.pk, note.version, base or note.version, sent_sha256)
    return {version.number: version for version in found}
