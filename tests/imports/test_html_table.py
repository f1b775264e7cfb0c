"""HTML under the name of a spreadsheet is read as a table. No database."""

import pytest

from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from tests.imports.refusals import refusal

PLAIN = (
    "<html><body><table><tr><th>id</th><th>subject</th></tr>"
    "<tr><td>001</td><td>Noise &amp; smell</td></tr><tr><td>002</td><td>Caf\u00e9</td></tr></table></body></html>"
)


@pytest.fixture
def opened(tmp_path):
    def of(content, encoding="utf-8", **options):
        path = tmp_path / "letters.xls"
        path.write_bytes(content.encode(encoding))
        table = open_table(path, path.name, ReadOptions(**options))
        try:
            return table.understood, [row for batch in table.batches() for row in batch.rows]
        finally:
            table.close()

    return of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_with_its_zeros_and_accents(opened, encoding):
    understood, rows = opened(PLAIN, encoding)

    assert understood.columns == ["id", "subject"]
    assert rows == [["001", "Noise & smell"], ["002", "Caf\u00e9"]]
    assert understood.options.kind == "html"
    assert "spreadsheet" in understood.notes[0] or "workbook" in understood.notes[0]


def test_cells_over_several_places_are_in_each(opened):
    body = (
        "<table><tr><td>a</td><td>b</td><td>c</td></tr><tr><td rowspan=2>x<td colspan='2'>y<br>z</tr>"
        "<tr><td>1<td>2</tr></table>"
    )

    understood, rows = opened(f"<html><style>td {{ color: <table> }}</style><!-- <table> -->{body}")
    assert understood.columns == ["a", "b", "c"]
    assert rows == [["x", "y\nz", "y\nz"], ["x", "1", "2"]]


def test_of_several_tables_one_is_chosen_and_the_others_are_named(opened):
    second = PLAIN.replace("001", "101").replace("<html><body>", "").replace("</body></html>", "")
    both = PLAIN.replace("</body>", f"{second}</body>")

    with refusal("several_tables") as caught:
        opened(both)
    assert caught.value.choices == {"table": ["Table 1", "Table 2"]}
    understood, rows = opened(both, table="Table 2")
    assert rows[0][0] == "101"
    assert [(part.name, part.rows) for part in understood.left_out] == [("Table 1", 3)]


@pytest.mark.parametrize(
    "content", ["<html><body><p>No table</p></body></html>", "<html><table><tr><td>a</td></tr></table>"]
)
def test_a_page_without_records_is_refused(opened, content):
    with refusal("not_a_table"):
        opened(content)


def test_a_title_over_all_columns_is_no_header_and_a_header_of_two_rows_is_joined(opened):
    head = (
        "<tr><th colspan=4>Complaints of 2020</th></tr><tr><th rowspan=2>Reference</th><th colspan=2>Date</th>"
        "<th rowspan=2>Subject</th></tr><tr><th>received</th><th>closed</th></tr>"
    )
    body = "".join(f"<tr><td>B{n}<td>0{n}.03.2020<td>0{n}.04.2020<td>Noise {n}</tr>" for n in range(1, 9))

    understood, rows = opened(f"<html><table>{head}{body}<tr><td colspan=4>Source: register</td></tr></table></html>")

    assert understood.columns == ["Reference", "Date / received", "Date / closed", "Subject"]
    assert rows == [[f"B{n}", f"0{n}.03.2020", f"0{n}.04.2020", f"Noise {n}"] for n in range(1, 9)]
    assert any("Complaints of 2020" in note for note in understood.notes)
    assert [(part.kind, part.name) for part in understood.left_out] == [("note", "Source: register")]
