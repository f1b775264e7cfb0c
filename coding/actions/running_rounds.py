"""Changing a round that has started: pause, resume, more coders per unit; and reopening a closed one."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding import policies
from coding.actions.queue import lease_end
from coding.actions.slots import add_slots, number_units
from coding.models import Assignment, Round, RoundUnit
from coding.sampling import slots_per_unit


def locked_round(coding_round: Round, by: User, *states: str) -> Round:
    """The round, locked, where the person leads it and it is in one of the states; by default open or paused."""
    locked: Round = Round.objects.select_for_update(no_key=True).get(pk=coding_round.pk)
    policies.check_can_lead_round(by, locked)
    allowed = states or (Round.State.OPEN, Round.State.PAUSED)
    if locked.state not in allowed:
        raise ValidationError(
            _("This can be done while a round is %(allowed)s. This one is %(state)s."),
            code="wrong_state",
            params={
                "allowed": _(" or ").join(str(Round.State(state).label).lower() for state in allowed),
                "state": str(locked.get_state_display()).lower(),
            },
        )
    return locked


@transaction.atomic
def pause_round(*, coding_round: Round, by: User) -> Round:
    """Pause an open round: nobody can code in it until it is resumed. Blindness and what was saved stay."""
    running = locked_round(coding_round, by, Round.State.OPEN)
    return _move(running, Round.State.PAUSED, "round.paused", by)


@transaction.atomic
def resume_round(*, coding_round: Round, by: User) -> Round:
    """Resume a paused round. Started units are reserved anew, because nobody could work on them."""
    running = locked_round(coding_round, by, Round.State.PAUSED)
    _renew_leases(running)
    return _move(running, Round.State.OPEN, "round.resumed", by)


@transaction.atomic
def reopen_round(*, coding_round: Round, reason: str, by: User) -> Round:
    """Open a closed round again, with a reason. Its coders could see each other's work while it was closed."""
    closed = locked_round(coding_round, by, Round.State.CLOSED)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why the round is reopened."), code="required")})
    closed.reopening_reason, closed.closed_at = reason.strip(), None
    _renew_leases(closed)
    return _move(closed, Round.State.OPEN, "round.reopened", by)


def _move(running: Round, state: str, verb: str, by: User) -> Round:
    running.state, running.updated_at = state, timezone.now()
    running.save()
    audit.record(verb, by=by, target=running)
    return running


def _renew_leases(running: Round) -> None:
    until = lease_end(running, timezone.now())
    Assignment.objects.filter(round=running, leased_until__isnull=False).held().update(leased_until=until)


@transaction.atomic
def raise_coders_per_unit(*, coding_round: Round, coders_per_unit: Decimal, by: User) -> int:
    """Give the units of a running round more coders; returns how many slots were added.

    Which units have one more is fixed by their random order, as at the start. A unit never has fewer than before.
    """
    running = locked_round(coding_round, by)
    if coders_per_unit <= running.coders_per_unit:
        raise ValidationError(
            {
                "coders_per_unit": ValidationError(
                    _("Enter more than the %(number)s coders per unit of this round."),
                    code="not_more",
                    params={"number": f"{running.coders_per_unit.normalize():f}"},
                )
            }
        )
    running.coders_per_unit, running.updated_at = coders_per_unit, timezone.now()
    running.full_clean()
    check_enough_coders(running)
    running.save()
    added = add_slots(running, _more_slots(running))
    audit.record("round.edited", by=by, target=running, fields=["coders_per_unit"], assignments=added)
    return added


def _more_slots(running: Round) -> list[tuple[RoundUnit, int]]:
    """The further slots of each unit, by number. Sets `coders_wanted` of the units."""
    units = list(running.units.select_for_update(no_key=True).order_by("position", "id"))
    last = dict(running.assignments.order_by().values_list("round_unit").annotate(Max("slot")))
    slots, changed = [], []
    for unit, wanted in zip(units, slots_per_unit(len(units), running.coders_per_unit), strict=True):
        missing = wanted - unit.coders_wanted
        if missing > 0:
            slots += [(unit, last[unit.pk] + n + 1) for n in range(missing)]
            unit.coders_wanted = wanted
            changed.append(unit)
    number_units(changed)
    return slots


def check_enough_coders(coding_round: Round) -> None:
    """A round has as many coders as a unit has, or more."""
    coders = coding_round.coders.remaining().count()
    if coders < -(-coding_round.coders_per_unit // 1):
        raise ValidationError(
            _("%(needed)s coders per unit need more people than the %(coders)s of this round."),
            code="too_few_coders",
            params={"needed": f"{coding_round.coders_per_unit.normalize():f}", "coders": coders},
        )
