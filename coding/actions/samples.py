"""The sample of a planned round: taking units out, deleting units of no round, sharing the sample."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organisation, User
from coding import policies
from coding.actions.rounds import locked_plan
from coding.models import AlikeUnit, Round, RoundShare, TextUnit

BATCH = 1000


class Removed(NamedTuple):
    """Units taken out of a round, and how many of them were then in no round and were deleted."""

    units: int
    deleted: int


@transaction.atomic
def remove_units(*, coding_round: Round, unit_ids: Iterable[int], by: User) -> Removed:
    """Take units out of a planned round, with the alike units that they stand for. Units that are then in no round are
    deleted, so that the import of their records can be undone."""
    planned = locked_plan(coding_round, by)
    chosen = list(unit_ids)
    rows = planned.units.filter(unit__in=chosen)
    alike = AlikeUnit.objects.filter(round=planned)
    gone = alike.coded_once().filter(Q(unit__in=chosen) | Q(round_unit__in=rows))
    units = {*rows.values_list("unit", flat=True), *gone.values_list("unit", flat=True)}
    alike.filter(Q(unit__in=units) | Q(round_unit__in=rows)).delete()
    rows.delete()
    deleted = _delete_unused(units)
    audit.record("units.removed", by=by, target=planned, count=len(units), deleted=deleted)
    return Removed(len(units), deleted)


@transaction.atomic
def delete_unused_units(*, organisation: Organisation, by: User) -> int:
    """Delete the units of an organisation that are in no round; returns how many."""
    policies.check_can_lead_in(by, organisation.pk)
    unused = TextUnit.objects.filter(organisation=organisation).unused()
    deleted = _delete_unused(unused.values_list("pk", flat=True).iterator())
    audit.record("units.deleted", by=by, target=organisation, count=deleted)
    return deleted


def _delete_unused(unit_ids: Iterable[int]) -> int:
    """Delete those of the units that are in no round, with the links of their records."""
    waiting, deleted = iter(unit_ids), 0
    while some := list(islice(waiting, BATCH)):
        # Somebody who adds one of them to a round at this moment waits, and then does not find it.
        locked = TextUnit.objects.filter(pk__in=some).select_for_update().order_by("pk")
        unused = TextUnit.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).unused()
        _, by_model = unused.delete()
        deleted += by_model.get(TextUnit._meta.label, 0)
    return deleted


@transaction.atomic
def share_round(*, coding_round: Round, organisations: Sequence[Organisation], by: User) -> None:
    """Set the organisations whose lead coders can draw the same records, and compare agreement after closing."""
    policies.check_can_lead_round(by, coding_round)
    if any(one.pk == coding_round.organisation_id for one in organisations):
        message = _("The round belongs to this organisation.")
        raise ValidationError({"organisations": ValidationError(message, code="own_organisation")})
    coding_round.shares.exclude(organisation__in=organisations).delete()
    RoundShare.objects.bulk_create(
        [RoundShare(round=coding_round, organisation=one, shared_by=by) for one in organisations],
        ignore_conflicts=True,
    )
    audit.record("round.shared", by=by, target=coding_round, organisations=sorted(one.slug for one in organisations))
