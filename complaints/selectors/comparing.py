"""Two queries of records side by side: counts, facets, years, and the share of complaints upheld.

The numbers are those of the facets of each list, under the same rules: each table is counted without the filters of its
own field, and protected counts are rounded and suppressed as there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.functional import Promise

from complaints.filters import RecordFilter
from complaints.querysets import RecordQuerySet
from complaints.selectors import exploring
from complaints.selectors.counting import CountedValue
from complaints.selectors.facets import Facet, facets
from complaints.selectors.upheld import percent_of, upheld_in
from exports.ways import ways_to
from measures.shares import share
from rest.counts import BUDGET_MS, Count, count_of
from rest.facets import chosen
from rest.listing import errors_in, tags_of
from rest.lists import is_given, members
from rest.problems import Errors

_LONGEST = 8_000
_ADDRESSES = ("http://", "https://", "/", "?")
_FIELDS = (*exploring.SHOWN_FACETS, "received_year")


@dataclass(frozen=True)
class Query:
    """One of the two: its filters as text and as a sentence, how many records it has, and how to read them all."""

    text: str
    sentence: str
    count: Count | None
    url: str
    upheld: str
    calls: Sequence[tuple[str, str]]
    errors: Errors


@dataclass(frozen=True)
class Cell:
    """A count of one query with its share of the total, in words. A count of None is suppressed, if there is one."""

    count: int | None = None
    share: str = ""
    is_counted: bool = True


@dataclass(frozen=True)
class Table:
    """A field: a label for each value, with a cell of each query. The totals are what shares are of."""

    title: str | Promise
    field: str
    rows: Sequence[tuple[str, Sequence[Cell]]]
    totals: Sequence[Cell]


def filters_in(text: str) -> dict[str, str]:
    """The filters of a query string, or of an address with one, without what only a page reads; words alone are a
    search."""
    query = text.strip()[:_LONGEST]
    if query.startswith(_ADDRESSES):
        query = query.partition("?")[2]
    elif query and "=" not in query:
        return {"search": query}
    left_out = {*exploring.PAGE_ONLY, "ordering", "count", "from", "page"}
    return {name: value for name, value in parse_qsl(query) if is_given(name, value) and name not in left_out}


def query_of(records: RecordQuerySet, text: str, site: str, found: Sequence[Facet]) -> Query:
    """What is said of one query. `found`: its facets, empty where it has errors."""
    filters = filters_in(text)
    filterset = RecordFilter(filters, queryset=records, only_given=True)
    errors = errors_in(filterset)
    by_field = {facet.field: facet for facet in found}
    return Query(
        text=exploring.written(filters),
        sentence=exploring.query_sentence([] if errors else tags_of(filterset)),
        count=None if errors else count_of(filterset.qs, budget_ms=BUDGET_MS),
        url=f"{reverse('record-list')}?{exploring.written(filters)}",
        upheld=upheld_share(by_field["finding"]) if found else "",
        calls=[] if errors else ways_to("complaint-record", filters, site=site).calls,
        errors=errors,
    )


def facets_of(records: RecordQuerySet, text: str) -> list[Facet]:
    """The facets of one query; none where it has errors."""
    filters = filters_in(text)
    if errors_in(RecordFilter(filters, queryset=records, only_given=True)):
        return []
    return facets(records, filters, _FIELDS, most=exploring.MOST_YEARS)


def tables_of(found: Sequence[Sequence[Facet]], texts: Sequence[str]) -> list[Table]:
    """A table for each field of which a query has a value; none where a query has errors."""
    if not all(found):
        return []
    filters = [filters_in(text) for text in texts]
    tables = [_table([counted[n] for counted in found], filters) for n in range(len(_FIELDS))]
    return [table for table in tables if table.rows]


def _table(found: Sequence[Facet], filters: Sequence[Mapping[str, str]]) -> Table:
    field = found[0].field
    kept = [
        {value["value"]: value for value in facet.values if _is_within(field, value["value"], params)}
        for facet, params in zip(found, filters, strict=True)
    ]
    labels = {value["value"]: str(value["label"]) for values in kept for value in values.values()}
    rows = [
        (labels[value], [_cell(values.get(value), facet) for values, facet in zip(kept, found, strict=True)])
        for value in _in_order(field, labels, kept)
    ]
    title = exploring.FACET_TITLES.get(field, exploring.COLUMNS.get(field, field))
    return Table(title, field, rows, [Cell(facet.total, is_counted=not facet.timed_out) for facet in found])


def _in_order(field: str, labels: Mapping[str, str], kept: Sequence[Mapping[str, CountedValue]]) -> Iterable[str]:
    if field == "received_year":
        return sorted(labels)

    def size(value: str) -> int:
        return sum((values[value]["count"] or 0) for values in kept if value in values)

    return sorted(labels, key=lambda value: (-size(value), labels[value]))


def _is_within(field: str, value: str, params: Mapping[str, str]) -> bool:
    """Whether the filters of the field itself leave this value in; years are whole."""
    if field == "received_year":
        first, last = params.get("received_on__gte", "")[:4], params.get("received_on__lte", "")[:4]
        return (not first or value >= first) and (not last or "" < value <= last)
    picked = chosen(field, params)
    return (not picked or value in picked) and value not in members(params.get(f"{field}__not", ""))


def _cell(value: CountedValue | None, facet: Facet) -> Cell:
    if value is None:
        # That a protected dataset has no record with a value is not shown.
        return Cell(None if facet.rounded_to else 0, is_counted=not facet.timed_out)
    return Cell(value["count"], _percent(value["count"], facet))


def _percent(part: int | None, facet: Facet) -> str:
    """No share of rounded or suppressed counts, from which these could be computed."""
    if part is None or facet.total is None or facet.rounded_to is not None or facet.is_suppressed:
        return ""
    of_all = share(part, facet.total)
    return "" if of_all is None else f"{100 * of_all:.1f}%"


def upheld_share(found: Facet) -> str:
    """The share with its denominator: records that say whether the complaint was upheld. None of small counts, which
    are protected."""
    if found.is_suppressed or found.rounded_to is not None:
        return "-"
    return percent_of(upheld_in({value["value"]: value["count"] for value in found.values}))
