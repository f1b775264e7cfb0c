"""Tables of two fields: how many rows have each pair of values, with shares of a stated denominator, as an answer and
as the table of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_with

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exports.tables import Column, ColumnType, MissingKind, Table
from measures.shares import share

ROW, COLUMN, ALL = "row", "column", "all"
MOST_CELLS = 50_000  # of a table that is shown
# English in every file: a file does not depend on who downloads it.
SUPPRESSED = MissingKind(".s", "Suppressed: a small count")
RECORDS = Column("records", label=gettext_noop("Records"), type=ColumnType.WHOLE_NUMBER, missing=[SUPPRESSED])


@dataclass(frozen=True)
class Side:
    """The values of one field, most frequent first (periods in their order); `more` are left out."""

    field: str
    values: list[tuple[str, str]] = made_with(default_factory=list)
    totals: list[int | None] = made_with(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class CrossTable:
    """`counts` has a list for each value of `rows` with a count for each value of `columns`; None where suppressed.

    Totals are those of all records with the value, also in values that are left out; None where counts are protected.
    """

    rows: Side
    columns: Side
    counts: list[list[int | None]] = made_with(default_factory=list)
    total: int | None = 0
    rounded_to: int | None = None
    timed_out: bool = False

    @property
    def is_suppressed(self) -> bool:
        return any(count is None for row in self.counts for count in row)

    def shares(self, of: str) -> list[list[float | None]]:
        """The share of each count in the total of its row, of its column or of all; None where one of them is."""
        return [
            [_share(count, self._whole(of, r, c)) for c, count in enumerate(row)] for r, row in enumerate(self.counts)
        ]

    def denominator(self, of: str) -> str:
        """What shares are of, in words."""
        names = {"row": self.rows.field, "column": self.columns.field}
        if of == ALL:
            return str(_("all records that match the filters"))
        return str(_("the records with the same %(field)s that match the filters") % {"field": names[of]})

    def _whole(self, of: str, row: int, column: int) -> int | None:
        return {ROW: self.rows.totals[row], COLUMN: self.columns.totals[column], ALL: self.total}[of]


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or whole is None else share(part, whole)


def share_of(params: Mapping[str, str]) -> str:
    """What shares are of. ValidationError for another word."""
    of = params.get("of", "") or ROW
    if of not in (ROW, COLUMN, ALL):
        message = _("Unknown value. Allowed: %(choices)s.") % {"choices": f"{ROW}, {COLUMN}, {ALL}"}
        raise ValidationError({"of": ValidationError(message, code="invalid_choice")})
    return of


def _side_as_json(side: Side) -> dict[str, object]:
    values = [
        {"value": value, "label": label, "total": total}
        for (value, label), total in zip(side.values, side.totals, strict=True)
    ]
    return {"field": side.field, "values": values, "more": side.more}


def as_json(table: CrossTable, of: str) -> dict[str, object]:
    """The answer of an API."""
    return {
        "rows": _side_as_json(table.rows),
        "columns": _side_as_json(table.columns),
        "counts": table.counts,
        "of": of,
        "shares": table.shares(of),
        "denominator": table.denominator(of),
        "total": table.total,
        "suppressed": table.is_suppressed or (table.total is None and not table.timed_out),
        "rounded_to": table.rounded_to,
        "timed_out": table.timed_out,
    }


def check_can_be_shown(table: CrossTable) -> None:
    """Raise ValidationError for a table with too many cells."""
    if len(table.rows.values) * len(table.columns.values) > MOST_CELLS:
        message = _("The table has %(rows)s rows and %(columns)s columns. Ask for fewer values, or add filters.")
        numbers = {"rows": len(table.rows.values), "columns": len(table.columns.values)}
        raise ValidationError({"field": ValidationError(message % numbers, code="too_many_values")})


def too_long() -> ValidationError:
    """Counting was stopped."""
    message = _("Counting took too long. Add filters, or try again later.")
    return ValidationError({"field": ValidationError(message, code="timed_out")})


def too_many(values: int, limit: int) -> ValidationError:
    """A file would not show what it lacks."""
    message = _("The field has %(rows)s values, and a file can have %(limit)s. Add filters.")
    message %= {"rows": values, "limit": limit}
    return ValidationError({"field": ValidationError(message, code="too_many_values")})


def rounded(rounded_to: int | None) -> list[str]:
    """Notes on a table whose counts are rounded."""
    approximate = gettext_noop("Counts are approximate: multiples of %(number)s, the total too.")
    return [approximate % {"number": rounded_to}] if rounded_to else []


def crossed_table(table: CrossTable, filters: Mapping[str, str], counted: Column = RECORDS) -> Table:
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
        [*(Column(side.field, labels=dict(side.values)) for side in sides), counted],
        ((row, column, SUPPRESSED if count is None else count) for row, column, count in pairs),
        n=len(pairs),
        filter=filters,
        notes=[f"Total: {total}", *rounded(table.rounded_to)],
    )


def _check_is_complete(table: CrossTable) -> None:
    if table.timed_out:
        raise too_long()
    for side in (table.rows, table.columns):
        if side.more:
            raise too_many(len(side.values) + side.more, len(side.values))
