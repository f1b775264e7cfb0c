"""What a coder gets next. Two coders never hold one seat."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from coding import policies
from coding.models import Assignment, Round, RoundCoder, Submission

# One statement finds, locks and takes the seat; seats that another coder is taking this moment are stepped over.
# The order: own begun one, assigned, nearly complete, under-covered, random; then put off, then skipped by others.
_TAKE = """
WITH chosen AS (
  SELECT seat.id,
    CASE
      WHEN seat.coder_id = %(coder)s AND seat.postponed_at IS NOT NULL THEN 'postponed'
      WHEN seat.coder_id = %(coder)s AND seat.leased_until IS NOT NULL THEN 'lease'
      WHEN seat.coder_id = %(coder)s THEN 'assigned'
      WHEN unit.skipped > 0 THEN 'skipped'
      WHEN unit.done > 0 THEN 'nearly-complete'
      WHEN unit.coders_wanted > 1 THEN 'under-covered'
      ELSE 'random'
    END AS why
  FROM coding_assignment seat JOIN coding_roundunit unit ON unit.id = seat.round_unit_id
  WHERE unit.round_id = %(round)s AND seat.submitted_at IS NULL
    AND (
      seat.coder_id = %(coder)s
      OR (
        %(may_begin)s
        AND (seat.coder_id IS NULL OR seat.leased_until <= %(now)s)
        AND NOT EXISTS (
          SELECT 1 FROM coding_assignment own WHERE own.round_unit_id = unit.id AND own.coder_id = %(coder)s
        )
        AND NOT EXISTS (
          SELECT 1 FROM coding_submission made WHERE made.round_unit_id = unit.id AND made.coder_id = %(coder)s
        )
      )
    )
  ORDER BY array_position(
      ARRAY['lease', 'assigned', 'nearly-complete', 'under-covered', 'random', 'postponed', 'skipped'],
      CASE
        WHEN seat.coder_id = %(coder)s AND seat.postponed_at IS NOT NULL THEN 'postponed'
        WHEN seat.coder_id = %(coder)s AND seat.leased_until IS NOT NULL THEN 'lease'
        WHEN seat.coder_id = %(coder)s THEN 'assigned'
        WHEN unit.skipped > 0 THEN 'skipped'
        WHEN unit.done > 0 THEN 'nearly-complete'
        WHEN unit.coders_wanted > 1 THEN 'under-covered'
        ELSE 'random'
      END
    ), seat.postponed_at, unit.position, seat.seat
  LIMIT 1
  FOR UPDATE OF seat SKIP LOCKED
)
UPDATE coding_assignment taken
SET coder_id = %(coder)s, why = chosen.why, leased_until = %(until)s, postponed_at = NULL,
  taken_at = CASE WHEN taken.coder_id = %(coder)s THEN COALESCE(taken.taken_at, %(now)s) ELSE %(now)s END,
  memo = CASE WHEN taken.coder_id = %(coder)s THEN taken.memo ELSE '' END,
  is_flagged = taken.coder_id = %(coder)s AND taken.is_flagged
FROM chosen WHERE taken.id = chosen.id
RETURNING taken.id
"""


@transaction.atomic
def take_next(*, by: User, coding_round: Round | None = None) -> Assignment | None:
    """The next text of this coder, leased; None when there is nothing to do. Without a round: of the oldest that has.

    Asking again before handing in gives the same text.
    """
    policies.check_can_code_anywhere(by)
    rounds = Round.objects.open_to(by)
    if coding_round is not None:
        rounds = rounds.filter(pk=coding_round.pk)
    for each in rounds:
        seat = _take_in(each, by)
        if seat is not None:
            audit.record("assignment.taken", by=by, target=seat, why=seat.why)
            return seat
    return None


def _take_in(coding_round: Round, by: User) -> Assignment | None:
    # A person's own tabs wait for each other here; different coders do not.
    member = RoundCoder.objects.select_for_update().get(round=coding_round, coder=by)
    now = timezone.now()
    values: dict[str, Any] = {
        "coder": by.pk,
        "round": coding_round.pk,
        "now": now,
        "until": now + timedelta(minutes=coding_round.lease_minutes),
        "may_begin": _may_begin(coding_round, member),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        row = cursor.fetchone()
    if row is None:
        return None
    return Assignment.objects.select_related("round_unit__round").get(pk=row[0])


def _may_begin(coding_round: Round, member: RoundCoder) -> bool:
    """Whether this coder may begin a further text: below the own quota, and before the round's stop rule holds."""
    made = Submission.objects.filter(round_unit__round=coding_round).covering()
    if coding_round.stop_after is not None and made.count() >= coding_round.stop_after:
        return False
    return member.quota is None or made.filter(coder=member.coder_id).count() < member.quota


def own_seat(seat: Assignment, by: User) -> Assignment:
    """The seat, locked, still this coder's, not handed in, in an open round; its lease begins anew."""
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("round_unit__round").get(pk=seat.pk)
    policies.check_can_code_at(by, locked)
    running = locked.round_unit.round
    if not running.is_open:
        raise ValidationError("The round is closed; nothing more is coded in it.", code="round_closed")
    if locked.submitted_at is not None:
        raise ValidationError("You have handed this text in; it does not change any more.", code="submitted")
    locked.leased_until = _lease_end(running, timezone.now())
    locked.taken_at = locked.taken_at or timezone.now()
    return locked


def _lease_end(coding_round: Round, now: datetime) -> datetime:
    return now + timedelta(minutes=coding_round.lease_minutes)


@transaction.atomic
def postpone(*, seat: Assignment, by: User) -> Assignment:
    """Put a text off: it comes back to this coder last, or goes to another one when its lease has ended."""
    seat = own_seat(seat, by)
    seat.postponed_at = timezone.now()
    seat.save()
    audit.record("assignment.postponed", by=by, target=seat)
    return seat


@transaction.atomic
def note_on_seat(*, seat: Assignment, by: User, memo: str | None = None, is_flagged: bool | None = None) -> Assignment:
    """Write the memo on the whole text, or flag it for the lead coder."""
    seat = own_seat(seat, by)
    if memo is not None:
        seat.memo = memo
    if is_flagged is not None:
        seat.is_flagged = is_flagged
    seat.save()
    audit.record("assignment.noted", by=by, target=seat, is_flagged=seat.is_flagged)
    return seat
