"""What is unfinished in a round: work of its coders, units in progress, and units that nobody can take.

A lead coder who codes in a blind round sees none of this about others until the round is closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coding import policies
from coding.models import Assignment, Round, RoundCoder, RoundUnit, Submission
from coding.querysets.rounds import AssignmentQuerySet

SHOWN = 50

NO_CODERS = _("The round has no coders.")
ALL_SKIPPED = _("All coders skipped it.")
ALL_HAD_IT = _("No coder is left who has not had it.")
QUOTA = _("Those who have not had it have reached their quota.")


@dataclass(frozen=True)
class StuckUnit:
    """A unit that lacks a coder and that no coder can take, with the reason."""

    unit: RoundUnit
    reason: str | Promise


@dataclass(frozen=True)
class Unfinished:
    """What would be left if the round were closed now: numbers of submissions and of assignments."""

    missing: int
    in_progress: int
    not_started: int


def unfinished_in(coding_round: Round) -> Unfinished:
    """Sums over the whole round, which tell nothing of any unit."""
    slots = Assignment.objects.filter(round=coding_round)
    missing = coding_round.units.aggregate(n=Sum(F("coders_wanted") - F("done")))["n"] or 0
    return Unfinished(missing=missing, in_progress=slots.held().count(), not_started=slots.free().count())


def coders_of(coding_round: Round, user: User) -> QuerySet[RoundCoder]:
    """The coders who were not removed, with `done`, `held` and `lapsed`, which are 0 where they are kept from the
    person."""
    coders = coding_round.coders.remaining().select_related("coder")
    if policies.is_blind_to(user, coding_round):
        return coders
    own = Assignment.objects.filter(round=OuterRef("round"), coder=OuterRef("coder")).order_by()

    def number(rows: QuerySet[Assignment]) -> Coalesce:
        counted = rows.values("coder").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    return coders.with_done().annotate(held=number(own.held()), lapsed=number(own.lapsed()))


def units_to_give(coding_round: Round, user: User) -> QuerySet[RoundUnit]:
    """The units that this lead coder may give to a coder: where others' work is kept from the person, only those that
    the person has submitted."""
    units = coding_round.units.select_related("unit", "round")
    if not policies.is_blind_to(user, coding_round):
        return units
    return units.filter(Exists(Submission.objects.standing().filter(round_unit=OuterRef("pk"), coder=user)))


def assignments_to_pass_on(coding_round: Round, user: User) -> AssignmentQuerySet[Assignment]:
    """Assignments in progress that this lead coder may pass on one by one, oldest lease first."""
    held = Assignment.objects.filter(round=coding_round).held().select_related("round_unit__unit", "coder", "round")
    if policies.is_blind_to(user, coding_round):
        held = held.filter(coder=user)
    return held.order_by(F("leased_until").asc(nulls_first=True), "id")


def stuck_units(coding_round: Round, user: User) -> list[StuckUnit]:
    """The first units that lack a coder and that nobody can take, with the reason of each."""
    active = frozenset(coding_round.coders.active().values_list("coder", flat=True))
    able = list(coding_round.coders.active().with_quota_left().values_list("coder", flat=True))
    free = Assignment.objects.filter(round=coding_round).free()
    units = units_to_give(coding_round, user).filter(pk__in=free.values("round_unit"))
    if able:
        taken = Assignment.objects.filter(round=coding_round, coder__in=able).order_by().values("round_unit")
        units = units.filter(pk__in=taken.annotate(n=Count("pk")).filter(n=len(able)).values("round_unit"))
    shown = list(units.order_by("position", "id")[:SHOWN])
    return [StuckUnit(unit, _reason(active, *people)) for unit, people in zip(shown, _had(shown), strict=True)]


def _had(units: list[RoundUnit]) -> Iterable[tuple[set[int], set[int]]]:
    """For each unit the coders who have it or submitted it, and among them those who skipped it."""
    rows = Assignment.objects.filter(round_unit__in=units, coder__isnull=False)
    skipped = Q(submissions__outcome="skipped", submissions__withdrawal__isnull=True)
    had: dict[int, tuple[set[int], set[int]]] = {unit.pk: (set(), set()) for unit in units}
    for unit, coder in rows.values_list("round_unit", "coder"):
        had[unit][0].add(coder or 0)
    for unit, coder in rows.filter(skipped).values_list("round_unit", "coder"):
        had[unit][1].add(coder or 0)
    return had.values()


def _reason(active: frozenset[int], had: set[int], skipped: set[int]) -> Promise:
    if not active:
        return NO_CODERS
    if active <= skipped:
        return ALL_SKIPPED
    return ALL_HAD_IT if active <= had else QUOTA
