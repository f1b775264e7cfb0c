"""How many complaints were upheld, at least in part, of those with a finding: the share and its interval, drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from complaints.models import ComplaintRecord
from exports.crossed import CrossTable
from measures.command import command_line
from measures.shares import share, share_interval
from rest.drawings import Drawing, Row, spans

Finding = ComplaintRecord.Finding
UPHELD = (Finding.UPHELD, Finding.PARTLY_UPHELD)
DECIDED = (*UPHELD, Finding.NOT_UPHELD)


@dataclass(frozen=True)
class Upheld:
    """Complaints upheld, at least in part, and those that were upheld or not."""

    upheld: int
    decided: int


def upheld_in(counts: Mapping[str, int | None]) -> Upheld:
    """Of a number of records for each finding."""
    upheld, decided = (sum(counts.get(finding) or 0 for finding in found) for found in (UPHELD, DECIDED))
    return Upheld(upheld, decided)


def percent_of(found: Upheld) -> str:
    """The share with its denominator; a dash where nothing was decided."""
    of_upheld = share(found.upheld, found.decided)
    if of_upheld is None:
        return "-"
    return _("%(percent)d%% (%(part)s of %(whole)s with a finding)") % {
        "percent": round(100 * of_upheld), "part": f"{found.upheld:,}", "whole": f"{found.decided:,}",
    }  # fmt: skip


def upheld_drawing(title: str, first: str, table: CrossTable, rows: list[Row]) -> Drawing | None:
    """The share of all records of the table, and of each row, with 95% intervals. None where nothing was decided, and
    of counts that are protected, from which a share could tell a small one.

    table: a field and the findings. rows: those of a drawing of the table, in its order, of which label and address
    are kept.
    """
    if table.is_suppressed or table.rounded_to is not None:
        return None
    findings = [value for value, _label in table.columns.values]
    every = upheld_in(dict(zip(findings, table.columns.totals, strict=True)))
    if not every.decided:
        return None
    found = [(Row(_("All"), []), every)]
    if len(rows) > 1:
        parts = [upheld_in(dict(zip(findings, counts, strict=True))) for counts in table.counts[: len(rows)]]
        found += [(row, part) for row, part in zip(rows, parts, strict=True) if part.decided]
    drawn = [_row(row, each) for row, each in found]
    drawing = spans(
        title, first, [_("Share"), _("95% interval"), _("With a finding")], [row for row in drawn if row], note=_note()
    )
    parts_of, rest = ",".join(UPHELD), str(Finding.NOT_UPHELD)
    command = command_line("share-with-interval", "FILE.csv", value="finding", part=parts_of, rest=rest)
    return replace(drawing, command=command)


def _row(row: Row, found: Upheld) -> tuple[Row, float, tuple[float, float]] | None:
    at, ends = share(found.upheld, found.decided), share_interval(found.upheld, found.decided)
    if at is None or ends is None:
        return None
    low, high = (round(100 * end) for end in ends)
    words = (f"{round(100 * at)}%", _("%(low)d to %(high)d%%") % {"low": low, "high": high})
    return replace(row, texts=words, counts=[found.decided], step=""), at, ends


def _note() -> str:
    return _(
        "Upheld or partly upheld, of n records with a finding of one of these or not upheld. The line is how far chance"
        " could move the share of so many: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), z = 1.96 (Wilson 1927)."
    )
