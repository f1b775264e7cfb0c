"""Spreadsheets gone wrong, written by hand: no library writes such files."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.imports.corpus import Hostile, Loads, raw

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def cell(value: object) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def row(*cells: object) -> str:
    return "<row>" + "".join(map(cell, cells)) + "</row>"


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def letters(count: int = 30, first: int = 1) -> str:
    return "".join(row(n, "2019-01-02", f"Title {n}", f"Text {n}") for n in range(first, first + count))


HEAD = row("id", "date received", "title", "narrative")


def workbook(path: Path, content: str, *, sheets: str = '<sheet name="One" sheetId="1" r:id="rId1"/>') -> None:
    """The smallest workbook with one sheet of the given XML."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        )
        relation = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}'
        archive.writestr("_rels/.rels", f'{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        )
        archive.writestr("xl/worksheets/sheet1.xml", content)


def book(content: str, **options: str) -> Callable[[Path], None]:
    return lambda path: workbook(path, content, **options)


def open_document(rows: str) -> bytes:
    """An OpenDocument spreadsheet with one table of the given rows."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{_OPEN}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{_OPEN}:office:1.0" xmlns:table="{_OPEN}:table:1.0" '
            f'xmlns:text="{_OPEN}:text:1.0"><office:body><office:spreadsheet><table:table table:name="One">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def open_row(*cells: object, times: int = 1, repeat: int = 1) -> str:
    inner = "".join(
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeat}">'
        f"<text:p>{value}</text:p></table:table-cell>"
        for value in cells
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{inner}</table:table-row>'


def _far_corner() -> str:
    """Two cells, one of them in the last corner a sheet can have: the reader is made to reserve 17 thousand million."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>' + far, '<dimension ref="A1:B2"/>')


def swelling(path: Path) -> None:
    workbook(path, sheet(row("a" * 8_000) * 10_000))


_LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + '<!ENTITY secret SYSTEM "file:///etc/passwd">]>'  # fmt: skip
_FORMULA = (
    f'<row>{cell(99)}{cell("2019-01-02")}<c t="str"><f>HYPERLINK("http://x.invalid","a")</f><v>Title 99</v></c>'
    '<c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
)
_MERGED = row("Complaints of 2019") + row("Case", "", "Letter", "") + HEAD + letters()
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_HEAD = open_row("id", "date received", "title", "narrative")
_OPEN_ROWS = "".join(open_row(n, "2019-01-02", f"Title {n}", f"Text {n}") for n in range(1, 31))

_MANY = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 10_001))

FILES = [
    Hostile("far_corner.xlsx", book(_far_corner()), "sheet_too_large"),
    Hostile("swelling.xlsx", swelling, "sheet_too_large"),
    Hostile("broken.xlsx", book("<worksheet><sheetData><row><c>"), "broken_spreadsheet"),
    Hostile("declares_all_cells.xlsx", book(sheet(HEAD + letters(), '<dimension ref="A1:XFD1048576"/>')), Loads(30)),
    Hostile("entities.xlsx", book(_LAUGHS + sheet(HEAD + letters() + row(31, "2019-01-02", "&a9;", "&secret;"))),
            "broken_spreadsheet"),
    Hostile("formulas.xlsx", book(sheet(HEAD + letters() + _FORMULA)), Loads(31)),
    Hostile("no_sheets.xlsx", book(sheet(""), sheets=""), "no_rows"),
    Hostile("ten_thousand_sheets.xlsx", book(sheet(HEAD + letters()), sheets=_MANY), "too_many_sheets"),
    Hostile("empty_sheet.xlsx", book(sheet("")), "no_rows"),
    Hostile("missing_sheet.xlsx", book(sheet(""), sheets='<sheet name="One" sheetId="1" r:id="rId9"/>'),
            "broken_spreadsheet"),
    Hostile("merged_above.xlsx", book(sheet(_MERGED, after=(
        '<mergeCells count="2"><mergeCell ref="A2:B2"/><mergeCell ref="C2:D2"/></mergeCells>'))), Loads(30)),
    Hostile("noise.xls", raw(_OLE + random.Random(5).randbytes(20_000)), "broken_spreadsheet"),
    Hostile("zeros.xls", raw(_OLE + bytes(20_000)), "broken_spreadsheet"),
    Hostile("sound.ods", raw(open_document(_OPEN_HEAD + _OPEN_ROWS)), Loads(30)),
    Hostile("repeated_rows.ods", raw(open_document(_OPEN_HEAD + open_row("1", "x", times=1_000_000, repeat=1_000))),
            "broken_spreadsheet"),
    Hostile("broken.ods", raw(open_document("<table:table-row><oops>")), "broken_spreadsheet"),
]  # fmt: skip
