"""Totals and notes below a table, and periods as rows: of any reader, in batches. No database."""

import pytest

from imports.readers import shaped
from imports.readers.opening import open_table
from imports.readers.shaped import ShapedTable
from imports.readers.table import Batch, LeftOut, ReadOptions, Understood
from imports.sniff.footer import Body, footer

ROWS = [[f"00{n}", "x y", str(n)] for n in range(1, 7)]
TOTAL = ["Total", "", "21"]


@pytest.fixture
def opened(tmp_path):
    def open_(text, **options):
        (tmp_path / "a.csv").write_text(text)
        return open_table(tmp_path / "a.csv", "a.csv", ReadOptions(**options))

    return open_


def rows_of(table, *arguments):
    return [row for batch in table.batches(*arguments) for row in batch.rows]


def kinds(*last, body=ROWS, width=3):
    known = Body()
    known.look(body)
    return footer(last, width, known)


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ([TOTAL], ["total"]),
        ([["", "Grand total:", "1,234"]], ["total"]),
        ([["Summe", "12,5 %", "21"]], ["total"]),
        ([["Total complaints", "", "21"]], ["total"]),
        ([TOTAL, ["", "", ""], ["Source: Office, 2024"]], ["total", "", "note"]),
        ([["Total: 12", "", ""]], ["total"]),
        ([["", "Razem: 1 234,50", ""]], ["total"]),
        ([["* provisional"]], ["note"]),
        ([["Source: Office of the Ombudsman", " 2024"]], ["note"]),
        ([["These figures are not yet final", "", ""]], ["note"]),
        # Records.
        ([["007", "x y", "7"]], []),
        ([["007", "", ""]], []),
        ([["Total: unknown", "", ""]], []),
        ([["Case: 12", "", ""]], []),
        ([["Total", "loss of the car", "7"]], []),
        ([["Total", "", ""]], []),
        ([["", "", ""]], []),
        ([TOTAL, ["007", "x y", "7"]], []),
        ([["Notes: none", "x y", "7"]], []),
    ],
)  # fmt: skip
def test_the_last_rows_that_are_no_records_are_recognised(last, found):
    assert kinds(*last) == found


def test_where_rows_of_one_cell_or_totals_are_usual_they_are_records():
    assert kinds(["* starred item"], body=[*ROWS, ["a", "", ""]]) == []
    assert kinds(TOTAL, body=[*ROWS, TOTAL]) == []
    assert kinds(["* starred item"], width=1) == kinds(TOTAL, body=[]) == []
    assert kinds(*[["* note", "", ""]] * 40) == ["note"] * 30


def test_totals_and_notes_are_left_out_with_their_words_and_lines(opened):
    text = "id;subject;amount\n" + "".join(";".join(row) + "\n" for row in ROWS)
    table = opened(text + "Total;;21\n\nSource: Office of the Ombudsman, 2024\n* provisional figures\n")

    assert rows_of(table) == rows_of(table, 2) == ROWS
    assert [(part.kind, part.name, part.rows) for part in table.understood.left_out] == [
        ("total", "Total 21", 1), ("note", "Source: Office of the Ombudsman, 2024", 1),
        ("note", "* provisional figures", 1)]  # fmt: skip
    assert [part.why for part in table.understood.left_out] == [f"It is line {n} of the file." for n in (8, 10, 11)]


def test_a_person_can_read_them_as_rows(opened):
    table = opened("id;subject;amount\n1;x;3\nTotal;;21\n", footer="keep")

    assert rows_of(table) == [["1", "x", "3"], ["Total", "", "21"]]
    assert table.understood.left_out == []


def test_a_file_of_one_row_and_one_total_has_one_row(opened):
    assert rows_of(opened("id;subject;amount\n1;x y;3\nTotal;;3\n")) == [["1", "x y", "3"]]
    assert rows_of(opened("id;subject;amount\nTotal;;3\n", header_row=1)) == [["Total", "", "3"]]


class Fixed:
    """A table of these batches, which counts how many were asked for."""

    def __init__(self, *batches, columns=("id", "subject", "amount"), **options):
        self.understood = Understood(ReadOptions(**options), list(columns))
        self.found, self.asked = batches, 0

    def batches(self, size=0, start=None):
        for batch in self.found:
            self.asked += 1
            yield batch

    def close(self):
        self.asked = -1


def batch_of(rows, first=1):
    return Batch(first, list(range(first + 1, first + 1 + len(rows))), rows, joined=["\x1f".join(row) for row in rows])


def test_a_footer_over_two_batches_is_left_out_whole():
    table = Fixed(batch_of([*ROWS, TOTAL]), batch_of([["* a note"], ["* another"]], 8))
    found = list(ShapedTable(table, has_footer=True).batches())

    assert [(batch.first, batch.rows, len(batch.joined)) for batch in found] == [(1, ROWS, 6)]
    assert table.understood.left_out[0] == LeftOut("total", "Total 21", 1, "It is line 8 of the file.")


def test_a_batch_goes_on_when_enough_rows_follow():
    table = Fixed(*(batch_of(ROWS * 5, 1 + 30 * n) for n in range(4)))
    going = ShapedTable(table, has_footer=True).batches()

    assert next(going).first == 1
    assert table.asked == 2
    assert sum(len(batch.rows) for batch in going) == 90


def test_what_is_held_back_is_bounded(monkeypatch):
    monkeypatch.setattr(shaped, "_HELD", 100)
    table = Fixed(*(batch_of([[str(n), "x" * 90, "1"]], n) for n in range(1, 20)))
    going = ShapedTable(table, has_footer=True).batches()

    assert [next(going).first for _ in range(3)] == [1, 2, 3]
    assert table.asked == 4


def test_of_a_large_batch_before_a_small_one_thirty_rows_are_held_back(monkeypatch):
    monkeypatch.setattr(shaped, "_HELD", 300)
    rows = [[str(n), "x y", "1"] for n in range(99)]
    table = Fixed(batch_of([*rows, TOTAL]), batch_of([["* a note of some length"]], 101))

    found = list(ShapedTable(table, has_footer=True).batches())

    assert [len(batch.rows) for batch in found] == [70, 29]
    assert [row for batch in found for row in batch.rows] == rows
    assert [batch.first for batch in found] == [1, 71]
    assert len(table.understood.left_out) == 2


def test_periods_become_rows_with_the_line_of_their_row(opened):
    text = "Body;2020;2021\nNorth;1;2\nSouth;3;\n"

    table = opened(text, periods="rows")
    assert table.understood.columns == ["Body", "year", "value"]
    (batch,) = table.batches()
    assert batch.rows == [["North", "2020", "1"], ["North", "2021", "2"], ["South", "2020", "3"], ["South", "2021", ""]]
    assert (batch.first, batch.lines) == (1, [2, 2, 3, 3])
    assert rows_of(table, 10, (25, 3, 3)) == [["South", "2020", "3"], ["South", "2021", ""]]
    assert opened(text).understood.columns == ["Body", "2020", "2021"]


def test_rows_of_periods_come_in_batches(monkeypatch):
    monkeypatch.setattr(shaped, "BATCH", 4)
    table = Fixed(batch_of([[str(n), "a", "b"] for n in range(5)]), columns=["id", "2020", "2021"], periods="rows")

    found = list(ShapedTable(table, has_footer=False).batches())

    assert [(batch.first, len(batch.rows)) for batch in found] == [(1, 4), (5, 4), (9, 2)]
