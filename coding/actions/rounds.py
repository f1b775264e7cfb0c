"""Planning, starting and closing rounds."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from accounts.roles import Role
from coding import policies
from coding.models import Assignment, CodebookVersion, Round, RoundCoder, RoundUnit, TextUnit
from coding.sampling import drawn, seats_per_unit

ROUND_FIELDS = frozenset(
    {"title", "instructions", "coders_per_unit", "is_blind", "stop_rule", "stop_after", "lease_minutes", "seed"}
)
BATCH = 2000


def _apply(plan: Round, values: Mapping[str, Any]) -> None:
    unknown = sorted(values.keys() - ROUND_FIELDS)
    if unknown:
        raise ValidationError({name: ValidationError("This is not set here.", code="not_settable") for name in unknown})
    for name, value in values.items():
        setattr(plan, name, value)
    plan.full_clean()


@transaction.atomic
def create_round(
    *,
    organisation: Organisation,
    version: CodebookVersion,
    values: Mapping[str, Any],
    by: User,
    coders: Iterable[User] = (),
) -> Round:
    """Plan a round with a published version of a codebook. It starts when `open_round` says so."""
    policies.check_can_lead_in(by, organisation.pk)
    if version.is_draft:
        raise ValidationError(
            {"version": ValidationError("Publish the codebook first: a draft may still change.", code="draft_codebook")}
        )
    plan = Round(organisation=organisation, codebook_version=version, created_by=by)
    _apply(plan, values)
    plan.save()
    _set_coders(plan, coders)
    audit.record("round.planned", by=by, target=plan)
    return plan


def _planned(coding_round: Round, by: User) -> Round:
    """The round, locked, while it can still be planned."""
    locked: Round = Round.objects.select_for_update().get(pk=coding_round.pk)
    policies.check_can_lead_round(by, locked)
    if locked.state != Round.State.PLANNED:
        raise ValidationError("This round has started; its plan does not change any more.", code="wrong_state")
    return locked


@transaction.atomic
def edit_round(
    *, coding_round: Round, values: Mapping[str, Any], by: User, coders: Iterable[User] | None = None
) -> Round:
    """Change the plan of a round that has not started."""
    plan = _planned(coding_round, by)
    _apply(plan, values)
    plan.updated_at = timezone.now()
    plan.save()
    if coders is not None:
        _set_coders(plan, coders)
    audit.record("round.edited", by=by, target=plan, fields=sorted(values))
    return plan


def _set_coders(plan: Round, coders: Iterable[User]) -> None:
    people = {person.pk: person for person in coders}
    for person in people.values():
        if not person.roles & {Role.CODER, Role.LEAD_CODER}:
            raise ValidationError({"coders": ValidationError(f"{person} is not a coder.", code="not_a_coder")})
    plan.coders.exclude(coder__in=people).delete()
    kept = set(plan.coders.values_list("coder", flat=True))
    RoundCoder.objects.bulk_create(RoundCoder(round=plan, coder_id=pk) for pk in people if pk not in kept)


@transaction.atomic
def add_units(*, coding_round: Round, unit_ids: Iterable[int], by: User, at_most: int | None = None) -> int:
    """Put frozen texts into a planned round, or a random sample of `at_most` of them; returns how many are new."""
    plan = _planned(coding_round, by)
    allowed = TextUnit.objects.led_by(by).outside(plan.pk).filter(pk__in=list(unit_ids)).order_by("pk")
    chosen = drawn(list(allowed.values_list("pk", flat=True)), seed=plan.seed, at_most=at_most)
    RoundUnit.objects.bulk_create([RoundUnit(round=plan, unit_id=pk) for pk in chosen], batch_size=BATCH)
    audit.record("round.units-added", by=by, target=plan, count=len(chosen))
    return len(chosen)


@transaction.atomic
def remove_units(*, coding_round: Round, unit_ids: Iterable[int], by: User) -> int:
    """Take texts out of a planned round; returns how many there were."""
    plan = _planned(coding_round, by)
    removed, _ = plan.units.filter(unit__in=list(unit_ids)).delete()
    audit.record("round.units-removed", by=by, target=plan, count=removed)
    return removed


@transaction.atomic
def open_round(*, coding_round: Round, by: User) -> Round:
    """Start: fix the random order and the number of coders of each text, and set out the seats."""
    plan = _planned(coding_round, by)
    units = drawn(list(plan.units.order_by("unit_id")), seed=plan.seed)
    _check_can_start(plan, len(units))
    for position, (unit, wanted) in enumerate(
        zip(units, seats_per_unit(len(units), plan.coders_per_unit), strict=True)
    ):
        unit.position, unit.coders_wanted = position, wanted
    RoundUnit.objects.bulk_update(units, ["position", "coders_wanted"], batch_size=BATCH)
    seats = [Assignment(round_unit=unit, seat=n + 1) for unit in units for n in range(unit.coders_wanted)]
    Assignment.objects.bulk_create(seats, batch_size=BATCH)
    plan.state, plan.opened_at = Round.State.OPEN, timezone.now()
    plan.updated_at = plan.opened_at
    plan.save()
    audit.record("round.opened", by=by, target=plan, units=len(units), seats=len(seats))
    return plan


def _check_can_start(plan: Round, units: int) -> None:
    if not units:
        raise ValidationError("Put texts into the round first.", code="no_units")
    coders = plan.coders.count()
    if coders < -(-plan.coders_per_unit // 1):
        raise ValidationError(
            f"{plan.coders_per_unit.normalize():f} coders per text need more people than the {coders} of this round.",
            code="too_few_coders",
        )


@transaction.atomic
def close_round(*, coding_round: Round, by: User) -> Round:
    """End: nothing more is taken or handed in, and its coders may see each other's work."""
    running: Round = Round.objects.select_for_update().get(pk=coding_round.pk)
    policies.check_can_lead_round(by, running)
    if not running.is_open:
        raise ValidationError("Only an open round can be closed.", code="wrong_state")
    running.state, running.closed_at = Round.State.CLOSED, timezone.now()
    running.updated_at = running.closed_at
    running.save()
    audit.record("round.closed", by=by, target=running)
    return running
