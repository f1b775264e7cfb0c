"""Conflicts and versions of a note, for a page and the API, and the record of who read a confidential one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from casestudies.merging import FIELDS, decide
from casestudies.models import CaseStudy, CoCreationEvent, EarlierConflictText, FieldNote, NoteConflict
from casestudies.models.choices import Sensitivity
from casestudies.passages import CHOICES, Passage, composed, passages_of
from casestudies.policies import Person
from casestudies.prose import Piece, differences
from rest.serializers import Column, RowReader

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


class ConflictMembers(TypedDict):
    """What the answer 409 to an edit of a note holds besides its sentence."""

    base: dict[str, object] | None
    theirs: dict[str, object]
    mine: dict[str, object]
    differing: list[str]
    conflict: int
    text_number: int
    resolved_version: int | None
    version: int
    sha256: str
    erased: bool


def record_reads(person: Person, shown: Iterable[tuple[object, object]]) -> None:
    """Record the confidential ones of what a person was shown: pairs of a note's key and the sensitivity of a text."""
    keys = [key for key, sensitivity in shown if sensitivity == Sensitivity.CONFIDENTIAL]
    if keys:
        audit.record_reads("field-note.read", by=person, of=FieldNote, keys=keys)


class NoteReader(RowReader):
    """Reads rows of notes for the API, and records which confidential ones the answer shows.

    key: path to the note's key. sensitivities: paths of which one says "confidential" for a row that is.
    """

    def __init__(
        self, columns: Mapping[str, Column], person: Person, *, key: str, sensitivities: tuple[str, ...]
    ) -> None:
        super().__init__(columns)
        self._person = person
        self._is_plain = False
        self._extra = (key, *sensitivities)
        self.paths = list(dict.fromkeys([*self.paths, *self._extra]))
        self._read: list[tuple[object, object]] = []

    def as_dict(self, values: tuple[object, ...]) -> dict[str, object]:
        key, *found = (values[self.paths.index(path)] for path in self._extra)
        self._read += [(key, sensitivity) for sensitivity in found]
        return super().as_dict(values)

    def shown(self) -> None:
        record_reads(self._person, self._read)
        self._read = []


def conflict_members(
    conflict: NoteConflict,
    note: FieldNote,
    user: User,
    earlier: EarlierConflictText | None = None,
    text_number: int = 0,
) -> ConflictMembers:
    """Members of the answer 409 with base, theirs and mine; a base that the person may not read is None.

    `sha256` is the receipt: of the text that was sent, which `earlier` holds where a newer one has replaced it, and
    `text_number` is the number of that text, from 0.
    """
    base = None
    if conflict.base_version is not None:
        versions = note.versions.readable_by(user).select_related("case_study", "event")
        base = versions.filter(number=conflict.base_version).first()
    return {
        "base": base.content if base is not None else None,
        "theirs": {**note.content, "deleted": note.deleted_at is not None},
        "mine": conflict.mine,
        "differing": conflict.differing,
        "conflict": conflict.pk,
        "text_number": text_number,
        "resolved_version": conflict.resolved_version,
        "version": note.version,
        "sha256": (earlier or conflict).sha256,
        "erased": note.erased_at is not None,
    }


def plain_choice(conflict: NoteConflict, keep: str) -> dict[str, object]:
    """Fields that a decision for one side changes: where both edits changed a field, `keep` ("mine", "theirs") wins."""
    base = conflict.base
    theirs = FieldNote.objects.select_related("case_study", "event").get(pk=conflict.note_id).content
    decided = decide(base.content if base else None, theirs, conflict.mine, keep=keep)
    return {name: value for name, value in decided.items() if value != theirs[name]}


def chosen_content(conflict: NoteConflict, keep: str) -> dict[str, object]:
    """The same as content for an action, with rows for the case study and the event."""
    content = plain_choice(conflict, keep)
    if "case_study" in content:
        content["case_study"] = CaseStudy.objects.get(slug=str(content["case_study"]))
    if isinstance(event := content.get("event"), int):
        content["event"] = CoCreationEvent.objects.get(pk=event)
    if isinstance(occurred_on := content.get("occurred_on"), str):
        content["occurred_on"] = date.fromisoformat(occurred_on)
    return content


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


@dataclass(frozen=True)
class Decision:
    """The text of a conflict by passage, what a person chose for each, and the text that the choices make."""

    passages: list[tuple[Passage, str]]
    text: str

    @property
    def open(self) -> int:
        """How many passages were changed on one side or both."""
        return sum(passage.changed != "neither" for passage, _choice in self.passages)


def decision_of(conflict: NoteConflict, note: FieldNote, user: User, posted: Mapping[str, str]) -> Decision:
    """`posted` holds `passage-0` and so on; choices that were made for other texts than these are not read."""
    members = conflict_members(conflict, note, user)
    base, theirs, mine = members["base"], members["theirs"], members["mine"]
    old = None if base is None else str(base["text"])
    found = passages_of(old, str(theirs["text"]), str(mine.get("text", "")))
    is_of_these = (posted.get("base_version"), posted.get("mine_sha256")) == (str(note.version), conflict.sha256)
    chosen = {n: posted.get(f"passage-{n}", "") for n in range(len(found))} if is_of_these else {}
    choices = {place: choice for place, choice in chosen.items() if choice in CHOICES}
    shown = [(passage, choices.get(place, passage.usual)) for place, passage in enumerate(found)]
    return Decision(shown, composed(found, choices))


def choices_of(conflict: NoteConflict, note: FieldNote, user: User) -> list[Choice]:
    """Every field but the text in which the two contents, or either and the base, differ; those to decide first."""
    members = conflict_members(conflict, note, user)
    base, theirs, mine = members["base"] or {}, members["theirs"], members["mine"]
    found = []
    for name in FIELDS:
        if name == "text":
            continue
        old, left, right = _text(base.get(name)), _text(theirs[name]), _text(mine.get(name))
        if left != right:
            pieces = differences(old, left), differences(old, right)
            found.append(Choice(name, str(LABELS[name]), old, left, right, name in conflict.differing, *pieces))
    return sorted(found, key=lambda choice: not choice.differs)
