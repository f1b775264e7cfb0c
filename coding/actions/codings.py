"""Applying codes, retracting them, and submitting a unit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding.actions.queue import own_assignment
from coding.actions.settling import compare_unit
from coding.actions.slots import add_slot_after_skip
from coding.actions.state import standing_of
from coding.models import Assignment, Code, CodebookVersion, Coding, Submission
from coding.segments import is_whole, segments_of, whole_around
from rest.prepared import Prepared
from rest.problems import Conflict

Outcome = Submission.Outcome
# In SQL, for the counts as they are after it: others submit the same unit at the same time.
_COUNT = """
UPDATE coding_roundunit SET done = done + %s, skipped = skipped + %s WHERE id = %s RETURNING done, skipped
"""
_earlier = Prepared(lambda unit, coder: Submission.objects.filter(round_unit=unit, coder=coder).values_list("pk"))
_made = Prepared(
    lambda assignment, coder, outcome, version: Submission.objects.standing().filter(
        assignment=assignment, coder=coder, outcome=outcome, assignment__version=version
    )
)


@dataclass(frozen=True)
class NewCoding:
    """A code for the whole unit, or for the code points from `start` up to, not including, `end`."""

    code: Code
    start: int | None = None
    end: int | None = None
    certainty: str = ""
    memo: str = ""
    uuid: UUID | None = None


@transaction.atomic
def apply_code(*, assignment: Assignment, coding: NewCoding, by: User) -> Coding:
    """Record a code. The same UUID of the client gives the same row again; a passage has the same code only once."""
    assignment = own_assignment(assignment, by)
    stored = Coding.objects.filter(uuid=coding.uuid).first() if coding.uuid else None
    if stored is not None:
        return _same(stored, coding, assignment)
    _check_can_apply(assignment, coding)
    rows = Coding.objects.at(assignment.round_unit_id, by.pk).standing()
    existing = rows.filter(code=coding.code, start=coding.start, end=coding.end).first()
    if existing is not None:
        return existing
    made = Coding.objects.create(
        uuid=coding.uuid or uuid4(),
        round_unit_id=assignment.round_unit_id,
        coder=by,
        code=coding.code,
        start=coding.start,
        end=coding.end,
        certainty=coding.certainty,
        memo=coding.memo,
    )
    assignment.version += 1
    assignment.save()
    audit.record("coding.applied", by=by, target=made, code=made.code_id)
    return made


def _same(stored: Coding, coding: NewCoding, assignment: Assignment) -> Coding:
    values = (stored.round_unit_id, stored.coder_id, stored.code_id, stored.start, stored.end)
    if values != (assignment.round_unit_id, assignment.coder_id, coding.code.pk, coding.start, coding.end):
        raise Conflict(_("This UUID belongs to another coding."), code="uuid_taken")
    return stored


def _check_can_apply(assignment: Assignment, coding: NewCoding) -> None:
    version = assignment.round_unit.round.codebook_version_id
    if coding.code.version_id != version or not coding.code.is_codable:
        raise ValidationError(
            {
                "code": ValidationError(
                    _("Choose a code of this round's codebook that can be applied."), code="foreign_code"
                )
            }
        )
    if (coding.start is None) != (coding.end is None):
        raise ValidationError(_("Enter both start and end, or neither for the whole unit."), code="half_a_passage")
    if coding.start is None or coding.end is None:
        return
    length = len(assignment.round_unit.unit.text)
    if not 0 <= coding.start < coding.end <= length:
        raise ValidationError(
            _("A passage must start before it ends, within the %(length)s characters of the text."),
            code="bad_passage",
            params={"length": length},
        )
    _check_is_whole(assignment, coding.start, coding.end)


def _check_is_whole(assignment: Assignment, start: int, end: int) -> None:
    """Where the codebook asks for whole sentences or paragraphs, a passage has the edges of those."""
    version = assignment.round_unit.round.codebook_version
    segments = segments_of(assignment.round_unit.unit.text, version.passages)
    if version.passages == CodebookVersion.Passages.WORDS or is_whole(segments, start, end):
        return
    nearest = whole_around(segments, start, end) or (segments[0] if segments else (0, 0))
    raise ValidationError(
        _(
            "Passages of this codebook have to be made of %(kind)s. The nearest one starts at %(start)d and ends "
            "at %(end)d."
        ),
        code="not_whole",
        params={"kind": version.get_passages_display().lower(), "start": nearest[0], "end": nearest[1]},
    )


@transaction.atomic
def retract(*, coding: Coding, by: User) -> Coding:
    """Add a row that retracts a coding. Retracting twice changes nothing."""
    assignment = Assignment.objects.filter(round_unit=coding.round_unit_id, coder=by).first()
    if coding.coder_id != by.pk:
        raise ValidationError(_("Only the coder who made a coding can retract it."), code="not_yours")
    if assignment is None:
        raise ValidationError(_("This unit is not reserved for you any more."), code="lease_lost")
    return _retract(own_assignment(assignment, by), coding, by, grows=True, at=timezone.now())


def _retract(assignment: Assignment, coding: Coding, by: User, *, grows: bool, at: datetime) -> Coding:
    if coding.retracts_id is not None:
        raise ValidationError(_("This row is a retraction. Apply the code again instead."), code="is_retraction")
    existing = Coding.objects.filter(retracts=coding).first()
    if existing is not None:
        return existing
    made = Coding.objects.create(
        round_unit_id=coding.round_unit_id,
        coder=by,
        code_id=coding.code_id,
        start=coding.start,
        end=coding.end,
        retracts=coding,
        made_at=at,
    )
    assignment.version += grows
    assignment.save()
    audit.record("coding.retracted", by=by, target=made, retracts=coding.pk)
    return made


@transaction.atomic
def submit(
    *, assignment: Assignment, outcome: str, by: User, seen: int | None = None, active_seconds: int | None = None
) -> Submission:
    """Submit a unit: `coded` with codes, `none-applies` without; `skipped` gives it to another coder.

    The one way to submit, of pages and API. `seen` is the version of the assignment that the coder was shown; where it
    is older than the current one a Conflict shows what is newer. The same submit sent again gives the same submission.
    """
    try:
        assignment = own_assignment(assignment, by, seen=seen)
    except (ValidationError, Conflict):
        again = _submitted_so(assignment, outcome, by, seen)
        if again is None:
            raise
        return again
    note_activity(assignment, active_seconds)
    standing = standing_of(assignment)
    count = _checked_count(outcome, len(standing))
    now = timezone.now()
    if outcome == Outcome.SKIPPED:
        for coding in standing:
            _retract(assignment, coding, by, grows=False, at=now)
    earlier = len(_earlier(assignment.round_unit_id, by.pk))
    made = Submission.objects.create(
        assignment=assignment,
        round_unit_id=assignment.round_unit_id,
        coder=by,
        number=earlier + 1,
        outcome=outcome,
        codings=count,
        is_flagged=assignment.is_flagged,
        memo=assignment.memo,
        seconds=int((now - assignment.taken_at).total_seconds()) if assignment.taken_at else None,
        active_seconds=assignment.active_seconds,
        submitted_at=now,
    )
    assignment.submitted_at, assignment.leased_until, assignment.postponed_at = now, None, None
    assignment.save()
    _count_submission(assignment, outcome)
    compare_unit(assignment.round_unit)
    audit.record("unit.submitted", by=by, target=made, outcome=outcome, codings=count)
    return made


def restore_codes(skip: Submission) -> int:
    """Apply again the codes that were retracted because the coder skipped the unit; returns how many.

    For a skip that is withdrawn: what was retracted with it has the time of the submission.
    """
    retracted = Coding.objects.at(skip.round_unit_id, skip.coder_id).filter(
        retracts__isnull=False, made_at=skip.submitted_at
    )
    made = [
        Coding(
            round_unit_id=row.round_unit_id,
            coder_id=row.coder_id,
            code_id=row.code_id,
            start=row.start,
            end=row.end,
            certainty=row.retracts.certainty,
            memo=row.retracts.memo,
        )
        for row in retracted.select_related("retracts")
        if row.retracts is not None
    ]
    return len(Coding.objects.bulk_create(made))


def _submitted_so(assignment: Assignment, outcome: str, by: User, seen: int | None) -> Submission | None:
    """The standing submission of a request whose answer was lost: same coder, version and outcome."""
    if seen is None:
        return None
    made: Submission | None = _made.first(assignment.pk, by.pk, outcome, seen)
    return made


def note_activity(assignment: Assignment, active_seconds: int | None) -> None:
    """Keep how long the coder was active, as the page counts it: never less than before, never more than the time since
    the unit was taken. Does not save."""
    if active_seconds is None or assignment.taken_at is None:
        return
    passed = max(0, int((timezone.now() - assignment.taken_at).total_seconds()))
    assignment.active_seconds = max(assignment.active_seconds, min(active_seconds, passed))


def _checked_count(outcome: str, standing: int) -> int:
    if outcome not in Outcome.values:
        params = {"allowed": ", ".join(Outcome.values)}
        raise ValidationError({"outcome": ValidationError(_("Allowed: %(allowed)s."), "invalid_choice", params)})
    if outcome == Outcome.CODED and not standing:
        raise ValidationError(
            _("No codes applied yet. Apply a code, or choose None applies, Unsure or Skip."),
            code="no_codings",
        )
    if outcome == Outcome.NONE_APPLIES and standing:
        raise ValidationError(_("Codes are applied. Retract them to say that none applies."), code="has_codings")
    return 0 if outcome == Outcome.SKIPPED else standing


def _count_submission(assignment: Assignment, outcome: str) -> None:
    is_skip = outcome == Outcome.SKIPPED
    unit = assignment.round_unit
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [int(not is_skip), int(is_skip), unit.pk])
        unit.done, unit.skipped = cursor.fetchone()
    if is_skip:
        add_slot_after_skip(assignment)
