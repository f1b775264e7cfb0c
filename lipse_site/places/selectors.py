"""What was found in a part of the case studies and complaint records, beside the same for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies import vocabularies as v
from casestudies.models import CaseStudy
from casestudies.models.choices import Decision, FactorLevel, Phase
from casestudies.policies import Person
from casestudies.querysets import CaseStudyQuerySet
from casestudies.selectors import findings
from casestudies.selectors.terms import TermLabels
from complaints.models import ComplaintRecord
from complaints.selectors.exploring import filter_of
from complaints.selectors.facets import Facet, facets
from imports.models import Dataset
from rest.drawings import Drawing, Row, bars

CARDS = 6
FACET_FIELDS = ("received_year", "finding", "category")
FACET_VALUES = 12
DATASETS = 50
DECISION_LABELS = {**dict(Decision.choices), "": gettext_lazy("No decision recorded")}


@dataclass(frozen=True)
class Part:
    """Which rows a page is about: the filters of the lists that show them. Without filters it is about all.

    datasets: None where datasets are not of one such part.
    """

    cases: dict[str, str]
    records: dict[str, str]
    datasets: dict[str, str] | None

    @property
    def is_all(self) -> bool:
        return not self.cases


ALL = Part({}, {}, {})


@dataclass(frozen=True)
class Compared:
    """A headline figure of the part, and the same of all case studies."""

    label: str
    here: str
    everywhere: str


def overview(user: Person, part: Part, cases: CaseStudyQuerySet) -> dict[str, object]:
    """Context of a page. `cases` are the case studies of the part that this person has access to."""
    fates = findings.fates(cases)
    here = findings.figures(cases, fates)
    labels = TermLabels()
    everyone = here
    if not part.is_all:
        every_case = CaseStudy.objects.visible_to(user)
        everyone = findings.figures(every_case, findings.fates(every_case))
    records = ComplaintRecord.objects.visible_to(user)
    years, found, categories = facets(records, part.records, FACET_FIELDS, most=FACET_VALUES)
    return {
        "figures": _compared(here, everyone),
        "is_all": part.is_all,
        "cases": findings.cards(cases, CARDS),
        "case_count": here.cases,
        "cases_address": address("case-study-list", part.cases),
        "drawings": [
            drawing
            for drawing in (
                fate(fates, labels),
                influence(findings.influence(cases, labels)),
                factors(findings.factors(cases)),
                by_value(_("Complaint records by year"), _("Received"), years, part),
                by_value(_("Complaint records by finding"), _("Finding"), found, part),
                by_value(_("What complaints are about"), _("Category"), categories, part),
            )
            if drawing.rows
        ],
        "record_count": found.total,
        "records_address": address("record-list", part.records),
        "datasets": _datasets(user, part),
    }


def _datasets(user: Person, part: Part) -> list[Dataset]:
    if part.datasets is None:
        return []
    return list(Dataset.objects.visible_to(user).filter(**part.datasets).order_by("title", "pk")[:DATASETS])


def address(name: str, filters: dict[str, str]) -> str:
    return f"{reverse(name)}?{urlencode(filters)}" if filters else reverse(name)


def citation(title: str, page: str) -> str:
    """How to cite a page of this kind."""
    day = date_format(timezone.localdate(), "j M Y")
    return _("LIPSE Casebook: %(title)s. %(address)s (accessed on %(day)s).") % {
        "title": title, "address": page, "day": day,
    }  # fmt: skip


def _compared(here: findings.Figures, everyone: findings.Figures) -> list[Compared]:
    return [
        Compared(_("Case studies"), f"{here.cases:,}", f"{everyone.cases:,}"),
        Compared(_("Events per case study"), _ratio(here.events, here.cases), _ratio(everyone.events, everyone.cases)),
        Compared(_("People at events"), f"{here.attended:,}", f"{everyone.attended:,}"),
        Compared(
            _("Contributions of citizens"),
            f"{here.of_contributions.contributions:,}",
            f"{everyone.of_contributions.contributions:,}",
        ),
        Compared(
            _("Accepted, at least in part"), _accepted(here.of_contributions), _accepted(everyone.of_contributions)
        ),
    ]


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.1f}" if whole else "-"


def _accepted(found: findings.Totals) -> str:
    """The share with its denominator: contributions on which a decision is recorded."""
    accepted = found.accepted_share
    if accepted is None:
        return "-"
    return _("%(percent)d%% (%(part)s of %(whole)s decided)") % {
        "percent": round(100 * accepted), "part": f"{found.accepted:,}", "whole": f"{found.decided:,}",
    }  # fmt: skip


def fate(found: findings.Fates, labels: TermLabels) -> Drawing:
    """What became of contributions, by kind: one column a decision."""
    rows = sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return bars(
        _("What became of citizens' contributions"),
        _("Kind"),
        [str(DECISION_LABELS[decision]) for decision in findings.DECISIONS],
        [
            Row(labels.label(v.CONTRIBUTION_KIND, kind), [decisions.get(key, 0) for key in findings.DECISIONS])
            for kind, decisions in rows
        ],
    )


def influence(found: Iterable[findings.Influence]) -> Drawing:
    return bars(
        _("Influence of citizens: assessed beside claimed"),
        _("Phase"),
        [_("Assessed lower"), _("Same"), _("Assessed higher"), _("Not assessed")],
        [
            Row(str(Phase(each.phase).label), [each.lower, each.same, each.higher, each.not_assessed])
            for each in found
        ],
        note=_("Number of roles of citizens whose claimed influence is recorded, compared on the scale of each role."),
    )  # fmt: skip


def factors(found: Iterable[tuple[str, int, int]]) -> Drawing:
    return bars(
        _("Barriers and drivers"),
        _("Level"),
        [_("Barriers"), _("Drivers")],
        [Row(str(FactorLevel(level).label), [barriers, drivers]) for level, barriers, drivers in found],
        diverging=True,
    )


def by_value(title: str, first: str, facet: Facet, part: Part) -> Drawing:
    """Complaint records by the values of one field."""
    note = ""
    if facet.timed_out:
        note = _("Counting took too long.")
    elif facet.more:
        note = _("The %(shown)d most frequent values of %(all)d.") % {
            "shown": len(facet.values), "all": len(facet.values) + facet.more,
        }  # fmt: skip
    rows = [
        Row(str(value["label"]), [value["count"]], address("record-list", part.records | filter_of(facet.field, value)))
        for value in facet.values
    ]
    return bars(title, first, [_("Records")], rows if any(value["value"] for value in facet.values) else [], note=note)
