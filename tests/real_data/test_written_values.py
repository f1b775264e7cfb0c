"""Small files that were read wrongly once, each for its kind: numbers, dates, encodings, shapes of JSON, HTML."""

from decimal import Decimal

import pytest

from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from imports.sniff.habits import settle
from imports.sniff.profile import Profile
from imports.values import parse_date, parse_decimal
from tests.real_data.test_imports import DATA

pytestmark = pytest.mark.real_data
CASES = DATA / "cases" / "imports"


def read(name):
    """The rows of a file by column, and the profiles of its columns."""
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    table = open_table(path, name, ReadOptions())
    try:
        rows = [row for batch in table.batches() for row in batch.rows]
    finally:
        table.close()
    profile = Profile(table.understood.columns)
    profile.add(rows)
    columns = profile.finish(2026)
    settle(columns, table.understood.options.delimiter)
    cells = dict(zip(table.understood.columns, map(list, zip(*rows, strict=True)), strict=True))
    return cells, {column.name: column for column in columns}


@pytest.mark.parametrize(
    ("name", "values", "is_unclear"),
    [
        ("num_thousand_only.csv", ["1234", "12000", "3500", "999"], True),
        ("num_small_decimals.csv", ["0.0004"], False),
        ("num_nbsp.csv", ["1234.50", "12000.00", "3.75", "1000000.01"], False),
    ],
)
def test_numbers(name, values, is_unclear):
    cells, columns = read(name)
    column = next(c for c in columns.values() if c.type == "decimal")

    found = [Decimal(parse_decimal(cell.strip(), column.format).value) for cell in cells[column.name]]
    assert set(map(Decimal, values)) <= set(found)
    assert bool(column.two_ways) is is_unclear


@pytest.mark.parametrize(
    ("name", "day", "given"),
    [
        ("date_german.csv", "2019-01-03", ""), ("date_ym.csv", None, "-"), ("date_quarter.csv", None, "Q"),
    ],
)  # fmt: skip
def test_dates(name, day, given):
    cells, columns = read(name)
    column = next(c for c in columns.values() if c.type == "date")
    found = [parse_date(cell.strip(), column.format, 2026) for cell in cells[column.name]]

    assert not any(verdict.code for verdict in found)
    assert day is None or day in [verdict.value for verdict in found]
    assert all(given in verdict.detail for verdict in found)


def test_two_digit_years_are_day_first_in_a_file_with_semicolons():
    _cells, columns = read("date_two_digit_year.csv")
    column = next(c for c in columns.values() if c.type == "date")

    assert column.format == "%d/%m/%y"
    assert column.two_ways == ["date %d/%m/%y", "date %m/%d/%y"]


def test_windows_1250():
    assert {"Číslo", "Předmět"} <= set(read("enc_1250.csv")[0])


def test_an_html_table_under_the_name_of_a_spreadsheet():
    assert read("html.xls")[0]["id"][:2] == ["001", "002"]


def test_json_by_id():
    cells, _columns = read("keyed.json")

    assert cells["key"] == ["001", "002", "003", "004"]


def test_a_sheet_keeps_the_zeros_that_it_shows():
    assert read("xlsx_types.xlsx")[0]["id"] == ["00001", "00002", "00003", "00004", "00005"]
