"""Decisions about likely personal data in a file."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import AccessLevel
from imports.actions.locking import locked_import, save_active
from imports.models import Dataset, Import
from imports.selectors.personal import can_withhold, exposed_columns, shown_anyway
from jobs.tasks import wake_worker

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """choice: `include` or `withhold`. reason: why."""

    choice: str
    reason: str


@transaction.atomic
def decide_personal_data(*, run: Import, decision: Decision, by: User) -> Import:
    """Decide what happens to likely personal data of an import; the latest decision applies. An import that waited for
    the decision continues."""
    run = locked_import(run, by, Import.State.UNDERSTOOD, Import.State.CHECKED, Import.State.LOADED)
    apply_decision(run, decision, by)
    goes_on = run.waits_for_decision
    if goes_on:
        run.state, run.stage, run.attempts = Import.State.WAITING, "", 0
        run.started_at = run.finished_at = None
    save_active(run)
    if goes_on:
        transaction.on_commit(lambda: wake_worker(run))
    return run


def apply_decision(run: Import, decision: Decision, by: User) -> None:
    """Store a decision on a locked import, which the caller saves. Withholding restricts the dataset immediately."""
    if not run.personal:
        raise ValidationError(_("No likely personal data was found in this file."), code="nothing_to_decide")
    if decision.choice not in (Import.PersonalData.INCLUDE, Import.PersonalData.WITHHOLD):
        raise _wrong("choice", "invalid", _("Choose whether to include or withhold the data."))
    reason = decision.reason.strip()
    if not reason:
        raise _wrong("reason", "required", _("Give a reason."))
    if len(reason) > _LONGEST_REASON:
        raise _wrong(
            "reason",
            "max_length",
            _("The reason is longer than %(longest_reason)s characters.") % {"longest_reason": _LONGEST_REASON},
        )
    if decision.choice == Import.PersonalData.WITHHOLD:
        _withhold(run, by)
    run.personal_decision, run.personal_reason = decision.choice, reason
    run.personal_decided_by, run.personal_decided_at = by, timezone.now()
    kinds = sorted({hit["kind"] for hit in run.personal})
    audit.record("personal-data.decided", by=by, target=run, choice=decision.choice, kinds=kinds)


def check_is_decided(run: Import) -> None:
    """Raise ValidationError if nobody has decided about likely personal data, or if the decision does not hide it."""
    if run.needs_decision:
        raise ValidationError(
            _("Likely personal data was found in this file. Decide whether to include or withhold it, and why."),
            code="decision_needed",
        )
    if run.personal_decision == Import.PersonalData.WITHHOLD:
        dataset = Dataset.objects.get(pk=run.dataset_id)
        if dataset.access == AccessLevel.PUBLIC and (columns := exposed_columns(run)):
            raise ValidationError(shown_anyway(run, columns), code="columns_stay_public")


def forget_decision(run: Import) -> None:
    """Remove findings and decision: when the file is read again the findings may be different."""
    run.findings, run.personal, run.personal_decision, run.personal_reason = [], [], "", ""
    run.personal_decided_by = run.personal_decided_at = None


def _withhold(run: Import, by: User) -> None:
    if not can_withhold(run):
        raise _wrong(
            "choice", "nothing_to_withhold",
            _("These rows have no field that can be withheld: include the data, or cancel the import."),
        )  # fmt: skip
    dataset = Dataset.objects.select_for_update().get(pk=run.dataset_id)
    if dataset.access == AccessLevel.PUBLIC and (columns := exposed_columns(run)):
        raise _wrong("choice", "columns_stay_public", shown_anyway(run, columns))
    if dataset.narrative_access != AccessLevel.RESTRICTED:
        dataset.narrative_access = AccessLevel.RESTRICTED
        dataset.save(update_fields=["narrative_access", "updated_at"])
        audit.record("dataset.edited", by=by, target=dataset, fields=["narrative_access"])


def _wrong(field: str, code: str, sentence: str) -> ValidationError:
    return ValidationError({field: ValidationError(sentence, code=code)})
