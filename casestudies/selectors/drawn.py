"""Findings of case studies as drawings: decisions on contributions, barriers and drivers, what is recorded, and what
happened when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies import vocabularies as v
from casestudies.models import CaseStudy, CoCreationEvent, Contribution, FieldNote
from casestudies.models.choices import Decision, FactorLevel, Phase
from casestudies.policies import Person
from casestudies.querysets import CaseStudyQuerySet
from casestudies.selectors import findings
from casestudies.selectors.pages import REQUIREMENTS, CaseRows
from casestudies.selectors.terms import TermLabels
from rest.drawings import Drawing, Row, bars, sourced, strips
from rest.time_steps import time_steps

DECISION_LABELS = {**dict(Decision.choices), "": gettext_lazy("No decision recorded")}


def fate(found: findings.Fates, labels: TermLabels) -> Drawing:
    """What became of contributions, by kind: one column a decision."""
    rows = sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    named = [(labels.label(v.CONTRIBUTION_KIND, kind), decisions) for kind, decisions in rows]
    return _fate(_("What became of citizens' contributions"), _("Kind"), named)


def fate_by_phase(found: findings.Fates) -> Drawing:
    """The same by the phase of the event, in the order of the phases; no row where no phase is recorded at all."""
    phases = [phase for phase in Phase.values if phase in found]
    named = [(str(Phase(phase).label), found[phase]) for phase in phases]
    if named and "" in found:
        named.append((_("No event, or no phase recorded"), found[""]))
    return _fate(_("What became of contributions, by phase of the event"), _("Phase"), named)


def _fate(title: str, first: str, rows: Iterable[tuple[str, dict[str, int]]]) -> Drawing:
    return bars(
        title,
        first,
        [str(DECISION_LABELS[decision]) for decision in findings.DECISIONS],
        [Row(label, [decisions.get(key, 0) for key in findings.DECISIONS]) for label, decisions in rows],
    )


def of_case(rows: CaseRows, labels: TermLabels) -> list[Drawing]:
    """What became of the contributions of a case study, where there are several. No query."""
    if len(rows.contributions) < 2:
        return []
    by_kind: findings.Fates = defaultdict(lambda: defaultdict(int))
    by_phase: findings.Fates = defaultdict(lambda: defaultdict(int))
    for each in rows.contributions:
        by_kind[each.kind][each.decision] += 1
        by_phase[each.event.phase if each.event else ""][each.decision] += 1
    phases = fate_by_phase(by_phase)
    return sourced([fate(by_kind, labels), phases if len(phases.rows) > 1 else None], _("this case study"))


def time_line(rows: CaseRows) -> Drawing | None:
    """Events, people at them, contributions, decisions and notes on one axis; None where all are of one day. No query.

    A contribution without a day has that of its event.
    """
    of_events = [(_day_of(event), event.attended or 0) for event in rows.events]
    given = [(day, 1) for each in rows.contributions if (day := _given_on(each))]
    decided = [(each.decided_on, 1) for each in rows.contributions if each.decision and each.decided_on]
    drawing = _on_one_axis(
        _("Time line"),
        [
            (_("Events"), [(day, 1) for day, _people in of_events]),
            (_("People who attended"), [(day, people) for day, people in of_events if people]),
            (_("Contributions"), given),
            (_("Decisions"), decided),
            (_("Latest field notes"), [(_noted_on(note), 1) for note in rows.notes]),
        ],
    )
    return replace(drawing, source=_("this case study")) if drawing else None


def time_line_of_all(cases: CaseStudyQuerySet) -> Drawing | None:
    """The same of several case studies, without notes. Two queries."""
    found = findings.days(cases)
    labels = {"events": _("Events"), "attended": _("People who attended"), "given": _("Contributions")}
    counted = [(label, found[name]) for name, label in {**labels, "decided": _("Decisions")}.items()]
    return _on_one_axis(_("Time line of the case studies"), counted)


def _on_one_axis(title: str, counted: Sequence[tuple[str, Sequence[tuple[date, int]]]]) -> Drawing | None:
    days = [day for _label, found in counted for day, _number in found]
    if not days or min(days) == max(days):
        return None
    steps = time_steps(min(days), max(days))
    return strips(
        title,
        _("What"),
        [_("Number")],
        steps.labels,
        [
            Row(label, [sum(number for _day, number in found)], along=steps.counts(found))
            for label, found in counted
            if found
        ],
        note=_("The highest bar of each row is as high as the row; the number says how many there are in all."),
    )


def _day_of(event: CoCreationEvent) -> date:
    return timezone.localdate(event.starts_at)


def _given_on(contribution: Contribution) -> date | None:
    return contribution.put_in_on or (_day_of(contribution.event) if contribution.event else None)


def _noted_on(note: FieldNote) -> date:
    return note.occurred_on or timezone.localdate(note.created_at)


def completeness(cases: CaseStudyQuerySet) -> Drawing:
    """Of how many case studies each required section is recorded. One query."""
    number, met = findings.completeness(cases)
    sections = [Row(str(REQUIREMENTS[name]).capitalize(), [done, number - done]) for name, done in met.items()]
    return bars(
        _("What is recorded of the case studies"),
        _("Section"),
        [_("Recorded"), _("Missing")],
        sections if number else [],
    )


def factors(found: Iterable[tuple[str, int, int]], title: str = "") -> Drawing:
    """Barriers to the left and drivers to the right, by level; `found` as `findings.factors` has it."""
    return bars(
        title or _("Barriers and drivers"),
        _("Level"),
        [_("Barriers"), _("Drivers")],
        [Row(str(FactorLevel(level).label), [barriers, drivers]) for level, barriers, drivers in found],
        diverging=True,
    )


def factors_beside_sector(case_study: CaseStudy, user: Person) -> list[Drawing]:
    """Barriers and drivers of a case study, and those of the other case studies of its policy sector that the person
    has access to. Empty where one of the two has none: there is nothing to compare. Two queries."""
    if case_study.sector is None:
        return []
    own = findings.factors(CaseStudy.objects.visible_to(user).filter(pk=case_study.pk))
    others = CaseStudy.objects.visible_to(user).filter(sector=case_study.sector).exclude(pk=case_study.pk)
    of_others = findings.factors(others) if own else []
    if not of_others:
        return []
    title = _("Other case studies: %(sector)s") % {"sector": case_study.sector}
    of_sector = f"{reverse('case-study-list')}?{urlencode({'sector': case_study.sector.slug})}"
    beside = replace(factors(of_others, title), source=_("the case studies of this sector"), source_url=of_sector)
    return sourced([factors(own, _("This case study")), beside], _("this case study"))
