"""Assignment slots of a unit: added, freed, given to a coder. A unit has `coders_wanted + skipped` of them.

For the other actions of the room, which check who may do it, hold the locks and write the audit trail.
"""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, F, Max, Min, OuterRef
from django.utils.translation import gettext as _

from accounts.models import User
from coding.models import Assignment, Round, RoundCoder, RoundUnit, Submission
from coding.models.rounds import SKIPPED_FROM
from coding.sampling import drawn, places_among

BATCH = 2000
# One statement for all units of a round: Django's bulk_update needs minutes for 100,000.
_NUMBER = """
UPDATE coding_roundunit unit SET position = new.position, coders_wanted = new.wanted
FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS new (id, position, wanted) WHERE unit.id = new.id
"""


def number_units(units: Sequence[RoundUnit]) -> None:
    """Store `position` and `coders_wanted` of the units."""
    columns = [[getattr(unit, name) for unit in units] for name in ("pk", "position", "coders_wanted")]
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, columns)


def add_slots(coding_round: Round, new: Iterable[tuple[RoundUnit, int]]) -> int:
    """Create slots, each given as its unit and its number within the unit; returns how many.

    Their places are random and mix with those of the slots that are free.
    """
    slots: Sequence[tuple[RoundUnit, int]] = drawn(list(new), seed=coding_round.seed)
    rows = Assignment.objects.filter(round=coding_round, position__lt=SKIPPED_FROM)
    free = rows.free().aggregate(lowest=Min("position"), highest=Max("position"))
    if free["lowest"] is None:
        last = rows.aggregate(last=Max("position"))["last"]
        free = dict.fromkeys(free, 0 if last is None else last + 1)
    places = places_among(len(slots), lowest=free["lowest"], highest=free["highest"], seed=coding_round.seed)
    Assignment.objects.bulk_create(
        (
            Assignment(round=coding_round, round_unit=unit, slot=slot, position=place)
            for (unit, slot), place in zip(slots, places, strict=True)
        ),
        batch_size=BATCH,
    )
    return len(slots)


def add_slot_after_skip(skipped: Assignment) -> None:
    """Add a free slot for a coder who has not had the unit. Its free slots have their place after all others."""
    slots = Assignment.objects.filter(round_unit=skipped.round_unit_id)
    slots.free().filter(position__lt=SKIPPED_FROM).update(position=F("position") + SKIPPED_FROM)
    last: int = slots.aggregate(last=Max("slot"))["last"]
    Assignment.objects.create(
        round_id=skipped.round_id,
        round_unit_id=skipped.round_unit_id,
        slot=last + 1,
        position=skipped.position % SKIPPED_FROM + SKIPPED_FROM,
    )


def remove_slot_after_skip(unit: RoundUnit) -> None:
    """A skip is taken back: remove a free slot. If another coder has it already, the unit has one coder more."""
    slots = Assignment.objects.filter(round_unit=unit).free().order_by("-slot")
    unused = slots.filter(~Exists(Submission.objects.filter(assignment=OuterRef("pk"))))
    slot = unused.select_for_update(skip_locked=True).first()
    if slot is None:
        unit.coders_wanted += 1
    else:
        slot.delete()
    if unit.skipped == 0:
        slots.order_by().filter(position__gte=SKIPPED_FROM).update(position=F("position") - SKIPPED_FROM)


def set_free(slot: Assignment) -> None:
    """Give a started slot back to the queue. What its coder wrote there goes; the codings stay rows of that coder."""
    slot.coder, slot.why, slot.memo, slot.is_flagged = None, "", "", False
    slot.taken_at, slot.leased_until, slot.postponed_at = None, None, None
    slot.active_seconds, slot.version, slot.is_ahead = 0, slot.version + 1, False
    slot.save()


def assign(slot: Assignment, to: User) -> None:
    """Assign a slot to a coder, whom `had` does not name. It waits for that coder, without a lease."""
    set_free(slot)
    slot.coder, slot.why = to, Assignment.Why.ASSIGNED
    slot.save()


def had(round_unit_id: int, coder: User) -> bool:
    """Whether this coder has the unit or submitted it, so that it cannot be assigned to the coder again."""
    return Assignment.objects.filter(round_unit=round_unit_id, coder=coder).exists()


def coder_of(coding_round: Round, person: User) -> RoundCoder:
    """The coder's row in the round, locked: what is assigned to one coder is assigned one after the other."""
    member = RoundCoder.objects.select_for_update(of=("self",)).active().filter(round=coding_round, coder=person)
    found: RoundCoder | None = member.first()
    if found is None:
        raise ValidationError(
            {
                "coder": ValidationError(
                    _("%(person)s does not code in this round. Add the coder to the round first."),
                    code="not_in_round",
                    params={"person": person},
                )
            }
        )
    return found
