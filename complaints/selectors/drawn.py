"""Counts of complaint records as drawings."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import ComplaintRecord
from complaints.selectors.exploring import filter_of
from complaints.selectors.facets import Facet, facets
from rest.drawings import Drawing, Row, bars

FACET_VALUES = 12


def of_dataset(user: User | AnonymousUser, slug: str) -> list[Drawing]:
    """The records of a dataset by year, by finding and by category, as far as the source has them."""
    filters = {"dataset": slug}
    records = ComplaintRecord.objects.visible_to(user)
    years, found, categories = facets(records, filters, ("received_year", "finding", "category"), most=FACET_VALUES)
    drawings = (
        by_value(_("By year"), _("Received"), years, filters),
        by_value(_("By finding"), _("Finding"), found, filters),
        by_value(_("What they are about"), _("Category"), categories, filters),
    )
    return [drawing for drawing in drawings if drawing.rows]


def by_value(title: str, first: str, facet: Facet, filters: Mapping[str, str]) -> Drawing:
    """Complaint records by the values of one field."""
    note = ""
    if facet.timed_out:
        note = _("Counting took too long.")
    elif facet.more:
        note = _("The %(shown)d most frequent values of %(all)d.") % {
            "shown": len(facet.values), "all": len(facet.values) + facet.more,
        }  # fmt: skip
    rows = [
        Row(str(value["label"]), [value["count"]], _list_with({**filters, **filter_of(facet.field, value)}))
        for value in facet.values
    ]
    return bars(title, first, [_("Records")], rows if any(value["value"] for value in facet.values) else [], note=note)


def _list_with(filters: Mapping[str, str]) -> str:
    return f"{reverse('record-list')}?{urlencode(filters)}"
