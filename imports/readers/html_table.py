"""Tables of an HTML document, as many programs export under the name of a spreadsheet: written as CSV to be read.

Only the tags of tables are looked at, from the left and once each; scripts and styles are passed over.
"""

import csv
import html
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imports.problems import Refused
from imports.readers.table import MAX_COLUMNS, LeftOut, ReadOptions
from imports.sniff import encoding as encodings
from standards.translation import gettext as _

MAX_BYTES = 64 * 1024**2
_MOST_SPAN = 1_000
_MOST_HEADS = 3  # rows that name the columns together
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>|<[^<>]*>?|[^<]+")
_SPAN = re.compile(r"\b(colspan|rowspan)\s*=\s*[\"']?([0-9]{1,5})", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^<>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
_HEAD = re.compile(r"<head\b.*?(?:</head\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAKS = frozenset(["br", "p", "div", "li"])
_BLOCKS = _BREAKS | {"tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "td", "th", "ul", "ol", "blockquote", "section"}
_PARTS = frozenset(["tr", "td", "th"])


@dataclass(frozen=True, slots=True)
class Converted:
    """A CSV file that the caller deletes, with how the document was read. header: the options for the rows that name
    the columns, if the document says which they are."""

    copy: Path
    options: ReadOptions
    choices: dict[str, list[str]]
    left_out: list[LeftOut]
    header: dict[str, int]


def as_csv(path: Path, options: ReadOptions) -> Converted:
    """The table that is chosen, or the only one. Raises Refused where there is none, or where one must be chosen."""
    if path.stat().st_size > MAX_BYTES:
        text = _("The HTML file is larger than %(size)s MB. Open it, save the table as CSV and upload that.")
        raise Refused("sheet_too_large", text % {"size": MAX_BYTES // 1024**2})
    content = path.read_bytes()
    encoding = _encoding_of(content, path, options.encoding)
    found = [table for table in _tables(content.decode(encoding, "replace").removeprefix("\ufeff")) if table.is_table]
    names = [f"Table {place}" for place in range(1, len(found) + 1)]
    chosen = _chosen(names, options.table)
    copy = Path(tempfile.mkstemp(prefix="lipse-unpacked-", suffix=".csv")[1])
    with copy.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(found[names.index(chosen)].rows)
    left_out = [
        LeftOut("table", name, len(table.rows)) for name, table in zip(names, found, strict=True) if name != chosen
    ]
    read = options.having(encoding=encoding, table=chosen if len(names) > 1 else "")
    header = {} if options.header_row is not None or options.header_rows else found[names.index(chosen)].header()
    return Converted(copy, read, {"table": names} if len(names) > 1 else {}, left_out, header)


def charset_of(content: bytes) -> str:
    """The encoding that a document says it has; empty if it says none."""
    said = _CHARSET.search(content[:4096])
    return said[1].decode() if said else ""


def plain_text(markup: str) -> str:
    """The text that a document shows, a line for each block."""
    parts: list[str] = []
    for _closes, tag, _attributes, plain in _tokens(_UNSEEN.sub(" ", _HEAD.sub(" ", markup))):
        if plain:
            parts.append(" ".join(plain.split(" ")).replace("\n", " "))
        elif tag in _BLOCKS:
            parts.append("\n")
    lines = (" ".join(line.split()) for line in html.unescape("".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line)


def _encoding_of(content: bytes, path: Path, wanted: str) -> str:
    if wanted:
        return encodings.checked(wanted)
    said = charset_of(content)
    with path.open("rb") as stream:
        found = encodings.detect(stream)
    return encodings.checked(said) if said and not found.sure else found.name


def _chosen(names: list[str], wanted: str) -> str:
    if not names:
        raise Refused("not_a_table", _("The file is a web page without a table of records. Export the data as CSV."))
    if wanted and wanted not in names:
        text = _("There is no table %(wanted)s. The file has: %(tables)s.")
        raise Refused("no_such_table", text % {"wanted": repr(wanted), "tables": ", ".join(names[:20])})
    if not wanted and len(names) > 1:
        text = _("The file has %(count)s tables: %(tables)s. Choose one.")
        facts = {"count": len(names), "tables": ", ".join(names[:20])}
        raise Refused("several_tables", text % facts, {"table": names[:1_000]})
    return wanted or names[0]


def _tables(text: str) -> list["_Found"]:
    reading = _Reading()
    for closes, tag, attributes, plain in _tokens(_UNSEEN.sub(" ", text)):
        if plain or tag in _BREAKS:
            reading.add(plain or "\n")
        elif tag == "table":
            reading.nest(-1 if closes else 1)
        elif tag in _PARTS and reading.depth == 1:
            reading.step(tag, attributes, closes=bool(closes))
    reading.nest(-reading.depth)
    return reading.tables


def _tokens(text: str) -> Iterator[tuple[str, str, str, str]]:
    for token in _TOKEN.finditer(text):
        is_plain = not token[0].startswith("<")
        yield token[1] or "", (token[2] or "").lower(), token[3] or "", token[0] if is_plain else ""


def _spans(attributes: str) -> tuple[int, int]:
    """Columns and rows that a cell covers."""
    found = {name.lower(): min(max(int(number), 1), _MOST_SPAN) for name, number in _SPAN.findall(attributes)}
    return found.get("colspan", 1), found.get("rowspan", 1)


class _Found:
    """The rows of one table. held: columns that a cell of an earlier row reaches down into, with its text and how many
    rows are left."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._held: dict[int, tuple[str, int]] = {}
        self._is_alone = False
        self._heads: dict[int, bool] = {}

    @property
    def is_table(self) -> bool:
        return len(self.rows) > 1 and max(map(len, self.rows)) > 1

    def begin_row(self) -> None:
        self.end_row()
        self.rows.append([])
        self._fill()

    def end_row(self) -> None:
        """A cell that fills its row alone is a title or a note, and stands once in it."""
        if self._is_alone:
            self.rows[-1][1:] = [""] * (len(self.rows[-1]) - 1)
            self._heads[len(self.rows)] = False
        self._is_alone = False

    def header(self) -> dict[str, int]:
        """The first rows of header cells alone, as options; empty where there are none, or too many to be a header."""
        first = next((number for number, is_head in self._heads.items() if is_head), 0)
        rows = 0
        while self._heads.get(first + rows):
            rows += 1
        return {"header_row": first, "header_rows": rows} if 0 < rows <= _MOST_HEADS else {}

    def add(self, text: str, columns: int, rows: int, *, is_head: bool) -> None:
        """Write a cell in each place that it covers."""
        if not self.rows:
            self.begin_row()
        row, number = self.rows[-1], len(self.rows)
        self._is_alone = not row and columns > 1 and rows == 1
        self._heads[number] = is_head and self._heads.get(number, True)
        for _place in range(min(columns, MAX_COLUMNS + 1 - len(row))):
            if rows > 1:
                self._held[len(row)] = (text, rows - 1)
            row.append(text)
            self._fill()

    def _fill(self) -> None:
        """Fill the next places with cells of earlier rows that reach down into them."""
        row = self.rows[-1]
        while len(self.rows) > 1 and (held := self._held.get(len(row))) and held[1] > 0:
            self._held[len(row)] = (held[0], held[1] - 1)
            row.append(held[0])


class _Reading:
    """Where the reading of a document is. The text of a table within a cell belongs to the cell."""

    def __init__(self) -> None:
        self.tables: list[_Found] = []
        self.depth = 0
        self._parts: list[str] | None = None
        self._span = (1, 1)
        self._is_head = False

    def add(self, text: str) -> None:
        if self._parts is not None:
            self._parts.append(text)

    def nest(self, by: int) -> None:
        """A table begins or ends."""
        if self.depth == 0 and by > 0:
            self.tables.append(_Found())
        if self.depth + by <= 0:
            self._end_cell()
            if self.tables:
                self.tables[-1].end_row()
        self.depth = max(0, self.depth + by)

    def step(self, tag: str, attributes: str, *, closes: bool) -> None:
        """A row or a cell begins or ends; one that begins ends the one before."""
        self._end_cell()
        if not closes and tag == "tr":
            self.tables[-1].begin_row()
        elif not closes:
            self._parts, self._span, self._is_head = [], _spans(attributes), tag == "th"

    def _end_cell(self) -> None:
        if self._parts is not None:
            lines = html.unescape("".join(self._parts)).split("\n")
            text = "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)
            self.tables[-1].add(text, *self._span, is_head=self._is_head)
            self._parts = None
