"""XLSX, XLS and ODS files, read in a child process with limits on memory and time."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from imports.problems import Refused
from imports.readers.child import ChildReader, batched
from imports.readers.heading import header_of, notes_on_header
from imports.readers.table import (
    BATCH,
    BATCH_CHARACTERS,
    MAX_COLUMNS,
    Batch,
    ReadOptions,
    Understood,
    named_columns,
)
from standards.translation import gettext as _
from standards.translation import ngettext

MAX_UNPACKED = 512 * 1024**2
MAX_RATIO = 150
_HEAD = 500
READER = ChildReader(
    "sheet_child.py", _("The spreadsheet"), "broken_spreadsheet", "sheet_too_large",
    _("Open it, save the sheet as CSV and upload that."),
)  # fmt: skip
_Line = tuple[int, list[str]]


class SheetTable:
    """Rows of one sheet. Record numbers count rows below the header that are not empty; line numbers are rows of the
    sheet."""

    def __init__(self, path: Path, kind: str, options: ReadOptions, known_headers: frozenset[str]) -> None:
        self._path = path
        check_declared_size(path, kind)
        with READER.opened(path, sheet=options.sheet) as (found, rows):
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
        header = header_of(head, options, known_headers, found["merged"], found["left"])
        if header is None:
            raise Refused(
                "no_rows",
                _("The sheet %(sheet)s has no filled row %(header_row)s.")
                % {"sheet": repr(self._sheet), "header_row": options.header_row},
            )
        self._last_of_header = header.last
        self._fill_from = header.last if options.counts_blanks else -1
        self.understood = Understood(
            options=options.having(
                kind=kind, sheet=self._sheet, header_row=header.row, header_rows=header.rows,
                counts_blanks=True,
            ),
            columns=named_columns(header.names),
            notes=[*notes_on_header(head, header), *_without_value(found["without_value"])],
            choices={"sheet": sheets} if len(sheets) > 1 else {},
        )  # fmt: skip

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        """Rows up to the line in `start` are read and skipped: a spreadsheet can only be read from its beginning."""
        _, record, from_line = start or (0, 1, 0)
        first = from_line if start else self._last_of_header + 1
        with READER.opened(self._path, sheet=self._sheet, fill_from=self._fill_from) as (found, rows):
            self._note_filled(found["filled"])
            yield from batched((entry for entry in _filled(rows) if entry[0] >= first), size, record)

    def close(self) -> None:
        return None

    def _note_filled(self, count: int) -> None:
        text = ngettext(
            "%(count)s merged cell is read as its text in each row and column that it covers.",
            "%(count)s merged cells are read as their text in each row and column that they cover.",
            count,
        )
        note = text % {"count": f"{count:,}"}
        if count and note not in self.understood.notes:
            self.understood.notes.append(note)


def _without_value(count: int) -> list[str]:
    if not count:
        return []
    text = ngettext(
        "%(count)s cell holds a formula whose value is not stored in the file, and is read as empty. Open the workbook "
        "in a spreadsheet program, save it and upload it again.",
        "%(count)s cells hold formulas whose values are not stored in the file, and are read as empty. Open the "
        "workbook in a spreadsheet program, save it and upload it again.",
        count,
    )
    return [text % {"count": f"{count:,}"}]


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


def check_declared_size(path: Path, kind: str) -> None:
    """Refuse an archive by its own list before anything is unpacked. If the list is wrong, the limits of the child
    apply."""
    if kind == "xls":
        return
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if unpacked > MAX_UNPACKED or (unpacked > 50 * 1024**2 and unpacked > MAX_RATIO * packed):
        raise READER.too_large(_("it unpacks to %(size)s MB") % {"size": f"{unpacked // 1024**2:,}"})


def _no_sheet(wanted: str, sheets: list[str]) -> Refused:
    if not sheets:
        return Refused("no_rows", _("The workbook has no sheet with cells. Check that it is the file you mean."))
    return Refused(
        "no_such_sheet",
        _("There is no sheet %(wanted)s. The workbook has: %(sheets)s.")
        % {"wanted": repr(wanted), "sheets": ", ".join(sheets[:20])},
    )
