"""Planning, starting and closing rounds."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organisation, User
from coding import policies
from coding.models import Assignment, CodebookVersion, Round, RoundCoder, RoundUnit, TextUnit
from coding.querysets.rounds import CODERS
from coding.sampling import drawn, slots_per_unit

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
    }
)
BATCH = 2000


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
        if not person.organisations_as(*CODERS):
            raise ValidationError(
                {
                    "coders": ValidationError(
                        _("%(person)s is not a coder."), code="not_a_coder", params={"person": person}
                    )
                }
            )
    planned.coders.exclude(coder__in=people).delete()
    kept = set(planned.coders.values_list("coder", flat=True))
    RoundCoder.objects.bulk_create(
        RoundCoder(round=planned, coder=person, organisation_id=_codes_for(person, planned))
        for pk, person in people.items()
        if pk not in kept
    )


def _codes_for(person: User, planned: Round) -> int:
    """The organisation of the round where the person is a coder there, else the person's own."""
    own = person.organisations_as(*CODERS)
    return planned.organisation_id if planned.organisation_id in own else min(own)


@transaction.atomic
def add_units(*, coding_round: Round, unit_ids: Iterable[int], by: User, at_most: int | None = None) -> int:
    """Add units to a planned round, or a random sample of `at_most` of them; returns how many were added."""
    planned = locked_plan(coding_round, by)
    own = TextUnit.objects.led_by(by).filter(organisation=planned.organisation_id)
    # Locked, so that nobody deletes an unused unit that is being added.
    allowed = own.outside(planned.pk).filter(pk__in=list(unit_ids)).order_by("pk").select_for_update(no_key=True)
    chosen = drawn(list(allowed.values_list("pk", flat=True)), seed=planned.seed, at_most=at_most)
    RoundUnit.objects.bulk_create([RoundUnit(round=planned, unit_id=pk) for pk in chosen], batch_size=BATCH)
    audit.record("units.added", by=by, target=planned, count=len(chosen))
    return len(chosen)


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
    RoundUnit.objects.bulk_update(units, ["position", "coders_wanted"], batch_size=BATCH)
    slots = [(unit, n + 1) for unit in units for n in range(unit.coders_wanted)]
    assignments = [
        Assignment(round=planned, round_unit=unit, slot=slot, position=position)
        for position, (unit, slot) in enumerate(drawn(slots, seed=planned.seed))
    ]
    Assignment.objects.bulk_create(assignments, batch_size=BATCH)
    planned.state, planned.opened_at = Round.State.OPEN, timezone.now()
    planned.updated_at = planned.opened_at
    planned.save()
    audit.record("round.opened", by=by, target=planned, units=len(units), assignments=len(assignments))
    return planned


def _check_can_start(planned: Round, units: int) -> None:
    if not units:
        raise ValidationError(_("Add units to the round first."), code="no_units")
    coders = planned.coders.count()
    if coders < -(-planned.coders_per_unit // 1):
        raise ValidationError(
            _("%(needed)s coders per unit need more people than the %(coders)s of this round."),
            code="too_few_coders",
            params={"needed": f"{planned.coders_per_unit.normalize():f}", "coders": coders},
        )


@transaction.atomic
def close_round(*, coding_round: Round, by: User) -> Round:
    """Close a round: nothing more can be submitted, and its coders can see each other's work."""
    running: Round = Round.objects.select_for_update().get(pk=coding_round.pk)
    policies.check_can_lead_round(by, running)
    if not running.is_open:
        raise ValidationError(_("Only an open round can be closed."), code="wrong_state")
    running.state, running.closed_at = Round.State.CLOSED, timezone.now()
    running.updated_at = running.closed_at
    running.save()
    audit.record("round.closed", by=by, target=running)
    return running
