"""Counts of complaint records as drawings.

Drawings are counted within the limits of a page and remembered (ADR 0158). One that takes longer is left out: the list
and the API count the same with more time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from complaints.filters import RecordFilter
from complaints.models import ComplaintRecord
from complaints.querysets import RecordQuerySet
from complaints.selectors.counting import CountedValue, is_period
from complaints.selectors.cross_tables import CrossTable, cross_table
from complaints.selectors.days_open import BANDS, Distribution, distribution
from complaints.selectors.exploring import MOST_YEARS, filter_of, query_sentence, written
from complaints.selectors.facets import Facet, facets
from complaints.selectors.remembered import remembered
from complaints.selectors.upheld import upheld_drawing
from rest.brush import year_brush
from rest.drawings import Drawing, Row, bars, sourced, strips
from rest.listing import tags_of

SHOWN_VALUES = 12
# Characters; an organisation with many datasets would name them below each drawing.
LONGEST_SOURCE = 120
TIME_LIMIT_MS = 2_000
FIELDS = ("received_year", "finding", "category")
# The columns of a drawing by finding, in this order; the empty one is that none is recorded.
FINDINGS = {**dict(ComplaintRecord.Finding.choices), "": gettext_lazy("Not recorded")}
HEADINGS = {"received_year": gettext_lazy("Received"), "institution": gettext_lazy("Institution")}


def of_dataset(user: User | AnonymousUser, slug: str) -> list[Drawing]:
    """The records of a dataset by year, finding, institution, category and days open, as far as the source has them."""
    filters = {"dataset": slug}
    records = ComplaintRecord.objects.visible_to(user)
    years, found, categories = facets(records, filters, FIELDS)
    drawings = [
        *by_year(_("By year"), records, years, found, filters),
        by_value(_("By finding"), _("Finding"), found, filters),
        *by_institution(records, found, filters),
        by_value(_("What they are about"), _("Category"), categories, filters),
        days_open(records, filters),
    ]
    return with_source(drawings, filters, records)


def with_source(
    drawings: Iterable[Drawing | None], filters: Mapping[str, str], records: RecordQuerySet
) -> list[Drawing]:
    """The drawings that there are; each says which records it counts, and leads to them."""
    filterset = RecordFilter(filters, queryset=records, only_given=True)
    address = f"{reverse('record-list')}?{written(filters)}" if filters else reverse("record-list")
    sentence = query_sentence(tags_of(filterset))
    return sourced(
        drawings, sentence if len(sentence) <= LONGEST_SOURCE else _("complaint records in the list"), address
    )


def by_value(title: str, first: str, facet: Facet, filters: Mapping[str, str]) -> Drawing:
    """Complaint records by the values of one field."""
    shown = facet.values if is_period(facet.field) else facet.values[:SHOWN_VALUES]
    left_out = len(facet.values) - len(shown) + facet.more
    note = ""
    if facet.timed_out:
        note = _("Counting took too long.")
    elif left_out:
        note = _("The %(shown)d most frequent values of %(all)d.") % {
            "shown": len(shown), "all": len(shown) + left_out,
        }  # fmt: skip
    rows = [
        Row(
            str(value["label"]),
            [value["count"]],
            _list_of(facet.field, value, filters),
            step=value["value"] if facet.field == "received_year" else "",
        )
        for value in shown
    ]
    return bars(title, first, [_("Records")], rows if any(value["value"] for value in shown) else [], note=note)


def by_year(
    title: str, records: RecordQuerySet, years: Facet, found: Facet, filters: Mapping[str, str]
) -> list[Drawing | None]:
    """Complaint records by year of receipt, and by finding in each, with the share upheld; by year alone where no
    finding is recorded."""
    drawing, upheld = _by_finding((title, _("Complaints upheld, by year")), "received_year", records, found, filters)
    return [_brushed(drawing or by_value(title, _("Received"), years, filters), filters), upheld]


def by_institution(records: RecordQuerySet, found: Facet, filters: Mapping[str, str]) -> list[Drawing | None]:
    """The findings of each institution, and the share upheld; none where there is only one."""
    titles = _("Findings by institution"), _("Complaints upheld, by institution")
    drawing, upheld = _by_finding(titles, "institution", records, found, filters)
    return [drawing, upheld] if drawing and len(drawing.rows) > 1 else []


def _by_finding(
    titles: tuple[str, str], field: str, records: RecordQuerySet, found: Facet, filters: Mapping[str, str]
) -> tuple[Drawing | None, Drawing | None]:
    """Values of the field with their findings side by side, and the share upheld of each; None where no finding is
    recorded or counting took long."""
    if not any(value["value"] for value in found.values):
        return None, None
    table = _crossed(records, filters, (field, "finding"))
    if table is None or not any(value for value, _label in table.rows.values):
        return None, None
    places = {value: place for place, (value, _label) in enumerate(table.columns.values)}
    columns = [finding for finding in FINDINGS if finding in places]
    shown = len(table.rows.values) if is_period(field) else SHOWN_VALUES
    rows = [
        Row(
            label,
            [counts[places[finding]] for finding in columns],
            _list_of(field, _counted(value, label), filters),
            step=value if is_period(field) else "",
        )
        for (value, label), counts in list(zip(table.rows.values, table.counts, strict=True))[:shown]
    ]
    drawing = bars(
        titles[0],
        str(HEADINGS[field]),
        [str(FINDINGS[finding]) for finding in columns],
        rows,
        note=_left_out(table, len(rows)),
    )
    return drawing, upheld_drawing(titles[1], str(HEADINGS[field]), table, rows)


def _brushed(drawing: Drawing, filters: Mapping[str, str]) -> Drawing:
    """With a brush over the years, which leads to the records of some of them."""
    years = [row.step for row in drawing.rows if row.step]
    return replace(drawing, brush=year_brush(reverse("record-list"), "received_on", years, filters))


def years_of_countries(records: RecordQuerySet, filters: Mapping[str, str]) -> Drawing | None:
    """A strip of years for each country: None where there is only one, or counting took long."""
    table = _crossed(records, filters, ("country", "received_year"))
    if table is None or table.columns.more or len(table.rows.values) < 2:
        return None
    numbers = [int(value) for value, _label in table.columns.values if value]
    if len(numbers) < 2 or max(numbers) - min(numbers) >= MOST_YEARS:
        return None
    years = range(min(numbers), max(numbers) + 1)
    places = {value: place for place, (value, _label) in enumerate(table.columns.values)}
    rows = [
        Row(
            label,
            [table.rows.totals[row]],
            _list_of("country", _counted(value, label), filters),
            along=[table.counts[row][places[str(year)]] if str(year) in places else 0 for year in years],
        )
        for row, (value, label) in list(enumerate(table.rows.values))[:SHOWN_VALUES]
    ]
    return strips(
        _("Complaint records of each country by year"),
        _("Country"),
        [_("Records")],
        [str(year) for year in years],
        rows,
        note=" ".join(
            filter(None, [_left_out(table, len(rows)), _("The highest bar of each country is as high as its row.")])
        ),
    )


def _crossed(records: RecordQuerySet, filters: Mapping[str, str], fields: tuple[str, str]) -> CrossTable | None:
    def count() -> CrossTable | None:
        table = cross_table(records, filters, fields, most=MOST_YEARS, limit=TIME_LIMIT_MS)
        return None if table.timed_out else table

    return remembered("drawn", records, filters, fields, count)


def _left_out(table: CrossTable, shown: int) -> str:
    every = len(table.rows.values) + table.rows.more
    return _("%(shown)d of %(all)d, those with most records.") % {"shown": shown, "all": every} if every > shown else ""


def days_open(records: RecordQuerySet, filters: Mapping[str, str]) -> Drawing | None:
    """Days from receipt to closing as a distribution, open records beside closed ones; None where none is closed.

    Of records that the person may see only, as the API has it.
    """
    today = timezone.localdate()

    def count() -> Distribution | None:
        return distribution(records, filters, today, limit=TIME_LIMIT_MS)

    found = remembered("days", records, filters, [today.isoformat()], count)
    if found is None or not found.days.closed:
        return None
    starts = (0, *(last + 1 for last in BANDS))
    labels = [_("%(first)d to %(last)d days") % {"first": a, "last": b} for a, b in zip(starts, BANDS, strict=False)]
    labels.append(_("More than %(days)d days") % {"days": BANDS[-1]})
    return bars(
        _("Days from receipt to closing"),
        _("Days"),
        [_("Closed"), _("Still open")],
        [Row(label, list(counts)) for label, *counts in zip(labels, found.closed, found.open, strict=True)],
        note=_median(found),
    )


def _median(found: Distribution) -> str:
    days = found.days
    if days.median is None:
        first = _("Fewer than half are closed, so that there is no median.")
    else:
        first = _("Median %(days)d days by the product-limit estimate.") % {"days": days.median}
    return " ".join([first, _("Open records count with the days that they have been open by today.")])


def _counted(value: str, label: str) -> CountedValue:
    return {"value": value, "label": label, "count": None, "suppressed": False}


def _list_of(field: str, value: CountedValue, filters: Mapping[str, str]) -> str:
    return f"{reverse('record-list')}?{urlencode({**filters, **filter_of(field, value)})}"
