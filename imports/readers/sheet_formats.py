"""What calamine does not say of cells of XLSX sheets: numbers shown with zeros in front, formulas without a value.

Used by the child process that reads sheets, so it imports nothing of the project. The XML is searched as bytes, row by
row, and never built into a tree: the memory needed is that of one row.
"""

import re
import zipfile
from collections.abc import Iterator
from html import unescape

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
_WITHOUT_VALUE = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_ZEROS = re.compile(r"0{2,20}")
_LETTERS = re.compile(rb"[A-Z]{1,3}")


class ShownCells:
    """The cells of one sheet that are shown otherwise than as their number. Other kinds of files have none."""

    def __init__(self, path: str, sheet: str) -> None:
        self.without_value = 0
        self._rows: Iterator[tuple[int, dict[int, str]]] = iter(())
        self._next: tuple[int, dict[int, str]] | None = None
        if not zipfile.is_zipfile(path):
            return
        archive = zipfile.ZipFile(path)
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
