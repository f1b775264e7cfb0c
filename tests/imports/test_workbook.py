"""Workbooks of several sheets: read as one, or one of them with the others named. No database."""

import zipfile

import pytest
import xlsxwriter

from imports.readers import workbook
from imports.readers.opening import open_table
from imports.readers.table import LeftOut, ReadOptions
from tests.imports.refusals import assert_sentence, refusal


@pytest.fixture
def opened(tmp_path):
    """Opens a workbook of these sheets of rows."""

    def open_(sheets, **options):
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return open_table(path, "a.xlsx", ReadOptions(**options))

    return open_


def rows_of(table, *arguments):
    return [row for batch in table.batches(*arguments) for row in batch.rows]


YEARS = {
    "2022": [["id", "name"], ["a", "x"], ["Total", 1]],
    "About": [["These are lists of all years."]],
    "2023": [["List of 2023"], ["name", "ID"], ["y", "b"], ["z", "c"]],
    "Codes": [["code", "label"], [1, "open"]],
}


def test_sheets_of_the_same_columns_are_read_as_one_and_the_others_are_named(opened):
    table = opened(YEARS)

    assert table.understood.columns == ["id", "name", "sheet"]
    assert rows_of(table) == rows_of(table, 1) == [["a", "x", "2022"], ["b", "y", "2023"], ["c", "z", "2023"]]
    assert table.understood.left_out == [
        LeftOut("sheet", "About", 1), LeftOut("sheet", "Codes", 1),
        LeftOut("total", "2022: Total 1", 1, "It is line 3 of the file.")]  # fmt: skip
    assert table.understood.choices == {"sheet": ["2022", "About", "2023", "Codes"]}
    [note] = [note for note in table.understood.notes if "read as one" in note]
    assert_sentence(note, "2: “2022”, “2023”", "“sheet”")


def test_records_of_sheets_that_are_read_as_one_are_numbered_through(opened):
    table = opened(YEARS)

    assert [(batch.first, batch.lines) for batch in table.batches()] == [(1, [2]), (2, [3, 4])]
    assert rows_of(table, 10, (0, 3, 4)) == [["c", "z", "2023"]]
    assert opened(YEARS, sheet=table.understood.options.sheet, kind="xlsx").understood.columns[-1] == "sheet"


def test_a_sheet_that_was_chosen_is_read_alone(opened):
    table = opened(YEARS, sheet="2023")

    assert (table.understood.columns, rows_of(table)) == (["name", "ID"], [["y", "b"], ["z", "c"]])
    assert [(part.name, part.rows) for part in table.understood.left_out] == [("2022", 2), ("About", 1), ("Codes", 1)]


def test_of_a_table_beside_notes_the_table_is_read(opened):
    table = opened({"Read me": [["About this file"], ["Written in 2024"]], "Data": [["id", "name"], ["a", "x"]]})

    assert (table.understood.options.sheet, rows_of(table)) == ("Data", [["a", "x"]])
    assert [(part.name, part.rows) for part in table.understood.left_out] == [("Read me", 2)]


def test_too_many_sheets_are_refused_unless_one_is_chosen(opened, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_SHEETS", 3)

    with refusal("too_many_sheets", " 4 ", " 3 "):
        opened(YEARS)
    assert rows_of(opened(YEARS, sheet="Codes")) == [["1", "open"]]


def test_a_sheet_that_cannot_be_read_is_named_and_the_others_are_read(opened, tmp_path):
    opened({"Good": [["id", "name"], ["a", "x"], ["b", "y"]], "Bad": [["id", "name"], ["c", "z"]]})
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as whole, zipfile.ZipFile(broken, "w") as copy:
        for name in whole.namelist():
            content = whole.read(name)
            copy.writestr(name, content[: len(content) // 2] if name.endswith("sheet2.xml") else content)

    table = open_table(broken, "broken.xlsx", ReadOptions())

    assert rows_of(table) == [["a", "x"], ["b", "y"]]
    assert table.understood.left_out == [LeftOut("sheet", "Bad", None, "It cannot be read.")]
