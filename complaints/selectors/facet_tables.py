"""A facet as the table of a file."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints.selectors.facets import Facet
from exports.tables import Column, ColumnType, MissingKind, Table

# English in every file: a file does not depend on who downloads it.
SUPPRESSED = MissingKind(".s", "Suppressed: a small count")


def facet_table(facet: Facet, filters: Mapping[str, str]) -> Table:
    """Values of a field with their counts, most frequent first.

    Raises ValidationError for a facet that is not complete: a file would not show what it lacks.
    """
    if facet.timed_out:
        message = _("Counting took too long. Add filters, or try again later.")
        raise ValidationError({"field": ValidationError(message, code="timed_out")})
    if facet.more:
        message = _("The field has %(rows)s values, and a file can have %(limit)s. Add filters.")
        numbers = {"rows": len(facet.values) + facet.more, "limit": len(facet.values)}
        raise ValidationError({"field": ValidationError(message % numbers, code="too_many_values")})
    labels = {value["value"]: str(value["label"]) for value in facet.values}
    total = "suppressed" if facet.total is None else str(facet.total)
    approximate = gettext_noop("Counts are approximate: multiples of %(number)s, the total too.")
    rounded = [approximate % {"number": facet.rounded_to}] if facet.rounded_to else []
    return Table(
        [
            Column(facet.field, labels=labels),
            Column("records", label=gettext_noop("Records"), type=ColumnType.WHOLE_NUMBER, missing=[SUPPRESSED]),
        ],
        ((value["value"], SUPPRESSED if value["suppressed"] else value["count"]) for value in facet.values),
        n=len(facet.values),
        filter=filters,
        notes=[f"Total: {total}", *rounded],
    )
