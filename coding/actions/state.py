"""What one coder's work on one unit is at the moment, and the refusal of a change that was made on an older state."""

from typing import NoReturn

from django.utils.translation import gettext as _

from coding.models import Assignment, Coding
from rest.prepared import Prepared
from rest.problems import Conflict

_standing = Prepared(lambda unit, coder: Coding.objects.at(unit, coder).standing())


def standing_of(assignment: Assignment) -> list[Coding]:
    """The codings of the coder at this unit that were not retracted, oldest first."""
    if assignment.coder_id is None:
        return []
    return _standing(assignment.round_unit_id, assignment.coder_id)


def state_of(assignment: Assignment) -> dict[str, object]:
    """Version, memo, flag, active seconds and codings (uuid, code, start, end, memo) of an assignment."""
    return {
        "version": assignment.version,
        "memo": assignment.memo,
        "is_flagged": assignment.is_flagged,
        "active_seconds": assignment.active_seconds,
        "codings": [
            {"uuid": str(c.uuid), "code": c.code_id, "start": c.start, "end": c.end, "memo": c.memo}
            for c in standing_of(assignment)
        ],
    }


def check_version(assignment: Assignment, seen: int | None) -> None:
    """Refuse a change of somebody who was shown another version: a Conflict with the `current` state."""
    if seen is not None and seen != assignment.version:
        refuse_as_changed(assignment)


def refuse_as_changed(assignment: Assignment) -> NoReturn:
    """Raise the Conflict that has the `current` state."""
    raise Conflict(
        _("This unit was changed in another tab or on another device after it was shown here. Nothing was submitted."),
        code="changed_elsewhere",
        current=state_of(assignment),
    )
