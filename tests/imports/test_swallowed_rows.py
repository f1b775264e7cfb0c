"""A quotation mark that is closed some rows later swallows them and no row is wrong; the findings say so."""

import pytest

from imports.findings.swallowed import SwallowedRows
from imports.readers.table import Batch, ReadOptions, Understood
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db


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
