"""What was found in a part of the case studies and complaint records, beside the same for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from casestudies.filters import CaseStudyFilter
from casestudies.models import CaseStudy
from casestudies.models.choices import Phase
from casestudies.policies import Person
from casestudies.querysets import CaseStudyQuerySet
from casestudies.selectors import findings
from casestudies.selectors.drawn import completeness, factors, fate, fate_by_phase, time_line_of_all
from casestudies.selectors.influence import influence_of_cases
from casestudies.selectors.terms import TermLabels
from complaints.models import ComplaintRecord
from complaints.querysets import RecordQuerySet
from complaints.selectors import drawn
from complaints.selectors.comparing import upheld_share
from complaints.selectors.facets import Facet, facets
from imports.models import Dataset
from rest.drawings import Drawing, Row, bars, sourced

CARDS = 6
DATASETS = 50
Filters = dict[str, str]


@dataclass(frozen=True)
class Part:
    """Which rows a page is about: the filters of the lists that show them. Without filters it is about all.

    None where rows of this kind are not of one such part.
    """

    cases: Filters | None
    records: Filters | None
    datasets: Q | None

    @property
    def is_all(self) -> bool:
        return self == ALL


ALL = Part({}, {}, Q())


@dataclass(frozen=True)
class Compared:
    """A headline figure of the part, and the same of all. url: the list of what is counted."""

    label: str
    here: str
    everywhere: str
    url: str = ""


def of_country(code: str) -> Part:
    own = {"country": code}
    return Part(own, own, Q(country=code))


def of_policy_sector(slug: str) -> Part:
    return Part({"sector": slug}, {"policy_sector": slug}, None)


def of_theme(key: str) -> Part:
    """What carries the theme; of complaint records, those of a dataset that carries it."""
    return Part({"theme": key}, {"theme": key}, Q(themes__contains=[key]))


def of_organisation(organisation: Organisation, user: Person) -> Part:
    """What a partner university owns. Of another organisation, the case studies whose public body it is and the
    datasets whose institution it is. Complaint records are those of its datasets."""
    is_partner = organisation.kind == Organisation.Kind.PARTNER
    datasets = Q(organisation=organisation) if is_partner else Q(office=organisation)
    scope = ComplaintRecord.objects.visible_to(user).scope
    slugs = (
        Dataset.objects.filter(datasets, pk__in=list(scope.datasets)).order_by("slug").values_list("slug", flat=True)
    )
    records = {"dataset__in": ",".join(slugs)}
    cases: Filters | None = {"organisation": organisation.slug} if is_partner else {"public_body": organisation.slug}
    # No column of zeros for the many organisations that are in no case study.
    if not is_partner and not CaseStudy.objects.visible_to(user).filter(public_body=organisation).exists():
        cases = None
    return Part(cases, records if records["dataset__in"] else None, datasets)


@dataclass(frozen=True)
class Institution:
    """An office as complaint records name it: the rows of its page, and what the records say of it.

    organisations: those of this name to which a dataset of such records belongs.
    """

    part: Part
    kinds: list[str]
    countries: list[tuple[str, str]]
    organisations: list[Organisation]


def institution(name: str, user: Person) -> Institution | None:
    """The institution of this name; None where no record that the person has access to names it.

    Records name their institution in words and with no key, so that the name is its key: written exactly like this.
    """
    # The list of records would leave out the spaces and find another institution.
    if name != name.strip():
        return None
    own = {"institution": name}
    records = ComplaintRecord.objects.visible_to(user)
    kinds, countries, datasets = facets(records, own, ("institution_kind", "country", "dataset"), most=DATASETS)
    # Not that of datasets, which also counts records of which the person may see counts only.
    if kinds.total == 0:
        return None
    seen = {dataset.slug for dataset in records.scope.datasets.values()}
    chosen = Q(slug__in=seen.intersection(value["value"] for value in datasets.values))
    offices = Dataset.objects.visible_to(user).filter(chosen).values("office")
    return Institution(
        Part(None, own, chosen),
        [value["label"] for value in kinds.values if value["value"]],
        [(value["label"], value["value"]) for value in countries.values if value["value"]],
        list(Organisation.objects.filter(pk__in=offices, name=name)),
    )


def overview(request: HttpRequest, part: Part) -> dict[str, object]:
    """Context of a page about a part of the case studies and records that the person has access to."""
    user = request.user
    every_case = CaseStudy.objects.visible_to(user)
    # Without a filter it is the list itself.
    cases = cast(CaseStudyQuerySet, CaseStudyFilter(part.cases or {}, every_case, request=request, only_given=True).qs)
    cases = every_case.none() if part.cases is None else cases
    fates = findings.fates(cases)
    here = findings.figures(cases, fates)
    everyone = here if part.is_all else findings.figures(every_case, findings.fates(every_case))
    labels = TermLabels()
    records = ComplaintRecord.objects.visible_to(user)
    counted = _facets(records, part, drawn.FIELDS)
    found = counted[1]
    [found_everywhere] = [found] if part.is_all else _facets(records, ALL, ("finding",))
    drawings: list[Drawing | None] = [
        fate(fates, labels),
        fate_by_phase(findings.fates(cases, by="event__phase")),
        influence(findings.influence(cases, labels)),
        factors(findings.factors(cases)),
        time_line_of_all(cases),
        completeness(cases) if user.is_authenticated else None,
    ]
    cases_address = address("case-study-list", part.cases or {})
    source = ngettext("%(number)s case study", "%(number)s case studies", here.cases) % {"number": f"{here.cases:,}"}
    return {
        "figures": [
            *([] if part.cases is None else _cases_compared(here, everyone)),
            *([] if part.records is None else _records_compared(found, found_everywhere, part.records)),
        ],
        "is_all": part.is_all,
        "is_empty": not here.cases and found.total == 0,
        "has_cases": part.cases is not None,
        "cases": findings.cards(cases, CARDS),
        "case_count": here.cases,
        "cases_address": cases_address,
        "drawings": [*sourced(drawings, source, cases_address), *_of_records(records, part, counted)],
        "multiples": None if part.is_all else influence_of_cases(cases, labels),
        "datasets": _datasets(user, part),
    }


def _of_records(records: RecordQuerySet, part: Part, counted: Sequence[Facet]) -> list[Drawing]:
    filters = part.records
    if filters is None:
        return []
    years, found, categories = counted
    title = _("Complaint records by year")
    # All records are counted from stored counts, which have no pairs of fields: there may be millions.
    drawings = [
        *(
            [drawn.by_value(title, _("Received"), years, filters)]
            if part.is_all
            else drawn.by_year(title, records, years, found, filters)
        ),
        drawn.by_value(_("Complaint records by finding"), _("Finding"), found, filters),
        *([] if part.is_all else drawn.by_institution(records, found, filters)),
        drawn.years_of_countries(records, filters) if "country" not in filters else None,
        drawn.by_value(_("What complaints are about"), _("Category"), categories, filters),
        None if part.is_all else drawn.days_open(records, filters),
    ]
    return drawn.with_source(drawings, filters, records)


def _facets(records: RecordQuerySet, part: Part, fields: Sequence[str]) -> list[Facet]:
    if part.records is None:
        return [Facet(field) for field in fields]
    return facets(records, part.records, fields)


def _datasets(user: Person, part: Part) -> list[Dataset]:
    if part.datasets is None:
        return []
    return list(Dataset.objects.visible_to(user).filter(part.datasets).order_by("title", "pk")[:DATASETS])


def address(name: str, filters: Filters) -> str:
    return f"{reverse(name)}?{urlencode(filters)}" if filters else reverse(name)


def _cases_compared(here: findings.Figures, everyone: findings.Figures) -> list[Compared]:
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


def _records_compared(found: Facet, everywhere: Facet, filters: Filters) -> list[Compared]:
    return [
        Compared(_("Complaint records"), _number(found), _number(everywhere), address("record-list", filters)),
        Compared(_("Complaints upheld, at least in part"), upheld_share(found), upheld_share(everywhere)),
    ]


def _number(found: Facet) -> str:
    """How many records were counted, if that did not take too long."""
    return _("see the list") if found.total is None else f"{found.total:,}"


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
