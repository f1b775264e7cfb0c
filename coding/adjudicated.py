"""The adjudicated layer: the codes that a settled unit has in the end."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from coding.models import Adjudication, AdjudicationDecision

Verdict = AdjudicationDecision.Verdict


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
    """The codes of each settled adjudication by its primary key; none where no code applies. Open ones are left out.

    What the rule of a round settles is recorded as decisions too. A decision that a later one replaces does not count;
    *reject all* is about all codes of the unit.
    """
    settled = Adjudication.objects.filter(pk__in=adjudications.values("pk"), state="settled")
    standing: defaultdict[int, list[AdjudicationDecision]] = defaultdict(list)
    rows = AdjudicationDecision.objects.filter(adjudication__in=settled.values("pk"), replaced_by__isnull=True)
    for row in rows.order_by("id"):
        standing[row.adjudication_id].append(row)
    return {pk: _final(standing[pk]) for pk in settled.values_list("pk", flat=True)}


def _final(decisions: list[AdjudicationDecision]) -> list[FinalCode]:
    if any(decision.verdict == Verdict.REJECT_ALL for decision in decisions):
        return []
    accepted = {(one.code_id, one.start, one.end): one for one in decisions if one.verdict == Verdict.ACCEPT}
    return [FinalCode(one.code_id, one.start, one.end, one.reason) for one in accepted.values() if one.code_id]
