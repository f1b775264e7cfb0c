"""Writing notes without ever losing a text (docs/fieldworkers.md, docs/adr/0050)."""

import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.merging import FIELDS, combine, sha256_of_edit, sha256_of_text
from casestudies.models import (
    CaseStudy,
    CoCreationEvent,
    EarlierConflictText,
    FieldNote,
    FieldNoteVersion,
    NoteConflict,
)
from casestudies.models.choices import Sensitivity
from casestudies.models.plain import plain
from casestudies.selectors.written_notes import note_of, versions_of
from rest.problems import Conflict
from versions.selectors import without_erased

Act = FieldNoteVersion.Act
_STRICTNESS = {sensitivity: place for place, sensitivity in enumerate(Sensitivity.values)}
NOTE = FieldNote._meta.label_lower
ROWS = ["case_study", "event", "organisation", "author", "deleted_by"]


@dataclass(frozen=True)
class Put:
    """Result of a PUT: the version or the conflict that holds the text that was sent; `earlier` is the text of the
    conflict that this PUT made before, where a newer one has replaced it since. `text_number` is its number there."""

    note: FieldNote
    version: FieldNoteVersion | None
    conflict: NoteConflict | None = None
    created: bool = False
    earlier: EarlierConflictText | None = None
    text_number: int = 0


@transaction.atomic
def put_note(
    *,
    uuid: uuids.UUID,
    content: Mapping[str, object],
    by: User,
    base_version: int | None = None,
    device: str = "",
    written_at: datetime | None = None,
    amends: int | None = None,
    text_number: int | None = None,
) -> Put:
    """Store a whole note, or an edit of one, under the UUID that its device made.

    `content` maps names of `merging.FIELDS` to values; `case_study` and `event` are rows. Fields left out are not
    edited. The same edit sent again returns the version that it made. An edit of an earlier version is combined with
    the current one where different fields changed, and stored as a conflict where both changed the same field.
    `amends` is a conflict of the same person, after which this was typed: while it is open the text becomes the
    person's text of that conflict, afterwards it is an edit of that text. `text_number` says after which text of the
    conflict, from 0, where the device may not know of a newer one.
    """
    sent = {name: plain(value) for name, value in content.items()}
    sent_sha256 = sha256_of_edit(sent, base_version, amends)
    stamp = _Stamp(by, device, written_at, base_version, sent_sha256, amends, text_number)
    note = _locked(uuid, by, sent_sha256=stamp.sent_sha256)
    if note is None:
        return _create(uuid, content, stamp)
    _check_visible(note)
    policies.check_can_edit_note(by, note)
    known = versions_of(by, note, base_version, sent_sha256)
    replayed = _replay(note, known, stamp)
    if replayed is not None:
        return replayed
    if note.erased_at is not None:
        content = without_erased(NOTE, str(note.pk), content)
        sent = {name: plain(value) for name, value in content.items()}
    _check_place(*_place(content, note), note)
    # A base version that this server never had (an older backup was restored) does not count as one.
    base = known.get(base_version) if base_version is not None else None
    theirs, before = note.content, base.content if base else None
    amended = _amended(note, stamp)
    if amended is not None:
        if amended.resolved_at is None:
            return _amend(note, amended, combine(before, theirs, sent).differing, sent, stamp)
        # A decision is an edit of what the conflict held, and so is this.
        before = (_known_text(amended, stamp) or amended).mine
    outcome = combine(before, theirs, sent)
    differing = [*outcome.differing, *_deletion(note, base_version)]
    if outcome.merged == theirs and not outcome.differing and (note.deleted_at is None or amended is not None):
        return Put(note, known[note.version])
    if differing:
        return _store_conflict(note, base, {**theirs, **sent}, differing, stamp)
    act = Act.WRITTEN if base_version == note.version else Act.COMBINED
    _set(note, {name: content[name] for name in content if outcome.merged[name] == sent[name]})
    return Put(note, _next_version(note, act, stamp))


