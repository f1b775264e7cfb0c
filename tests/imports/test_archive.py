"""Archives of several tables: read as one, or one of them with the others named. No database."""

import pytest
import xlsxwriter

from imports.readers import archive
from imports.readers.opening import open_table
from imports.readers.table import LeftOut, ReadOptions
from tests.imports.corpus.archives import zipped
from tests.imports.corpus.statistics import spss
from tests.imports.refusals import assert_sentence, refusal

YEARS = {
    "data/2022.csv": "id;name\n1;Ärger\n2;b\nTotal;2\n",
    "data/2023.csv": "List of 2023\nname,ID\nc,3\nd,4\n".encode("utf-16"),
    "data/codes.csv": "code,label\n1,open\n2,closed\n",
    "README.txt": "About these files",
}
ROWS = [
    ["1", "Ärger", "data/2022.csv"], ["2", "b", "data/2022.csv"],
    ["3", "c", "data/2023.csv"], ["4", "d", "data/2023.csv"],
]  # fmt: skip


@pytest.fixture
def opened(tmp_path):
    def open_(members, **options):
        (tmp_path / "a.zip").write_bytes(zipped(members))
        return open_table(tmp_path / "a.zip", "a.zip", ReadOptions(**options))

    return open_


def rows_of(table, *arguments):
    return [row for batch in table.batches(*arguments) for row in batch.rows]


def test_members_of_the_same_columns_are_read_as_one_and_the_others_are_named(opened):
    table = opened(YEARS)

    assert table.understood.columns == ["id", "name", "file"]
    assert rows_of(table) == rows_of(table, 1) == ROWS
    assert table.understood.choices == {"member": list(YEARS)}
    assert table.understood.left_out == [
        LeftOut("total", "data/2022.csv: Total 2", 1, "It is line 4 of the file."),
        LeftOut("member", "data/codes.csv", 2), LeftOut("member", "README.txt", None),
    ]  # fmt: skip
    [note] = [note for note in table.understood.notes if "read as one" in note]
    assert_sentence(note, "2: “data/2022.csv”, “data/2023.csv”", "“file”")
    assert sum(note.startswith("data/2023.csv: ") for note in table.understood.notes) == 1  # about the title


def test_rows_of_a_member_that_is_not_utf_8_to_its_end_are_counted(opened):
    other = b"a,b,c\n" + b"1,some words of a text,3\n" * 50_000 + "2,été,3\n".encode("cp1252")
    table = opened({"a.csv": "id,name\n" + "1,x\n" * 70_000, "b.csv": other}, member="a.csv", is_quick=True)

    assert len(rows_of(table)) == 70_000
    assert [(part.name, part.rows) for part in table.understood.left_out] == [("b.csv", 50_001)]


def test_records_of_members_that_are_read_as_one_are_numbered_through(opened):
    table = opened(YEARS)

    assert [(batch.first, batch.lines) for batch in table.batches()] == [(1, [2, 3]), (3, [3, 4])]
    assert rows_of(table, 10, (0, 4, 4)) == ROWS[3:]
    again = opened(YEARS, **{n: v for n, v in table.understood.options.as_json().items() if n != "counts_blanks"})
    assert rows_of(again) == ROWS


def test_a_member_that_was_chosen_is_read_alone_and_the_others_are_counted(opened):
    table = opened(YEARS, member="data/2023.csv")

    assert (table.understood.columns, rows_of(table)) == (["name", "ID"], [["c", "3"], ["d", "4"]])
    assert [(part.name, part.rows) for part in table.understood.left_out] == [
        ("data/2022.csv", 2), ("data/codes.csv", 2), ("README.txt", None)
    ]  # fmt: skip


def test_of_different_tables_the_largest_is_read_and_the_others_are_offered(opened):
    table = opened({"a.csv": "id,name\n1,x\n", "b.csv": "code,label\n1,some more\n2,text\n", "c.db": b"\0" * 90})

    assert rows_of(table) == [["1", "some more"], ["2", "text"]]
    assert table.understood.choices == {"member": ["a.csv", "b.csv", "c.db"]}
    one, other = table.understood.left_out
    assert one == LeftOut("member", "a.csv", 1)
    assert (other.name, other.rows) == ("c.db", None)
    assert_sentence(other.why, "binary data")


