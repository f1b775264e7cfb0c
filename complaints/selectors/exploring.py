"""The record list as a page: columns, facets as links, the filters as a sentence, the API call and the citation."""

import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.filters import is_filter
from complaints.models import ComplaintRecord
from complaints.querysets import AccessScope
from complaints.selectors.counting import LABELS, CountedValue
from complaints.selectors.facets import Facet
from complaints.selectors.places import address_of
from registry import maps
from rest.citation import query_in_words
from rest.counts import Count
from rest.facets import FacetLink, FacetLinks, chosen, in_order, narrowed, toggled
from rest.links import link
from rest.lists import is_given

VIEWS = {"table": _("Table"), "list": _("List"), "map": _("Map")}
COLUMNS = {
    "reference": _("Reference"),
    "institution": _("Institution"),
    "country": _("Country"),
    "kind": _("Kind"),
    "respondent": _("Respondent"),
    "category": _("Category"),
    "finding": _("Finding"),
    "closure": _("Closure"),
    "status": _("Status"),
    "stage": _("Stage"),
    "mandate": _("Mandate"),
    "channel": _("Channel"),
    "remedy": _("Remedy"),
    "language": _("Language"),
    "received_on": _("Received"),
    "closed_on": _("Closed"),
    "days_open": _("Days open"),
    "dataset": _("Dataset"),
}
OF_DAYS = frozenset({"received_on", "closed_on"})
DEFAULT_COLUMNS = ("reference", "institution", "country", "finding", "received_on")
SHOWN_FACETS = (
    "dataset",
    "kind",
    "country",
    "policy_sector",
    "finding",
    "closure",
    "status",
    "language",
)
FACET_TITLES = {"received_year": _("Received per year"), "policy_sector": _("Policy sector"), "dataset": _("Dataset")}
FACET_VALUES = 50
# How long a page waits for all its numbers. Those that take longer are counted by a request of their own, which waits
# for them, as does a map.
PAGE_SECONDS, PATIENT_SECONDS = 0.3, 8
COUNTS, ALL_COUNTS = "counts", "all"
MOST_YEARS = 100
ORDERINGS = {
    "-received_on": _("Newest received first"),
    "received_on": _("Oldest received first"),
    "-closed_on": _("Newest closed first"),
    "closed_on": _("Oldest closed first"),
    "-updated_at": _("Latest updated first"),
    "id": _("In the order of loading"),
}
PAGE_ONLY = frozenset({"columns", "page_size", "cursor", "view", COUNTS})


def is_patient(params: Mapping[str, str]) -> bool:
    """Whether the page waits for all its numbers."""
    return shown_as(params.get("view", "")) == "map" or params.get(COUNTS) == ALL_COUNTS


def counted_until(params: Mapping[str, str]) -> float:
    """Until when, by `time.monotonic()`, the numbers of a page that begins now are counted."""
    return time.monotonic() + (PATIENT_SECONDS if is_patient(params) else PAGE_SECONDS)


def chosen_columns(text: str) -> list[str]:
    """`columns=country,finding` as names; unknown ones are left out."""
    names = [name for name in text.split(",") if name in COLUMNS]
    return names or list(DEFAULT_COLUMNS)


def cells(record: ComplaintRecord, columns: Mapping[str, str], scope: AccessScope) -> list[tuple[str, object]]:
    """Label and value of each chosen column. `columns`: names with their labels, translated once for all rows."""
    found = [(label, _cell(record, name, scope), address_of(record, name, scope)) for name, label in columns.items()]
    return [(label, link(value, address) if address else value) for label, value, address in found]


def _cell(record: ComplaintRecord, name: str, scope: AccessScope) -> object:
    if name == "dataset":
        return scope.datasets[record.dataset_id].title
    if name == "policy_sector":
        return scope.sectors.get(record.policy_sector, record.policy_sector)
    if name in LABELS:
        return LABELS[name].get(getattr(record, name), getattr(record, name))
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    if hasattr(value, "isoformat"):
        return date_format(value, "j M Y")
    return "" if value is None else value


def shown_as(text: str) -> str:
    """The name of a view; the table for another text."""
    return text if text in VIEWS else next(iter(VIEWS))


