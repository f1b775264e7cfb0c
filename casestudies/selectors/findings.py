"""What was found in a set of case studies: figures, what became of contributions, influence, drivers and barriers.

Every function takes case studies that the reader has access to, and counts no others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, TruncDate

from casestudies.models import CaseStudy, CitizenRole, CoCreationEvent, Contribution, Factor, Outcome
from casestudies.models.choices import Decision, EventStatus, FactorLevel, Phase
from casestudies.querysets import REQUIRED_FIELDS, REQUIRED_PARTS, CaseStudyQuerySet
from casestudies.selectors.terms import TermLabels
from measures.shares import share

REQUIRED = (*REQUIRED_FIELDS, *REQUIRED_PARTS)
ACCEPTED = (Decision.ACCEPTED, Decision.PARTLY)
# A decision that was not recorded stands beside the decisions.
DECISIONS = (*Decision.values, "")
Fates = dict[str, dict[str, int]]
"""Kind of contribution, or phase, to decision to number of contributions."""


@dataclass(frozen=True)
class Totals:
    """Contributions, those with a decision, and those of them that were accepted, in full or in part."""

    contributions: int
    decided: int
    accepted: int

    @property
    def accepted_share(self) -> float | None:
        """Contributions accepted of those with a decision, 0 to 1."""
        return share(self.accepted, self.decided)


@dataclass(frozen=True)
class Figures:
    """Headline figures of a set of case studies."""

    cases: int
    events: int
    attended: int
    of_contributions: Totals


@dataclass(frozen=True)
class Influence:
    """Citizen roles, of one phase or otherwise, by how the assessed influence compares with the claimed one."""

    phase: str
    lower: int
    same: int
    higher: int
    not_assessed: int


def fates(cases: CaseStudyQuerySet, by: str = "kind") -> Fates:
    """What became of the contributions, by kind or by the phase of their event (`event__phase`); one query."""
    found: Fates = defaultdict(lambda: defaultdict(int))
    rows = Contribution.objects.filter(case_study__in=cases.order_by().values("pk")).order_by()
    for value, decision, number in rows.values_list(by, "decision").annotate(Count("pk")):
        found[value or ""][decision] += number
    return dict(found)


def completeness(cases: CaseStudyQuerySet) -> tuple[int, dict[str, int]]:
    """How many case studies there are, and of how many each requirement is met, in their order; one query."""
    met = {name: Sum(f"has_{name}") for name in REQUIRED}
    # Counted outside, so that a join of a filter counts no case study twice.
    rows = CaseStudy.objects.filter(pk__in=cases.order_by().values("pk")).with_requirements().order_by()
    found = rows.aggregate(cases_=Count("pk"), **met)
    return found["cases_"], {name: found[name] or 0 for name in REQUIRED}


def days(cases: CaseStudyQuerySet) -> dict[str, list[tuple[date, int]]]:
    """Numbers by day of `events`, of people who `attended`, and of contributions `given` and `decided`; two queries.

    A contribution without a day has that of its event.
    """
    keys = cases.order_by().values("pk")
    events = CoCreationEvent.objects.filter(case_study__in=keys).order_by().values_list(TruncDate("starts_at"))
    held = list(events.annotate(Count("pk"), Sum("attended")))
    given_on = Coalesce("put_in_on", TruncDate("event__starts_at"))
    decided_on = Case(When(~Q(decision=""), then=F("decided_on")))
    contributions = Contribution.objects.filter(case_study__in=keys).order_by().values_list(given_on, decided_on)
    by_days = list(contributions.annotate(Count("pk")))
    return {
        "events": [(day, number) for day, number, _people in held],
        "attended": [(day, people) for day, _number, people in held if people],
        "given": [(given, number) for given, _decided, number in by_days if given],
        "decided": [(decided, number) for _given, decided, number in by_days if decided],
    }


def totals(of_contributions: Fates) -> Totals:
    by_decision: dict[str, int] = defaultdict(int)
    for decisions in of_contributions.values():
        for decision, number in decisions.items():
            by_decision[decision] += number
    contributions = sum(by_decision.values())
    accepted = sum(by_decision[decision] for decision in ACCEPTED)
    return Totals(contributions, contributions - by_decision[""], accepted)


def figures(cases: CaseStudyQuerySet, of_contributions: Fates) -> Figures:
    """Two queries besides that of `fates`."""
    keys = cases.order_by().values("pk")
    events = CoCreationEvent.objects.filter(case_study__in=keys).aggregate(
        number=Count("pk"), people=Sum("attended", filter=Q(status=EventStatus.HELD))
    )
    return Figures(
        cases=cases.order_by().count(),
        events=events["number"],
        attended=events["people"] or 0,
        of_contributions=totals(of_contributions),
    )


def influence(cases: CaseStudyQuerySet, labels: TermLabels) -> list[Influence]:
    """One row for each phase with a role whose claimed influence is recorded, in the order of the phases; one query.

    The steps are compared by their position on the scale of the row, so that scales are never mixed.
    """
    found = _influence_by("phase", CitizenRole.objects.filter(case_study__in=cases.order_by().values("pk")), labels)
    return [found[phase] for phase in Phase.values if phase in found]


def influence_of_each(cases: Iterable[CaseStudy], labels: TermLabels) -> Mapping[int, Influence]:
    """Case study id to the influence of its roles, for those of which a claimed one is recorded; one query."""
    return _influence_by("case_study_id", CitizenRole.objects.filter(case_study__in=cases), labels)


def influence_of(roles: Iterable[CitizenRole], labels: TermLabels) -> Influence | None:
    """The influence of these roles, or nothing where no claimed one is recorded."""
    counts: dict[str, int] = defaultdict(int)
    for role in roles:
        steps = list(labels.of(role.scale))
        if role.influence_claimed in steps:
            counts[_compared(steps, role.influence_claimed, role.influence_assessed)] += 1
    if not counts:
        return None
    return Influence("", counts["lower"], counts["same"], counts["higher"], counts["not_assessed"])


def _influence_by(name: str, roles: QuerySet[CitizenRole], labels: TermLabels) -> dict[Any, Influence]:
    counts: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    grouped = roles.exclude(influence_claimed="").order_by()
    columns = (name, "scale", "influence_claimed", "influence_assessed")
    for value, scale, claimed, assessed, number in grouped.values_list(*columns).annotate(Count("pk")):
        steps = list(labels.of(scale))
        if claimed in steps:
            counts[value][_compared(steps, claimed, assessed)] += number
    return {
        value: Influence(str(value), found["lower"], found["same"], found["higher"], found["not_assessed"])
        for value, found in counts.items()
    }


def _compared(steps: list[str], claimed: str, assessed: str) -> str:
    if assessed not in steps:
        return "not_assessed"
    difference = steps.index(assessed) - steps.index(claimed)
    return "same" if not difference else "higher" if difference > 0 else "lower"


def factors(cases: CaseStudyQuerySet) -> list[tuple[str, int, int]]:
    """Level, number of barriers and of drivers; a factor that was both counts as both. One query."""
    rows = Factor.objects.filter(case_study__in=cases.order_by().values("pk")).order_by()
    counts: dict[tuple[str, str], int] = {
        (level, direction): number
        for level, direction, number in rows.values_list("level", "direction").annotate(Count("pk"))
    }
    found = []
    for level in FactorLevel.values:
        both = counts.get((level, "both"), 0)
        barriers, drivers = counts.get((level, "barrier"), 0) + both, counts.get((level, "driver"), 0) + both
        if barriers or drivers:
            found.append((level, barriers, drivers))
    return found


def with_results(cases: CaseStudyQuerySet) -> CaseStudyQuerySet:
    """Annotates `result` (the first outcome), `accepted` and `contributed`: numbers of contributions."""
    outcomes = Outcome.objects.filter(case_study=OuterRef("pk")).order_by(F("observed_on").desc(nulls_last=True), "pk")
    contributions = Contribution.objects.filter(case_study=OuterRef("pk")).order_by().values("case_study")
    return cases.annotate(
        result=Subquery(outcomes.values("text")[:1]),
        contributed=Subquery(contributions.annotate(n=Count("pk")).values("n")),
        accepted=Subquery(contributions.filter(decision__in=ACCEPTED).annotate(n=Count("pk")).values("n")),
    )


def cards(cases: CaseStudyQuerySet, most: int) -> list[CaseStudy]:
    """The latest edited case studies, with their results."""
    return list(with_results(cases.select_related("sector")).order_by("-updated_at", "-pk")[:most])
