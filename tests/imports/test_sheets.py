"""Spreadsheets: what the child process writes, and the table that is made of it. No database."""

import datetime
import json
import resource
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from imports.readers import sheet_child, sheets
from imports.readers.sheets import SheetTable
from imports.readers.table import Batch, ReadOptions
from tests.imports.corpus import books
from tests.imports.refusals import refusal

NOTHING_MERGED = {"merged": [], "left": 0, "filled": 0, "without_value": 0}
LETTERS = [["id", "title"], [1, "Late"], [2, "Lost"]]


@pytest.fixture
def make(tmp_path):
    """Writes a workbook of sheets of rows, and merged cells as (first row, first column, last row, last column)."""

    def write(*merged, name="a.xlsx", **content):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as book:
            for title, rows in content.items():
                sheet = book.add_worksheet(title)
                for number, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        if cell != "":
                            sheet.write(number, column, cell)
                for cells in merged:
                    sheet.merge_range(*cells, rows[cells[0]][cells[1]])
        return path

    return write


def opened(path, known=frozenset(), kind="xlsx", **options):
    return SheetTable(path, kind, ReadOptions(**options), known)


def rows_of(table, *arguments):
    return [
        (line, row) for batch in table.batches(*arguments) for line, row in zip(batch.lines, batch.rows, strict=True)
    ]


# The child process


@pytest.mark.parametrize(
    ("cell", "text"),
    [(True, "TRUE"), (False, "FALSE"), (3.0, "3"), (-2.0, "-2"), (2.5, "2.5"), (1e15, "1000000000000000.0"),
     (-1e15, "-1000000000000000.0"), (999999999999999.0, "999999999999999"), (7, "7"), ("a ", "a "),
     (datetime.datetime.fromisoformat("2019-01-02"), "2019-01-02"),
     (datetime.datetime.fromisoformat("2019-01-02T03:04:05"), "2019-01-02 03:04:05"),
     (datetime.date(2019, 1, 2), "2019-01-02"), (datetime.time(9, 30), "09:30:00"),
     (datetime.timedelta(hours=1), "1:00:00"), (float("inf"), "inf")],
)  # fmt: skip
def test_a_cell_is_the_text_its_reader_sees(cell, text):
    assert sheet_child.text(cell) == text


class Sheet:
    def __init__(self, *merged):
        self.merged_cell_ranges = list(merged) or None


def test_merged_cells_of_the_first_sixty_rows_are_told():
    def at(row):
        return ((row, 1), (row + 1, 2))

    assert sheet_child.merged(Sheet()) == []
    assert sheet_child.merged(Sheet(at(59), at(60), at(0))) == [[59, 1, 60, 2], [0, 1, 1, 2]]
    assert len(sheet_child.merged(Sheet(*[at(0)] * 2_001))) == 2_000


@pytest.fixture
def said(monkeypatch, capsys):
    """Runs the child in this process; answers with the lines it wrote and the limits it set."""

    def run(path, wanted, fill_from=-1):
        limits = []
        monkeypatch.setattr(resource, "setrlimit", lambda what, most: limits.append((what, most)))
        sheet_child.main(str(path), 5_000, 70, {"sheet": wanted, "fill_from": fill_from})
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()], limits

    return run


def test_the_child_tells_its_sheets_and_then_the_rows_within_limits(make, said):
    path = make((1, 1, 1, 2), One=LETTERS, Two=[["", "", ""], ["", "x", "", 1.0], ["", True, "", ""]])

    lines, limits = said(path, "Two")

    assert limits == [(resource.RLIMIT_DATA, (5_000, 5_000)), (resource.RLIMIT_CPU, (70, 70))]
    assert lines[0] == {
        "sheets": ["One", "Two"],
        "sheet": "Two",
        "merged": [[1, 1, 1, 2]],
        "left": 1,
        "filled": 0,
        "without_value": 0,
    }
    assert lines[1:] == [["", "", ""], ["x", "", "1"], ["TRUE", "", ""], "end"]


