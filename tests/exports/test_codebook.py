"""The codebook of a table says the same as JSON, as a table and as DDI, whatever is in its texts."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.codebook import NAMESPACE, Codebook, SourceValue
from exports.tables import Column, ColumnType, MissingKind

COLUMNS = [
    Column(
        "finding", "Finding", labels={"upheld": "Upheld", "": "Not recorded"}, missing=[MissingKind(".r", "refused")]
    ),
    Column("days_open", "Days open", unit="days", type=ColumnType.WHOLE_NUMBER),
    Column("received_on", "Received", type=ColumnType.DAY),
    Column("updated_at", type=ColumnType.TIME),
    Column("narrative", "Text"),
]
BOOK = Codebook(
    "Export 3 of complaint-records", "https://casebook.example/exports/3/",
    "/api/v1/complaint-records/export/?country=NL&kind=complaint", COLUMNS,
    [SourceValue("finding", "letters, import 4", "gegrond", "upheld", 7),
     SourceValue("finding", "letters, import 4", "?", "", 1)],
    rows=25, sha256="ab" * 32, made_at=datetime(2026, 11, 29, 10, 0, tzinfo=UTC),
)  # fmt: skip
# What the profile of the CESSDA Data Catalogue for DDI 2.5 (monolingual) marks as mandatory.
MANDATORY = [
    "titlStmt/titl",
    "titlStmt/IDNo[@agency]",
    "distStmt/distrbtr",
    "holdings[@URI]",
    "distStmt/distDate[@date]",
]
# The folder of codebook.xsd of the DDI Alliance, which is not ours to distribute.
SCHEMA = Path(os.environ.get("DDI_SCHEMA", "/nowhere")) / "codebook.xsd"
HAS_SCHEMA = SCHEMA.is_file() and shutil.which("xmllint") is not None


def of_ddi(book=BOOK):
    root = ElementTree.fromstring(book.as_ddi())  # noqa: S314 -- our own document
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    return root


def test_the_mandatory_elements_of_the_catalogue_are_there():
    root = of_ddi()
    for path in MANDATORY:
        assert root.find(f"stdyDscr/citation/{path}") is not None, path
    assert "country=NL" in root.findtext("stdyDscr/stdyInfo/abstract")
    assert root.findtext("fileDscr/fileTxt/dimensns/caseQnty") == "25"
    assert "ab" * 32 in root.findtext("fileDscr/fileTxt/verStmt/version")


def test_each_column_is_a_variable_with_labels_units_and_kinds_of_missing():
    finding, days, received, updated, narrative = of_ddi().iter("var")
    assert [(one.get("missing"), one.findtext("catValu"), one.findtext("labl")) for one in finding.iter("catgry")] == [
        ("Y", ".r", "refused"), (None, "upheld", "Upheld"), (None, "", "Not recorded"),
    ]  # fmt: skip
    assert finding.findtext("codInstr").splitlines() == [
        "letters, import 4: “gegrond” became “upheld” (7 rows).", "letters, import 4: “?” became no value (1 rows).",
    ]  # fmt: skip
    assert (days.get("intrvl"), days.findtext("notes"), days.find("varFormat").get("type")) == (
        "contin",
        "days",
        "numeric",
    )
    assert [one.find("varFormat").get("category") for one in (received, updated, narrative)] == ["date", "time", None]
    assert updated.findtext("labl") == "updated_at"


def test_the_table_has_a_row_for_each_of_them():
    rows = list(BOOK.as_table().rows)
    assert [row[6] for row in rows] == ["column", "label", "label", "missing", *["column"] * 4, "source", "source"]
    assert rows[1] == ["finding", "Finding", "text", "", "upheld", "Upheld", "label", None]
    assert rows[-2] == ["finding", "letters, import 4", "", "", "gegrond", "upheld", "source", 7]


def test_json_has_the_same_columns():
    shown = BOOK.as_json()
    assert shown["columns"][0]["missing"] == [{"code": ".r", "label": "refused"}]
    assert (shown["rows"], shown["columns"][1]["unit"]) == (25, "days")


@given(st.text())
def test_any_text_is_xml(text):
    column = Column("a", text, unit=text, labels={text: text})
    book = Codebook(text, text, text, [column], [SourceValue("a", text, text, text, 1)])
    assert len(list(of_ddi(book).iter("var"))) == 1


@pytest.mark.skipif(not HAS_SCHEMA, reason="DDI_SCHEMA names no folder with codebook.xsd.")
@pytest.mark.parametrize("book", [BOOK, Codebook("t", "https://a.example/", "/q/", [Column("a\0<")])])
def test_ddi_is_valid(book, tmp_path):
    path = tmp_path / "codebook.xml"
    path.write_bytes(book.as_ddi())
    command = ["xmllint", "--noout", "--nonet", "--schema", SCHEMA, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
