"""Rows of a case: roles, factors, objectives, outcomes, survival, actors, links to complaint records."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.actions.editing import apply_values, bump, store
from casestudies.models import CasePart, CaseStudy, RecordLink
from casestudies.pointing import RECORD
from versions.pointing import pointer
from versions.targets import key_in

_KEPT_BY_THE_HOUSE = {"id", "case_study", "created_at", "updated_by"}


def settable(model: type[CasePart]) -> list[str]:
    """Names of the fields people fill in."""
    return [field.name for field in model._meta.fields if field.name not in _KEPT_BY_THE_HOUSE]


@transaction.atomic
def add_part(*, case_study: CaseStudy, model: type[CasePart], values: Mapping[str, Any], by: User) -> CasePart:
    """Add a row to a case; the case moves to its next version."""
    case_study = _locked_for(case_study, by=by)
    part = model(case_study=case_study)
    return _written(part, case_study, values, by=by, verb="added")


@transaction.atomic
def edit_part(*, part: CasePart, values: Mapping[str, Any], by: User) -> CasePart:
    case_study = _locked_for(part.case_study, by=by)
    part = type(part).objects.select_for_update().get(pk=part.pk)
    return _written(part, case_study, values, by=by, verb="edited")


@transaction.atomic
def remove_part(*, part: CasePart, by: User) -> None:
    """Remove a row. Its history stays."""
    case_study = _locked_for(part.case_study, by=by)
    kind, pk = type(part)._meta.model_name, part.pk
    try:
        part.delete()
    except ProtectedError as error:
        raise ValidationError(
            "Something else of this case points to this row; change that first.", code="in_use"
        ) from error
    _next_version(case_study, by=by)
    audit.record(f"{kind}.removed", by=by, target=case_study, row=pk)


def _locked_for(case_study: CaseStudy, *, by: User) -> CaseStudy:
    case_study = CaseStudy.objects.select_for_update().get(pk=case_study.pk)
    policies.check_can_edit_case_study(by, case_study)
    return case_study


def _written(part: Any, case_study: CaseStudy, values: Mapping[str, Any], *, by: User, verb: str) -> Any:
    changed = apply_values(part, values, settable(type(part)))
    objective = values.get("objective")
    if objective is not None and objective.case_study_id != case_study.pk:
        raise ValidationError({"objective": ValidationError("That objective is of another case.", code="other_case")})
    if isinstance(part, RecordLink) and {"dataset", "reference"} & set(changed):
        _check_record(part, by=by)
    if changed or part.pk is None:
        store(part, by=by, values=values)
        _next_version(case_study, by=by)
        audit.record(f"{part._meta.model_name}.{verb}", by=by, target=case_study, row=part.pk)
    return part


def _check_record(link: RecordLink, *, by: User) -> None:
    """A new link cites a record that is there and that its author may see."""
    if pointer(RECORD, key_in(link.dataset, link.reference), by) is None:
        message = "There is no record with this reference in this dataset, or you may not see it."
        raise ValidationError({"reference": ValidationError(message, code="no_record")})


def _next_version(case_study: CaseStudy, *, by: User) -> None:
    bump(case_study)
    case_study.updated_by = by
    case_study.save(update_fields=["version", "updated_at", "updated_by"])
