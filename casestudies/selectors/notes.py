"""Conflicts and versions of a note, for a page and the API."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casestudies.merging import FIELDS
from casestudies.models import FieldNote, NoteConflict
from casestudies.prose import Piece, differences

LABELS = {
    "case_study": _("Case study"),
    "event": _("Event"),
    "kind": _("Kind"),
    "title": _("Title"),
    "text": _("Text"),
    "language": _("Language"),
    "occurred_on": _("Happened on"),
    "informants": _("Informants"),
    "sensitivity": _("Sensitivity"),
    "deleted": _("Deleted"),
}


def conflict_members(conflict: NoteConflict, note: FieldNote, user: User) -> dict[str, Any]:
    """Members of the answer 409 with base, theirs and mine; a base that the person may not read is None."""
    base = conflict.base
    if base is not None and not note.versions.readable_by(user).filter(pk=base.pk).exists():
        base = None
    return {
        "base": base.content if base is not None else None,
        "theirs": {**note.content, "deleted": note.deleted_at is not None},
        "mine": conflict.mine,
        "differing": conflict.differing,
        "conflict": conflict.pk,
        "version": note.version,
    }


@dataclass(frozen=True)
class FieldChange:
    """One field of two versions, with what was added and removed."""

    name: str
    label: str
    before: object
    after: object
    pieces: list[Piece]


def changes_between(before: dict[str, object], after: dict[str, object]) -> list[FieldChange]:
    """The fields in which two contents differ, prose with its passages."""
    changed = [name for name in FIELDS if before[name] != after[name]]
    return [
        FieldChange(
            name, str(LABELS[name]), before[name], after[name], differences(_text(before[name]), _text(after[name]))
        )
        for name in changed
    ]


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Choice:
    """One field of a conflict: base, theirs, mine, and whether a person has to decide."""

    name: str
    label: str
    base: str
    theirs: str
    mine: str
    differs: bool
    theirs_pieces: list[Piece]
    mine_pieces: list[Piece]


def choices_of(conflict: NoteConflict, note: FieldNote, user: User) -> list[Choice]:
    """Every field in which the two texts, or either and the base, differ; those to decide first."""
    members = conflict_members(conflict, note, user)
    base, theirs, mine = members["base"] or {}, members["theirs"], members["mine"]
    found = []
    for name in FIELDS:
        old, left, right = _text(base.get(name)), _text(theirs[name]), _text(mine.get(name))
        if left != right:
            pieces = differences(old, left), differences(old, right)
            found.append(Choice(name, str(LABELS[name]), old, left, right, name in conflict.differing, *pieces))
    return sorted(found, key=lambda choice: not choice.differs)
