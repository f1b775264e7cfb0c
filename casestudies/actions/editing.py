"""How every edit of this room is made: on a version, by field name, validated as a whole before it is stored."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.history import versions_of
from accounts.models import User
from casestudies.models import CaseStudy, CoCreationEvent, Contribution
from casestudies.models.plain import plain
from casestudies.selectors.terms import check_terms
from rest.problems import Conflict

Row = TypeVar("Row", bound=models.Model)
Versioned = CaseStudy | CoCreationEvent | Contribution


def apply_values(row: Row, values: Mapping[str, object], allowed: Iterable[str]) -> list[str]:
    """Set fields of the row and return the names of those that changed. Unknown names raise ValidationError."""
    allowed = set(allowed)
    unknown = sorted(set(values) - allowed)
    if unknown:
        raise ValidationError(
            {name: ValidationError(_("This field cannot be set."), code="not_settable") for name in unknown}
        )
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def store(row: Row, *, by: User, values: Mapping[str, object]) -> Row:
    """Validate the row by its vocabularies and constraints, then save it with the person who edited it."""
    row.updated_by = by  # type: ignore[attr-defined]
    check_terms(type(row), values)
    row.full_clean()
    row.save()
    return row


def next_version(row: Versioned) -> None:
    """The next version of a versioned row."""
    row.version += 1
    row.updated_at = timezone.now()


def check_base_version(row: Versioned, base_version: int | None, values: Mapping[str, object]) -> None:
    """Raise Conflict where the row is no longer at the version that was edited. None skips the check."""
    if base_version is None or base_version == row.version:
        return
    history = versions_of(type(row)).filter(pgh_obj=row.pk, version=base_version).order_by("-pgh_id").first()
    base = {name: plain(getattr(history, name)) for name in values} if history is not None else None
    theirs = {name: plain(getattr(row, name)) for name in values}
    mine = {name: plain(value) for name, value in values.items()}
    raise Conflict(
        _("Somebody else edited this after you opened it: you have version %(base)d, it is now version %(now)d.")
        % {"base": base_version, "now": row.version},
        base=base,
        theirs=theirs,
        mine=mine,
        differing=sorted(name for name in values if mine[name] != theirs[name]),
        version=row.version,
    )