def test_the_child_reads_the_first_sheet_where_none_was_chosen(make, said):
    assert said(make(One=LETTERS, Two=[["x"]]), "")[0] == [
        {"sheets": ["One", "Two"], "sheet": "One", **NOTHING_MERGED},
        ["id", "title"], ["1", "Late"], ["2", "Lost"], "end"]  # fmt: skip


def test_the_child_says_when_there_is_no_such_sheet(make, said):
    nothing = {"sheet": "", "merged": [], "left": 0, "filled": 0, "without_value": 0}

    assert said(make(One=LETTERS), "Three")[0] == [{"sheets": ["One"], **nothing}, "end"]


def test_the_child_reads_an_empty_sheet(make, said):
    assert said(make(One=[]), "")[0] == [
        {"sheets": ["One"], "sheet": "One", **NOTHING_MERGED},
        "end",
    ]


def test_the_child_says_when_there_are_no_sheets(tmp_path, said):
    books.workbook(tmp_path / "a.xlsx", books.sheet(""), sheets="")
    assert CalamineWorkbook.from_path(tmp_path / "a.xlsx").sheet_names == []

    assert said(tmp_path / "a.xlsx", "")[0] == [
        {"sheets": [], "sheet": "", **NOTHING_MERGED},
        "end",
    ]


def test_the_text_of_a_merged_cell_is_in_each_place_that_it_covers(make, said):
    """From the row of fill_from on: a heading over the whole table, one row high, stays as it is."""
    rows = [["a", "", "c"], ["North", 1, 2], ["", 3, 4], ["East", "", 5], ["Whole", "", ""], ["", 6, 7]]
    path = make((0, 0, 0, 1), (1, 0, 2, 0), (3, 0, 3, 1), (4, 0, 4, 2), One=rows)

    lines, _ = said(path, "One", 1)

    assert lines[0]["filled"] == 2
    assert lines[1:-1] == [["a", "", "c"], ["North", "1", "2"], ["North", "3", "4"], ["East", "East", "5"],
                           ["Whole", "", ""], ["", "6", "7"]]  # fmt: skip
    assert said(path, "One")[0][3] == ["", "3", "4"]


# The table


def test_rows_of_a_merged_cell_have_its_text_and_it_is_noted(make):
    table = opened(make((1, 0, 2, 0), One=[["body", "id"], ["North", "a"], ["", "b"]]))

    assert rows_of(table) == rows_of(table) == [(2, ["North", "a"]), (3, ["North", "b"])]
    assert len(table.understood.notes) == 1


def test_the_row_of_the_header_is_counted_as_a_spreadsheet_counts(make):
    path = make(One=[["Title"], [""], ["id", "name"], ["1", "x"]])

    assert opened(path, header_row=3).understood.columns == ["id", "name"]
    assert opened(path, header_row=2, counts_blanks=False).understood.columns == ["id", "name"]
    with refusal("no_rows", " 2"):
        opened(path, header_row=2)


def test_a_sheet_is_a_table(make):
    table = opened(make(One=LETTERS))

    assert table.understood.options == ReadOptions(kind="xlsx", sheet="One", header_row=1, header_rows=1)
    assert table.understood.columns == ["id", "title"]
    assert (table.understood.notes, table.understood.choices) == ([], {})
    assert list(table.batches()) == [Batch(1, [2, 3], [["1", "Late"], ["2", "Lost"]])]
    assert table.close() is None


def test_of_several_sheets_one_may_be_chosen(make):
    path = make(One=LETTERS, Two=[["name"], ["Bo"]])

    table = opened(path, sheet="Two")
    assert (table.understood.options.sheet, table.understood.choices) == ("Two", {"sheet": ["One", "Two"]})
    assert rows_of(table) == [(2, ["Bo"])]
    assert opened(path).understood.options.sheet == "One"
    with refusal("no_such_sheet", "'Three'", "One, Two"):
        opened(path, sheet="Three")


