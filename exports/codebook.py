"""The codebook of a table: its columns with types, units, labels and kinds of missing, and how its values came to be.
As JSON, as a table, and as DDI Codebook 2.5. Pure.

What DDI says about the study follows the profile of the CESSDA Data Catalogue for DDI 2.5; its mandatory elements are
title, identifier with agency, address, publisher and abstract.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree

from exports.tables import Column, ColumnType, Table, Value, text_columns

NAMESPACE = "ddi:codebook:2_5"
_SCHEMA = f"{NAMESPACE} http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NUMERIC = (ColumnType.WHOLE_NUMBER, ColumnType.DECIMAL)
_DAYS = {ColumnType.DAY: "date", ColumnType.TIME: "time"}
_AGENCY, _SITE = "LIPSE Casebook", "LIPSE Casebook"
COLUMNS = text_columns(["column", "label", "type", "unit", "value", "value_label", "what", "rows"], numbers=["rows"])


@dataclass(frozen=True, slots=True)
class SourceValue:
    """A value of a file that was imported, and what it became. `rows`: of the file that have it. `source` names the
    dataset and the import; `value` is empty where only the source was stored."""

    column: str
    source: str
    word: str
    value: str
    rows: int


@dataclass(frozen=True)
class Codebook:
    """What describes a table. `address` is absolute; `sha256`, `rows` and `made_at` are of a file, where there is one;
    `query` is what returns its rows, `citation` a sentence, `described_on` the day of the codebook, `notes` what a
    reader must know besides."""

    title: str
    address: str
    query: str
    columns: Sequence[Column]
    source_values: Sequence[SourceValue] = ()
    rows: int | None = None
    sha256: str = ""
    made_at: datetime | None = None
    citation: str = ""
    described_on: date | None = None
    notes: Sequence[str] = ()

    def as_json(self) -> dict[str, object]:
        """Members of the answer of the API."""
        return {
            "title": self.title, "query": self.query, "citation": self.citation, "rows": self.rows,
            "sha256": self.sha256, "made_at": self.made_at,
            "notes": list(self.notes),
            "columns": [_as_json(column) for column in self.columns],
            "source_values": [
                {"column": one.column, "source": one.source, "word": one.word, "value": one.value, "rows": one.rows}
                for one in self.source_values
            ],
        }  # fmt: skip

    def as_table(self) -> Table:
        """A row for each column, each labelled value, each kind of missing, each value of a source and each note;
        `what` says which."""
        return Table(COLUMNS, self._lines(), query=self.query, made_at=self.made_at)

    def _lines(self) -> Iterator[Sequence[Value]]:
        for column in self.columns:
            head = [column.name, column.label, column.type.value, column.unit]
            yield [*head, "", "", "column", None]
            for value, label in column.labels.items():
                yield [*head, value, label, "label", None]
            for kind in column.missing:
                yield [*head, kind.code, kind.label, "missing", None]
        for one in self.source_values:
            yield [one.column, one.source, "", "", one.word, one.value, "source", one.rows]
        for note in self.notes:
            yield ["", note, "", "", "", "", "note", None]

    def as_ddi(self) -> bytes:
        """DDI Codebook 2.5, UTF-8."""
        root = ElementTree.Element(
            "codeBook",
            {"xmlns": NAMESPACE, "xmlns:xsi": _XSI, "xsi:schemaLocation": _SCHEMA, "version": "2.5", "xml:lang": "en"},
        )
        _study(root, self)
        _file(root, self)
        data = _in(root, "dataDscr")
        names: dict[str, list[SourceValue]] = {}
        for value in self.source_values:
            names.setdefault(value.column, []).append(value)
        for place, column in enumerate(self.columns, start=1):
            _variable(data, place, column, names.get(column.name, []))
        ElementTree.indent(root)
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _as_json(column: Column) -> dict[str, object]:
    return {
        "name": column.name, "label": column.label, "type": column.type.value, "unit": column.unit,
        "labels": [{"value": value, "label": label} for value, label in column.labels.items()],
        "missing": [{"code": kind.code, "label": kind.label} for kind in column.missing],
    }  # fmt: skip


def _in(parent: ElementTree.Element, tag: str, text: str = "", /, **attributes: str) -> ElementTree.Element:
    found = ElementTree.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items()})
    if text:
        found.text = _clean(text)
    return found


def _clean(text: str) -> str:
    return "".join(character for character in text if _is_xml(character))


def _is_xml(character: str) -> bool:
    """Control characters and halves of surrogate pairs cannot be in XML at all."""
    code = ord(character)
    return character in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _study(root: ElementTree.Element, book: Codebook) -> None:
    study = _in(root, "stdyDscr")
    citation = _in(study, "citation")
    titles = _in(citation, "titlStmt")
    _in(titles, "titl", book.title)
    _in(titles, "IDNo", book.address, agency=_AGENCY)
    publisher = _in(citation, "distStmt")
    _in(publisher, "distrbtr", _SITE)
    if book.made_at is not None:
        _in(publisher, "distDate", f"{book.made_at.date()}", date=book.made_at.isoformat(timespec="seconds"))
    elif book.described_on is not None:
        _in(publisher, "distDate", f"{book.described_on}", date=f"{book.described_on}")
    if book.citation:
        _in(citation, "biblCit", book.citation)
    _in(citation, "holdings", URI=book.address)
    info = _in(study, "stdyInfo")
    _in(info, "abstract", f"{book.title}. The rows that this query returns: {book.query}")
    for note in book.notes:
        _in(study, "notes", note)


def _file(root: ElementTree.Element, book: Codebook) -> None:
    described = _in(_in(root, "fileDscr"), "fileTxt")
    _in(described, "fileName", book.query)
    sizes = _in(described, "dimensns")
    if book.rows is not None:
        _in(sizes, "caseQnty", str(book.rows))
    _in(sizes, "varQnty", str(len(book.columns)))
    if book.sha256:
        _in(_in(described, "verStmt"), "version", f"SHA-256 {book.sha256}")


def _variable(data: ElementTree.Element, place: int, column: Column, sources: Sequence[SourceValue]) -> None:
    kind = "contin" if column.type in _NUMERIC else "discrete"
    variable = _in(data, "var", ID=f"V{place}", name=column.name, intrvl=kind)
    _in(variable, "labl", column.label or column.name)
    for one in column.missing:
        _category(variable, one.code, one.label, missing="Y")
    for value, label in column.labels.items():
        _category(variable, value, label)
    if sources:
        _in(variable, "codInstr", "\n".join(_sentence(one) for one in sources))
    if column.unit:
        _in(variable, "notes", column.unit, type="unit of measurement")
    _format(variable, column)


def _sentence(one: SourceValue) -> str:
    became = f"“{one.value}”" if one.value else "no value"
    return f"{one.source}: “{one.word}” became {became} ({one.rows} rows)."


def _category(variable: ElementTree.Element, value: str, label: str, **attributes: str) -> None:
    category = _in(variable, "catgry", **attributes)
    _in(category, "catValu", value)
    _in(category, "labl", label)


def _format(variable: ElementTree.Element, column: Column) -> None:
    """Before the notes, as the schema orders the parts of a variable."""
    attributes: Mapping[str, str] = {"type": "numeric" if column.type in _NUMERIC else "character"}
    if column.type in _DAYS:
        attributes = {**attributes, "category": _DAYS[column.type], "schema": "ISO"}
    place = next((i for i, part in enumerate(variable) if part.tag == "notes"), len(variable))
    variable.insert(place, ElementTree.Element("varFormat", dict(attributes)))
