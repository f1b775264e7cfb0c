"""How every edit of this room is made: by field name, validated as a whole before it is stored."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casestudies.models import CaseStudy, CoCreationEvent, Contribution
from casestudies.selectors.terms import check_terms

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
