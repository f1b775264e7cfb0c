"""The record list as a page: columns to choose, facets as links, the query in words, its API call and its citation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from complaints.filters import RecordFilter
from complaints.models import ComplaintRecord
from complaints.querysets import AccessScope
from complaints.selectors.facets import LABELS, Facet

COLUMNS = {
    "institution": "Institution",
    "country": "Country",
    "kind": "Kind",
    "respondent": "About",
    "category": "Category",
    "finding": "Finding",
    "closure": "Closure",
    "status": "Status",
    "stage": "Stage",
    "mandate": "Mandate",
    "channel": "Channel",
    "remedy": "Remedy",
    "language": "Language",
    "received_on": "Received",
    "closed_on": "Closed",
    "days_open": "Days open",
    "dataset": "Dataset",
}
DEFAULT_COLUMNS = ("institution", "country", "finding", "received_on")
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
FACET_TITLES = {"received_year": "Received per year", "policy_sector": "Policy sector", "dataset": "Dataset"}
FACET_VALUES = 8
MOST_YEARS = 100
ORDERINGS = {
    "-received_on": "Newest received first",
    "received_on": "Oldest received first",
    "-closed_on": "Newest closed first",
    "closed_on": "Oldest closed first",
    "-updated_at": "Latest changed first",
    "id": "As loaded",
}
PAGE_ONLY = frozenset({"columns", "page_size", "cursor"})


@dataclass(frozen=True)
class FacetLink:
    """A value of a facet, as a link that takes it or, where it is taken, gives it back."""

    label: str
    count: int | None
    is_selected: bool
    url: str


@dataclass(frozen=True)
class FacetLinks:
    field: str
    title: str
    links: list[FacetLink]
    more: int
    timed_out: bool
    rounded_to: int | None = None

    @property
    def largest(self) -> int:
        """The largest count that is told: the length of the longest bar."""
        return max((link.count or 0 for link in self.links), default=0)


def chosen_columns(text: str) -> list[str]:
    """`columns=country,finding` as names; those that are not known are left out."""
    names = [name for name in text.split(",") if name in COLUMNS]
    return names or list(DEFAULT_COLUMNS)


def cells(record: ComplaintRecord, columns: Sequence[str], scope: AccessScope) -> list[tuple[str, Any]]:
    """Label and value of each chosen column."""
    return [(COLUMNS[name], _cell(record, name, scope)) for name in columns]


def _cell(record: ComplaintRecord, name: str, scope: AccessScope) -> Any:
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


def facet_links(facets: Sequence[Facet], params: Mapping[str, str]) -> list[FacetLinks]:
    """Facets with anything to choose from, in their order."""
    return [
        FacetLinks(
            facet.field, FACET_TITLES.get(facet.field, COLUMNS.get(facet.field, facet.field)),
            [_link(facet.field, value, params) for value in facet.values], facet.more, facet.timed_out,
            facet.rounded_to,
        )
        for facet in facets
        if facet.timed_out or len(facet.values) > 1 or any(name.startswith(facet.field) for name in params)
    ]  # fmt: skip


def time_line(facet: Facet, params: Mapping[str, str]) -> FacetLinks | None:
    """Each year from the first to the last, those without a record too; None where there is nothing to compare."""
    known = {int(value["value"]): value for value in facet.values if value["value"]}
    if len(known) < 2:
        return None
    # Of a protected dataset it is not said that there is nothing.
    empty: dict[str, Any] = {"count": None if facet.rounded_to else 0}
    years = range(min(known), min(max(known), min(known) + MOST_YEARS) + 1)
    shown = [known.get(year, empty | {"value": str(year), "label": str(year)}) for year in years]
    links = [_link(facet.field, value, params) for value in shown]
    return FacetLinks(facet.field, FACET_TITLES[facet.field], links, facet.more, facet.timed_out, facet.rounded_to)


def _link(field: str, value: Mapping[str, Any], params: Mapping[str, str]) -> FacetLink:
    if field == "received_year":
        own = {"received_on__gte": f"{value['value']}-01-01", "received_on__lte": f"{value['value']}-12-31"}
        own = own if value["value"] else {"received_on__isnull": "true"}
    else:
        own = {field: value["value"]} if value["value"] else {f"{field}__isnull": "true"}
    is_selected = all(params.get(name) == wanted for name, wanted in own.items())
    column = "received_on" if field == "received_year" else field
    kept = {
        name: given
        for name, given in params.items()
        if given and name not in ("cursor", column) and not name.startswith(f"{column}__")
    }
    url = f"?{urlencode(kept if is_selected else kept | own)}"
    return FacetLink(str(value["label"]), value["count"], is_selected, url)


def api_query(params: Mapping[str, str], ordering: str) -> str:
    """The query string that asks the API for what the page shows."""
    asked = {name: value for name, value in params.items() if value and name not in PAGE_ONLY and name != "view"}
    return urlencode(asked | {"ordering": ordering})


def in_words(tags: Sequence[Mapping[str, str]]) -> str:
    """The filters in force as a phrase."""
    if not tags:
        return "all complaint records that may be seen"
    return "complaint records where " + " and ".join(f"{tag['label'].lower()} is {tag['value']!r}" for tag in tags)


def citation(words: str, count: Any, address: str) -> str:
    """How to cite this list."""
    number = "" if count is None else f" {'' if count.exact else 'about '}{count.value:,} records."
    today = date_format(timezone.localdate(), "j M Y")
    return f"LIPSE Casebook: {words}.{number} {address} (read on {today})."


def api_address(query: str) -> str:
    return f"{reverse('api-complaint-record-list')}?{query}"


def known_parameters(params: Mapping[str, str]) -> dict[str, str]:
    """The filters among the parameters, without empty ones, which a form sends along."""
    return {name: value for name, value in params.items() if value and name in RecordFilter.base_filters}


def export_address(params: Mapping[str, str], fmt: str) -> str:
    """The file of all rows of the list."""
    return f"{reverse('api-complaint-record-export')}?{urlencode(known_parameters(params) | {'format': fmt})}"
