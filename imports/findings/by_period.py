"""Columns that are years or other periods: an offer to read a row for each of them. Pure."""

from imports.findings.finding import Finding, quoted
from imports.readers.table import Understood
from imports.sniff.periods import period_columns
from standards.translation import gettext as _


def period_findings(understood: Understood) -> list[Finding]:
    """A finding for a table with a column for each period that is read as it is."""
    if understood.options.periods:
        return []
    found = period_columns(understood.columns)
    if found is None:
        return []
    names = [name for place, name in enumerate(understood.columns) if place not in found.others]
    text = _(
        "%(count)s columns are periods: %(names)s. If each of them should be a row, choose “Read a row for each "
        "period” in the reading options."
    )
    return [Finding("periods_in_columns", text % {"count": len(names), "names": quoted(names)}, names, len(names))]