def test_workbooks_are_read_as_one_with_tables_of_text(opened, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        for name in ("North", "South"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", "name"])
            sheet.write_row(1, 0, [name[0], "x"])
            sheet.write_row(2, 0, ["Total", 1])
    book = (tmp_path / "made.xlsx").read_bytes()

    alone = opened({"2022.xlsx": book})
    assert rows_of(alone) == [["N", "x", "North"], ["S", "x", "South"]]
    assert [part.kind for part in alone.understood.left_out] == ["total", "total"]
    assert rows_of(opened({"2022.xlsx": book, "2023.csv": "id,name,sheet\nW,y,West\n"})) == [
        ["N", "x", "North", "2022.xlsx"], ["S", "x", "South", "2022.xlsx"], ["W", "y", "West", "2023.csv"]
    ]  # fmt: skip


def test_columns_of_years_become_rows_once(opened):
    members = {f"{place}.csv": f"place,2019,2020\n{place},1,2\n" for place in ("north", "south")}
    table = opened(members, periods="rows")

    assert len(table.understood.columns) == 4
    assert [[*row[:1], *row[-2:]] for row in rows_of(table)] == [
        ["north", "2019", "1"], ["north", "2020", "2"], ["south", "2019", "1"], ["south", "2020", "2"]
    ]  # fmt: skip


def test_a_member_that_is_too_large_to_count_is_named_without_rows(opened, monkeypatch):
    monkeypatch.setattr(archive, "MAX_COUNTED", 4)
    table = opened({"a.csv": "id,name\n1,x\n2,y\n3,z\n", "b.csv": "code,text\n1,xyzxyz\n", "c.csv": "p,q\n1,2\n"})

    assert len(rows_of(table)) == 3
    assert [(part.name, part.rows) for part in table.understood.left_out] == [("b.csv", None), ("c.csv", None)]


def test_too_many_members_are_refused_unless_one_is_chosen(opened, monkeypatch):
    monkeypatch.setattr(archive, "MAX_COMPARED", 2)
    members = {f"{n}.csv": f"id,name\n{n},x\n" for n in range(3)}

    with refusal("several_members", " 3 files: 0.csv, 1.csv, 2.csv", " 2 files are compared") as caught:
        opened(members)
    assert caught.value.choices == {"member": ["0.csv", "1.csv", "2.csv"]}
    assert rows_of(opened(members, member="2.csv")) == [["2", "x"]]


def test_members_of_which_none_can_be_read_are_refused_with_the_reason_of_the_first(opened):
    with refusal("several_members", "a.db, b.db", "binary data"):
        opened({"a.db": b"\0" * 90, "b.db": b"\0" * 90})


def test_a_member_that_is_not_there_is_refused_with_those_that_are(opened):
    with refusal("no_such_member", "'x'", " 0.csv,", " 19.csv") as caught:
        opened({f"{n}.csv": "a" for n in range(30)}, member="x")
    assert "20.csv" not in caught.value.message
    assert caught.value.choices == {}


def test_the_one_table_beside_documents_is_read(opened):
    table = opened({"README.txt": "About", "data.csv": "id,name\n1,x\n", "notes.PDF": "y"})

    assert rows_of(table) == [["1", "x"]]
    assert [(part.name, part.rows) for part in table.understood.left_out] == [("README.txt", None), ("notes.PDF", None)]


def test_a_file_of_a_statistics_program_is_read_and_not_the_same_data_in_columns(opened):
    raw = "".join(f"0{n:04}1241199112430309198917090909111111091\r\n" for n in range(2_000))
    members = {"study.dat": raw, "study.sps": "DATA LIST FILE='study.dat' / a, b.\n" * 400, "study.sav": spss()}

    table = opened({**members, "README.txt": "About"})

    assert table.understood.options.member == "study.sav"
    assert table.understood.columns[:2] == ["ID", "RECEIVED"]
    assert len(rows_of(table)) == 30
    assert {part.name for part in table.understood.left_out} == {"study.dat", "study.sps", "README.txt"}
    beside = opened({"study.sav": spss(), "letters.csv": "id,title\n" + "1,a\n" * 20_000})
    assert beside.understood.options.member == "letters.csv"