def test_rows_come_in_batches_and_from_any_line(make):
    table = opened(make(One=[["id"], [""], ["a"], ["b"], ["c"]]))

    batches = list(table.batches(2))
    assert batches == [Batch(1, [3, 4], [["a"], ["b"]]), Batch(3, [5], [["c"]])]
    assert list(table.batches(2, (0, 3, 5))) == [batches[1]]
    assert list(table.batches(2, (0, 2, 4))) == [Batch(2, [4, 5], [["b"], ["c"]])]
    assert next(table.batches(9, (0, 1, 1))).rows[0] == ["id"]


def test_a_header_is_where_a_person_says_or_known_names_are(make):
    path = make(One=[["Report of 2019"], ["2018", "2019"], ["1", "2"], ["3", "4"]])

    known = opened(path, frozenset({"2018", "2019"}))
    assert (known.understood.columns, known.understood.options.header_row) == (["2018", "2019"], 2)
    assert "Report of 2019" in known.understood.notes[0]
    assert rows_of(known) == [(3, ["1", "2"]), (4, ["3", "4"])]

    chosen = opened(path, header_row=3)
    assert (chosen.understood.columns, rows_of(chosen)) == (["1", "2"], [(4, ["3", "4"])])
    assert chosen.understood.options.header_row == 3

    none = opened(path, header_row=0)
    assert none.understood.columns == ["Column 1", "Column 2"]
    assert [line for line, _ in rows_of(none)] == [1, 2, 3, 4]
    with refusal("no_rows", "'One'", "5"):
        opened(path, header_row=5)


def test_every_row_is_as_wide_as_the_widest(make):
    table = opened(make(One=[["id", "title"], ["1", "a"], ["2", "b", "", "more"], ["3"]]))

    assert table.understood.columns == ["id", "title", "Column 3", "Column 4"]
    assert rows_of(table) == [(2, ["1", "a", "", ""]), (3, ["2", "b", "", "more"]), (4, ["3", "", "", ""])]


def test_a_sheet_without_cells_is_refused(make):
    with refusal("no_rows", "'One'", "One, Two"):
        opened(make(One=[], Two=LETTERS))


def test_of_many_sheets_twenty_are_named(make):
    path = make(**{f"s{n}_": [] for n in range(21)})

    for wanted, code in ("", "no_rows"), ("x", "no_such_sheet"):
        with refusal(code, "s0_, ", "s19_") as caught:
            opened(path, sheet=wanted)
        assert "s20_" not in caught.value.message


def test_a_workbook_without_sheets_is_refused(tmp_path):
    books.workbook(tmp_path / "a.xlsx", books.sheet(""), sheets="")

    with refusal("no_rows"):
        opened(tmp_path / "a.xlsx")


def test_merged_headings_are_joined_with_the_names_below_and_merged_names_are_found(make):
    """The table begins in column B; its first column is named in the row above, over both rows."""
    path = make((0, 1, 1, 1), (0, 2, 0, 3),
                One=[["", "Case", "Letter", ""], ["", "", "title", "text"], ["", 1, "Late", "It is late"]])  # fmt: skip

    table = opened(path)

    assert table.understood.columns == ["Case", "Letter / title", "Letter / text"]
    assert (table.understood.options.header_row, table.understood.options.header_rows) == (1, 2)
    assert rows_of(table) == [(3, ["1", "Late", "It is late"])]


def head(*rows):
    return list(enumerate(map(list, rows), start=1))


@pytest.mark.parametrize(("width", "is_fine"), [(1_000, True), (1_001, True), (1_002, False)])
def test_too_many_columns_are_refused_where_they_hold_something(width, is_fine):
    row = [""] * (width - 1) + ["x"]

    assert list(sheets._filled(iter([[], ["", ""], [""] * 2_000, ["a"]]))) == [(4, ["a"])]
    if is_fine:
        assert list(sheets._filled(iter([row]))) == [(1, row)]
        return
    with refusal("too_many_columns", "1,002", "1,000"):
        list(sheets._filled(iter([row])))


