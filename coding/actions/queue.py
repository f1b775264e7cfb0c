"""Which unit a coder gets next. An assignment never has two coders."""

from datetime import datetime, timedelta
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding import policies
from coding.actions.state import check_version, refuse_as_changed
from coding.models import Assignment, Round, RoundCoder, Submission
from coding.models.rounds import SKIPPED_FROM
from rest.prepared import Prepared

# How long a unit that a page loaded ahead is reserved at most, in minutes.
AHEAD_MINUTES = 15
# Each statement finds, locks and leases one assignment; it passes over those that another coder is taking at this
# moment. It reads an index in its order and stops at the first that fits, so none sorts the open assignments of a
# round. OFFSET 0 keeps PostgreSQL from joining all units of the coder first.
_TAKE = """
WITH chosen AS (
  SELECT assignment.id, [why] AS why
  FROM coding_assignment assignment JOIN coding_roundunit unit ON unit.id = assignment.round_unit_id
  WHERE assignment.round_id = %(round)s AND assignment.submitted_at IS NULL AND [fits]
  ORDER BY [order]
  LIMIT 1
  FOR UPDATE OF assignment SKIP LOCKED
)
UPDATE coding_assignment taken
SET coder_id = %(coder)s, leased_until = %(until)s, postponed_at = NULL, is_ahead = %(ahead)s,
  why = CASE WHEN taken.coder_id = %(coder)s AND taken.is_ahead THEN taken.why ELSE chosen.why END,
  taken_at = CASE
    WHEN taken.coder_id = %(coder)s AND NOT taken.is_ahead THEN COALESCE(taken.taken_at, %(now)s) ELSE %(now)s
  END,
  memo = CASE WHEN taken.coder_id = %(coder)s THEN taken.memo ELSE '' END,
  is_flagged = taken.coder_id = %(coder)s AND taken.is_flagged,
  active_seconds = CASE WHEN taken.coder_id = %(coder)s THEN taken.active_seconds ELSE 0 END,
  version = taken.version + CASE WHEN taken.coder_id <> %(coder)s THEN 1 ELSE 0 END
FROM chosen WHERE taken.id = chosen.id
RETURNING [columns]
"""
_OWN = "assignment.coder_id = %(coder)s"
_FREE = "assignment.coder_id IS NULL"
_NOT_HAD = """
  NOT EXISTS (
    SELECT 1 FROM coding_assignment own
    WHERE own.round_unit_id = assignment.round_unit_id AND own.coder_id = %(coder)s OFFSET 0
  )
"""
# What a coder submitted once and takes up again is not passed on by itself when the lease ends; a lead coder can.
_LAPSED = """
  assignment.coder_id <> %(coder)s AND assignment.leased_until <= %(now)s AND NOT EXISTS (
    SELECT 1 FROM coding_submission earlier WHERE earlier.assignment_id = assignment.id OFFSET 0
  )
"""
_CHANCE = """
  CASE
    WHEN unit.done > 0 THEN 'nearly-complete'
    WHEN unit.coders_wanted > 1 THEN 'under-covered'
    ELSE 'random'
  END
"""


_FIELDS = {field.attname: field.column for field in Assignment._meta.concrete_fields}


def _step(why: str, order: str, *conditions: str) -> str:
    columns = ", ".join(f"taken.{column}" for column in _FIELDS.values())
    statement = _TAKE.replace("[why]", why).replace("[order]", order).replace("[fits]", " AND ".join(conditions))
    return statement.replace("[columns]", columns)


_HELD = (
    _step(
        "CASE WHEN leased_until IS NULL THEN 'assigned' ELSE 'lease' END",
        "leased_until IS NULL, is_ahead, taken_at, assignment.position, assignment.id",
        _OWN,
        "postponed_at IS NULL",
    ),
)
_HELD_AHEAD = (
    _step("'lease'", "assignment.id", _OWN, "is_ahead", "assignment.id <> %(after)s"),
    _step("'assigned'", "assignment.position", _OWN, "postponed_at IS NULL", "leased_until IS NULL"),
)
_NEW = (
    _step(_CHANCE, "assignment.position", _FREE, f"assignment.position < {SKIPPED_FROM}", _NOT_HAD),
    _step(_CHANCE, "assignment.leased_until", _LAPSED, _NOT_HAD),
)
_POSTPONED = (_step("'postponed'", "assignment.postponed_at, assignment.id", _OWN, "postponed_at IS NOT NULL"),)
_SKIPPED = (_step("'skipped'", "assignment.position", _FREE, f"assignment.position >= {SKIPPED_FROM}", _NOT_HAD),)
_open_rounds = Prepared(lambda person: Round.objects.open_to(person).values_list("pk", flat=True))
# Two browser tabs of one coder wait for each other here; different coders do not.
_member = Prepared(
    lambda person, round_id: (
        person.coding_rounds.active()
        .filter(round=round_id, round__state="open")
        .select_related("round")
        .select_for_update(of=("self",))
    )
)
_own = Prepared(
    lambda person, pk: (
        Assignment.objects.visible_to(person)
        .filter(pk=pk)
        .select_related("round_unit__round")
        .select_for_update(of=("self",))
    )
)


