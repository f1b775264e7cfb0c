"""XLSX, XLS and ODS files, read in a child process with limits on memory and time."""

import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path

from imports.problems import Refused
from imports.readers.child import ChildReader, batched
from imports.readers.table import (
    BATCH,
    BATCH_CHARACTERS,
    MAX_COLUMNS,
    Batch,
    ReadOptions,
    Understood,
    named_columns,
    skipped_above,
)
from imports.sniff import dialect as dialects
from standards.json_values import JsonObject
from standards.translation import gettext as _

MAX_UNPACKED = 512 * 1024**2
MAX_RATIO = 150
_HEAD = 500
_READER = ChildReader(
    "sheet_child.py", _("The spreadsheet"), "broken_spreadsheet", "sheet_too_large",
    _("Open it, save the sheet as CSV and upload that."),
)  # fmt: skip
_Line = tuple[int, list[str]]


class SheetTable:
    """Rows of one sheet. Record numbers count rows below the header that are not empty; line numbers are rows of the
    sheet."""

    def __init__(self, path: Path, kind: str, options: ReadOptions, known_headers: frozenset[str]) -> None:
        self._path = path
        _check_declared_size(path, kind)
        with _READER.opened(path, sheet=options.sheet) as (found, rows):
            sheets, self._sheet = found["sheets"], found["sheet"]
            if not self._sheet:
                raise _no_sheet(options.sheet, sheets)
            head = _head(_filled(rows))
        if not head:
            raise Refused(
                "no_rows",
                _("The sheet %(sheet)s is empty. Choose another: %(sheets)s.")
                % {"sheet": repr(self._sheet), "sheets": ", ".join(sheets[:20])},
            )
        records = [row for _, row in head]
        header = options.header_row
        if header is None:
            header = _below_merged(head, dialects.header_row(records, known_headers), found)
        self.header_row = header
        if self.header_row > len(records):
            raise Refused(
                "no_rows",
                _("The sheet %(sheet)s has no row %(header_row)s.")
                % {"sheet": repr(self._sheet), "header_row": self.header_row},
            )
        self.understood = Understood(
            options=options.having(kind=kind, sheet=self._sheet, header_row=self.header_row),
            columns=named_columns(_names(head, self.header_row, found)),
            notes=skipped_above(records, self.header_row),
            choices={"sheet": sheets} if len(sheets) > 1 else {},
        )

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        """Rows up to the line in `start` are read and skipped: a spreadsheet can only be read from its beginning."""
        _, record, from_line = start or (0, 1, 0)
        to_skip = 0 if start else self.header_row
        with _READER.opened(self._path, sheet=self._sheet) as (_, rows):
            below = (entry for entry in itertools.islice(_filled(rows), to_skip, None) if entry[0] >= from_line)
            yield from batched(below, size, record)

    def close(self) -> None:
        return None


def _filled(rows: Iterator[list[str]]) -> Iterator[_Line]:
    for number, row in enumerate(rows, start=1):
        if len(row) > MAX_COLUMNS + 1 and any(row[MAX_COLUMNS + 1 :]):
            raise Refused(
                "too_many_columns",
                _("The sheet has %(count)s columns; the limit is %(limit)s.")
                % {"count": f"{len(row):,}", "limit": f"{MAX_COLUMNS:,}"},
            )
        if any(row):
            yield number, row


def _head(rows: Iterator[_Line]) -> list[_Line]:
    head: list[_Line] = []
    held = 0
    for line, row in rows:
        head.append((line, row))
        held += sum(map(len, row))
        if len(head) >= _HEAD or held > BATCH_CHARACTERS:
            break
    return head


def _below_merged(head: list[_Line], header_row: int, found: JsonObject) -> int:
    """Cells that are merged across columns are headings, not names of columns: the names are in a lower row."""
    while 0 < header_row < len(head):
        line = head[header_row - 1][0]
        if not any(top <= line - 1 <= bottom and left < right for top, left, bottom, right in found["merged"]):
            break
        header_row += 1
    return header_row


def _names(head: list[_Line], header_row: int, found: JsonObject) -> list[str]:
    """The cells of the header row. A cell above that is merged down into it names the column."""
    if not header_row:
        return [""] * max(len(row) for _, row in head)
    line, cells = head[header_row - 1]
    above = {number - 1: row for number, row in head[: header_row - 1]}
    names = list(cells)
    for top, left, bottom, right in found["merged"]:
        column = left - found["left"]
        reaches = top < line - 1 <= bottom and left == right and 0 <= column < len(names)
        if reaches and not names[column] and top in above:
            names[column] = above[top][column]
    return names


def _check_declared_size(path: Path, kind: str) -> None:
    """Refuse an archive by its own list before anything is unpacked. If the list is wrong, the limits of the child
    apply."""
    if kind == "xls":
        return
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if unpacked > MAX_UNPACKED or (unpacked > 50 * 1024**2 and unpacked > MAX_RATIO * packed):
        raise _READER.too_large(_("it unpacks to %(size)s MB") % {"size": f"{unpacked // 1024**2:,}"})


def _no_sheet(wanted: str, sheets: list[str]) -> Refused:
    if not sheets:
        return Refused("no_rows", _("The workbook has no sheet with cells. Check that it is the file you mean."))
    return Refused(
        "no_such_sheet",
        _("There is no sheet %(wanted)s. The workbook has: %(sheets)s.")
        % {"wanted": repr(wanted), "sheets": ", ".join(sheets[:20])},
    )
