"""Which unit a coder gets next. An assignment never has two coders."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding import policies
from coding.models import Assignment, Round, RoundCoder, Submission

# One statement finds, locks and leases an assignment; it passes over those that another coder is taking at this moment.
# The order: own started one, assigned, nearly complete, under-covered, random; then postponed, then skipped by others.
_TAKE = """
WITH chosen AS (
  SELECT assignment.id, reason.why
  FROM coding_assignment assignment JOIN coding_roundunit unit ON unit.id = assignment.round_unit_id
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN assignment.coder_id = %(coder)s AND assignment.postponed_at IS NOT NULL THEN 'postponed'
        WHEN assignment.coder_id = %(coder)s AND assignment.leased_until IS NOT NULL THEN 'lease'
        WHEN assignment.coder_id = %(coder)s THEN 'assigned'
        WHEN unit.skipped > 0 THEN 'skipped'
        WHEN unit.done > 0 THEN 'nearly-complete'
        WHEN unit.coders_wanted > 1 THEN 'under-covered'
        ELSE 'random'
      END AS why
    ) reason
  WHERE unit.round_id = %(round)s AND assignment.submitted_at IS NULL
    AND (
      assignment.coder_id = %(coder)s
      OR (
        %(can_start)s
        AND (assignment.coder_id IS NULL OR assignment.leased_until <= %(now)s)
        AND NOT EXISTS (
          SELECT 1 FROM coding_assignment own WHERE own.round_unit_id = unit.id AND own.coder_id = %(coder)s
        )
        AND NOT EXISTS (
          SELECT 1 FROM coding_submission made WHERE made.round_unit_id = unit.id AND made.coder_id = %(coder)s
        )
      )
    )
  ORDER BY array_position(
      ARRAY['lease', 'assigned', 'nearly-complete', 'under-covered', 'random', 'postponed', 'skipped'], reason.why
    ), assignment.postponed_at, unit.position, assignment.slot
  LIMIT 1
  FOR UPDATE OF assignment SKIP LOCKED
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
    """The next unit for this coder, leased; None where there is none. Without a round: from the oldest that has one.

    Until the unit is submitted or postponed, asking again gives the same unit.
    """
    policies.check_can_code_anywhere(by)
    rounds = Round.objects.open_to(by)
    if coding_round is not None:
        rounds = rounds.filter(pk=coding_round.pk)
    for each in rounds:
        assignment = _take_in(each, by)
        if assignment is not None:
            audit.record("assignment.leased", by=by, target=assignment, why=assignment.why)
            return assignment
    return None


def _take_in(coding_round: Round, by: User) -> Assignment | None:
    # Two browser tabs of one coder wait for each other here; different coders do not.
    member = RoundCoder.objects.select_for_update().get(round=coding_round, coder=by)
    now = timezone.now()
    values: dict[str, int | bool | datetime] = {
        "coder": by.pk,
        "round": coding_round.pk,
        "now": now,
        "until": now + timedelta(minutes=coding_round.lease_minutes),
        "can_start": _can_start_another(coding_round, member),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        row = cursor.fetchone()
    if row is None:
        return None
    return Assignment.objects.select_related("round_unit__round").get(pk=row[0])


def _can_start_another(coding_round: Round, member: RoundCoder) -> bool:
    """Whether this coder can start another unit: the coder's quota and the stop rule of the round allow it."""
    made = Submission.objects.filter(round_unit__round=coding_round).covering()
    if coding_round.stop_after is not None and made.count() >= coding_round.stop_after:
        return False
    return member.quota is None or made.filter(coder=member.coder_id).count() < member.quota


def own_assignment(assignment: Assignment, by: User) -> Assignment:
    """This coder's assignment, locked, not submitted, in an open round. Renews its lease."""
    locked = (
        Assignment.objects.select_for_update(of=("self",)).select_related("round_unit__round").get(pk=assignment.pk)
    )
    policies.check_can_code_at(by, locked)
    running = locked.round_unit.round
    if not running.is_open:
        raise ValidationError(_("The round is closed. Units can no longer be coded."), code="round_closed")
    if locked.submitted_at is not None:
        raise ValidationError(_("You have submitted this unit. Its codings are final."), code="submitted")
    locked.leased_until = _lease_end(running, timezone.now())
    locked.taken_at = locked.taken_at or timezone.now()
    return locked


def _lease_end(coding_round: Round, now: datetime) -> datetime:
    return now + timedelta(minutes=coding_round.lease_minutes)


@transaction.atomic
def postpone(*, assignment: Assignment, by: User) -> Assignment:
    """Postpone a unit: it comes back to this coder last, or goes to another coder when its lease has ended."""
    assignment = own_assignment(assignment, by)
    assignment.postponed_at = timezone.now()
    assignment.save()
    audit.record("assignment.postponed", by=by, target=assignment)
    return assignment


@transaction.atomic
def annotate(
    *, assignment: Assignment, by: User, memo: str | None = None, is_flagged: bool | None = None
) -> Assignment:
    """Write the memo of a unit, or flag the unit for the lead coder."""
    assignment = own_assignment(assignment, by)
    if memo is not None:
        assignment.memo = memo
    if is_flagged is not None:
        assignment.is_flagged = is_flagged
    assignment.save()
    audit.record("assignment.annotated", by=by, target=assignment, is_flagged=assignment.is_flagged)
    return assignment
