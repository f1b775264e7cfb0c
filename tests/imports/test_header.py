"""Headers of one and several rows, years as names, row names, and rows as a spreadsheet counts them. No database."""

import pytest

from imports.sniff.header import find_header
from imports.sniff.periods import is_period, period_columns


def lines(*rows, first=1):
    return list(enumerate(map(list, rows), start=first))


def names_of(*rows, **choices):
    header = find_header(lines(*rows), **choices)
    return header.names, header.row, header.rows


BODY = (["North", "1", "2", "3", "4"], ["South", "5", "6", "7", "8"])


@pytest.mark.parametrize(
    ("head", "names", "row", "rows"),
    [
        ([["Body", "2019", "2020", "2021", "2022"]], ["Body", "2019", "2020", "2021", "2022"], 1, 1),
        ([["Report"], ["Body", "2019", "2020", "2021", "2022"]], ["Body", "2019", "2020", "2021", "2022"], 2, 1),
        ([["Body", "2019", "", "2020", ""], ["", "men", "women", "men", "women"]],
         ["Body", "2019 / men", "2019 / women", "2020 / men", "2020 / women"], 1, 2),
        ([["", "2019", "", "2020", ""], ["Body", "men", "women", "men", "women"]],
         ["Body", "2019 / men", "2019 / women", "2020 / men", "2020 / women"], 1, 2),
        ([["List"], ["Body", "2019", "", "2020", ""], ["", "men", "women", "men", "women"]],
         ["Body", "2019 / men", "2019 / women", "2020 / men", "2020 / women"], 2, 2),
        # Titles above a header are not joined with it.
        ([["Report of 2019", "", "", "", ""], ["Body", "a", "b", "c", "d"]], ["Body", "a", "b", "c", "d"], 2, 1),
        ([["Report", "2019", "", "", ""], ["Body", "a", "b", "c", "d"]], ["Body", "a", "b", "c", "d"], 2, 1),
        ([["", "Report", "", "", ""], ["Body", "a", "b", "c", "d"]], ["Body", "a", "b", "c", "d"], 2, 1),
        # A header with few names.
        ([["Body", "", "", "total", ""]], ["Body", "", "", "total", ""], 1, 1),
    ],
)  # fmt: skip
def test_names_of_columns_are_found(head, names, row, rows):
    assert names_of(*head, *BODY) == (names, row, rows)


@pytest.mark.parametrize("first", [["2019", "2020", "2021"], ["Body", "2019", "2019"], ["x", "2019", "7"]])
def test_years_that_are_data_are_no_names(first):
    assert names_of(first, ["y", "2018", "9"], ["z", "2017", "8"])[1] == 0


def test_a_row_of_text_below_a_header_with_a_gap_is_a_row():
    assert names_of(["Name", "", "City"], ["Ann", "x", "Rome"], ["Bo", "y", "Oslo"]) == (["Name", "", "City"], 1, 1)


def test_a_person_chooses_the_row_as_a_spreadsheet_counts_and_how_many_there_are():
    rows = [(2, ["Title"]), (5, ["a", "b"]), (6, ["c", "d"]), (7, ["1", "2"])]

    header = find_header(rows, row=5, rows=2)
    assert (header.row, header.last, header.names) == (5, 6, ["a / c", "b / d"])
    assert find_header(rows, row=6).names == ["c", "d"]
    assert find_header(rows, row=0).row == 0
    assert find_header(rows, row=3) is None


def test_rows_with_a_cell_more_than_the_header_have_names():
    header = find_header(lines(["subject", "amount"], ["1", "x", "7"], ["2", "y", "8"]))

    assert (header.names, header.has_row_names) == (["row", "subject", "amount"], True)
    # The last cell is blank in every row: a delimiter too many, not a name of the row.
    assert not find_header(lines(["subject", "amount"], ["x", "7", ""], ["y", "8", ""])).has_row_names
    # The first cells are not different.
    assert not find_header(lines(["subject", "amount"], ["x", "7", "a"], ["x", "8", "b"])).has_row_names


def test_merged_cells_group_names_and_one_over_the_whole_table_is_a_title():
    rows = (["Report", "", ""], ["Case", "Letter", ""], ["", "title", "text"], ["1", "Late", "It is"])
    spans = [[0, 1, 0, 3], [1, 1, 2, 1], [1, 2, 1, 3]]

    assert names_of(*rows, spans=spans, left=1) == (["Case", "Letter / title", "Letter / text"], 2, 2)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("2019", True), ("2019/20", True), ("2019-2020", True), ("2019 Q1", True), ("Q1 2019", True), ("2019-03", True),
     ("FY2019", True), ("2019 [YR2019]", True), ("2019M03", True), ("1234", False), ("20190", False), ("20", False),
     ("in 2019", False), ("2019 men", False)],
)  # fmt: skip
def test_years_quarters_and_months_are_periods(text, is_one):
    assert is_period(text) is is_one


def test_columns_of_periods_become_rows():
    found = period_columns(["Body", "2019 / men", "2019 / women", "2020 / men", "Note"])

    assert found.names(["Body", *"abc", "Note"]) == ["Body", "Note", "year", "men", "women"]
    assert found.rows(["North", "1", "2", "3", "n"]) == [
        ["North", "n", "2019", "1", "2"],
        ["North", "n", "2020", "3", ""],
    ]
    assert period_columns(["Body", "2019", "2019 Q1"]).names(["Body"]) == ["Body", "period", "value"]
    assert period_columns(["Body", "2019"]) is period_columns(["2019", "2020"]) is None


@pytest.mark.parametrize("row", [["North"], ["North", "1", "2"], ["North", "1", "2", "3", "4"]])
def test_a_row_of_the_wrong_width_stays_wrong(row):
    made = period_columns(["Body", "2019", "2020", "2021"]).rows(row)

    assert len(made) == 3
    assert all(len(cells) != 3 for cells in made)


def test_a_header_that_begins_with_an_identifier_has_no_row_names():
    """One cell too many somewhere else must not move every value under the name of its neighbour."""
    assert not find_header(lines(["id", "date"], ["1", "2019-01-02", "a"], ["2", "2019-01-03", "b"])).has_row_names
    assert not find_header(lines(["Dossiernummer", "datum"], ["1", "x", "a"], ["2", "y", "b"])).has_row_names
