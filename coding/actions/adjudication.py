"""Adjudication by lead coders. Decisions are only ever added; `settling` has what the rule of a round settles."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding import policies
from coding.actions.settling import describe, keys_of, record_rule
from coding.adjudicated import mark_of
from coding.agreeing import Mark, all_rejected
from coding.comparing import Comparison, comparisons, standing_codings, version_of
from coding.models import Adjudication, AdjudicationDecision, Code, RoundUnit, Submission
from rest.problems import Conflict

Verdict = AdjudicationDecision.Verdict


@dataclass(frozen=True)
class NewDecision:
    """Accept or reject a code on a passage or on the whole unit; without a code: reject all, none applies.

    Accepting a code that no coder applied there adds it.
    """

    verdict: str
    reason: str = ""
    code: Code | None = None
    start: int | None = None
    end: int | None = None

    @property
    def mark(self) -> Mark | None:
        return None if self.code is None else Mark(self.code.pk, self.start, self.end)


@transaction.atomic
def decide(*, adjudication: Adjudication, decision: NewDecision, seen: int, by: User) -> AdjudicationDecision:
    """Record a decision; an earlier one on the same code and passage is replaced by it.

    `seen` is the version that the adjudicator saw (`version_of`): Conflict `stale` where the unit has changed since.
    """
    locked, comparison = _open(adjudication, seen, by)
    _check_decision(decision, locked, comparison)
    made = _append(locked, comparison, decision, by=by)
    _changed(locked)
    audit.record("adjudication.decided", by=by, target=locked, verdict=decision.verdict, **_record_of(locked, by))
    return made


@transaction.atomic
def undo(*, adjudication: Adjudication, seen: int, by: User) -> AdjudicationDecision:
    """Undo the last decision of a person that was not undone: what was decided before it holds again."""
    locked, comparison = _open(adjudication, seen, by)
    last = locked.decisions.filter(made_by__isnull=False, undoes__isnull=True, undone_by__isnull=True).last()
    if last is None:
        raise ValidationError(_("There is no decision to undo."), code="nothing_to_undo")
    before = last.replaces
    made = AdjudicationDecision.objects.create(
        adjudication=locked,
        verdict=before.verdict if before else Verdict.UNDECIDED,
        code_id=last.code_id,
        start=last.start,
        end=last.end,
        reason=before.reason if before else "",
        replaces=comparison.newest(mark_of(last)),
        undoes=last,
        made_by_id=before.made_by_id if before else by.pk,
    )
    if before is not None:
        made.about.set(before.about.all())
    _changed(locked)
    audit.record("adjudication.undone", by=by, target=locked, decision=last.pk, **_record_of(locked, by))
    return made


@transaction.atomic
def settle(*, adjudication: Adjudication, seen: int, by: User) -> Adjudication:
    """Settle a unit of which nothing is open. What the rule of the round says is recorded as its decisions."""
    locked, comparison = _open(adjudication, seen, by)
    if count := len(comparison.open):
        raise ValidationError(
            _("Decide the open differences first: %(count)s."), code="open_differences", params={"count": count}
        )
    locked.state, locked.basis = Adjudication.State.SETTLED, Adjudication.Basis.PERSON
    locked.settled_at, locked.settled_by = timezone.now(), by
    record_rule([(locked, comparison)])
    _changed(locked)
    audit.record("adjudication.settled", by=by, target=locked, basis=locked.basis, **_record_of(locked, by))
    return locked


@transaction.atomic
def reopen(*, adjudication: Adjudication, reason: str, seen: int, by: User) -> Adjudication:
    """Open a settled unit again. Its decisions are kept; the rule of the round no longer settles it."""
    locked = _locked(adjudication, seen, by)
    if not locked.is_settled:
        raise ValidationError(_("This unit is not settled."), code="not_settled")
    _check_reason(reason)
    locked.state, locked.basis, locked.note = Adjudication.State.OPEN, Adjudication.Basis.PERSON, reason.strip()
    locked.settled_at, locked.settled_by = None, None
    _changed(locked)
    audit.record("adjudication.reopened", by=by, target=locked, **_record_of(locked, by))
    return locked


def _locked(adjudication: Adjudication, seen: int, by: User) -> Adjudication:
    """The adjudication, locked with its unit in the round, so that nobody submits the unit meanwhile."""
    RoundUnit.objects.select_for_update().get(pk=adjudication.round_unit_id)
    rows = Adjudication.objects.select_for_update(of=("self",)).select_related("round_unit__round", "round_unit__unit")
    locked: Adjudication = rows.get(pk=adjudication.pk)
    policies.check_can_adjudicate(by, locked)
    current = version_of(locked)
    if seen != current:
        raise Conflict(
            _("This unit has changed since you opened it. Look at it again before you decide."),
            code="stale",
            version=current,
        )
    return locked


def _open(adjudication: Adjudication, seen: int, by: User) -> tuple[Adjudication, Comparison]:
    locked = _locked(adjudication, seen, by)
    if locked.is_settled:
        raise ValidationError(_("This unit is settled. Reopen it first."), code="settled")
    if not Adjudication.objects.of_complete_units().filter(pk=locked.pk).exists():
        raise ValidationError(_("Not all coders have submitted this unit yet."), code="incomplete")
    return locked, _compared(locked)


def _compared(adjudication: Adjudication) -> Comparison:
    unit = adjudication.round_unit
    return comparisons([unit], unit.round.agreement_rule)[unit.pk]


def _record_of(adjudication: Adjudication, by: User) -> dict[str, bool]:
    """For the audit trail: whether the adjudicator had coded the unit too."""
    made = Submission.objects.standing().filter(round_unit=adjudication.round_unit_id, coder=by)
    return {"is_by_a_coder": made.exists()}


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError(
            {"reason": ValidationError(_("Enter a reason. The coders read it."), code="reason_required")}
        )


def _check_decision(decision: NewDecision, adjudication: Adjudication, comparison: Comparison) -> None:
    allowed = [Verdict.REJECT_ALL] if decision.code is None else [Verdict.ACCEPT, Verdict.REJECT]
    if decision.verdict not in allowed:
        raise ValidationError(_("Accept or reject a code, or reject all codes."), code="bad_verdict")
    question = next((one for one in comparison.questions if one.mark == decision.mark), None)
    is_confirmed = question is not None and question.kind == "agreed" and decision.verdict != Verdict.REJECT
    if not is_confirmed:
        _check_reason(decision.reason)
    if decision.code is None:
        return
    if all_rejected(comparison.held):
        raise ValidationError(
            _("All codes of this unit are rejected. Undo that before you decide on one."), code="all_rejected"
        )
    _check_mark(decision, adjudication, is_known=question is not None)


def _check_mark(decision: NewDecision, adjudication: Adjudication, *, is_known: bool) -> None:
    if is_known:
        return
    if decision.verdict == Verdict.REJECT:
        raise ValidationError(_("No coder applied this code here."), code="nothing_to_reject")
    unit, code = adjudication.round_unit, decision.code
    if code is None or code.version_id != unit.round.codebook_version_id or not code.is_codable:
        wrong = ValidationError(_("Choose a code of this round's codebook that can be applied."), code="foreign_code")
        raise ValidationError({"code": wrong})
    if decision.start is None and decision.end is None:
        return
    start, end, length = decision.start, decision.end, len(unit.unit.text)
    if start is None or end is None or not 0 <= start < end <= length:
        raise ValidationError(
            _("A passage must start before it ends, within the %(length)s characters of the text."),
            code="bad_passage",
            params={"length": length},
        )


def _append(
    adjudication: Adjudication, comparison: Comparison, decision: NewDecision, *, by: User
) -> AdjudicationDecision:
    made = AdjudicationDecision.objects.create(
        adjudication=adjudication,
        verdict=decision.verdict,
        code=decision.code,
        start=decision.start,
        end=decision.end,
        reason=decision.reason.strip(),
        replaces=comparison.newest(decision.mark),
        made_by=by,
    )
    about = standing_codings([adjudication.round_unit_id])
    if decision.code is not None:
        about = about.filter(code=decision.code, start=decision.start, end=decision.end)
    made.about.set(about)
    return made


def _changed(adjudication: Adjudication) -> None:
    """Store the next version, with the differences as they are now."""
    adjudication.version += 1
    describe(adjudication, _compared(adjudication), keys_of(adjudication.round_unit.round))
    adjudication.save()
