"""Facets, cross-tables and days open as the tables of files."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints.selectors.cross_tables import CrossTable
from complaints.selectors.days_open import Durations
from complaints.selectors.facets import Facet
from exports.tables import Column, ColumnType, MissingKind, Table

# English in every file: a file does not depend on who downloads it.
SUPPRESSED = MissingKind(".s", "Suppressed: a small count")
RECORDS = Column("records", label=gettext_noop("Records"), type=ColumnType.WHOLE_NUMBER, missing=[SUPPRESSED])


def _too_long() -> ValidationError:
    message = _("Counting took too long. Add filters, or try again later.")
    return ValidationError({"field": ValidationError(message, code="timed_out")})


def _too_many(values: int, limit: int) -> ValidationError:
    message = _("The field has %(rows)s values, and a file can have %(limit)s. Add filters.")
    message %= {"rows": values, "limit": limit}
    return ValidationError({"field": ValidationError(message, code="too_many_values")})


def _rounded(rounded_to: int | None) -> list[str]:
    approximate = gettext_noop("Counts are approximate: multiples of %(number)s, the total too.")
    return [approximate % {"number": rounded_to}] if rounded_to else []


def facet_table(facet: Facet, filters: Mapping[str, str]) -> Table:
    """Values of a field with their counts, most frequent first.

    Raises ValidationError for a facet that is not complete: a file would not show what it lacks.
    """
    if facet.timed_out:
        raise _too_long()
    if facet.more:
        raise _too_many(len(facet.values) + facet.more, len(facet.values))
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
        notes=[f"Total: {total}", *_rounded(facet.rounded_to)],
    )


def cross_table_table(table: CrossTable, filters: Mapping[str, str]) -> Table:
    """A row for each pair of values that any record has. Raises ValidationError for a table that is not complete."""
    _check_is_complete(table)
    sides = (table.rows, table.columns)
    pairs = [
        (row, column, count)
        for (row, _row), counts in zip(table.rows.values, table.counts, strict=True)
        for (column, _column), count in zip(table.columns.values, counts, strict=True)
    ]
    total = "suppressed" if table.total is None else str(table.total)
    return Table(
        [*(Column(side.field, labels=dict(side.values)) for side in sides), RECORDS],
        ((row, column, SUPPRESSED if count is None else count) for row, column, count in pairs),
        n=len(pairs),
        filter=filters,
        notes=[f"Total: {total}", *_rounded(table.rounded_to)],
    )


def _check_is_complete(table: CrossTable) -> None:
    if table.timed_out:
        raise _too_long()
    for side in (table.rows, table.columns):
        if side.more:
            raise _too_many(len(side.values) + side.more, len(side.values))


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
