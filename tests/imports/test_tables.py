"""What every reader gives: options, names of columns, and a note about rows above them. No database."""

import pytest

from imports.readers.table import ReadOptions, named_columns, skipped_above
from tests.imports.refusals import assert_sentence

DEFAULTS = {"kind": "", "member": "", "encoding": "", "delimiter": "", "quote": None, "escape": "", "header_row": None,
            "sheet": "", "table": "", "header_rows": 0, "footer": "", "periods": "",
            "counts_blanks": True}  # fmt: skip


def test_options_are_kept_as_json_and_unknown_ones_are_left_out():
    options = ReadOptions.of({"kind": "text", "quote": "", "header_row": 0, "header_rows": 2, "colour": "blue"})

    assert options.as_json() == DEFAULTS | {"kind": "text", "quote": "", "header_row": 0, "header_rows": 2}
    assert options.having(quote="'", sheet="One").as_json() == options.as_json() | {"quote": "'", "sheet": "One"}


def test_options_of_files_that_were_read_before_blank_rows_counted_read_the_same_rows():
    before = ReadOptions.of({"kind": "text", "header_row": 3})

    assert (before.header_rows, before.footer, before.counts_blanks) == (1, "keep", False)
    assert ReadOptions.of({"header_row": 3}).counts_blanks


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["a", "b"], ["a", "b"]),
        (["", " \t"], ["Column 1", "Column 2"]),
        ([" a  long\nname ", "x\0y"], ["a long name", "xy"]),
        (["a", "a", " a ", "A"], ["a", "a (2)", "a (3)", "A"]),
        (["a", "a (2)", "a"], ["a", "a (2)", "a (3)"]),
        (["Column 2", ""], ["Column 2", "Column 2 (2)"]),
        (["x" * 201, "x" * 200], ["x" * 200, "x" * 200 + " (2)"]),
    ],
)
def test_columns_get_a_name_each(cells, names):
    assert named_columns(cells) == names


@pytest.mark.parametrize("header_row", [0, 1])
def test_nothing_is_said_where_no_row_is_left_out(header_row):
    assert skipped_above([(2, ["id"]), (3, ["1"])], header_row + 1) == []


@pytest.mark.parametrize(
    ("above", "parts"),
    [
        ([["Report", "", " of  2019\n"]], ["“Report of 2019”", "2"]),
        ([["One"], ["Two"]], ["“One”, “Two”", "2", "3"]),
        ([["One"], ["Two"], ["Three"]], ["“One”, “Two”, “Three”", "3", "4"]),
        ([["One"], ["Two"], ["Three"], ["Four"]], ["“One”, “Two”, “Three”", "4", "5"]),
        ([["x" * 81]], [f"“{'x' * 80}”"]),
        ([["One"], ["", " "]], ["“One”", "Row 3"]),
    ],
)
def test_rows_above_the_header_are_named(above, parts):
    (note,) = skipped_above(list(enumerate([*above, ["id"], ["1"]], start=1)), len(above) + 1)

    assert_sentence(note, *parts)
    assert "Four" not in note


def test_of_more_than_three_rows_it_is_said_that_there_are_more():
    two, three, four = (skipped_above([*((n, ["x"]) for n in range(count)), (9, ["id"])], 9)[0] for count in (2, 3, 4))

    assert three.replace("”, “x", "", 1).replace("3 ", "2 ", 1) == two
    assert len(four) > len(three)
