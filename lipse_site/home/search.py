"""One search over everything that a person has access to, with the results in groups."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.filters import OrganisationFilter
from accounts.models import Organisation
from casestudies.filters import CaseStudyFilter, EventFilter
from casestudies.models import CaseStudy, CoCreationEvent
from complaints.filters import RecordFilter
from complaints.models import ComplaintRecord
from complaints.selectors.facets import facets
from imports.filters import DatasetFilter
from imports.models import Dataset
from lipse_site import navigation
from rest.filters import StrictFilterSet
from rest.listing import Listing, listing
from rest.vocabularies import SECTOR, THEME, offered, read_terms
from standards.countries import country_names

SHOWN = 5
INSTITUTIONS = 5_000  # names that a search goes through
WORDS_OF_EXAMPLES = 8
SHORTEST_EXAMPLE = 5


@dataclass(frozen=True)
class Hit:
    """A result: its title, where it leads, and one line about it."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Group:
    """Results of one kind; `counted` says how many there are in all, `url` leads to the list of them."""

    name: str | Promise
    hits: list[Hit]
    counted: str = ""
    url: str = ""


@dataclass(frozen=True)
class Found:
    """The groups with results, what was wrong with the search, and how it was read."""

    groups: list[Group]
    errors: list[str]
    read_as: str = ""


@dataclass(frozen=True)
class _List:
    """A list that can be searched: its name, rows, filters, address, and what a row looks like."""

    name: str | Promise
    rows: QuerySet[Model]
    filters: type[StrictFilterSet]
    address: str
    shown: Callable[[Model], Hit]


def search(request: HttpRequest, text: str) -> Found:
    """What matches the words in each list, and the pages, countries, policy sectors, themes, organisations and
    institutions with such a name."""
    text = text.strip()
    if not text:
        return Found([], [])
    groups = [*_pages(request, text), *_places(request, text)]
    errors: list[str] = []
    read_as = ""
    for each in _lists(request):
        path = reverse(each.address)
        params = QueryDict(urlencode({"search": text, "page_size": SHOWN}))
        found: Listing[Model] = listing(request, each.rows, each.filters, params=params, path=path, fields=["search"])
        errors += [error["message"] for error in found.errors]
        if found.rows and not found.errors:
            hits = [each.shown(row) for row in found.rows]
            groups.append(Group(each.name, hits, found.counted, f"{path}?{urlencode({'search': text})}"))
            read_as = read_as or (found.search_read_as if found.filterset.has_full_text else "")
    return Found(groups, list(dict.fromkeys(errors)), read_as)


def _lists(request: HttpRequest) -> Iterable[_List]:
    names = country_names()
    user = request.user
    records = ComplaintRecord.objects.visible_to(user).with_days_open()

    def of_case(case: CaseStudy) -> Hit:
        return Hit(str(case), case.get_absolute_url(), _line(names.get(case.country, ""), case.sector))

    def of_event(event: CoCreationEvent) -> Hit:
        return Hit(str(event), event.get_absolute_url(), str(event.case_study))

    def of_record(record: ComplaintRecord) -> Hit:
        title = record.title
        detail = _line(record.institution, names.get(record.country, ""), record.get_finding_display())
        return Hit(title, reverse("record-detail", args=[record.pk]), detail)

    def of_dataset(dataset: Dataset) -> Hit:
        return Hit(str(dataset), reverse("dataset-detail", args=[dataset.slug]), names.get(dataset.country, ""))

    cases = CaseStudy.objects.visible_to(user).with_completeness().select_related("sector")
    events = CoCreationEvent.objects.visible_to(user).with_deliberative().select_related("case_study")
    datasets = Dataset.objects.visible_to(user)
    yield _List(_("Case studies"), cases, CaseStudyFilter, "case-study-list", of_case)  # type: ignore[arg-type]
    yield _List(_("Events"), events, EventFilter, "event-list", of_event)  # type: ignore[arg-type]
    yield _List(_("Complaint records"), records, RecordFilter, "record-list", of_record)  # type: ignore[arg-type]
    yield _List(_("Datasets"), datasets, DatasetFilter, "dataset-list", of_dataset)  # type: ignore[arg-type]


def _line(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _pages(request: HttpRequest, text: str) -> list[Group]:
    """Pages of the navigation that this person sees and whose name begins a word with the text: a way to jump there."""
    # An area that opens with one of its pages has no page of its own.
    names = {link.url: link.label for area in navigation.shown_to(request) for link in (area, *area.places)}
    wanted = _folded(text)
    hits = [Hit(label, url) for url, label in names.items() if _begins(label, wanted)]
    return [Group(_("Pages"), hits)] if hits else []


def _places(request: HttpRequest, text: str) -> list[Group]:
    """Countries, policy sectors, themes and institutions whose name begins a word with the text, and organisations that
    the search of their list finds."""
    terms = read_terms()
    [institutions] = facets(ComplaintRecord.objects.visible_to(request.user), {}, ["institution"], most=INSTITUTIONS)
    found = OrganisationFilter({"search": text}, queryset=Organisation.objects.all(), only_given=True)
    wanted = _folded(text)

    def begins(names: Mapping[str, str]) -> dict[str, str]:
        return {key: name for key, name in names.items() if key and _begins(name, wanted)}

    groups = [
        _named(_("Countries"), "country", begins(country_names())),
        _named(_("Policy sectors"), "policy-sector", begins(dict(offered(SECTOR, terms)))),
        _named(_("Themes"), "theme", begins(dict(offered(THEME, terms)))),
        _named(_("Organisations"), "organisation-detail", dict(found.qs.values_list("slug", "name")[:SHOWN])),
        _named(_("Institutions"), "institution", begins({one["value"]: one["label"] for one in institutions.values})),
    ]
    return [group for group in groups if group.hits]


def _named(group: str | Promise, address: str, names: Mapping[str, str]) -> Group:
    """Pages of one kind by key and name, the first of them."""
    return Group(group, [Hit(name, reverse(address, args=[key])) for key, name in list(names.items())[:SHOWN]])


def _begins(name: str, wanted: str) -> bool:
    folded = _folded(name)
    return folded.startswith(wanted) or f" {wanted}" in folded


def _folded(text: str) -> str:
    """Without accents and case."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def example(cases: Iterable[CaseStudy]) -> str:
    """A word of the title of one of these case studies that finds it; empty if there is none.

    An example on the page that finds nothing would teach that the search does not work.
    """
    words = sorted(
        {word for case in cases for word in str(case).split() if word.isalpha()}, key=lambda word: (-len(word), word)
    )
    for word in words[:WORDS_OF_EXAMPLES]:
        if len(word) < SHORTEST_EXAMPLE:
            break
        keys = [case.pk for case in cases]
        if CaseStudyFilter({"search": word}, queryset=CaseStudy.objects.filter(pk__in=keys)).qs.exists():
            return word.lower()
    return ""
