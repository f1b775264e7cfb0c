"""Giving codes, taking them back, and handing in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from coding.actions.queue import own_seat
from coding.models import Assignment, Code, Coding, RoundUnit, Submission
from rest.problems import Conflict

Outcome = Submission.Outcome


@dataclass(frozen=True)
class NewCoding:
    """A code for the whole text, or for the code points from `start` up to, not including, `end`."""

    code: Code
    start: int | None = None
    end: int | None = None
    certainty: str = ""
    memo: str = ""
    uuid: UUID | None = None


@transaction.atomic
def give_code(*, seat: Assignment, coding: NewCoding, by: User) -> Coding:
    """Record a code. The same client-made UUID again is the same row; the same code on the same passage stands once."""
    seat = own_seat(seat, by)
    known = Coding.objects.filter(uuid=coding.uuid).first() if coding.uuid else None
    if known is not None:
        return _same(known, coding, seat)
    _check_fits(seat, coding)
    rows = Coding.objects.at(seat.round_unit_id, by.pk).standing()
    twin = rows.filter(code=coding.code, start=coding.start, end=coding.end).first()
    if twin is not None:
        return twin
    made = Coding.objects.create(
        uuid=coding.uuid or uuid4(),
        round_unit_id=seat.round_unit_id,
        coder=by,
        code=coding.code,
        start=coding.start,
        end=coding.end,
        certainty=coding.certainty,
        memo=coding.memo,
    )
    seat.save()
    audit.record("coding.given", by=by, target=made, code=made.code_id)
    return made


def _same(known: Coding, coding: NewCoding, seat: Assignment) -> Coding:
    stored = (known.round_unit_id, known.coder_id, known.code_id, known.start, known.end)
    if stored != (seat.round_unit_id, seat.coder_id, coding.code.pk, coding.start, coding.end):
        raise Conflict("This UUID names another coding.", code="uuid_taken")
    return known


def _check_fits(seat: Assignment, coding: NewCoding) -> None:
    version = seat.round_unit.round.codebook_version_id
    if coding.code.version_id != version or not coding.code.is_codable:
        raise ValidationError(
            {"code": ValidationError("This is no code of this round's codebook.", code="foreign_code")}
        )
    if (coding.start is None) != (coding.end is None):
        raise ValidationError("Give both start and end, or neither for the whole text.", code="half_a_passage")
    if coding.start is None or coding.end is None:
        return
    length = len(seat.round_unit.unit.text)
    if not 0 <= coding.start < coding.end <= length:
        raise ValidationError(
            f"A passage begins before it ends and lies in the text of {length} characters.", code="bad_passage"
        )


@transaction.atomic
def retract(*, coding: Coding, by: User) -> Coding:
    """Take a coding back by a row that says so. Doing it twice changes nothing."""
    seat = Assignment.objects.filter(round_unit=coding.round_unit_id, coder=by).first()
    if seat is None or coding.coder_id != by.pk:
        raise ValidationError("Only its own coder takes a coding back.", code="not_yours")
    seat = own_seat(seat, by)
    if coding.retracts_id is not None:
        raise ValidationError("This row takes a coding back; give the code again instead.", code="is_retraction")
    before = Coding.objects.filter(retracts=coding).first()
    if before is not None:
        return before
    made = Coding.objects.create(
        round_unit_id=coding.round_unit_id,
        coder=by,
        code_id=coding.code_id,
        start=coding.start,
        end=coding.end,
        retracts=coding,
    )
    seat.save()
    audit.record("coding.retracted", by=by, target=made, retracts=coding.pk)
    return made


@transaction.atomic
def submit(*, seat: Assignment, outcome: str, by: User) -> Submission:
    """Hand the set in for good: `coded` with codes, `none-applies` without; `skipped` sends the text on."""
    seat = own_seat(seat, by)
    standing = Coding.objects.at(seat.round_unit_id, by.pk).standing()
    count = _checked_count(outcome, standing.count())
    if outcome == Outcome.SKIPPED:
        for coding in standing:
            retract(coding=coding, by=by)
    now = timezone.now()
    made = Submission.objects.create(
        assignment=seat,
        round_unit_id=seat.round_unit_id,
        coder=by,
        outcome=outcome,
        codings=count,
        is_flagged=seat.is_flagged,
        memo=seat.memo,
        seconds=int((now - seat.taken_at).total_seconds()) if seat.taken_at else None,
        submitted_at=now,
    )
    seat.submitted_at, seat.leased_until, seat.postponed_at = now, None, None
    seat.save()
    _count(seat, outcome)
    audit.record("submission.made", by=by, target=made, outcome=outcome, codings=count)
    return made


def _checked_count(outcome: str, standing: int) -> int:
    if outcome not in Outcome.values:
        allowed = ", ".join(Outcome.values)
        raise ValidationError({"outcome": ValidationError(f"Allowed: {allowed}.", code="invalid_choice")})
    if outcome == Outcome.CODED and not standing:
        raise ValidationError(
            "No code is given yet. Give one, or say that nothing applies, that you are unsure, or skip.",
            code="no_codings",
        )
    if outcome == Outcome.NONE_APPLIES and standing:
        raise ValidationError("Codes are given; take them back to say that nothing applies.", code="has_codings")
    return 0 if outcome == Outcome.SKIPPED else standing


def _count(seat: Assignment, outcome: str) -> None:
    units: Any = RoundUnit.objects.filter(pk=seat.round_unit_id)
    if outcome != Outcome.SKIPPED:
        units.update(done=F("done") + 1)
        return
    units.update(skipped=F("skipped") + 1)
    last = seat.round_unit.seats.aggregate(last=Max("seat"))["last"]
    Assignment.objects.create(round_unit_id=seat.round_unit_id, seat=last + 1)
