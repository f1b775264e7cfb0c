"""Run as a child process with limits on memory and time: one spreadsheet to JSON lines on standard output.

Called as `python sheet_child.py PATH MEMORY SECONDS {"sheet": NAME, "fill_from": ROW}`. First line: the names of the
sheets, the one that is read, its merged cells near the top as [first row, first column, last row, last column] from 0,
its first column, how many merged cells are filled, and how many cells hold a formula without a value; then one JSON
array of text for each row. A number that an XLSX sheet shows with zeros in front (00000) has them: what calamine does
not say is searched in the XML as bytes, row by row. From the row fill_from on, from 0, the text of a merged cell is
written in each place that it covers; -1: nowhere. With "overview" and "most", the rows are instead one array for each
of that many sheets: name, number of filled rows, merged cells, first column and first filled rows with their numbers.
It imports nothing of the project, so that a malicious file can reach as little as possible.
"""

import datetime
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

_HEADER_ROWS = 60
_CHUNK = 1024 * 1024
_LONGEST_ROW = 16 * 1024 * 1024
_ATTRIBUTE = re.compile(rb'\b([A-Za-z:]+)\s*=\s*"([^"]*)"')
_FORMAT = re.compile(rb"<numFmt\b([^<>]*)/?>")
_STYLES = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<xf\b([^<>]*)>")
_SHEET = re.compile(rb"<sheet\b([^<>]*)/?>")
_RELATION = re.compile(rb"<Relationship\b([^<>]*)/?>")
_ROW = re.compile(rb"<row\b([^<>]*)>")
_CELL = re.compile(rb"<c\b([^<>]*)>(?:<f\b[^<>]*(?:/>|>[^<>]*</f>))?<v>([0-9]{1,15})(?:\.0+)?</v></c>")
_WITHOUT_VALUE = re.compile(rb"(?:</f>|<f\b[^<>]*/>)(?:<v ?/>|<v></v>)?</c>")
_ZEROS = re.compile(r"0{2,20}")
_LETTERS = re.compile(rb"[A-Z]{1,3}")
# Of archives that calamine reads and Python does not: then cells are shown as their numbers.
_ODD = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, zlib.error)
_MOST_MERGED = 2_000
_SHORT, _WIDEST = 200, 1_001  # what of a cell and of a row an overview shows


def text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates in ISO 8601."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(sep=" ")
    return cell if isinstance(cell, str) else str(cell)


def merged(sheet: CalamineSheet) -> list[list[int]]:
    """Merged cells near the top, where headers are."""
    ranges = sheet.merged_cell_ranges or []
    return [[*first, *last] for first, last in ranges if first[0] < _HEADER_ROWS][:_MOST_MERGED]


class Filling:
    """Writes the text of merged cells in each place that they cover. A cell over the whole width of the table, one row
    high, is a heading, and stays as it is."""

    def __init__(self, sheet: CalamineSheet, fill_from: int, left: int) -> None:
        width = (sheet.end[1] - left + 1) if sheet.end else 0
        ranges = (sheet.merged_cell_ranges or []) if fill_from >= 0 else []
        self._ranges = sorted(
            (first[0], first[1] - left, last[0], last[1] - left)
            for first, last in ranges
            if first[0] >= fill_from and first[1] >= left and (last[0] > first[0] or last[1] - first[1] + 1 < width)
        )
        self.count = len(self._ranges)
        self._next = 0
        self._open: list[tuple[int, int, int, str]] = []

    def fill(self, number: int, row: list[str]) -> list[str]:
        """number: of the row, from 0. Rows are passed in order."""
        while self._next < self.count and self._ranges[self._next][0] <= number:
            _, start, bottom, end = self._ranges[self._next]
            self._open.append((start, bottom, end, row[start] if start < len(row) else ""))
            self._next += 1
        if self._open:
            self._open = [span for span in self._open if span[1] >= number]
            for start, _, end, shown in self._open:
                for place in range(start, min(end + 1, len(row))):
                    row[place] = row[place] or shown
        return row


class ShownCells:
    """The cells of one sheet that are shown otherwise than as their number. Other kinds of files have none."""

    def __init__(self, path: str, sheet: str) -> None:
        self.without_value = 0
        self._rows: Iterator[tuple[int, dict[int, str]]] = iter(())
        self._next: tuple[int, dict[int, str]] | None = None
        try:
            if zipfile.is_zipfile(path):
                self._find(zipfile.ZipFile(path), sheet)
        except _ODD:
            return

    def _find(self, archive: zipfile.ZipFile, sheet: str) -> None:
        part = _part_of(archive, sheet)
        if part is None:
            return
        self.without_value = _count(archive, part)
        if widths := _widths(archive):
            self._rows = _shown_rows(archive, part, widths)
            self._next = next(self._rows, None)

    def put(self, number: int, left: int, row: list[str]) -> list[str]:
        """The row with what is shown in place of numbers. number: from 0; rows are passed in order. left: the first
        column of the sheet that has cells."""
        while self._next is not None and self._next[0] < number:
            self._next = next(self._rows, None)
        if self._next is not None and self._next[0] == number:
            for column, text in self._next[1].items():
                if 0 <= column - left < len(row) and row[column - left] == text.lstrip("0").rjust(1, "0"):
                    row[column - left] = text
        return row


