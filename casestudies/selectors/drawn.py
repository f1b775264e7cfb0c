"""Findings of case studies as drawings: barriers and drivers."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from casestudies.models import CaseStudy
from casestudies.models.choices import FactorLevel
from casestudies.policies import Person
from casestudies.selectors import findings
from rest.drawings import Drawing, Row, bars


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
    if case_study.sector_id is None:
        return []
    own = findings.factors(CaseStudy.objects.visible_to(user).filter(pk=case_study.pk))
    others = CaseStudy.objects.visible_to(user).filter(sector=case_study.sector_id).exclude(pk=case_study.pk)
    of_others = findings.factors(others) if own else []
    if not of_others:
        return []
    title = _("Other case studies: %(sector)s") % {"sector": case_study.sector}
    return [factors(own, _("This case study")), factors(of_others, title)]
