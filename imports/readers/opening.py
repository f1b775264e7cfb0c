"""Open a stored file as a table, by its kind."""

import io
from collections.abc import Iterator
from pathlib import Path

from imports.problems import Refused
from imports.readers import kinds
from imports.readers.archive import MAX_NAMED, Archive, open_archive
from imports.readers.binary import STATISTICS, ParquetTable, StatisticsTable
from imports.readers.database import SqliteTable
from imports.readers.delimited import DelimitedTable
from imports.readers.html_table import as_csv
from imports.readers.json_records import JsonTable
from imports.readers.shaped import ShapedTable, has_footer
from imports.readers.streams import members, unpacked, unpacked_to_disk
from imports.readers.table import BATCH, MAX_COLUMNS, Batch, ReadOptions, Table
from imports.readers.workbook import open_workbook
from standards.translation import gettext as _


def open_table(path: Path, name: str, options: ReadOptions, known_headers: frozenset[str] = frozenset()) -> Table:
    """Open a file by its content. name: its name at the sender. known_headers: help to find the header row."""
    with path.open("rb") as file:
        kind = kinds.kind_of(file)
    note = kinds.surprise(name, kind)
    all_members = members(path) if kind == "zip" else []
    try:
        table = _opened(path, kind, all_members, options, known_headers)
    except Refused as refused:
        if refused.choices and len(all_members) > 1:
            refused.choices["member"] = all_members[:MAX_NAMED]
        raise
    table = ShapedTable(table, has_footer=has_footer(table.understood))
    _check_width(table)
    if note:
        table.understood.notes.insert(0, note)
    if len(all_members) > 1:
        table.understood.choices["member"] = all_members[:MAX_NAMED]
    return table


def _opened(path: Path, kind: str, names: list[str], options: ReadOptions, known: frozenset[str]) -> Table:
    if kind == "zip" or kind in kinds.PACKED:
        # What unpacks to far too much is found before rows of it are stored; and rows of members that are left out are
        # counted, which nobody would read again.
        options = options.having(is_quick=False)
    if kind == "zip":
        return open_archive(Archive(path, names, options, lambda own: _packed(path, kind, own, known)))
    return _packed(path, kind, options, known) if kind in kinds.PACKED else _plain(path, kind, options, known)


def _packed(path: Path, container: str, options: ReadOptions, known: frozenset[str]) -> Table:
    """The content of an archive: text and JSON are streamed, other files are unpacked to disk first."""
    with unpacked(path, container, options.member) as stream:
        head = io.BufferedReader(stream).read(4096)
    kind = kinds.kind_of(io.BytesIO(head), only_head=True)
    if kind == "text":
        return DelimitedTable(path, container, options, known)
    if kind == "json":
        return JsonTable(path, container, options)
    copy = unpacked_to_disk(path, container, options.member)
    try:
        return UnpackedTable(_unpacked_plain(copy, options, known), copy)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def _unpacked_plain(copy: Path, options: ReadOptions, known: frozenset[str]) -> Table:
    with copy.open("rb") as file:
        kind = kinds.kind_of(file)
    if kind == "zip" or kind in kinds.PACKED:
        text = _("The archive contains another archive. Unpack the outer one and upload the inner one.")
        raise Refused("nested_archive", text)
    return _plain(copy, kind, options, known)


class UnpackedTable:
    """A table on a temporary copy, which is deleted when the table is closed."""

    def __init__(self, table: Table, copy: Path) -> None:
        self._table, self._copy = table, copy
        self.understood = table.understood

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        return self._table.batches(size, start)

    def close(self) -> None:
        self._table.close()
        self._copy.unlink(missing_ok=True)


def _plain(path: Path, kind: str, options: ReadOptions, known: frozenset[str]) -> Table:
    if kind in kinds.SPREADSHEETS or kind in STATISTICS:
        return StatisticsTable(path, kind, options) if kind in STATISTICS else open_workbook(path, kind, options, known)
    match kind:
        case "json":
            return JsonTable(path, "json", options)
        case "html":
            return _html(path, options, known)
        case "sqlite":
            return SqliteTable(path, options)
        case "parquet":
            return ParquetTable(path, options)
        case _:
            return DelimitedTable(path, "text", options, known)


def _html(path: Path, options: ReadOptions, known: frozenset[str]) -> Table:
    """A table of a web page, which is read as CSV."""
    found = as_csv(path, options)
    try:
        as_text = found.options.having(encoding="utf-8", delimiter=",", quote='"', escape="", **found.header)
        table = DelimitedTable(found.copy, "text", as_text, known)
    except BaseException:
        found.copy.unlink(missing_ok=True)
        raise
    understood = table.understood
    header = {"header_row": understood.options.header_row, "header_rows": understood.options.header_rows}
    understood.options = found.options.having(kind="html", **header)
    understood.choices |= found.choices
    understood.left_out += found.left_out
    return UnpackedTable(table, found.copy)


def _check_width(table: Table) -> None:
    width = len(table.understood.columns)
    if width > MAX_COLUMNS:
        raise Refused(
            "too_many_columns",
            _("The file has %(width)s columns; the limit is %(limit)s. Check the delimiter, or split the file.")
            % {"width": f"{width:,}", "limit": f"{MAX_COLUMNS:,}"},
        )