@transaction.atomic
def take_next(*, by: User, coding_round: Round | None = None) -> Assignment | None:
    """The next unit for this coder, leased; None where there is none. Without a round: from the oldest that has one.

    The order: started, assigned, free ones in the random order of the round, those whose lease ended; then postponed
    ones, then units that others skipped. Until the unit is submitted or postponed, asking again gives the same unit.
    """
    policies.check_can_code_anywhere(by)
    for pk in _open_rounds(by) if coding_round is None else [coding_round.pk]:
        assignment = _taken(pk, by)
        if assignment is not None:
            return assignment
    return None


@transaction.atomic
def take_in_round(*, round_id: int, by: User) -> Assignment | None:
    """The next unit of a round by its primary key; None too where this person does not code in it."""
    policies.check_can_code_anywhere(by)
    return _taken(round_id, by)


@transaction.atomic
def take_ahead(*, after: Assignment, by: User) -> Assignment | None:
    """The unit after this one, reserved for at most AHEAD_MINUTES so that a page can load it; None where there is none.

    `take_next` gives it once the unit in progress is submitted or postponed. `give_back_ahead` frees it.
    """
    policies.check_can_code_at(by, after)
    member: RoundCoder | None = _member.first(by, after.round_id)
    found = _take_in(member, by, after) if member is not None else None
    if found is not None:
        audit.record("assignment.leased", by=by, target=found, ahead=True)
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


def _taken(round_id: int, by: User) -> Assignment | None:
    member: RoundCoder | None = _member.first(by, round_id)
    assignment = _take_in(member, by) if member is not None else None
    if assignment is not None:
        audit.record("assignment.leased", by=by, target=assignment)
    return assignment


def _take_in(member: RoundCoder, by: User, after: Assignment | None = None) -> Assignment | None:
    coding_round = member.round
    now = timezone.now()
    until = lease_end(coding_round, now)
    values: dict[str, int | datetime] = {
        "coder": by.pk,
        "round": coding_round.pk,
        "now": now,
        "until": until if after is None else min(until, now + timedelta(minutes=AHEAD_MINUTES)),
        "ahead": after is not None,
        "after": 0 if after is None else after.pk,
    }
    taken = _first(_HELD if after is None else _HELD_AHEAD, values)
    if taken is None:
        can_start = _can_start_another(coding_round, member, ahead=after is not None)
        steps = _NEW if can_start else ()
        if after is None:
            steps = (*steps, *_POSTPONED, *(_SKIPPED if can_start else ()))
        taken = _first(steps, values)
    if taken is not None:
        taken.round = coding_round
    return taken


def _first(steps: tuple[str, ...], values: dict[str, int | datetime]) -> Assignment | None:
    """The assignment that the first step that finds one has leased."""
    with connection.cursor() as cursor:
        for statement in steps:
            cursor.execute(statement, values)
            row = cursor.fetchone()
            if row is not None:
                return Assignment.from_db(connection.alias, list(_FIELDS), row)
    return None


def _can_start_another(coding_round: Round, member: RoundCoder, *, ahead: bool) -> bool:
    """Whether this coder can start another unit: the coder's quota and the stop rule of the round allow it.

    The submissions are counted only where there is a rule. Units that the coder holds count towards the quota; whoever
    loads a unit ahead will submit another one before it.
    """
    if coding_round.stop_after is not None:
        done = coding_round.units.aggregate(done=Sum("done"))["done"] or 0
        if done + ahead >= coding_round.stop_after:
            return False
    if member.quota is None:
        return True
    held = Assignment.objects.filter(round=coding_round, coder=member.coder_id, submitted_at__isnull=True).count()
    made = Submission.objects.covering().filter(coder=member.coder_id, round_unit__round=coding_round).count()
    return made + held < member.quota


def own_assignment(assignment: Assignment, by: User, *, seen: int | None = None) -> Assignment:
    """This coder's assignment, locked, not submitted, in an open round. Renews its lease.

    `seen` is the version that the caller was shown: a Conflict says what is newer.
    """
    locked: Assignment | None = _own.first(by, assignment.pk)
    if locked is None:
        _refuse(assignment.pk, by)
    check_is_open(locked.round_unit.round)
    if locked.submitted_at is not None:
        raise ValidationError(
            _("You have submitted this unit. Take the submission back to change it."), code="submitted"
        )
    check_version(locked, seen)
    now = timezone.now()
    locked.leased_until = lease_end(locked.round_unit.round, now)
    locked.taken_at = now if locked.is_ahead else locked.taken_at or now
    locked.is_ahead = False
    return locked


def _refuse(pk: int, by: User) -> NoReturn:
    """Say why a person cannot code a unit that is not among the visible ones."""
    now = Assignment.objects.select_related("round_unit__round").get(pk=pk)
    policies.check_can_code_at(by, now)
    check_is_open(now.round_unit.round)
    refuse_as_changed(now)


def check_is_open(coding_round: Round) -> None:
    """Units are coded in open rounds only."""
    if coding_round.state == Round.State.PAUSED:
        raise ValidationError(
            _("The round is paused. What you have saved stays, and you can go on when it is resumed."),
            code="round_paused",
        )
    if not coding_round.is_open:
        raise ValidationError(_("The round is closed. Units can no longer be coded."), code="round_closed")


def lease_end(coding_round: Round, now: datetime) -> datetime:
    """Until when a unit that is taken now is reserved for its coder."""
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