@dataclass(frozen=True)
class _Stamp:
    """Who sent a note, from which device, when by its clock, and the version it is based on."""

    by: User
    device: str = ""
    written_at: datetime | None = None
    base_version: int | None = None
    sent_sha256: str = ""
    amends: int | None = None
    text_number: int | None = None


def _locked(uuid: uuids.UUID, by: User, *, sent_sha256: str = "") -> FieldNote | None:
    """The note, locked; the lock is on the identity, so that two first PUTs wait for each other too.

    The lock is a statement of its own: what is read in the same statement could be older than the lock. See `note_of`.
    """
    lock_note(uuid)
    return note_of(by, uuid, sent_sha256=sent_sha256)


def lock_note(uuid: uuids.UUID) -> None:
    """Wait for others who write this note, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [uuid.int >> 65])


def _check_visible(note: FieldNote) -> None:
    """`note` comes from `_locked`."""
    if not note.is_visible:
        raise Http404


def _place(content: Mapping[str, object], note: FieldNote | None = None) -> tuple[CaseStudy, CoCreationEvent | None]:
    """The case study and the event that the content names, else those of the note."""
    case_study = content.get("case_study", note.case_study if note else None)
    event = content.get("event", note.event if note else None)
    if not isinstance(case_study, CaseStudy) or not isinstance(event, CoCreationEvent | None):
        raise TypeError("The content of a note names its case study and its event by their rows.")
    return case_study, event


def _check_place(case_study: CaseStudy, event: CoCreationEvent | None, note: FieldNote | None = None) -> None:
    if event is not None and event.case_study_id != case_study.pk:
        raise ValidationError(
            {"event": ValidationError(_("This event belongs to another case study."), code="other_case")}
        )
    if note is not None and case_study.organisation_id != note.organisation_id:
        message = _("A note cannot move to a case study of another organisation.")
        raise ValidationError({"case_study": ValidationError(message, code="other_organisation")})


def _set(note: FieldNote, content: Mapping[str, object]) -> None:
    for name, value in content.items():
        setattr(note, name, value)


def _create(uuid: uuids.UUID, content: Mapping[str, object], stamp: _Stamp) -> Put:
    if "case_study" not in content:
        raise ValidationError({"case_study": ValidationError(_("Choose a case study."), code="required")})
    case_study, event = _place(content)
    policies.check_can_write_notes(stamp.by, case_study)
    _check_place(case_study, event)
    note = FieldNote(
        uuid=uuid, organisation=case_study.organisation, author=stamp.by, version=0, language=case_study.language
    )
    _set(note, content)
    version = _next_version(note, Act.WRITTEN, stamp)
    return Put(note, version, created=True)


def _replay(note: FieldNote, known: Mapping[int, FieldNoteVersion], stamp: _Stamp) -> Put | None:
    made = [number for number, version in known.items() if version.sent_sha256 == stamp.sent_sha256]
    if made:
        return Put(note, known[max(made)])
    if note.same_conflict is None:
        return None
    conflict = NoteConflict.objects.get(pk=note.same_conflict)
    is_newest = conflict.sent_sha256 == stamp.sent_sha256
    earlier = None if is_newest else conflict.earlier_texts.get(sent_sha256=stamp.sent_sha256)
    if conflict.pk == stamp.amends and conflict.resolved_at is not None:
        # The device did not learn that its text arrived before somebody decided.
        return Put(note, known[note.version])
    number = conflict.earlier_texts.filter(**({"pk__lt": earlier.pk} if earlier else {})).count()
    return Put(note, None, conflict, earlier=earlier, text_number=number)


def _amended(note: FieldNote, stamp: _Stamp) -> NoteConflict | None:
    """The conflict that the edit was typed after: one of the same note that the same person wrote, else none."""
    if stamp.amends is None:
        return None
    mine = note.conflicts.filter(pk=stamp.amends, author=stamp.by)
    found: NoteConflict | None = mine.with_replaced().first()
    return found


def _known_text(conflict: NoteConflict, stamp: _Stamp) -> EarlierConflictText | None:
    """The text of the conflict that the device knew of, where a newer one that it did not know has replaced it."""
    if stamp.text_number is None or stamp.text_number >= conflict.replaced:
        return None
    found: EarlierConflictText | None = conflict.earlier_texts.order_by("pk")[stamp.text_number :].first()
    return found


def _amend(
    note: FieldNote, conflict: NoteConflict, differing: list[str], sent: Mapping[str, object], stamp: _Stamp
) -> Put:
    """Put what was typed after a conflict in the place of its text, and keep that text too."""
    known = _known_text(conflict, stamp)
    if known and {**known.mine, **sent} == known.mine:
        return Put(note, None, conflict, earlier=known, text_number=stamp.text_number or 0)
    mine = {**conflict.mine, **sent}
    if mine == conflict.mine:
        return Put(note, None, conflict, text_number=conflict.replaced)
    stamps = ("sha256", "sent_sha256", "device", "written_at", "stored_at")
    EarlierConflictText.objects.create(
        conflict=conflict, mine=conflict.mine, **{name: getattr(conflict, name) for name in stamps}
    )
    conflict.mine, conflict.sha256, conflict.sent_sha256 = mine, sha256_of_text(str(mine["text"])), stamp.sent_sha256
    conflict.device, conflict.written_at, conflict.stored_at = stamp.device, stamp.written_at, timezone.now()
    conflict.differing = [name for name in (*FIELDS, "deleted") if name in {*conflict.differing, *differing}]
    conflict.save()
    audit.record("field-note.amended", by=stamp.by, target=note, conflict=conflict.pk)
    return Put(note, None, conflict, text_number=conflict.replaced + 1)


def _deletion(note: FieldNote, base_version: int | None) -> list[str]:
    """A deletion that the writer did not know of counts as a difference."""
    return ["deleted"] if note.deleted_at is not None and base_version != note.version else []


def _store_conflict(
    note: FieldNote, base: FieldNoteVersion | None, mine: Mapping[str, object], differing: list[str], stamp: _Stamp
) -> Put:
    conflict = NoteConflict.objects.create(
        note=note,
        base_version=base.number if base else None,
        theirs_version=note.version,
        mine=dict(mine),
        sha256=sha256_of_text(str(mine["text"])),
        sent_sha256=stamp.sent_sha256,
        differing=differing,
        device=stamp.device,
        written_at=stamp.written_at,
        author=stamp.by,
    )
    audit.record("field-note.conflicted", by=stamp.by, target=note, conflict=conflict.pk, fields=differing)
    return Put(note, None, conflict)


def _next_version(note: FieldNote, act: str, stamp: _Stamp, *, reason: str = "") -> FieldNoteVersion:
    """Store the note and a version with the same content."""
    note.version += 1
    note.sha256 = sha256_of_text(note.text)
    note.device, note.written_at, note.stored_at = stamp.device, stamp.written_at, timezone.now()
    if act == Act.DELETED:
        note.deleted_at, note.deleted_by = note.stored_at, stamp.by
    else:
        note.deleted_at = note.deleted_by = None
    # These checks would cost one more query each: `_locked` has read the note, the rows it points to were read in
    # this request, and the database checks the constraints when the note is stored.
    note.full_clean(exclude=ROWS, validate_unique=False, validate_constraints=False)
    note.save(force_insert=note.version == 1)
    version = FieldNoteVersion.objects.create(
        note=note,
        number=note.version,
        act=act,
        sha256=note.sha256,
        sent_sha256=stamp.sent_sha256,
        base_version=stamp.base_version,
        device=stamp.device,
        written_at=stamp.written_at,
        stored_at=note.stored_at,
        author=stamp.by,
        reason=reason,
        **{name: getattr(note, name) for name in FIELDS},
    )
    audit.record(f"field-note.{act}", by=stamp.by, target=note, version=note.version)
    return version


@transaction.atomic
def resolve_conflict(
    *,
    conflict: NoteConflict,
    content: Mapping[str, object],
    by: User,
    base_version: int,
    device: str = "",
    seen_sha256: str = "",
) -> FieldNoteVersion:
    """Store a person's decision between two texts as the next version of the note.

    `base_version` is the version that the person saw as *theirs*; raises Conflict if the note has a newer one.
    `seen_sha256`, where given, is the text that the person saw as *mine*, likewise.
    """
    note = _editable(conflict.note_id, by)
    conflict = get_object_or_404(_locked_conflicts(by), pk=conflict.pk)
    if conflict.resolved_at is not None:
        raise ValidationError(_("This conflict is already decided."), code="already_resolved")
    stale = ""
    if base_version != note.version:
        stale = _("The note has a newer version. Check the texts again before you decide.")
    elif seen_sha256 not in ("", conflict.sha256):
        stale = _("More was typed on the device of this conflict. Check the texts again before you decide.")
    if stale:
        raise Conflict(
            stale,
            code="stale_decision",
            version=note.version,
            theirs=note.content,
            mine=conflict.mine,
            differing=conflict.differing,
        )
    if note.erased_at is not None:
        content = without_erased(NOTE, str(note.pk), content)
    _check_place(*_place(content, note), note)
    _set(note, content)
    stamp = _Stamp(by, device, timezone.now(), base_version)
    version = _next_version(note, Act.RESOLVED, stamp, reason=_("Conflict %(number)d") % {"number": conflict.pk})
    conflict.resolved_at, conflict.resolved_by = version.stored_at, by
    conflict.resolved_version = version.number
    conflict.save()
    return version


def _locked_conflicts(by: User) -> QuerySet[NoteConflict]:
    return NoteConflict.objects.visible_to(by).select_for_update(of=("self",))


@transaction.atomic
def restore_version(*, version: FieldNoteVersion, by: User, fields: list[str] | None = None) -> FieldNoteVersion:
    """Restore an older version, or some of its fields, as a new version.

    A field of a version that was more sensitive than the note is now makes the note as sensitive as that version.
    """
    note = _editable(version.note_id, by)
    if not note.versions.readable_by(by).filter(pk=version.pk).exists():
        raise Http404
    names = FIELDS if fields is None else fields
    _set(note, {name: getattr(version, name) for name in names})
    if _STRICTNESS[version.sensitivity] > _STRICTNESS[note.sensitivity]:
        note.sensitivity = version.sensitivity
    _check_place(note.case_study, note.event, note)
    what = _("all fields") if fields is None else ", ".join(fields)
    reason = _("From version %(number)d: %(fields)s") % {"number": version.number, "fields": what}
    return _next_version(note, Act.RESTORED, _Stamp(by), reason=reason)


@transaction.atomic
def delete_note(*, note: FieldNote, by: User) -> FieldNote:
    """Delete a note. Its text and versions stay, and it can be restored."""
    note = _editable(note.pk, by, to_delete=True)
    if note.deleted_at is None:
        _next_version(note, Act.DELETED, _Stamp(by))
    return note


@transaction.atomic
def undelete_note(*, note: FieldNote, by: User) -> FieldNote:
    """Restore a deleted note."""
    note = _editable(note.pk, by, to_delete=True)
    if note.deleted_at is not None:
        _next_version(note, Act.UNDELETED, _Stamp(by))
    return note


def _editable(uuid: uuids.UUID, by: User, *, to_delete: bool = False) -> FieldNote:
    note = _locked(uuid, by)
    if note is None:
        raise Http404
    _check_visible(note)
    check = policies.check_can_delete_note if to_delete else policies.check_can_edit_note
    check(by, note)
    return note
