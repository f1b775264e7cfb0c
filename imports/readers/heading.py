"""The header of a file as its options say, and notes about it."""

from collections.abc import Sequence

from imports.readers.table import ReadOptions, skipped_above
from imports.sniff.header import ROW_NAMES, Header, Line, Span, find_header
from standards.translation import gettext as _


def header_of(
    lines: Sequence[Line], options: ReadOptions, known: frozenset[str], spans: Sequence[Span] = (), left: int = 0
) -> Header | None:
    """The header among the first filled rows; None if the row that was chosen is not among them."""
    row = options.header_row
    if row and not options.counts_blanks:
        row = lines[row - 1][0] if row <= len(lines) else len(lines) + lines[-1][0] if lines else row
    return find_header(lines, known, row=row, rows=options.header_rows, spans=spans, left=left) if lines else None


def notes_on_header(lines: Sequence[Line], header: Header) -> list[str]:
    """What was done to find the names of columns."""
    notes = skipped_above(lines, header.row)
    if header.rows > 1:
        text = _(
            "Rows %(first)s to %(last)s name the columns together. If only one of them does, choose it and one row of "
            "names."
        )
        notes.append(text % {"first": header.row, "last": header.last})
    if header.has_row_names:
        text = _("The header has one cell less than the rows, so their first cell is read as “%(name)s”.")
        notes.append(text % {"name": ROW_NAMES})
    return notes
