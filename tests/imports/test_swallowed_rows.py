"""A quotation mark that is closed some rows later swallows them and no row is wrong; the findings say so."""

import pytest

from imports.findings.finding import Example
from imports.findings.swallowed import SwallowedRows
from imports.readers.table import Batch, ReadOptions, Understood
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.imports.sentences import is_sentence, without_numbers


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


def swallowed(run):
    return [finding for finding in run.findings if finding["code"] == "swallowed_rows"]


def test_rows_inside_a_cell_are_reported_with_their_line(dataset, bob):
    rows = letters(30)
    rows[9] = rows[9].replace("Letter 10", '"Letter 10')
    rows[13] = 'L00014,2019-03-15,Letter 14",The office did not answer,Upheld'

    run = import_bytes(dataset, csv_of(rows), by=bob)

    (finding,) = swallowed(run)
    assert (run.rows, run.quarantined) == (26, 0)
    assert (finding["count"], finding["columns"]) == (3, ["title"])
    assert [example["line"] for example in finding["examples"]] == [11]
    assert finding["examples"][0]["value"].startswith("Letter 10,The office did not answer")
    assert "has probably joined rows" in finding["sentence"]


def test_letters_of_several_lines_are_no_swallowed_rows(dataset, bob):
    text = "Dear office,\nI wrote twice, and you did not answer.\nPlease, do answer.\nYours, a citizen"
    rows = [f'L{n},2019-03-01,A letter,"{text}",Upheld' for n in range(30)]

    assert swallowed(import_bytes(dataset, csv_of(rows), by=bob)) == []


def test_only_text_with_a_delimiter_is_looked_at():
    for options in (ReadOptions(kind="sqlite"), ReadOptions(kind="json")):
        watch = SwallowedRows(Understood(options, ["a", "b", "c"]))
        watch.look(Batch(1, [1, 9], [["x\n1,2,3\ny", "", ""], ["", "", ""]]))
        assert watch.finding() == []


TEXT = ReadOptions(kind="text", delimiter=";")
LOST = "rest of a row\n4;5;6\n7;8;9\nbeginning of a row"


def watched(*batches, options=TEXT, columns=("a", "b", "c")):
    watch = SwallowedRows(Understood(options, list(columns)))
    for batch in batches:
        watch.look(batch)
    return [(f.code, f.columns, f.count, f.examples) for f in watch.finding()]


def test_inner_lines_with_as_many_delimiters_as_the_header_are_lost_rows():
    rows = [["1", "2", "3"], ["1", LOST, "3"], ["1", "2", LOST.replace("7;8;9", "prose")], ["x", "y", "z"]]

    found = watched(Batch(1, [2, 3, 7, 11], rows), Batch(5, [90, 94], [[f"!{LOST}", "", ""], ["1", "2", "3"]]))

    examples = [Example(LOST, 3), Example(LOST.replace("7;8;9", "prose"), 7), Example(f"!{LOST}"[:60], 90)]
    assert found == [("swallowed_rows", ["b", "c", "a"], 5, examples)]


def test_of_many_cells_five_are_shown_cut_to_sixty_characters():
    rows = [[f"{n}{'x' * 70}\n1;2;3\ny", "", ""] for n in range(7)]

    ((_, _, count, examples),) = watched(Batch(1, list(range(2, 30, 4)), rows, next_line=30))

    assert count == 7
    assert examples == [Example(f"{n}{'x' * 59}", 2 + 4 * n) for n in range(5)]


def test_the_last_row_of_a_batch_ends_where_the_next_one_begins():
    assert [count for _, _, count, _ in watched(Batch(1, [2], [["1", "2", LOST]], next_line=6))] == [2]
    assert watched(Batch(1, [2], [["1", "2", LOST]], next_line=3)) == []
    assert watched(Batch(1, [2], [["1", "2", LOST]])) == []


@pytest.mark.parametrize(
    ("options", "columns", "is_told"),
    [
        (TEXT, ["a", "b", "c"], True),
        (TEXT, ["a", "b"], False),
        (ReadOptions(kind="text"), ["a", "b", "c"], False),
        (ReadOptions(kind="excel", delimiter=";"), ["a", "b", "c"], False),
    ],
)
def test_only_delimited_text_of_three_columns_is_looked_at(options, columns, is_told):
    cell = f"x\n{';'.join(columns)}\ny"

    assert (
        bool(watched(Batch(1, [2], [[cell, *columns[1:]]], next_line=9), options=options, columns=columns)) is is_told
    )


@pytest.mark.parametrize(
    ("cell", "following", "is_told"),
    [
        ("x\n1;2;3\ny", 5, True),
        ("x\n1;2;3\ny", 4, False),
        ("x\n1;2;3;4\ny", 5, False),
        ("x\n1;2\n3;4\ny", 5, False),
        ("1;2;3\nx\n1;2;3", 5, False),
        ("x\n;;\ny", 5, True),
        ("x\n1;2 and 2;3\ny", 5, True),
    ],
)
def test_a_cell_has_swallowed_rows_where_an_inner_line_is_one(cell, following, is_told):
    assert bool(watched(Batch(1, [2, following], [[cell, "", ""], ["", "", ""]]))) is is_told


def test_rows_of_another_width_are_looked_at_as_far_as_they_reach():
    rows = [["1", LOST], ["1", "2", LOST, LOST], ["1", "2", "3"]]

    assert watched(Batch(1, [2, 6, 10], rows)) == [
        ("swallowed_rows", ["b", "c"], 4, [Example(LOST, 2), Example(LOST, 6)])
    ]


def test_cells_that_span_lines_are_counted_in_the_sentence():
    watch = SwallowedRows(Understood(TEXT, ["a", "b", "c"]))
    watch.look(Batch(1, [2, 6, 10], [[LOST, LOST, ""], ["", "", LOST], ["", "", ""]]))

    (finding,) = watch.finding()
    assert (" 3" in finding.sentence, " 6 " in finding.sentence) == (True, True)


def test_one_lost_row_and_several_have_sentences_of_their_own():
    def sentence(cell):
        watch = SwallowedRows(Understood(TEXT, ["a", "b", "c"]))
        watch.look(Batch(1, [2], [[cell, "", ""]], next_line=1_300))
        return watch.finding()[0].sentence

    one, many = sentence("x\n1;2;3\ny"), sentence("x" + "\n1;2;3" * 1_234 + "\ny")

    assert is_sentence(one)
    assert is_sentence(many)
    assert ("1,234" in many, " 1 " in one) == (True, True)
    assert without_numbers(one) != without_numbers(many)
