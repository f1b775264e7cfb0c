"""Taking back a submission, and reopening one. The submission stays as it was; its withdrawal is a row of its own."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding import policies
from coding.actions import slots
from coding.actions.codings import restore_codes
from coding.actions.queue import check_is_open, lease_end
from coding.actions.running_rounds import locked_round
from coding.adjudicated import is_settled
from coding.models import Assignment, RoundUnit, Submission, SubmissionWithdrawal

Kind = SubmissionWithdrawal.Kind


@transaction.atomic
def take_back(*, submission: Submission, by: User) -> Assignment:
    """Take back one's own submission within the minutes that the round allows; the unit is in progress again."""
    policies.check_can_take_back(by, submission)
    running = submission.round_unit.round
    check_is_open(running)
    if not submission.is_in_time:
        raise ValidationError(
            _("A submission can be taken back for %(minutes)d minutes. Ask your lead coder to reopen this one."),
            code="too_late",
            params={"minutes": running.take_back_minutes},
        )
    return withdraw(submission, kind=Kind.TAKEN_BACK, by=by)


@transaction.atomic
def reopen_submission(*, submission: Submission, reason: str, by: User) -> Assignment:
    """Give a submission back to its coder, with a reason, while the round is open or paused."""
    locked_round(submission.round_unit.round, by)
    return withdraw(submission, kind=Kind.REOPENED, reason=reason, by=by)


def withdraw(submission: Submission, *, kind: str, by: User, reason: str = "") -> Assignment:
    """Withdraw a submission, correct the counts of its unit, and start its assignment again with a lease.

    For actions that have checked who may do it. Raises ValidationError where the submission was withdrawn already,
    its unit is adjudicated, the coder no longer codes in the round, or the reason is missing.
    """
    if kind == Kind.REOPENED and not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why the submission is reopened."), code="required")})
    slots.coder_of(submission.round_unit.round, submission.coder)
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=submission.assignment_id)
    unit = RoundUnit.objects.select_for_update(of=("self",), no_key=True).get(pk=submission.round_unit_id)
    _check_can_withdraw(submission)
    SubmissionWithdrawal.objects.create(submission=submission, kind=kind, reason=reason.strip(), made_by=by)
    _correct_counts(unit, submission)
    restored = restore_codes(submission) if submission.outcome == Submission.Outcome.SKIPPED else 0
    now = timezone.now()
    assignment.why = Assignment.Why.LEASE if kind == Kind.TAKEN_BACK else Assignment.Why.ASSIGNED
    assignment.submitted_at, assignment.taken_at = None, now
    assignment.leased_until = lease_end(submission.round_unit.round, now)
    assignment.version += 1
    assignment.save()
    verb = "submission.withdrawn" if kind == Kind.TAKEN_BACK else "submission.reopened"
    audit.record(verb, by=by, target=submission, coder=submission.coder_id, number=submission.number, restored=restored)
    return assignment


def _check_can_withdraw(submission: Submission) -> None:
    if SubmissionWithdrawal.objects.filter(submission=submission).exists():
        raise ValidationError(_("This submission was taken back or reopened already."), code="withdrawn")
    if is_settled(submission.round_unit):
        raise ValidationError(
            _("This unit is adjudicated. Reopen its adjudication first, then its submissions."), code="adjudicated"
        )


def _correct_counts(unit: RoundUnit, submission: Submission) -> None:
    if submission.outcome == Submission.Outcome.SKIPPED:
        unit.skipped -= 1
        slots.remove_slot_after_skip(unit)
    else:
        unit.done -= 1
    unit.save(update_fields=["done", "skipped", "coders_wanted"])
