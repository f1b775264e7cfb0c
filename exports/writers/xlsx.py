"""XLSX: a sheet with the data, one that explains its columns, one about the file. Rows are written as they come.

Text is written as text, so that no program runs it as a formula and no character has to be added to it. Numbers of more
than 15 digits and dates before March 1900 are text too: a spreadsheet program would change them.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exports.cells import text
from exports.tables import Column, ColumnType, Table, Value
from exports.unfit import not_text, unfit
from exports.writers.spooled import is_exact
from standards.translation import gettext_noop as _

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767
# Excel counts a 29 February 1900 that never was, so earlier days are another day in another program.
_FIRST_DAY = date(1900, 3, 1)
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "use_zip64": True,
}
# XML has no control characters. The library writes them as `_x001B_`, and the first letter of what looks like that.
_ESCAPED = re.compile(r"[\x01-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NOTE = _("Numbers of more than 15 digits and dates before 1 March 1900 are text in this file.")
_ESCAPE_ADDS = 6
_FACTS = ("column", "label", "unit", "type", "values", "missing values")


def write(table: Table, file: IO[bytes]) -> int:
    """Write the whole table; the number of rows. Raises Unfit for what a spreadsheet cannot contain."""
    if len(table.columns) > MOST_COLUMNS:
        reason = _("An Excel sheet has at most %(most)s columns; this table has %(columns)s.")
        raise unfit(reason, {"most": MOST_COLUMNS, "columns": len(table.columns)}, "csv", "jsonl", "parquet")
    with tempfile.TemporaryDirectory(prefix="lipse-export-") as folder:
        book = Workbook(file, _OPTIONS | {"tmpdir": folder})
        try:
            rows = _write_sheets(table, book)
            book.close()
        finally:
            _let_go(book)
    return rows


def _write_sheets(table: Table, book: Workbook) -> int:
    book.set_properties({"created": table.made_at or datetime(1970, 1, 1, tzinfo=UTC)})
    head = book.add_format({"bold": True})
    rows = _Data(book).write(table, head)
    _write_columns(table.columns, book.add_worksheet("columns"), head)
    _write_about(table, rows, book.add_worksheet("about"))
    return rows


def _let_go(book: Workbook) -> None:
    """Close the temporary files of a workbook that was not completed, without writing the rest of it."""
    book.fileclosed = True
    for sheet in book.worksheets():
        if not sheet.row_data_fh_closed:
            sheet.row_data_fh.close()
            sheet.row_data_fh_closed = True


class _Data:
    """The sheet with the rows."""

    def __init__(self, book: Workbook) -> None:
        self._sheet: Worksheet = book.add_worksheet("data")
        self._day: Format = book.add_format({"num_format": "yyyy-mm-dd"})
        self._time: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})

    def write(self, table: Table, head: Format) -> int:
        """Write names and rows; the number of rows."""
        self._sheet.freeze_panes(1, 0)
        names = table.names
        for place, name in enumerate(names):
            self._write_text(0, place, name, name, form=head)
        row = 0
        for row, values in enumerate(table.rows, start=1):
            if row >= MOST_ROWS:
                reason = _("An Excel sheet has at most %(most)s rows below its heading; this table has more.")
                raise unfit(reason, {"most": MOST_ROWS - 1}, "csv", "jsonl", "parquet", "sav", "dta")
            for place, (value, name) in enumerate(zip(values, names, strict=True)):
                self._write_cell(row, place, value, name)
        return row

    def _write_cell(self, row: int, place: int, value: Value, name: str) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(row, place, value)
        elif isinstance(value, int | float | Decimal) and is_exact(value):
            self._sheet.write_number(row, place, value)
        elif isinstance(value, date) and (moment := _shown(value)):
            form = self._time if isinstance(value, datetime) else self._day
            self._sheet.write_datetime(row, place, moment, form)
        else:
            self._write_text(row, place, text(value), name)

    def _write_text(self, row: int, place: int, value: str, name: str, *, form: Format | None = None) -> None:
        if not value:
            return
        if "\0" in value:
            reason = _("Column “%(column)s” contains the character NUL in row %(row)s, which Excel cannot read.")
            raise unfit(reason, {"column": name, "row": row}, "jsonl", "parquet")
        # Excel counts UTF-16 code units, of which a character such as an emoji is two.
        size = len(value) if value.isascii() else _size(value, name, row)
        size += _ESCAPE_ADDS * len(_ESCAPED.findall(value))
        if size > LONGEST_TEXT:
            reason = _(
                "A cell of an Excel sheet has at most %(most)s characters; column “%(column)s” has %(size)s in row "
                "%(row)s."
            )
            values = {"most": LONGEST_TEXT, "column": name, "size": size, "row": row}
            raise unfit(reason, values, "csv", "jsonl", "parquet", "dta")
        self._sheet.write_string(row, place, value, form)


def _shown(value: date) -> date | None:
    """A day, or a time as the same time in UTC without its zone; None where no spreadsheet has it."""
    if isinstance(value, datetime):
        moment = (value if value.tzinfo is None else value.astimezone(UTC)).replace(tzinfo=None)
        return moment if moment.date() >= _FIRST_DAY else None
    return value if value >= _FIRST_DAY else None


def _size(value: str, name: str, row: int) -> int:
    """UTF-16 code units of a text; raises Unfit where it is not valid."""
    try:
        return len(value.encode("utf-16-le")) // 2
    except UnicodeEncodeError as error:
        raise not_text(name, row) from error


def _write_columns(columns: Sequence[Column], sheet: Worksheet, head: Format) -> None:
    for place, fact in enumerate(_FACTS):
        sheet.write_string(0, place, fact, head)
    for row, column in enumerate(columns, start=1):
        for place, fact in enumerate(_facts(column)):
            if fact:
                sheet.write_string(row, place, _cut(fact))


def _facts(column: Column) -> Iterator[str]:
    unit = column.unit or ("UTC" if column.type == ColumnType.TIME else "")
    yield from (column.name, column.label, unit, str(column.type))
    yield _listed(column.labels.items())
    yield _listed((kind.code, kind.label) for kind in column.missing)


def _listed(labels: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{code} = {label}" for code, label in labels)


def _write_about(table: Table, rows: int, sheet: Worksheet) -> None:
    lines = [("rows", str(rows)), ("query", table.query)]
    lines += [("made at", table.made_at.isoformat(timespec="seconds"))] if table.made_at else []
    lines += [(f"filter {name}", value) for name, value in table.filter.items()]
    lines += [("note", note) for note in (*table.notes, _NOTE)]
    for row, line in enumerate(lines):
        for place, words in enumerate(line):
            sheet.write_string(row, place, _cut(words))


def _cut(words: str) -> str:
    """Words of a sheet beside the data, as many as a cell has at most."""
    return words.encode(errors="replace").decode()[: LONGEST_TEXT // 2]
