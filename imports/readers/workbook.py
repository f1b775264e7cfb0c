"""A workbook: the sheet to read, or several of the same columns as one; what is not read is named with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imports.problems import Refused
from imports.readers.heading import header_of
from imports.readers.shaped import ShapedTable
from imports.readers.sheets import READER, SheetTable, check_declared_size
from imports.readers.table import LeftOut, ReadOptions, Table, named_columns
from imports.readers.together import Part, TogetherTable, largest, read_together
from standards.translation import gettext as _

MAX_SHEETS = 1_000
COLUMN = "sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """rows: filled rows below the header, all of a sheet that is no table; that one has no columns. None: the sheet
    cannot be read."""

    name: str
    rows: int | None
    columns: Sequence[str]
    header_row: int


def open_workbook(path: Path, kind: str, options: ReadOptions, known: frozenset[str]) -> Table:
    """The sheet that was chosen; else the sheets of the same columns that have most rows together."""
    check_declared_size(path, kind)
    sheets = _sheets(path, options, known)
    if len(sheets) < 2:
        return SheetTable(path, kind, options, known)
    chosen = [sheet for sheet in sheets if sheet.name == options.sheet] if options.sheet else _most(sheets)
    if len(chosen) < 2:
        name = options.sheet or (chosen[0].name if chosen else "")
        table: Table = SheetTable(path, kind, options.having(sheet=name), known)
    else:
        table = _together(path, kind, options, known, chosen)
    table.understood.choices["sheet"] = [sheet.name for sheet in sheets]
    read = {sheet.name for sheet in chosen} or {table.understood.options.sheet}
    table.understood.left_out += [_left_out(s) for s in sheets if s.rows != 0 and s.name not in read]
    return table


def _left_out(sheet: Sheet) -> LeftOut:
    return LeftOut("sheet", sheet.name, sheet.rows, _("It cannot be read.") if sheet.rows is None else "")


def _together(
    path: Path, kind: str, options: ReadOptions, known: frozenset[str], chosen: Sequence[Sheet]
) -> TogetherTable:
    def part(sheet: Sheet) -> Part:
        own = options.having(sheet=sheet.name, periods="")
        return Part(sheet.name, sheet.columns, lambda: ShapedTable(SheetTable(path, kind, own, known), has_footer=True))

    return read_together(
        [part(sheet) for sheet in chosen],
        COLUMN,
        options.having(kind=kind),
        [sheet.header_row for sheet in chosen],
        _(
            "Sheets of the same columns are read as one (%(count)s: %(names)s), with their names in the column "
            "“%(column)s”. Choose a sheet to read it alone."
        ),
    )


def _most(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets of the same columns with most rows together; the first with rows if none is a table."""
    tables = [sheet for sheet in sheets if sheet.columns]
    if not tables:
        return [sheet for sheet in sheets if sheet.rows][:1]
    return largest(tables, lambda sheet: sheet.columns if sheet.header_row else None, lambda sheet: sheet.rows or 0)


def _sheets(path: Path, options: ReadOptions, known: frozenset[str]) -> list[Sheet]:
    """Every sheet of a workbook that has several."""
    with READER.opened(path, sheet="", overview=True, most=MAX_SHEETS) as (found, described):
        names = found["sheets"]
        if len(names) > MAX_SHEETS and not options.sheet:
            raise Refused(
                "too_many_sheets",
                _("The workbook has %(count)s sheets; %(most)s are compared at most. Choose a sheet, or put the data "
                  "into fewer sheets.")
                % {"count": f"{len(names):,}", "most": f"{MAX_SHEETS:,}"},
                {"sheet": names[:MAX_SHEETS]},
            )  # fmt: skip
        return [_sheet(one, options, known) for one in described]


def _sheet(described: Sequence[object], options: ReadOptions, known: frozenset[str]) -> Sheet:
    name, count, merged, left, numbered = described
    if count == -1:
        return Sheet(str(name), None, (), 0)
    lines = [(number, row) for number, row in numbered]  # type: ignore[attr-defined]
    whole = options if options.sheet in ("", name) else ReadOptions()
    header = header_of(lines, whole, known, merged, left)  # type: ignore[arg-type]
    if header is None:
        return Sheet(str(name), int(str(count)), (), 0)
    above = sum(number <= header.last for number, _ in lines)
    rows = int(str(count)) - above
    is_table = rows > 0 and (sum(map(bool, header.names)) > 1 if header.row else len(header.names) > 1 and rows > 1)
    if not is_table:
        return Sheet(str(name), int(str(count)), (), 0)
    return Sheet(str(name), rows, named_columns(header.names), header.row)
