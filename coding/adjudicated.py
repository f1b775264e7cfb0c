"""The final codes of a unit after adjudication: a layer of its own beside the codings of the coders."""

from collections import Counter
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from coding.models import Adjudication, AdjudicationDecision, Code, Coding, Submission

Outcome = Submission.Outcome
Verdict = AdjudicationDecision.Verdict
# A code on a passage: primary key of the code, start and end.
Place = tuple[int, int | None, int | None]


class FinalCode(NamedTuple):
    """A code on the code points from `start` up to, not including, `end`; on the whole unit where both are None."""

    code: Code
    start: int | None
    end: int | None
    reason: str = ""


def with_final_codes(adjudications: QuerySet[Adjudication]) -> QuerySet[Adjudication]:
    """Reads what `final_codes` needs in four statements for any number of adjudications."""
    return adjudications.prefetch_related(
        Prefetch("decisions", AdjudicationDecision.objects.select_related("code")),
        Prefetch("round_unit__submissions", Submission.objects.standing(), to_attr="standing_submissions"),
        Prefetch("round_unit__codings", Coding.objects.standing().select_related("code"), to_attr="standing_codings"),
    )


def final_codes(adjudication: Adjudication) -> list[FinalCode]:
    """The codes of the unit as its adjudication now says, by key and passage; an empty list: none applies.

    A standing decision, which is one that no later decision replaces, is final for its code and passage, and *reject
    all* for the whole unit. What was not decided one by one is final where the coders agree: all of them or, for a unit
    settled by the threshold, more than half.
    """
    decisions = list(adjudication.decisions.all())
    replaced = {decision.replaces_id for decision in decisions}
    standing = sorted((one for one in decisions if one.pk not in replaced), key=lambda one: one.pk)
    if any(decision.verdict == Verdict.REJECT_ALL for decision in standing):
        return []
    final = _agreed(adjudication)
    for decision in standing:
        if decision.code is not None:
            place = (decision.code.pk, decision.start, decision.end)
            final.pop(place, None)
            if decision.verdict == Verdict.ACCEPT:
                final[place] = FinalCode(decision.code, decision.start, decision.end, decision.reason)
    return sorted(final.values(), key=lambda one: (one.code.key, one.start or 0, one.end or 0))


def _agreed(adjudication: Adjudication) -> dict[Place, FinalCode]:
    """What all coders applied alike, or more than half of them where the threshold settled the unit.

    A coder who is unsure counts as one of them, and supports no code; one who skipped the unit does not count.
    """
    unit = adjudication.round_unit
    if not hasattr(unit, "standing_codings"):
        unit = with_final_codes(Adjudication.objects.filter(pk=adjudication.pk))[0].round_unit
    outcomes = {one.coder_id: one.outcome for one in unit.standing_submissions if one.outcome != Outcome.SKIPPED}
    support: Counter[Place] = Counter()
    found: dict[Place, FinalCode] = {}
    for coding in unit.standing_codings:
        if outcomes.get(coding.coder_id) == Outcome.CODED:
            place = (coding.code_id, coding.start, coding.end)
            support[place] += 1
            found[place] = FinalCode(coding.code, coding.start, coding.end)
    is_by_threshold = adjudication.basis == Adjudication.Basis.THRESHOLD
    needed = len(outcomes) // 2 + 1 if is_by_threshold else len(outcomes)
    return {place: one for place, one in found.items() if support[place] >= needed}