def _attributes(text: bytes) -> dict[str, str]:
    return {name.decode().rpartition(":")[2]: unescape(value.decode()) for name, value in _ATTRIBUTE.findall(text)}


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small part; empty if it is not there or is larger than such parts are."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return b""
    return archive.read(info) if info.file_size <= _LONGEST_ROW else b""


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    relations = {}
    for found in _RELATION.findall(_read(archive, "xl/_rels/workbook.xml.rels")):
        parts = _attributes(found)
        relations[parts.get("Id", "")] = parts.get("Target", "")
    for found in _SHEET.findall(_read(archive, "xl/workbook.xml")):
        parts = _attributes(found)
        if parts.get("name") == sheet:
            target = relations.get(parts.get("id", ""), "")
            name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return name if name in archive.namelist() else None
    return None


def _widths(archive: zipfile.ZipFile) -> dict[str, int]:
    """Number of a style to the digits that it shows, for styles such as 00000."""
    text = _read(archive, "xl/styles.xml")
    formats = {}
    for found in _FORMAT.findall(text):
        parts = _attributes(found)
        if _ZEROS.fullmatch(parts.get("formatCode", "")):
            formats[parts.get("numFmtId", "")] = len(parts["formatCode"])
    styles = _STYLES.search(text) if formats else None
    used = [_attributes(found).get("numFmtId", "") for found in _STYLE.findall(styles[0])] if styles else []
    return {str(number): formats[name] for number, name in enumerate(used) if name in formats}


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text of a sheet in pieces that end with a row."""
    rest = b""
    with archive.open(part) as stream:
        while data := stream.read(_CHUNK):
            rest += data
            end = rest.rfind(b"</row>") + 6
            if end > 5:
                yield rest[:end]
                rest = rest[end:]
            elif len(rest) > _LONGEST_ROW:
                return
    yield rest


def _count(archive: zipfile.ZipFile, part: str) -> int:
    return sum(len(_WITHOUT_VALUE.findall(piece)) for piece in _pieces(archive, part))


def _shown_rows(archive: zipfile.ZipFile, part: str, widths: dict[str, int]) -> Iterator[tuple[int, dict[int, str]]]:
    number = -1
    for piece in _pieces(archive, part):
        for row in piece.split(b"</row>"):
            begin = _ROW.search(row)
            if begin is None:
                continue
            said = _attributes(begin[1]).get("r", "")
            number = int(said) - 1 if said.isdecimal() else number + 1
            if shown := _shown(row, widths):
                yield number, shown


def _shown(row: bytes, widths: dict[str, int]) -> dict[int, str]:
    found = {}
    for attributes, value in _CELL.findall(row):
        parts = _attributes(attributes)
        width = widths.get(parts.get("s", ""), 0)
        letters = _LETTERS.match(parts.get("r", "").encode())
        if width and letters and parts.get("t", "n") == "n":
            column = 0
            for letter in letters[0]:
                column = column * 26 + letter - 64
            found[column - 1] = str(int(value)).zfill(width)
    return found


def overview(workbook: CalamineWorkbook, name: str) -> list[object]:
    """A sheet in one array; a sheet that cannot be read has -1 rows: another one may be what is wanted."""
    try:
        return _overview(workbook.get_sheet_by_name(name))
    except CalamineError:
        return [name, -1, [], 0, []]


def _overview(sheet: CalamineSheet) -> list[object]:
    head: list[object] = []
    count = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in row):
            count += 1
            if len(head) < _HEADER_ROWS:
                head.append([number, [text(cell)[:_SHORT] for cell in row[:_WIDEST]]])
    return [sheet.name, count, merged(sheet), sheet.start[1] if sheet.start else 0, head]


def main(path: str, memory: int, seconds: int, options: dict[str, object]) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    workbook = CalamineWorkbook.from_path(path)
    names = workbook.sheet_names
    if options.get("overview"):
        several = names[: int(str(options["most"]))] if len(names) > 1 else []
        sys.stdout.write(json.dumps({"sheets": names}) + "\n")
        sys.stdout.writelines(json.dumps(overview(workbook, name)) + "\n" for name in several)
        sys.stdout.write('"end"\n')
        sys.stdout.flush()
        return
    chosen = str(options["sheet"] or (names[0] if names else ""))
    out = sys.stdout
    found: dict[str, object] = {"sheets": names, "sheet": "", "merged": [], "left": 0, "filled": 0, "without_value": 0}
    if chosen not in names:
        out.write(json.dumps(found) + '\n"end"\n')
        return
    sheet = workbook.get_sheet_by_name(chosen)
    left = sheet.start[1] if sheet.start else 0
    filling = Filling(sheet, int(str(options.get("fill_from", -1))), left)
    shown = ShownCells(path, chosen)
    found |= {"sheet": chosen, "merged": merged(sheet), "left": left, "filled": filling.count}
    found["without_value"] = shown.without_value
    out.write(json.dumps(found) + "\n")
    for number, row in enumerate(sheet.iter_rows()):
        cells = shown.put(number, left, [text(cell) for cell in row])
        out.write(json.dumps(filling.fill(number, cells)) + "\n")
    out.write('"end"\n')
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]))
