"""Parts of a case study: roles, factors, objectives, outcomes, survival, actors, links to complaint records."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.actions.editing import apply_values, next_version, store
from casestudies.models import CasePart, CaseStudy, Objective, RecordLink
from casestudies.pointing import RECORD
from versions.pointing import pointer
from versions.targets import key_in

_SET_BY_THE_SERVER = {"id", "case_study", "created_at", "updated_by"}


def settable(model: type[CasePart]) -> list[str]:
    """Names of the fields that people fill in."""
    return [field.name for field in model._meta.fields if field.name not in _SET_BY_THE_SERVER]


@transaction.atomic
def add_part(*, case_study: CaseStudy, model: type[CasePart], values: Mapping[str, object], by: User) -> CasePart:
    """Add a part; the case study gets its next version."""
    case_study = _locked_for(case_study, by=by)
    part = model(case_study=case_study)
    return _written(part, case_study, values, by=by, verb="added")


@transaction.atomic
def edit_part(*, part: CasePart, values: Mapping[str, object], by: User) -> CasePart:
    case_study = _locked_for(part.case_study, by=by)
    part = type(part).objects.select_for_update().get(pk=part.pk)
    return _written(part, case_study, values, by=by, verb="edited")


@transaction.atomic
def remove_part(*, part: CasePart, by: User) -> None:
    """Remove a part. Its history stays."""
    case_study = _locked_for(part.case_study, by=by)
    noun, pk = _audit_noun(part), part.pk
    try:
        part.delete()
    except ProtectedError as error:
        raise ValidationError(
            _("Another part of this case study refers to this one. Edit that part first."), code="in_use"
        ) from error
    _store_version(case_study, by=by)
    audit.record(f"{noun}.removed", by=by, target=case_study, row=pk)


def _audit_noun(part: CasePart) -> str:
    """`CitizenRole` is `citizen-role` in the audit trail."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(part).__name__).lower()


def _locked_for(case_study: CaseStudy, *, by: User) -> CaseStudy:
    case_study = CaseStudy.objects.select_for_update().get(pk=case_study.pk)
    policies.check_can_edit_case_study(by, case_study)
    return case_study


def _written(part: CasePart, case_study: CaseStudy, values: Mapping[str, object], *, by: User, verb: str) -> CasePart:
    changed = apply_values(part, values, settable(type(part)))
    objective = values.get("objective")
    if isinstance(objective, Objective) and objective.case_study_id != case_study.pk:
        raise ValidationError(
            {"objective": ValidationError(_("This objective belongs to another case study."), code="other_case")}
        )
    if isinstance(part, RecordLink) and {"dataset", "reference"} & set(changed):
        _check_record(part, by=by)
    if changed or part.pk is None:
        store(part, by=by, values=values)
        _store_version(case_study, by=by)
        audit.record(f"{_audit_noun(part)}.{verb}", by=by, target=case_study, row=part.pk)
    return part


def _check_record(link: RecordLink, *, by: User) -> None:
    """Raise ValidationError where a new link cites no record that its author has access to."""
    if pointer(RECORD, key_in(link.dataset, link.reference), by) is None:
        message = _("There is no record with this reference in this dataset, or you do not have access to it.")
        raise ValidationError({"reference": ValidationError(message, code="no_record")})


def _store_version(case_study: CaseStudy, *, by: User) -> None:
    next_version(case_study)
    case_study.updated_by = by
    case_study.save(update_fields=["version", "updated_at", "updated_by"])
