"""From a file to a table, by what it is. No database."""

import gzip
import sqlite3
from contextlib import closing

import pytest
import xlsxwriter

from imports.readers import opening
from imports.readers.binary import ParquetTable
from imports.readers.database import SqliteTable
from imports.readers.delimited import DelimitedTable
from imports.readers.json_records import JsonTable
from imports.readers.opening import UnpackedTable, open_table
from imports.readers.sheets import SheetTable
from imports.readers.table import ReadOptions
from tests.imports.corpus import plain
from tests.imports.corpus.archives import zipped
from tests.imports.corpus.databases import LETTERS, parquet
from tests.imports.refusals import assert_sentence, refusal

JSON = b'[{"id": 1}, {"id": 2}]'


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder where unpacked copies are put."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def opened(tmp_path):
    def open_(content, name="file", known=frozenset(), **options):
        (tmp_path / "file").write_bytes(content)
        return open_table(tmp_path / "file", name, ReadOptions(**options), known)

    return open_


@pytest.fixture
def database(tmp_path):
    """The bytes of a database with these tables of one row."""

    def write(*tables):
        with closing(sqlite3.connect(tmp_path / "made.db")) as connection:
            for table in tables:
                connection.execute(f"CREATE TABLE {table} (id)")
                connection.execute(f"INSERT INTO {table} VALUES (7)")
            connection.commit()
        return (tmp_path / "made.db").read_bytes()

    return write


def reader_of(table):
    """The reader behind the table that people see."""
    return type(table._table)


def rows_of(table, *arguments):
    return [row for batch in table.batches(*arguments) for row in batch.rows]


@pytest.mark.parametrize(
    ("content", "kind", "type_"),
    [(plain().encode(), "text", DelimitedTable), (JSON, "json", JsonTable),
     (gzip.compress(JSON, mtime=0), "json", JsonTable),
     (gzip.compress(plain().encode(), mtime=0), "text", DelimitedTable), (zipped({"a": JSON}), "json", JsonTable),
     (zipped({"a": plain()}), "text", DelimitedTable)],
)  # fmt: skip
def test_text_and_json_are_read_as_they_are_packed_or_not(opened, content, kind, type_):
    table = opened(content, "whatever")

    assert reader_of(table) is type_
    assert table.understood.options.kind == kind
    assert table.understood.columns[0] == "id"
    assert rows_of(table)[0][0] == "1"
    assert table.understood.choices == {}


def test_a_member_is_chosen_and_all_are_told(opened):
    content = zipped({"a.csv": plain(), "b.json": JSON})

    table = opened(content, "a.zip", member="b.json")
    assert (table.understood.options.member, table.understood.options.kind) == ("b.json", "json")
    assert table.understood.choices == {"member": ["a.csv", "b.json"]}
    assert rows_of(table) == [["1"], ["2"]]
    assert table.understood.left_out[0].rows == 30


def test_tables_of_a_member_are_offered_with_the_other_members(opened, database, temporary):
    tables = database("one", "two")

    with refusal("several_tables") as caught:
        opened(zipped({"a.db": tables, "b": "x"}), member="a.db")
    assert caught.value.choices == {"table": ["one", "two"], "member": ["a.db", "b"]}
    with refusal("several_tables") as caught:
        opened(zipped({"a.db": tables}))
    assert caught.value.choices == {"table": ["one", "two"]}
    with refusal("no_such_table") as caught:
        opened(zipped({"a.db": tables, "b": "x"}), member="a.db", table="three")
    assert caught.value.choices == {}
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({"a.db": content})])
def test_what_cannot_be_streamed_is_copied_until_the_table_is_closed(opened, database, temporary, pack):
    table = opened(pack(database("one")))

    (copy,) = temporary.iterdir()
    assert reader_of(table) is UnpackedTable
    assert (table.understood.options.kind, table.understood.columns) == ("sqlite", ["id"])
    assert rows_of(table) == rows_of(table, 1, (0, 1, 1)) == [["7"]]
    assert rows_of(table, 1, (0, 2, 2)) == []
    copy.unlink()
    table.close()
    table.close()
    assert list(temporary.iterdir()) == []


