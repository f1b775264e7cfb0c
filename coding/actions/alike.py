"""Alike units of a planned round: find them, and code each campaign once or every unit of it."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding.actions.rounds import add_units, locked_plan
from coding.jobs.alike import alike_in, keep
from coding.models import AlikeSearch, AlikeUnit, Round, RoundUnit
from coding.querysets.samples import AlikeUnitQuerySet
from jobs.models import JobState
from jobs.tasks import wake_worker

# About a second; a larger round is searched by a worker.
MOST_AT_ONCE = 2_000


@transaction.atomic
def add_and_compare(*, coding_round: Round, unit_ids: Iterable[int], by: User, at_most: int | None = None) -> int:
    """Add units to a round, see `add_units`, and search it for alike ones while it is planned; returns how many were
    added. In a round that has started every unit that is added is coded."""
    added = add_units(coding_round=coding_round, unit_ids=unit_ids, by=by, at_most=at_most)
    if added and Round.objects.filter(pk=coding_round.pk, state=Round.State.PLANNED).exists():
        find_alike(coding_round=coding_round, by=by)
    return added


@transaction.atomic
def find_alike(*, coding_round: Round, by: User) -> AlikeSearch:
    """Search a planned round for alike units: at once in a round of up to 2,000 units, else as a job.

    Nothing is merged: every unit found is coded until somebody chooses otherwise.
    """
    planned = locked_plan(coding_round, by)
    running = AlikeSearch.objects.filter(round=planned, state__in=AlikeSearch.ACTIVE).first()
    if running is not None:
        return running
    now = timezone.now()
    if planned.units.count() > MOST_AT_ONCE:
        search = AlikeSearch.objects.create(round=planned, created_by=by)
        transaction.on_commit(lambda: wake_worker(search))
    else:
        keep(planned, alike_in(planned))
        search = AlikeSearch.objects.create(
            round=planned, created_by=by, state=JobState.FINISHED, started_at=now, finished_at=timezone.now()
        )
    audit.record("alike.searched", by=by, target=planned)
    return search


@transaction.atomic
def code_once(*, coding_round: Round, firsts: Iterable[int] | None, by: User) -> int:
    """Code one unit for each of these campaigns: the first unit stands for the others, which keep their records.

    `firsts`: the round units at the head of the campaigns, None for all of the round. Returns how many units lose
    their own place.
    """
    planned = locked_plan(coding_round, by)
    chosen = _of(planned, firsts).filter(is_coded_once=False)
    units = list(chosen.values_list("unit", flat=True))
    RoundUnit.objects.filter(round=planned, unit__in=units).delete()
    chosen.update(is_coded_once=True)
    audit.record("alike.merged", by=by, target=planned, count=len(units))
    return len(units)


@transaction.atomic
def code_each(*, coding_round: Round, firsts: Iterable[int] | None, by: User) -> int:
    """Code every unit of these campaigns, or of all; returns how many units get their own place again."""
    planned = locked_plan(coding_round, by)
    chosen = _of(planned, firsts).coded_once()
    units = list(chosen.values_list("unit", flat=True))
    RoundUnit.objects.bulk_create([RoundUnit(round=planned, unit_id=pk) for pk in units])
    chosen.update(is_coded_once=False)
    audit.record("alike.separated", by=by, target=planned, count=len(units))
    return len(units)


def _of(planned: Round, firsts: Iterable[int] | None) -> AlikeUnitQuerySet[AlikeUnit]:
    found = AlikeUnit.objects.filter(round=planned)
    if firsts is None:
        return found
    found = found.filter(round_unit__in=list(firsts))
    if not found.exists():
        raise ValidationError(_("Choose a campaign of this round."), code="no_campaign")
    return found
