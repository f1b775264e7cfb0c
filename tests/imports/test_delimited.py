"""Delimited text: how a file is understood, its rows with their lines, and what is refused. No database."""

import gzip
from dataclasses import replace

import pytest

from imports.readers import delimited
from imports.readers.delimited import DelimitedTable
from imports.readers.table import Batch, ReadOptions
from tests.imports.corpus.archives import zipped
from tests.imports.refusals import assert_sentence, refusal

SMALL = {"header_row": 1, "delimiter": ",", "quote": '"', "encoding": "utf-8"}


@pytest.fixture
def opened(tmp_path):
    """A table of these bytes."""

    def open_(content, container="text", known=frozenset(), **options):
        (tmp_path / "file").write_bytes(content)
        return DelimitedTable(tmp_path / "file", container, ReadOptions(**options), known)

    return open_


def rows_of(table, *arguments):
    return [
        (line, row) for batch in table.batches(*arguments) for line, row in zip(batch.lines, batch.rows, strict=True)
    ]


def test_what_is_found_out_is_told(opened):
    table = opened("\ufeffid;text\r\n1;ä\r\n".encode())

    assert table.understood.options == ReadOptions(
        kind="text", encoding="utf-8", delimiter=";", quote='"', escape="", header_row=1, header_rows=1
    )
    assert (table.understood.columns, table.understood.notes) == (["id", "text"], [])
    assert rows_of(table) == [(2, ["1", "ä"])]
    assert table.understood.line_ends == (2, 2)
    assert table.close() is None


def test_an_encoding_that_was_guessed_is_noted(opened):
    (note,) = opened("id;text\n1;Straße\n2;Größe\n".encode("cp1252")).understood.notes

    assert_sentence(note, "cp1252")
    assert opened("id;text\n1;Straße\n".encode("cp1252"), encoding="cp1252").understood.notes == []


@pytest.mark.parametrize(
    ("mark", "encoding", "chosen"),
    [(b"\xef\xbb\xbf", "utf-8", "utf-8"), (b"\xff\xfe", "utf-16-le", "utf-16-le"),
     (b"\xfe\xff", "utf-16-be", "utf-16-be"),
     (b"", "utf-8", "UTF8"), (b"", "cp1252", "windows-1252")],
)  # fmt: skip
def test_a_chosen_encoding_skips_its_own_mark(opened, mark, encoding, chosen):
    table = opened(mark + "id,text\n1,ä\n".encode(encoding), encoding=chosen)

    assert table.understood.options.encoding == encoding
    assert table.understood.columns == ["id", "text"]
    assert rows_of(table) == [(2, ["1", "ä"])]


def test_a_mark_of_another_encoding_is_text(opened):
    assert opened(b"\xef\xbb\xbfid,text\n1,a\n", encoding="cp1252").understood.columns == ["ï»¿id", "text"]


@pytest.mark.parametrize(
    ("content", "container", "member"),
    [
        (gzip.compress(b"id,t\n1,a\n", mtime=0), "gzip", ""),
        (zipped({"x": "no", "a.csv": "id,t\n1,a\n"}), "zip", "a.csv"),
    ],
)
def test_packed_text_is_read_as_it_was(opened, content, container, member):
    table = opened(content, container, member=member)

    assert table.understood.options.member == member
    assert rows_of(table) == [(2, ["1", "a"])]


def test_the_header_is_where_a_person_says_or_known_names_are(opened):
    content = b"Report of 2019\n2018,2019\n1,2\n3,4\n"

    known = opened(content, known=frozenset({"2018", "2019"}))
    assert (known.understood.columns, known.understood.options.header_row) == (["2018", "2019"], 2)
    assert "Report of 2019" in known.understood.notes[0]
    assert rows_of(known) == [(3, ["1", "2"]), (4, ["3", "4"])]

    assert rows_of(opened(content, header_row=3)) == [(4, ["3", "4"])]
    none = opened(content, header_row=0)
    assert none.understood.columns == ["Column 1", "Column 2"]
    assert [line for line, _ in rows_of(none)] == [1, 2, 3, 4]


@pytest.mark.parametrize(("content", "options"), [(b"\n\n", {}), (b"id\n1\n", {"header_row": 3})])
def test_a_file_without_its_header_row_is_refused(opened, content, options):
    with refusal("no_rows"):
        opened(content, **options)


def test_the_last_row_may_be_the_header(opened):
    assert rows_of(opened(b"id,a\n1,2\n", header_row=2)) == []


@pytest.mark.parametrize(
    ("content", "options", "rows"),
    [
        (b"a,b\n\n1,2\n\n3,4\n", {}, [(3, ["1", "2"]), (5, ["3", "4"])]),
        (b'"a\nx",b\n1,2\n', {}, [(3, ["1", "2"])]),
        (b"\n\na,b\n1,2", {"header_row": 3}, [(4, ["1", "2"])]),
        (b'a,b\n1,"x\ny\r\nz"\n2,c\n', {}, [(2, ["1", "x\ny\r\nz"]), (5, ["2", "c"])]),
        (b"a,b\r1,x\r2,y\r", {}, [(2, ["1", "x"]), (3, ["2", "y"])]),
        (b'a,b\n1,"x\ry"\n2,y\n', {}, [(2, ["1", "x\ry"]), (4, ["2", "y"])]),
        (b'a,b\n1,"x\\"y"\n2,"u,v"\n', {"escape": "\\"}, [(2, ["1", 'x"y']), (3, ["2", "u,v"])]),
        (b'a,b\n1,"x\n2,y\n', {"quote": ""}, [(2, ["1", '"x']), (3, ["2", "y"])]),
        (b"a;b\n1;'x;y'\n", {"delimiter": ";", "quote": "'"}, [(2, ["1", "x;y"])]),
        (b'a,b\n""\n1,2\n', {}, [(2, [""]), (3, ["1", "2"])]),
    ],
)  # fmt: skip
def test_records_carry_the_line_on_which_they_begin(opened, content, options, rows):
    table = opened(content, **SMALL | options)

    assert rows_of(table) == rows
    assert rows_of(table, 1) == rows


