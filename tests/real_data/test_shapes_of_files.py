"""Small inputs that went wrong before, with the right value of each: headers, footers and merged cells."""

import pytest

from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from tests.real_data.test_imports import real

pytestmark = pytest.mark.real_data


def read(name, **options):
    """The columns, the rows and what was left out."""
    path = real(f"cases/imports/{name}")
    table = open_table(path, path.name, ReadOptions(**options))
    try:
        rows = [row for batch in table.batches() for row in batch.rows]
        return table.understood.columns, rows, table.understood.left_out
    finally:
        table.close()


def test_totals_and_notes_below_a_table_are_left_out_by_choice():
    columns, rows, left_out = read("footer.csv")
    assert columns == ["id", "subject", "amount"]
    assert rows == [[f"00{n}", "x y", f"00{n}"] for n in range(1, 7)]
    assert [(part.kind, part.name) for part in left_out] == [
        ("total", "Total 21"), ("note", "Source: Office of the Ombudsman, 2024"),
        ("note", "* provisional figures")]  # fmt: skip
    assert len(read("footer.csv", footer="keep")[1]) == 9


def test_a_header_one_cell_short_leaves_the_row_names():
    columns, rows, _ = read("r_rownames.csv")
    assert columns == ["row", "subject", "amount"]
    assert rows == [[str(n), "x y", str(n)] for n in range(1, 7)]


def test_years_are_names_and_can_become_rows():
    columns, rows, _ = read("wide_years.csv")
    assert (columns, len(rows)) == (["Body", "2020", "2021", "2022"], 6)
    columns, rows, _ = read("wide_years.csv", periods="rows")
    assert columns == ["Body", "year", "value"]
    assert rows[:3] == [["Council 001", "2020", "001"], ["Council 001", "2021", "2"], ["Council 001", "2022", "3"]]
    assert len(rows) == 18


def test_every_row_of_a_merged_cell_has_its_value():
    _, rows, _ = read("xlsx_merged_down.xlsx")
    assert [row[0] for row in rows] == ["North"] * 3 + ["South"] * 3 + ["East"] * 3


def test_sheets_of_the_same_columns_are_read_as_one():
    columns, rows, left_out = read("xlsx_year_sheets.xlsx")
    assert columns == ["Reference", "Subject", "Received", "sheet"]
    assert [row[0] for row in rows] == [f"{year}-{n}" for year in (2022, 2023, 2024) for n in range(1, 6)]
    assert {(row[0][:4], row[3]) for row in rows} == {("2022", "2022"), ("2023", "2023"), ("2024", "2024")}
    assert left_out == []


def test_a_readme_beside_one_table_is_left_out_and_named():
    columns, rows, left_out = read("zip_readme.zip")
    assert (columns[0], len(rows)) == ("id", 5)
    assert [(part.kind, part.name) for part in left_out] == [("member", "README.txt")]
