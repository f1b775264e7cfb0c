"""Facets and days open as the tables of files."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints.selectors.days_open import Durations
from complaints.selectors.facets import Facet
from exports.crossed import RECORDS, SUPPRESSED, rounded, too_long, too_many
from exports.tables import Column, ColumnType, Table


def facet_table(facet: Facet, filters: Mapping[str, str]) -> Table:
    """Values of a field with their counts, most frequent first.

    Raises ValidationError for a facet that is not complete: a file would not show what it lacks.
    """
    if facet.timed_out:
        raise too_long()
    if facet.more:
        raise too_many(len(facet.values) + facet.more, len(facet.values))
    labels = {value["value"]: str(value["label"]) for value in facet.values}
    total = "suppressed" if facet.total is None else str(facet.total)
    return Table(
        [
            Column(facet.field, labels=labels),
            RECORDS,
        ],
        ((value["value"], SUPPRESSED if value["suppressed"] else value["count"]) for value in facet.values),
        n=len(facet.values),
        filter=filters,
        notes=[f"Total: {total}", *rounded(facet.rounded_to)],
    )


def durations_table(field: str, found: Sequence[Durations], until: date, filters: Mapping[str, str]) -> Table:
    """Median and quartiles of the days open for each value, with the numbers of records."""
    numbers = {
        "first_quartile": gettext_noop("First quartile"), "median": gettext_noop("Median"),
        "third_quartile": gettext_noop("Third quartile"), "closed": gettext_noop("Closed"),
        "open": gettext_noop("Open"), "left_out": gettext_noop("Left out"),
    }  # fmt: skip
    days = ("first_quartile", "median", "third_quartile")
    columns = [
        Column(name, label=label, unit="days" if name in days else "", type=ColumnType.WHOLE_NUMBER)
        for name, label in numbers.items()
    ]
    return Table(
        [Column(field, labels={one.value: one.label for one in found}), *columns],
        (
            (
                one.value,
                one.days.first,
                one.days.median,
                one.days.third,
                one.days.closed,
                one.days.censored,
                one.days.left_out,
            )
            for one in found
        ),
        n=len(found),
        filter=filters,
        notes=[
            _("Observed until %(day)s; open records are censored (Kaplan and Meier 1958).") % {"day": until.isoformat()}
        ],
    )