def test_rows_split_by_the_csv_module_come_in_batches(opened):
    """Text that is escaped is never split by whole-text searches."""
    content = b"a,b\n" + b"".join(b'%d,"x\ny"\n' % n for n in range(5))
    table = opened(content, **SMALL, escape="\\")

    batches = list(table.batches(2))

    record = [[str(n), "x\ny"] for n in range(5)]
    assert batches[0] == Batch(1, [2, 4], record[:2], 4, 6)
    assert batches[1] == Batch(3, [6, 8], record[2:4], 20, 10)
    assert batches[2] == Batch(5, [10], record[4:], 36, 13)
    assert table.understood.line_ends == (0, 11)
    assert list(table.batches(2, (20, 3, 6))) == batches[1:]


def test_a_batch_ends_where_its_cells_are_long(opened, monkeypatch):
    monkeypatch.setattr(delimited, "BATCH_CHARACTERS", 10)
    table = opened(b"a,b\n" + b"12345,67890\n" * 2 + b"x,y\n", **SMALL, escape="\\")

    assert [len(batch.rows) for batch in table.batches()] == [2, 1]


def test_rows_split_as_whole_text_come_with_their_joined_form(opened):
    (batch,) = opened(b'a,b\n1,x\n\n2,"y\nz"\n3,\n', **SMALL).batches()

    rows = [["1", "x"], ["2", "y\nz"], ["3", ""]]
    assert [list(batch.rows), batch.rows[1], batch.rows[1:]] == [rows, rows[1], rows[1:]]
    assert replace(batch, rows=rows) == Batch(1, [2, 4, 6], rows, 4, 7, ["1\x1fx", "2\x1fy\nz", "3\x1f"])


def test_a_file_of_many_blocks_keeps_its_lines(opened):
    rows = [f"{n},{'x' * 90}" for n in range(20_000)]
    table = opened(("id,text\n" + "\n".join(rows) + "\n").encode(), **SMALL)

    batches = list(table.batches())

    assert len(batches) > 1
    assert [batch.first for batch in batches] == [batch.lines[0] - 1 for batch in batches]
    assert [row[0] for batch in batches for row in batch.rows] == [str(n) for n in range(20_000)]
    assert batches[-1].lines[-1] == 20_001
    again = next(table.batches(start=(batches[1].offset, batches[1].first, batches[1].lines[0])))
    assert (again.first, again.lines[0], again.rows[0]) == (batches[1].first, batches[1].lines[0], batches[1].rows[0])


def test_only_the_head_tells_the_dialect_and_a_cut_line_is_left_out(opened, monkeypatch):
    """The head of 24 characters ends inside the fourth line, which alone has three cells."""
    monkeypatch.setattr(delimited, "_HEAD", 24)
    content = b"a;b;c\n1;2;3\n4;5;6\n7,8,9,10,11,12\n"

    table = opened(content, header_row=0)

    assert table.understood.options.delimiter == ";"
    assert table.understood.columns == ["Column 1", "Column 2", "Column 3"]
    assert opened(b"x" * 30 + b"\n1\n", header_row=1).understood.columns == ["x" * 24]


@pytest.mark.parametrize("escape", ["", "\\"])
@pytest.mark.parametrize(
    ("content", "line"),
    [(b'a,b\n1,x\n2,"y\n3,z\n', "3"), (b'a,b\n1,x\n2,"y', "3"), (b"a,b\n" + b"1,x\n" * 1_500 + b'2,"y\n', "1,502")],
)
def test_a_quotation_mark_left_open_is_refused_at_its_line(opened, content, line, escape):
    with refusal("unclosed_quote", f" {line} "):
        rows_of(opened(content, **SMALL, escape=escape))


@pytest.mark.parametrize("escape", ["", "\\"])
@pytest.mark.parametrize(("lines", "line"), [(1_232, "1,234"), (40_000, "40,002"), (90_000, "90,002")])
def test_bytes_of_another_encoding_are_refused_at_their_line(opened, lines, line, escape, monkeypatch):
    monkeypatch.setattr(delimited, "_HEAD", 8)
    content = b"a,b\n" + b"1,xxxxxxxxxx\n" * lines + b"2,\xff\n"

    with refusal("wrong_encoding", f" {line} ", "utf-8") as caught:
        rows_of(opened(content, **SMALL, escape=escape))

    assert isinstance(caught.value.__cause__, UnicodeDecodeError)


def test_a_head_of_another_encoding_is_refused(opened):
    with refusal("wrong_encoding", "ascii") as caught:
        opened("id,ä\n".encode(), encoding="ascii")

    assert isinstance(caught.value.__cause__, UnicodeDecodeError)


def test_a_cell_longer_than_the_most_is_refused_at_its_line(opened, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_CELL", 2 * 1024**2)
    content = b"a,b\n" + b"1,x\n" * 1_232 + b'2,"' + b"y" * (2 * 1024**2 + 1) + b'"\n'

    with refusal("cell_too_large", "1,234", " 2 MB"):
        rows_of(opened(content, **SMALL, escape="\\"))


def test_a_row_that_cannot_be_read_is_refused_with_the_reason(opened):
    with refusal("unreadable_row", "1,234", "a reason") as caught:
        raise delimited._unreadable(delimited.csv.Error("a reason"), 1_234)

    assert caught.value.code == "unreadable_row"
