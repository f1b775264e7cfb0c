"""Planning, starting and closing rounds."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organisation, User
from coding import policies
from coding.actions.round_coders import check_is_coder, codes_for
from coding.actions.running_rounds import check_enough_coders
from coding.actions.slots import BATCH, add_slots, number_units
from coding.models import CodebookVersion, Round, RoundCoder, RoundUnit, TextUnit
from coding.sampling import drawn, slots_per_unit
from rest.vocabularies import CUTS

ROUND_FIELDS = frozenset(
    {
        "title",
        "instructions",
        "coders_per_unit",
        "is_blind",
        "stop_rule",
        "stop_after",
        "lease_minutes",
        "seed",
        "take_back_minutes",
        "agreement_rule",
        "countries",
        *CUTS,
    }
)


def _apply(planned: Round, values: Mapping[str, object]) -> None:
    unknown = sorted(values.keys() - ROUND_FIELDS)
    if unknown:
        raise ValidationError(
            {name: ValidationError(_("This field cannot be set here."), code="not_settable") for name in unknown}
        )
    for name, value in values.items():
        setattr(planned, name, value)
    planned.full_clean()


@transaction.atomic
def create_round(
    *,
    organisation: Organisation,
    version: CodebookVersion,
    values: Mapping[str, object],
    by: User,
    coders: Iterable[User] = (),
) -> Round:
    """Plan a round with a published version of a codebook. `open_round` starts it."""
    policies.check_can_lead_in(by, organisation.pk)
    if version.is_draft:
        raise ValidationError(
            {
                "version": ValidationError(
                    _("Publish the codebook first. Rounds use a published version."), code="draft_codebook"
                )
            }
        )
    planned = Round(organisation=organisation, codebook_version=version, created_by=by)
    _apply(planned, values)
    planned.save()
    _set_coders(planned, coders)
    audit.record("round.planned", by=by, target=planned)
    return planned


def locked_plan(coding_round: Round, by: User) -> Round:
    """The round, locked, while it can still be planned."""
    locked: Round = Round.objects.select_for_update().get(pk=coding_round.pk)
    policies.check_can_lead_round(by, locked)
    if locked.state != Round.State.PLANNED:
        raise ValidationError(_("This round has started and can no longer be edited."), code="wrong_state")
    return locked


@transaction.atomic
def edit_round(
    *, coding_round: Round, values: Mapping[str, object], by: User, coders: Iterable[User] | None = None
) -> Round:
    """Edit a round that has not started."""
    planned = locked_plan(coding_round, by)
    _apply(planned, values)
    planned.updated_at = timezone.now()
    planned.save()
    if coders is not None:
        _set_coders(planned, coders)
    audit.record("round.edited", by=by, target=planned, fields=sorted(values))
    return planned


def _set_coders(planned: Round, coders: Iterable[User]) -> None:
    people = {person.pk: person for person in coders}
    for person in people.values():
        check_is_coder(person, field="coders")
    planned.coders.exclude(coder__in=people).delete()
    kept = set(planned.coders.values_list("coder", flat=True))
    RoundCoder.objects.bulk_create(
        RoundCoder(round=planned, coder=person, organisation_id=codes_for(person, planned))
        for pk, person in people.items()
        if pk not in kept
    )


@transaction.atomic
def add_units(*, coding_round: Round, unit_ids: Iterable[int], by: User, at_most: int | None = None) -> int:
    """Add units to a round that is not closed, or a random sample of `at_most` of them; returns how many were added.

    In a round that has started they get as many coders as its units have, and slots that mix with the free ones.
    """
    running: Round = Round.objects.select_for_update(no_key=True).get(pk=coding_round.pk)
    policies.check_can_lead_round(by, running)
    if running.state == Round.State.CLOSED:
        raise ValidationError(_("The round is closed. Reopen it to add units."), code="wrong_state")
    own = TextUnit.objects.led_by(by).filter(organisation=running.organisation_id)
    # Locked, so that nobody deletes an unused unit that is being added.
    allowed = own.outside(running.pk).filter(pk__in=list(unit_ids)).order_by("pk").select_for_update(no_key=True)
    chosen = drawn(list(allowed.values_list("pk", flat=True)), seed=running.seed, at_most=at_most)
    _append(running, chosen)
    audit.record("units.added", by=by, target=running, count=len(chosen), seed=running.seed)
    return len(chosen)


def _append(running: Round, chosen: Sequence[int]) -> None:
    before = 0 if running.state == Round.State.PLANNED else running.units.count()
    wanted = slots_per_unit(before + len(chosen), running.coders_per_unit)[before:]
    new = [
        RoundUnit(round=running, unit_id=pk, position=before + n, coders_wanted=wanted[n])
        for n, pk in enumerate(chosen)
    ]
    units = RoundUnit.objects.bulk_create(new, batch_size=BATCH)
    if running.is_running:
        add_slots(running, [(unit, n + 1) for unit in units for n in range(unit.coders_wanted)])


@transaction.atomic
def open_round(*, coding_round: Round, by: User) -> Round:
    """Start a round: fix the random order and the number of coders of each unit, and create the assignment slots."""
    planned = locked_plan(coding_round, by)
    units = drawn(list(planned.units.order_by("unit_id")), seed=planned.seed)
    _check_can_start(planned, len(units))
    for position, (unit, wanted) in enumerate(
        zip(units, slots_per_unit(len(units), planned.coders_per_unit), strict=True)
    ):
        unit.position, unit.coders_wanted = position, wanted
    number_units(units)
    slots = add_slots(planned, [(unit, n + 1) for unit in units for n in range(unit.coders_wanted)])
    planned.state, planned.opened_at = Round.State.OPEN, timezone.now()
    planned.updated_at = planned.opened_at
    planned.save()
    audit.record("round.opened", by=by, target=planned, units=len(units), assignments=slots)
    return planned


def _check_can_start(planned: Round, units: int) -> None:
    if not units:
        raise ValidationError(_("Add units to the round first."), code="no_units")
    check_enough_coders(planned)


@transaction.atomic
def close_round(*, coding_round: Round, by: User) -> Round:
    """Close a round: nothing more can be submitted, and its coders can see each other's work."""
    running: Round = Round.objects.select_for_update(no_key=True).get(pk=coding_round.pk)
    policies.check_can_lead_round(by, running)
    if not running.is_running:
        raise ValidationError(_("Only an open round can be closed."), code="wrong_state")
    running.state, running.closed_at = Round.State.CLOSED, timezone.now()
    running.updated_at = running.closed_at
    running.save()
    audit.record("round.closed", by=by, target=running)
    return running
