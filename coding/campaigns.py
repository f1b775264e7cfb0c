"""The campaigns of a planned round: a first unit and those alike to it, for the page on which a lead coder chooses."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from coding.models import AlikeSearch, AlikeUnit, Round, TextUnit

SHOWN = 50


@dataclass(frozen=True)
class Campaign:
    """A first unit with the one that is least like it. `letters` counts both and all between."""

    round_unit: int
    letters: int
    least: float
    is_coded_once: bool
    first: TextUnit
    example: TextUnit

    @property
    def percent(self) -> int:
        """The lowest similarity in the campaign, rounded down."""
        return int(self.least * 100)


@dataclass(frozen=True)
class Campaigns:
    """The largest campaigns of a round, the numbers of all, and the newest search; None where there was none."""

    search: AlikeSearch | None
    shown: Sequence[Campaign]
    campaigns: int
    letters: int
    coded_once: int


def campaigns_of(coding_round: Round) -> Campaigns:
    """The campaigns with the most letters first."""
    alike = AlikeUnit.objects.filter(round=coding_round)
    totals = alike.aggregate(
        heads=Count("round_unit", distinct=True), units=Count("pk"), once=Count("pk", filter=Q(is_coded_once=True))
    )
    return Campaigns(
        search=AlikeSearch.objects.filter(round=coding_round).order_by("-id").first(),
        shown=_largest(coding_round),
        campaigns=totals["heads"],
        letters=totals["units"] + totals["heads"],
        coded_once=totals["once"],
    )


def _largest(coding_round: Round) -> list[Campaign]:
    alike = AlikeUnit.objects.filter(round=coding_round)
    groups = (
        alike.order_by()
        .values("round_unit")
        .annotate(units=Count("pk"), least=Min("similarity"), apart=Count("pk", filter=Q(is_coded_once=False)))
    )
    largest = list(groups.order_by("-units", "round_unit_id")[:SHOWN])
    examples = {
        row.round_unit_id: row
        for row in alike.filter(round_unit__in=[group["round_unit"] for group in largest])
        .order_by("round_unit_id", "similarity", "id")
        .distinct("round_unit_id")
        .select_related("unit", "round_unit__unit")
    }
    return [
        Campaign(
            round_unit=group["round_unit"],
            letters=group["units"] + 1,
            least=group["least"],
            is_coded_once=not group["apart"],
            first=examples[group["round_unit"]].round_unit.unit,
            example=examples[group["round_unit"]].unit,
        )
        for group in largest
    ]