def test_the_head_ends_after_500_rows_or_many_characters(monkeypatch):
    rows = head(*["ab"] * 502)
    assert sheets._head(iter(rows)) == rows[:500]
    monkeypatch.setattr(sheets, "BATCH_CHARACTERS", 6)

    assert sheets._head(iter(rows)) == rows[:4]
    assert sheets._head(iter(rows[:2])) == rows[:2]


@pytest.mark.parametrize(
    ("size", "most", "ratio", "is_fine"),
    [(60, 512, 150, True), (60, 512, 1, False), (60, 60, 150, True), (60, 59, 150, False), (50, 512, 1, True),
     (51, 512, 51, False), (51, 512, 52, True)],
)  # fmt: skip
def test_a_workbook_that_swells_is_refused_by_its_own_list(tmp_path, monkeypatch, size, most, ratio, is_fine):
    """Sizes are in megabytes; what is packed is made to look like one megabyte."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "")
        archive.writestr("b", "")

    def infolist(_):
        megabyte = 1024**2
        first, second = zipfile.ZipInfo("a"), zipfile.ZipInfo("b")
        first.file_size, second.file_size = 10 * megabyte, (size - 10) * megabyte
        first.compress_size, second.compress_size = megabyte - 10, 10 - (ratio == 51)
        return [first, second]

    monkeypatch.setattr(zipfile.ZipFile, "infolist", infolist)
    monkeypatch.setattr(sheets, "MAX_UNPACKED", most * 1024**2)
    monkeypatch.setattr(sheets, "MAX_RATIO", ratio)

    sheets.check_declared_size(path, "xls")
    if is_fine:
        sheets.check_declared_size(path, "xlsx")
        return
    with refusal("sheet_too_large", str(size)):
        sheets.check_declared_size(path, "xlsx")


def test_a_process_that_is_limited_itself_reads_spreadsheets(make):
    """A child cannot raise the limits of the process that starts it, so it takes these where they are lower."""
    code = (
        "import resource, sys; from pathlib import Path; from imports.readers.opening import open_table;"
        "from imports.readers.table import ReadOptions; resource.setrlimit(resource.RLIMIT_CPU, (60, 60));"
        "print(open_table(Path(sys.argv[1]), 'a.xlsx', ReadOptions()).understood.columns)"
    )

    done = subprocess.run([sys.executable, "-c", code, make(One=LETTERS)], capture_output=True, text=True, check=False)

    assert done.stdout == "['id', 'title']\n", done.stderr


STYLES = (
    '<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
SHOWN = (
    '<worksheet><sheetData><row r="2"><c r="B2" t="str"><v>id</v></c><c r="C2" t="str"><v>sum</v></c></row>'
    '<row r="4"><c r="B4" s="1"><v>12</v></c><c r="C4"><f>B4*2</f><v></v></c></row>'
    '<row r="5"><c r="B5" s="1" t="n"><v>123456</v></c><c r="C5"><f>B5*2</f><v>7</v></c></row></sheetData></worksheet>'
)


@pytest.fixture
def shown_cells(tmp_path):
    path = tmp_path / "shown.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="One" r:id="rId1"/></sheets></workbook>')
        relation = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
        archive.writestr("xl/_rels/workbook.xml.rels", relation)
        archive.writestr("xl/styles.xml", STYLES)
        archive.writestr("xl/worksheets/sheet1.xml", SHOWN)
    return sheet_child.ShownCells(str(path), "One")


def test_a_number_has_the_zeros_that_its_cell_shows(shown_cells):
    rows = [["id", "sum"], ["", ""], ["12", ""], ["123456", "7"]]

    found = [shown_cells.put(number, 1, row) for number, row in enumerate(rows, start=1)]
    assert found == [["id", "sum"], ["", ""], ["00012", ""], ["123456", "7"]]


def test_formulas_without_a_value_are_counted(shown_cells):
    assert shown_cells.without_value == 1


def test_other_files_have_no_shown_cells(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(b"no archive")

    cells = sheet_child.ShownCells(str(path), "One")
    assert (cells.without_value, cells.put(0, 0, ["1"])) == (0, ["1"])