def test_closing_removes_the_copy(opened, database, temporary):
    opened(gzip.compress(database("one"), mtime=0)).close()

    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("inner", [gzip.compress(plain().encode(), mtime=0), zipped({"a.csv": plain()})])
def test_an_archive_in_an_archive_is_refused_and_leaves_nothing(opened, temporary, inner):
    for content in gzip.compress(inner, mtime=0), zipped({"inner": inner}):
        with refusal("nested_archive"):
            opened(content)

    assert list(temporary.iterdir()) == []


def test_an_archive_of_what_is_no_table_is_refused(opened):
    with refusal("not_a_table"):
        opened(gzip.compress(b"%PDF-1.7", mtime=0))


def test_a_workbook_is_a_sheet_packed_or_not(opened, tmp_path, temporary):
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        sheet = book.add_worksheet("One")
        for number, row in enumerate((["2018", "2019"], ["1", "2"])):
            sheet.write_row(number, 0, row)
    content = (tmp_path / "made.xlsx").read_bytes()

    for packed, type_ in (content, SheetTable), (gzip.compress(content, mtime=0), UnpackedTable):
        table = opened(packed, "a.csv" if packed is content else "a.gz", frozenset({"2018", "2019"}), sheet="One")
        assert reader_of(table) is type_
        assert (table.understood.options.kind, table.understood.options.sheet) == ("xlsx", "One")
        assert rows_of(table) == [["1", "2"]]
        table.close()


def test_parquet_and_sqlite_are_read_by_their_readers(opened, tmp_path, database):
    parquet(LETTERS)(tmp_path / "made.parquet")

    found = opened((tmp_path / "made.parquet").read_bytes())
    assert (reader_of(found), found.understood.columns[:2]) == (ParquetTable, ["id", "date received"])
    chosen = opened(database("one", "two"), table="two")
    assert (reader_of(chosen), chosen.understood.options.table) == (SqliteTable, "two")


@pytest.mark.parametrize("kind", ["spss", "spss_portable", "stata"])
def test_statistics_files_are_read_by_theirs(kind, monkeypatch, tmp_path):
    given = []
    monkeypatch.setattr(opening, "StatisticsTable", lambda *arguments: given.append(arguments))
    options = ReadOptions(encoding="cp1250")

    opening._plain(tmp_path, kind, options, frozenset())

    assert given == [(tmp_path, kind, options)]


def test_known_headers_help_to_find_the_header(opened):
    content = b"2018,2019\n1,2\n"
    known = frozenset({"2018", "2019"})

    for packed in content, gzip.compress(content, mtime=0):
        assert opened(packed, known=known).understood.options.header_row == 1
        assert opened(packed).understood.options.header_row == 0


def test_options_reach_the_reader(opened):
    for packed in b"a;b\n1;2\n", gzip.compress(b"a;b\n1;2\n", mtime=0), zipped({"a": b"a;b\n1;2\n"}):
        assert opened(packed, delimiter="|").understood.columns == ["a;b"]


def test_a_name_that_says_another_kind_is_noted_first(opened):
    content = b"Report\nid,t\n1,2\n3,4\n"

    assert_sentence(opened(content, "a.xlsx").understood.notes[0], "an Excel workbook", "delimited text")
    assert len(opened(content, "a.xlsx").understood.notes) == 2
    assert len(opened(content, "a.csv").understood.notes) == 1


@pytest.mark.parametrize(("width", "is_fine"), [(1_000, True), (1_001, False)])
def test_a_table_has_at_most_a_thousand_columns(opened, width, is_fine):
    content = (",".join(f"c{n}" for n in range(width)) + "\n").encode()

    if is_fine:
        assert len(opened(content).understood.columns) == width
        return
    with refusal("too_many_columns", "1,001", "1,000"):
        opened(content)
