"""The adjudicated layer: the codes that a settled unit has in the end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from coding.agreeing import Decision, Mark, final_marks
from coding.models import Adjudication, AdjudicationDecision, RoundUnit


@dataclass(frozen=True)
class FinalCode:
    """A code of an adjudicated unit: on the code points from `start` up to, not including, `end`, or on all of it.

    `reason` is that of the adjudicator, empty where the rule of the round accepted the code.
    """

    code_id: int
    start: int | None
    end: int | None
    reason: str


def final_codes(adjudications: QuerySet[Adjudication]) -> dict[int, list[FinalCode]]:
    """The codes of each settled adjudication by its primary key, in the order of the text; none where no code applies.

    Adjudications that are open are left out, and those settled by rule whose unit was submitted again since.
    """
    settled = Adjudication.objects.filter(pk__in=adjudications.values("pk")).final()
    found: dict[int, list[FinalCode]] = {pk: [] for pk in settled.values_list("pk", flat=True)}
    rows = AdjudicationDecision.objects.newest().filter(adjudication__in=settled.values("pk"))
    by_adjudication: defaultdict[int, list[AdjudicationDecision]] = defaultdict(list)
    for row in rows.order_by("id"):
        by_adjudication[row.adjudication_id].append(row)
    for pk, decisions in by_adjudication.items():
        found[pk] = _final(decisions)
    return found


def _final(rows: Iterable[AdjudicationDecision]) -> list[FinalCode]:
    reasons = {mark_of(row): row.reason for row in rows}
    final = final_marks({mark_of(row): Decision(row.verdict) for row in rows})
    marks = sorted(final, key=lambda mark: mark.place)
    return [FinalCode(mark.code, mark.start, mark.end, reasons[mark]) for mark in marks]


def mark_of(row: AdjudicationDecision) -> Mark | None:
    """What a decision is about; None for all codes of the unit."""
    return None if row.code_id is None else Mark(row.code_id, row.start, row.end)


def is_settled(round_unit: RoundUnit) -> bool:
    """Whether a person has settled the unit: its submissions cannot be reopened until the adjudication is.

    One that was settled by rule does not hinder: it is compared again when the unit is submitted again.
    """
    return Adjudication.objects.filter(round_unit=round_unit, state="settled", basis="person").exists()
