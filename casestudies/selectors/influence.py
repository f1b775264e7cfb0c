"""Influence claimed beside influence assessed, of several case studies by phase: small drawings to compare."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from casestudies.models import CaseStudy, CitizenRole
from casestudies.models.choices import Phase
from casestudies.querysets import CaseStudyQuerySet
from casestudies.selectors.glance import Steps, of_role
from casestudies.selectors.terms import TermLabels

MOST_CASES = 12


@dataclass(frozen=True)
class Multiples:
    """phases: those of which anything is recorded. rows: a case study, and its roles on their scales for each phase,
    with the label of the phase.

    more: how many case studies with recorded influence are left out.
    """

    phases: Sequence[str]
    rows: Sequence[tuple[CaseStudy, Sequence[tuple[str, Sequence[Steps]]]]]
    more: int = 0


def influence_of_cases(cases: CaseStudyQuerySet, labels: TermLabels) -> Multiples | None:
    """Of the latest edited case studies with recorded influence; None where there is none. Two queries."""
    recorded = CitizenRole.objects.exclude(Q(influence_claimed="") & Q(influence_assessed=""))
    having = cases.filter(pk__in=recorded.values("case_study")).order_by("-updated_at", "-pk")
    keys = list(dict.fromkeys(having.values_list("pk", flat=True)))
    if not keys:
        return None
    roles: dict[int, dict[str, list[Steps]]] = defaultdict(lambda: defaultdict(list))
    shown: dict[int, CaseStudy] = {}
    for role in recorded.filter(case_study__in=keys[:MOST_CASES]).select_related("case_study").order_by("pk"):
        shown[role.case_study_id] = role.case_study
        roles[role.case_study_id][role.phase].append(of_role(role, labels))
    phases = [phase for phase in Phase.values if any(phase in of_case for of_case in roles.values())]
    labelled = [(phase, str(Phase(phase).label)) for phase in phases]
    return Multiples(
        [label for _phase, label in labelled],
        [
            (shown[key], [(label, roles[key].get(phase, [])) for phase, label in labelled])
            for key in keys[:MOST_CASES]
            if key in shown
        ],
        max(0, len(keys) - MOST_CASES),
    )
