"""The changes of a coder that a page sends together, in the order they were made, safe to send again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coding.actions import queue
from coding.actions.codings import NewCoding, apply_code, note_activity, retract, submit
from coding.actions.queue import own_assignment
from coding.actions.state import state_of
from coding.models import Assignment, Coding
from rest.problems import Conflict

POSTPONED = "postponed"


@dataclass(frozen=True)
class Change:
    """One change: a coding to apply, the uuid of a coding to retract, a memo, or the flag. The others are None.

    `was` is the memo that the coder was shown; a memo that somebody else has written meanwhile is not replaced.
    """

    coding: NewCoding | None = None
    retract: UUID | None = None
    memo: str | None = None
    was: str | None = None
    is_flagged: bool | None = None


@transaction.atomic
def record_changes(
    *,
    assignment: Assignment,
    changes: Sequence[Change],
    by: User,
    seen: int | None = None,
    active_seconds: int | None = None,
) -> Assignment:
    """Record the changes, all or none. Those that are recorded already change nothing. The assignment as it is then."""
    locked = own_assignment(assignment, by, seen=seen)
    note_activity(locked, active_seconds)
    locked.save()
    for change in changes:
        _record(locked, change, by)
    return Assignment.objects.get(pk=assignment.pk)


@transaction.atomic
def finish(
    *, assignment: Assignment, outcome: str, by: User, seen: int | None = None, active_seconds: int | None = None
) -> None:
    """Submit with an outcome, or postpone: the key that leaves a unit."""
    if outcome == POSTPONED:
        queue.postpone(assignment=assignment, by=by, seen=seen)
    else:
        submit(assignment=assignment, outcome=outcome, by=by, seen=seen, active_seconds=active_seconds)


def _record(assignment: Assignment, change: Change, by: User) -> None:
    if change.coding is not None:
        apply_code(assignment=assignment, coding=change.coding, by=by)
    if change.retract is not None:
        _retract(assignment, change.retract, by)
    if change.memo is not None:
        _write_memo(assignment, change.memo, change.was, by)
    if change.is_flagged is not None:
        queue.annotate(assignment=assignment, by=by, is_flagged=change.is_flagged)


def _retract(assignment: Assignment, uuid: UUID, by: User) -> None:
    coding = Coding.objects.at(assignment.round_unit_id, by.pk).filter(uuid=uuid).first()
    if coding is None:
        raise ValidationError(_("No coding of yours at this unit has this UUID."), code="unknown_coding")
    retract(coding=coding, by=by)


def _write_memo(assignment: Assignment, memo: str, was: str | None, by: User) -> None:
    current = Assignment.objects.get(pk=assignment.pk)
    if was is not None and current.memo not in (was, memo):
        raise Conflict(
            _("The memo was changed in another tab or on another device after it was shown here."),
            code="memo_changed_elsewhere",
            current=state_of(current),
        )
    queue.annotate(assignment=assignment, by=by, memo=memo)
