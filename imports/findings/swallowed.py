"""Cells that contain whole rows: a quotation mark opened in one row and closed some rows later. Pure.

If the number of cells is right by chance, the row has no problem although several records are lost. The cell shows it:
it contains lines with as many delimiters as the header. Only rows that span lines are examined.
"""

from itertools import pairwise

from imports.findings.finding import EXAMPLES, Example, Finding
from imports.readers.table import Batch, Understood
from standards.translation import ngettext

_SHOWN = 60
_LEAST_COLUMNS = 3  # with two columns any line with one comma would look like a row
_LEAST_LINES = 3  # the rest of one row, whole rows, the beginning of another


class SwallowedRows:
    """Takes the batches of a delimited text; `finding` returns the result."""

    def __init__(self, understood: Understood) -> None:
        self._columns = understood.columns
        self._delimiter = understood.options.delimiter if understood.options.kind == "text" else ""
        self._is_on = bool(self._delimiter) and len(self._columns) >= _LEAST_COLUMNS
        self._examples: list[Example] = []
        self._count = self._lost = 0
        self._names: dict[str, None] = {}

    def look(self, batch: Batch) -> None:
        """Examine rows that span lines. A batch without any, as nearly all are, is skipped after one comparison."""
        end = batch.next_line or batch.lines[-1] + 1
        if not self._is_on or end - batch.lines[0] == len(batch.lines):
            return
        for at, (line, following) in enumerate(pairwise((*batch.lines, end))):
            if following - line >= _LEAST_LINES:
                self._look_into(line, batch.rows[at])

    def _look_into(self, line: int, row: list[str]) -> None:
        for name, cell in zip(self._columns, row, strict=False):
            swallowed = self._rows_in(cell)
            if swallowed:
                self._count += 1
                self._lost += swallowed
                self._names[name] = None
                if len(self._examples) < EXAMPLES:
                    self._examples.append(Example(cell[:_SHOWN], line))

    def _rows_in(self, cell: str) -> int:
        """How many of the inner lines of a cell look like rows of the file."""
        wanted = len(self._columns) - 1
        if cell.count(self._delimiter) < wanted:
            return 0
        inner = cell.split("\n")[1:-1]
        return sum(line.count(self._delimiter) == wanted for line in inner)

    def finding(self) -> list[Finding]:
        if not self._count:
            return []
        text = ngettext(
            "Cells that span lines: %(cells)s. They contain %(lines)s line with as many delimiters as the header, so a "
            "quotation mark that is closed some rows later has probably joined rows. Check the lines named here, "
            "correct the file, or read it without quoting.",
            "Cells that span lines: %(cells)s. They contain %(lines)s lines with as many delimiters as the header, so "
            "a quotation mark that is closed some rows later has probably joined rows. Check the lines named here, "
            "correct the file, or read it without quoting.",
            self._lost,
        )
        sentence = text % {"cells": f"{self._count:,}", "lines": f"{self._lost:,}"}
        return [Finding("swallowed_rows", sentence, list(self._names), self._lost, self._examples)]