def by_country(facet: Facet, params: Mapping[str, str]) -> dict[str, object]:
    """The records of the filtered list by country, as a table and as a map. A country leads to its records. Suppressed
    counts are not drawn."""
    links = {value["value"]: _link("country", value, params) for value in facet.values if value["value"]}
    numbers = {code: found.count for code, found in links.items() if found.count is not None}
    countries = [
        {"code": code, "name": found.label, "number": found.count, "url": found.url} for code, found in links.items()
    ]
    return {"countries": countries, "map": maps.draw(numbers, [], {code: found.url for code, found in links.items()})}


def facet_links(facets: Sequence[Facet], params: Mapping[str, str]) -> list[FacetLinks]:
    """Facets with more than one value or an active filter, in their order."""
    found = [
        FacetLinks(
            facet.field, FACET_TITLES.get(facet.field, COLUMNS.get(facet.field, facet.field)),
            in_order(_link(facet.field, value, params) for value in facet.values), facet.more, facet.timed_out,
            facet.rounded_to,
        )
        for facet in facets
    ]  # fmt: skip
    return [facet for facet in found if facet.has_choice]


def time_line(facet: Facet, params: Mapping[str, str]) -> FacetLinks | None:
    """Each year from the first to the last, also those without a record; None where there are fewer than two years."""
    by_year = {int(value["value"]): value for value in facet.values if value["value"]}
    if len(by_year) < 2:
        return None
    # That a protected dataset has no record of a year is not shown.
    count = None if facet.rounded_to else 0
    years = range(min(by_year), min(max(by_year), min(by_year) + MOST_YEARS) + 1)
    empty = [CountedValue(value=str(year), label=str(year), count=count, suppressed=count is None) for year in years]
    shown = [by_year.get(year, without) for year, without in zip(years, empty, strict=True)]
    links = [_link(facet.field, value, params) for value in shown]
    return FacetLinks(facet.field, FACET_TITLES[facet.field], links, facet.more, facet.timed_out, facet.rounded_to)


def filter_of(field: str, value: CountedValue) -> dict[str, str]:
    """The filter that finds the records with this value of a facet."""
    year = value["value"]
    if field == "received_year":
        own = {"received_on__gte": f"{year}-01-01", "received_on__lte": f"{year}-12-31"}
        return own if year else {"received_on__isnull": "true"}
    return {field: value["value"]} if value["value"] else {f"{field}__isnull": "true"}


def _link(field: str, value: CountedValue, params: Mapping[str, str]) -> FacetLink:
    """Values are chosen together; a year, and that a value is not recorded, alone."""
    label, key = str(value["label"]), value["value"]
    if key and field != "received_year":
        return FacetLink(label, value["count"], key in chosen(field, params), toggled(field, key, params))
    own = filter_of(field, value)
    is_selected = all(params.get(name) == text for name, text in own.items())
    column = "received_on" if field == "received_year" else field
    return FacetLink(label, value["count"], is_selected, narrowed(params, column, {} if is_selected else own))


def written(filters: Mapping[str, str]) -> str:
    """The filters as a query string that people can read: commas as they are."""
    return urlencode(filters, safe=",:")


def all_counts(params: Mapping[str, str]) -> str:
    """The address of the same page, which waits until all facets are counted."""
    return f"?{written({**params, COUNTS: ALL_COUNTS})}"


def asked(filters: Mapping[str, str]) -> str:
    """The part of an address from its question mark on; empty without filters."""
    return f"?{written(filters)}" if filters else ""


def query_sentence(tags: Sequence[Mapping[str, str]]) -> str:
    """The active filters as a phrase for the citation."""
    return query_in_words(str(_("complaint records")), tags)


def cited(query: str, count: Count | None) -> str:
    """What a citation of this list names: the sentence of its query, and how many records it finds."""
    if count is None:
        return query
    records = (
        ngettext("%(number)s record", "%(number)s records", count.value)
        if count.exact
        else ngettext("more than %(number)s record", "more than %(number)s records", count.value)
    )
    return f"{query}. {records % {'number': f'{count.value:,}'}}"


def filters_of(params: Mapping[str, str]) -> dict[str, str]:
    """The filters among the parameters, without the empty ones that a form sends."""
    return {name: value for name, value in params.items() if is_filter(name) and is_given(name, value)}
