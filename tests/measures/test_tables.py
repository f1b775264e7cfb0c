"""What `exports` writes into a CSV file, `measures` reads again from the file alone."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.tables import Table, text_columns
from exports.writers import delimited
from measures.measure import BadInput
from measures.tables import read

FORMULAS = st.text(st.sampled_from("=+-@＝\"' ;|,\t\n\r\u2028\ufeff1aé"), max_size=12)
TEXT = st.one_of(FORMULAS, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
NUMBER = st.one_of(st.integers(-99, 99), st.decimals(-9, 9, places=2))
ROWS = st.lists(st.tuples(TEXT, NUMBER, TEXT), max_size=4)


def exported(path, names, rows):
    with path.open("wb") as file:
        delimited.write(Table(text_columns(names), iter(rows)), file)
    return path


@given(rows=ROWS, names=st.lists(TEXT, min_size=3, max_size=3, unique=True))
def test_names_and_cells_of_an_exported_table_are_read_as_they_were(tmp_path_factory, rows, names):
    path = exported(tmp_path_factory.getbasetemp() / "table.csv", names, rows)

    table = read(path, names)

    assert table.rows == len(rows)
    assert [table[name] for name in names] == [[str(row[place]) for row in rows] for place in range(3)]


@given(value=FORMULAS.filter(lambda text: text))
def test_a_condition_names_the_value_as_it_is_on_the_site(tmp_path_factory, value):
    path = exported(tmp_path_factory.getbasetemp() / "table.csv", ["answer"], [(value,), ("x",), ("",)])

    table = read(path, ["answer"], [f"answer={value}"])

    assert (table["answer"], table.left_out) == ([value], 2)


def test_an_empty_value_of_a_table_with_one_column_is_a_row(tmp_path):
    path = exported(tmp_path / "table.csv", ["answer"], [("",), (None,)])
    assert list(read(path, ["answer"])["answer"]) == ["", ""]


def test_a_file_without_a_byte_order_mark_is_read_too(tmp_path):
    path = tmp_path / "table.csv"
    body = io.StringIO(newline="")
    csv.writer(body).writerows([["réponse"], ["é"]])
    path.write_bytes(body.getvalue().encode())
    assert list(read(path, ["réponse"])["réponse"]) == ["é"]


def test_a_file_that_is_cut_in_a_quoted_cell_is_refused(tmp_path):
    path = exported(tmp_path / "table.csv", ["a", "b"], [("x", "one\ntwo")])
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(BadInput, match="is not a CSV file"):
        read(path, ["a"])
