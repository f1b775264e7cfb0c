"""Passing on what a coder has started, to the queue or to a named coder; giving a unit to a named coder."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding.actions import slots
from coding.actions.reopening import withdraw
from coding.actions.running_rounds import locked_round
from coding.models import Assignment, Round, RoundUnit, Submission, SubmissionWithdrawal


@transaction.atomic
def pass_on(*, assignment: Assignment, by: User, to: User | None = None) -> Assignment:
    """Pass on an assignment that its coder has not submitted: to a coder of the round, else to the queue.

    The codes that were applied stay rows of the first coder, and count as not submitted.
    """
    running = locked_round(assignment.round, by)
    if to is not None:
        slots.coder_of(running, to)
    held = Assignment.objects.select_for_update(of=("self",)).held().filter(pk=assignment.pk).first()
    if held is None:
        raise ValidationError(_("No coder has this unit in progress any more."), code="not_held")
    if to is not None and slots.had(held.round_unit_id, to):
        raise _has_had_it(to)
    _pass(held, by, to)
    return held


@transaction.atomic
def pass_on_all(*, coding_round: Round, coder: User, by: User, to: User | None = None) -> int:
    """Pass on all that a coder has not submitted; returns how many. Units that `to` has had go to the queue."""
    running = locked_round(coding_round, by)
    if to is not None:
        slots.coder_of(running, to)
    held = Assignment.objects.select_for_update(of=("self",)).held().filter(round=running, coder=coder)
    rows = list(held.order_by("id"))
    for assignment in rows:
        _pass(assignment, by, None if to is None or slots.had(assignment.round_unit_id, to) else to)
    return len(rows)


def _pass(held: Assignment, by: User, to: User | None) -> None:
    before = held.coder_id
    if to is None:
        slots.set_free(held)
    else:
        slots.assign(held, to)
    audit.record("assignment.reassigned", by=by, target=held, before=before, after=to and to.pk)


@transaction.atomic
def give_unit(*, round_unit: RoundUnit, to: User, by: User, reason: str = "") -> Assignment:
    """Give a unit that waits for a coder to a named coder of the round.

    One who skipped it gets it back: the skip is reopened, which needs a reason. Others get a free slot.
    """
    running = locked_round(round_unit.round, by)
    slots.coder_of(running, to)
    skipped = Submission.objects.standing().filter(round_unit=round_unit, coder=to, outcome="skipped").first()
    if skipped is not None:
        return withdraw(skipped, kind=SubmissionWithdrawal.Kind.REOPENED, reason=reason, by=by)
    if slots.had(round_unit.pk, to):
        raise _has_had_it(to)
    free = Assignment.objects.filter(round_unit=round_unit).free().order_by("slot")
    slot = free.select_for_update(skip_locked=True).first()
    if slot is None:
        raise ValidationError(_("This unit has all its coders."), code="no_free_slot")
    slots.assign(slot, to)
    audit.record("assignment.reassigned", by=by, target=slot, before=None, after=to.pk)
    return slot


def _has_had_it(person: User) -> ValidationError:
    return ValidationError(
        {
            "coder": ValidationError(
                _("%(person)s has had this unit. Choose another coder."), code="has_had_it", params={"person": person}
            )
        }
    )
