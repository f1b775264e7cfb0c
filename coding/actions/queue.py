"""Which unit a coder gets next. An assignment never has two coders."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding import policies
from coding.actions.state import check_version
from coding.models import Assignment, Round, RoundCoder, Submission

# How long a unit that a page loaded ahead is reserved at most, in minutes.
AHEAD_MINUTES = 15
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
    AND assignment.id IS DISTINCT FROM %(after)s::bigint
    AND (
      %(after)s::bigint IS NULL OR assignment.coder_id IS DISTINCT FROM %(coder)s OR assignment.is_ahead
      OR assignment.leased_until IS NULL AND assignment.postponed_at IS NULL
    )
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
    ), assignment.is_ahead, assignment.postponed_at, unit.position, assignment.slot
  LIMIT 1
  FOR UPDATE OF assignment SKIP LOCKED
)
UPDATE coding_assignment taken
SET coder_id = %(coder)s, leased_until = %(until)s, postponed_at = NULL,
  why = CASE WHEN taken.coder_id = %(coder)s AND taken.is_ahead THEN taken.why ELSE chosen.why END,
  taken_at = CASE
    WHEN taken.coder_id = %(coder)s AND NOT taken.is_ahead THEN COALESCE(taken.taken_at, %(now)s) ELSE %(now)s
  END,
  memo = CASE WHEN taken.coder_id = %(coder)s THEN taken.memo ELSE '' END,
  is_flagged = taken.coder_id = %(coder)s AND taken.is_flagged,
  active_seconds = CASE WHEN taken.coder_id = %(coder)s THEN taken.active_seconds ELSE 0 END,
  is_ahead = %(after)s::bigint IS NOT NULL
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


@transaction.atomic
def take_ahead(*, after: Assignment, by: User) -> Assignment | None:
    """The unit after this one, reserved for at most AHEAD_MINUTES so that a page can load it; None where there is none.

    `take_next` gives it once the unit in progress is submitted or postponed. `give_back_ahead` frees it.
    """
    policies.check_can_code_at(by, after)
    if not after.round_unit.round.is_open:
        return None
    found = _take_in(after.round_unit.round, by, after)
    if found is not None:
        audit.record("assignment.leased", by=by, target=found, why=found.why, ahead=True)
    return found


@transaction.atomic
def give_back_ahead(*, coding_round: Round, by: User) -> int:
    """Free the units that were loaded ahead for this coder and not opened. Returns how many."""
    held = Assignment.objects.visible_to(by).ahead().filter(round=coding_round).select_for_update(of=("self",))
    count = 0
    for assignment in held:
        if assignment.why != Assignment.Why.ASSIGNED:
            assignment.coder, assignment.why = None, ""
        assignment.leased_until, assignment.taken_at, assignment.is_ahead = None, None, False
        assignment.save()
        audit.record("assignment.released", by=by, target=assignment)
        count += 1
    return count


def _take_in(coding_round: Round, by: User, after: Assignment | None = None) -> Assignment | None:
    # Two browser tabs of one coder wait for each other here; different coders do not.
    member = RoundCoder.objects.select_for_update().get(round=coding_round, coder=by)
    now = timezone.now()
    minutes = coding_round.lease_minutes if after is None else min(coding_round.lease_minutes, AHEAD_MINUTES)
    values: dict[str, int | bool | datetime | None] = {
        "coder": by.pk,
        "round": coding_round.pk,
        "now": now,
        "until": now + timedelta(minutes=minutes),
        "can_start": _can_start_another(coding_round, member, held=0 if after is None else 1),
        "after": after.pk if after is not None else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        row = cursor.fetchone()
    if row is None:
        return None
    return Assignment.objects.select_related("round_unit__round").get(pk=row[0])


def _can_start_another(coding_round: Round, member: RoundCoder, held: int) -> bool:
    """Whether this coder can start another unit beside the `held` ones that will be submitted before it: the coder's
    quota and the stop rule of the round allow it."""
    made = Submission.objects.filter(round_unit__round=coding_round).covering()
    if coding_round.stop_after is not None and made.count() + held >= coding_round.stop_after:
        return False
    return member.quota is None or made.filter(coder=member.coder_id).count() + held < member.quota


def own_assignment(assignment: Assignment, by: User, *, seen: int | None = None) -> Assignment:
    """This coder's assignment, locked, not submitted, in an open round. Renews its lease.

    `seen` is the version that the caller was shown: a Conflict says what is newer.
    """
    locked = (
        Assignment.objects.select_for_update(of=("self",)).select_related("round_unit__round").get(pk=assignment.pk)
    )
    policies.check_can_code_at(by, locked)
    running = locked.round_unit.round
    if not running.is_open:
        raise ValidationError(_("The round is closed. Units can no longer be coded."), code="round_closed")
    if locked.submitted_at is not None:
        raise ValidationError(_("You have submitted this unit. Its codings are final."), code="submitted")
    check_version(locked, seen)
    now = timezone.now()
    locked.leased_until = _lease_end(running, now)
    locked.taken_at = now if locked.is_ahead else locked.taken_at or now
    locked.is_ahead = False
    return locked


def _lease_end(coding_round: Round, now: datetime) -> datetime:
    return now + timedelta(minutes=coding_round.lease_minutes)


@transaction.atomic
def postpone(*, assignment: Assignment, by: User, seen: int | None = None) -> Assignment:
    """Postpone a unit: it comes back to this coder last, or goes to another coder when its lease has ended."""
    assignment = own_assignment(assignment, by, seen=seen)
    assignment.postponed_at = timezone.now()
    assignment.save()
    audit.record("assignment.postponed", by=by, target=assignment)
    return assignment


@transaction.atomic
def annotate(
    *,
    assignment: Assignment,
    by: User,
    memo: str | None = None,
    is_flagged: bool | None = None,
    seen: int | None = None,
) -> Assignment:
    """Write the memo of a unit, or flag the unit for the lead coder. What is so already changes nothing."""
    assignment = own_assignment(assignment, by, seen=seen)
    wanted = (assignment.memo if memo is None else memo, assignment.is_flagged if is_flagged is None else is_flagged)
    changes = wanted != (assignment.memo, assignment.is_flagged)
    assignment.memo, assignment.is_flagged = wanted
    assignment.version += changes
    assignment.save()
    if changes:
        audit.record("assignment.annotated", by=by, target=assignment, is_flagged=assignment.is_flagged)
    return assignment
