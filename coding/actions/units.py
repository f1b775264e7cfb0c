"""Freezing units: how evidence rooms send texts to coding."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding import policies
from coding.models import TextUnit
from coding.offsets import frozen, sha256_of

BATCH = 1000


@dataclass(frozen=True)
class NewUnit:
    """A text to freeze.

    source_kind, source_key: what it is ("complaint-record") and which ("dataset-slug/reference"), as
        `versions.pointing` takes them; this room does not interpret them.
    title, context: what a coder may see beside the text; `context` maps labels to short values, in order.
    organisation_id: who owns the unit and leads its coding.
    """

    source_kind: str
    source_key: str
    title: str
    text: str
    organisation_id: int
    language: str = ""
    context: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def freeze_units(*, units: Iterable[NewUnit], by: User) -> list[TextUnit]:
    """Freeze the texts and return their units in the order given.

    Bulk and idempotent by (organisation, source_kind, source_key, SHA-256 of the text): freezing the same text again
    gives the same unit; a changed text of the same source is a new unit. Line ends become LF, a BOM and NULs go;
    nothing else changes.
    Raises ValidationError `empty_text` when one has no text, PermissionDenied without a role in its organisation.
    """
    wanted = [_unit(new, by) for new in units]
    for organisation_id in {unit.organisation_id for unit in wanted}:
        policies.check_can_freeze_units_in(by, organisation_id)
    TextUnit.objects.bulk_create(wanted, batch_size=BATCH, ignore_conflicts=True)
    keys = {unit.source_key for unit in wanted}
    found = {
        _identity(unit): unit
        for unit in TextUnit.objects.select_for_update(no_key=True).filter(
            source_key__in=keys, sha256__in={unit.sha256 for unit in wanted}
        )
    }
    if wanted:
        audit.record("units.frozen", by=by, count=len(wanted))
    return [found[_identity(unit)] for unit in wanted]


def _identity(unit: TextUnit) -> tuple[int, str, str, str]:
    return unit.organisation_id, unit.source_kind, unit.source_key, unit.sha256


def freeze_unit(*, unit: NewUnit, by: User) -> TextUnit:
    """`freeze_units` for one text."""
    return freeze_units(units=[unit], by=by)[0]


def _unit(new: NewUnit, by: User) -> TextUnit:
    text = frozen(new.text)
    if not text.strip():
        raise ValidationError(_("%(key)s has no text to code."), code="empty_text", params={"key": new.source_key})
    return TextUnit(
        source_kind=new.source_kind,
        source_key=new.source_key,
        title=new.title[:300],
        text=text,
        sha256=sha256_of(text),
        language=new.language,
        context=new.context,
        organisation_id=new.organisation_id,
        frozen_by=by,
    )
