"""Tables that are read as one go on from where an earlier reading was, without the parts before. No database."""

import json
import zipfile

import pytest
from openpyxl import Workbook

from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from imports.readers.together import Part, TogetherTable

ROWS = 700


def csv_part(year):
    return "\n".join(["id,text", *(f"{year}-{n},Text {n} of {year}" for n in range(ROWS))]).encode()


def json_part(year):
    return json.dumps([{"id": f"{year}-{n}", "text": f"Text {n} of {year}"} for n in range(ROWS)]).encode()


def zip_of(path, make, ending):
    with zipfile.ZipFile(path, "w") as archive:
        for year in (2019, 2020, 2021):
            archive.writestr(f"{year}.{ending}", make(year))


def workbook_of(path):
    book = Workbook()
    book.remove(book.active)
    for year in (2019, 2020, 2021):
        sheet = book.create_sheet(str(year))
        sheet.append(["id", "text"])
        for n in range(ROWS):
            sheet.append([f"{year}-{n}", f"Text {n} of {year}"])
    book.save(path)


@pytest.fixture(params=["csv", "json", "xlsx"])
def table(request, tmp_path):
    path = tmp_path / "delivery"
    if request.param == "xlsx":
        workbook_of(path)
    else:
        zip_of(path, csv_part if request.param == "csv" else json_part, request.param)
    opened = open_table(path, path.name, ReadOptions())
    yield opened
    opened.close()


def records_of(batches):
    return [(batch.first + place, batch.lines[place], row) for batch in batches for place, row in enumerate(batch.rows)]


def test_a_reading_that_begins_at_a_batch_gives_the_same_records_from_there(table):
    batches = list(table.batches(250))
    whole = records_of(batches)
    assert [number for number, _line, _row in whole] == list(range(1, 3 * ROWS + 1))

    for batch in batches:
        again = records_of(table.batches(250, (batch.offset, batch.first, batch.lines[0])))
        assert again == whole[batch.first - 1 :]


def test_the_parts_before_are_not_opened(tmp_path):
    opened = []

    def part(year):
        path = tmp_path / f"{year}.csv"
        path.write_bytes(csv_part(year))

        def opener():
            opened.append(year)
            return open_table(path, path.name, ReadOptions())

        return Part(str(year), ["id", "text"], opener)

    table = TogetherTable([part(2019), part(2020), part(2021)], "file", ReadOptions())
    last = list(table.batches(250))[-1]
    opened.clear()

    again = records_of(table.batches(250, (last.offset, last.first, last.lines[0])))

    assert opened == [2021]
    assert again[-1] == (3 * ROWS, ROWS + 1, ["2021-699", "Text 699 of 2021", "2021"])
