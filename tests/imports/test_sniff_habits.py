"""Columns that can be read two ways follow the other columns of their file. No database."""

import pytest

from imports.findings.two_ways import two_way_findings
from imports.sniff import profile
from imports.sniff.habits import settle
from imports.sniff.profile import Profile

YEAR = 2026
UNCLEAR = ["1.234", "12.000", "3.500", "999"]


def settled(columns, delimiter=",", country=""):
    """The profiles of columns of cells by name."""
    found = Profile(list(columns))
    found.add(list(zip(*columns.values(), strict=True)))
    profiles = found.finish(YEAR)
    settle(profiles, delimiter, country)
    return {column.name: column for column in profiles}


def read(column):
    return f"{column.type} {column.format}".strip()


@pytest.mark.parametrize(("delimiter", "expected"), [(";", "decimal ,"), (",", "decimal ."), ("", "decimal .")])
def test_with_semicolons_the_guess_is_thousands(delimiter, expected):
    column = settled({"amount": UNCLEAR}, delimiter)["amount"]

    assert read(column) == expected
    assert sorted(column.two_ways) == ["decimal ,", "decimal ."]
    assert column.two_ways[0] == expected
    assert (column.unclear, column.unclear_examples) == (3, UNCLEAR[:3])


@pytest.mark.parametrize(
    ("others", "expected"), [(["1,5", "2", "3", "4"], "decimal ,"), (["1.5", "2", "3", "4"], "decimal .")]
)
def test_another_column_decides_before_the_delimiter(others, expected):
    for delimiter in (",", ";"):
        assert read(settled({"amount": UNCLEAR, "other": others}, delimiter)["amount"]) == expected


def test_one_number_that_can_be_read_one_way_decides_for_its_column():
    for decisive, expected in (("0.500", "decimal ."), ("1.234.567", "decimal ,"), ("2,5", "decimal ,")):
        column = settled({"amount": [*UNCLEAR, decisive] * 3}, ";")["amount"]
        assert (read(column), column.two_ways) == (expected, [])


def test_numbers_of_both_kinds_in_one_column_are_unclear():
    column = settled({"amount": ["1,5"] * 19 + ["2.5", "1.234"]})["amount"]

    assert (read(column), column.fails, column.two_ways) == ("decimal ,", 1, ["decimal ,", "decimal ."])
    assert column.unclear_examples == ["1.234"]


def test_whole_numbers_with_three_zeros_are_unclear():
    cells = ["12.000", "3.000"]

    assert read(settled({"amount": cells}, ";")["amount"]) == "decimal ,"
    assert settled({"amount": cells})["amount"].two_ways == ["integer", "decimal ,"]


@pytest.mark.parametrize(
    ("columns", "delimiter", "country", "expected"),
    [
        ({}, ";", "", "d"), ({}, ",", "", "m"), ({}, ",", "US", "m"), ({"amount": ["1,5", "2,5"]}, ",", "", "d"),
        ({"closed": ["31/12/2020", "01/02/2020"]}, ",", "", "d"),
        ({"closed": ["12/31/2020", "1/2/2020"]}, ";", "", "m"),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month_is_that_of_the_file(columns, delimiter, country, expected):
    column = settled({"received": ["04/07/20", "05/08/20"], **columns}, delimiter, country)["received"]

    assert column.format[1] == expected
    assert sorted(column.two_ways) == ["date %d/%m/%y", "date %m/%d/%y"]


def test_a_date_that_is_the_same_both_ways_is_clear():
    assert settled({"received": ["04/04/2020", "05/05/2020"]})["received"].two_ways == []


def test_of_many_dates_the_days_above_twelve_are_seen(monkeypatch):
    monkeypatch.setattr(profile, "MANY", 4)
    first = [f"0{n}/04/2019" for n in range(1, 8)]

    column = settled({"day": [*first, "25/04/2019"]})["day"]
    assert (column.format, column.two_ways, column.fails) == ("%d/%m/%Y", [], 0)
    column = settled({"day": [f"04/0{n}/2019" for n in range(1, 8)] + ["04/25/2019"]})["day"]
    assert (column.format, column.two_ways, column.fails) == ("%m/%d/%Y", [], 0)


def test_of_many_numbers_those_that_begin_with_zero_are_seen(monkeypatch):
    monkeypatch.setattr(profile, "MANY", 4)
    column = settled({"share": [f"{n}.125" for n in range(1, 8)] + ["0.125"]}, ";")["share"]

    assert (read(column), column.two_ways) == ("decimal .", [])


def test_the_finding_shows_both_readings():
    columns = settled({"amount": UNCLEAR, "day": ["04/07/20", "31/07/20", "x", "05/06/20"]}, ";")
    amount, day = two_way_findings(list(columns.values()), YEAR)[0], columns["day"]

    assert (amount.code, amount.count) == ("numbers_two_ways", 3)
    assert "“1.234” is read as 1234 and could be 1.234" in amount.sentence
    assert day.type == "text"


def test_years_of_two_digits_are_announced():
    columns = settled({"day": ["04/07/20", "31/07/20"]}, ";")
    found = two_way_findings(list(columns.values()), YEAR)

    assert [finding.code for finding in found] == ["two_digit_years"]
    assert "1927 to 2026" in found[0].sentence
