"""PostgreSQL writes lines of CSV and JSON Lines itself: the same bytes as the program writes from the rows."""

import csv
import io
import tempfile
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import orjson
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, FloatField, Q, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casestudies.models import CaseStudy
from casestudies.serializers.cases import CaseStudySerializer
from complaints.api.records import ComplaintRecordViewSet
from complaints.models import ComplaintRecord
from complaints.serializers import RecordSerializer
from exports.cells import lines_of
from exports.copied_cells import Cell, Later, cell_of, csv_columns, json_columns
from exports.copied_columns import SEPARATOR, Reading, cells_of_row, unescaped
from exports.copied_csv import marks, quoted, signs_at, text_in
from exports.copied_frames import frames, send
from exports.copied_later import FORMS, WithLater
from exports.copying import CopiedRows
from exports.states import one_state
from exports.tables import ColumnType, Table
from exports.unfit import Unfit
from exports.viewsets import columns_of, copied_columns, stream
from exports.writers import WRITERS
from exports.writers import parquet as parquet_writer
from registry.models import Place
from registry.serializers import PlaceSerializer
from rest.serializers import Column, RowReader
from tests.exports.reading import parquet
from tests.factories.casestudies import make_case_study
from tests.factories.complaints import load_records, make_dataset

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
STRANGE = "=+-@＝\"'\\ ;|,.\t\n\r\v\x01\x02\x03\x1f\x85\u2028\u00a0\ufeff{}[]:1aé–’🦊"
NASTY = st.text(st.sampled_from(STRANGE), max_size=8)
FIXED = [
    "", "-5", "-5,25", "1e-5", "null", "\\.", "\\N", "\\v", "a,\n-b", '","', '": ", "', "=1", "x;+1", "\x01\x0b",
    "\x02", "\x03", "v\\",
]  # fmt: skip
WORDS = st.one_of(NASTY, TEXT, st.sampled_from(FIXED))
DAYS = st.one_of(st.none(), st.dates())
TIMES = st.datetimes(timezones=st.just(UTC))
AMOUNTS = st.one_of(st.none(), st.decimals(-(10**13), 10**13, places=7))
EXTRA = st.dictionaries(st.one_of(WORDS, st.just("recommendation.type")), WORDS, max_size=3)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "subject": WORDS, "narrative": WORDS, "response": WORDS, "respondent": WORDS, "case_reference": WORDS,
            "amount": AMOUNTS, "received_on": DAYS, "closed_on": DAYS, "updated_at": TIMES, "extra": EXTRA,
            "kind": st.sampled_from(["complaint", "complaint", "finding", "recommendation"]),
        }
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def written(fmt, table):
    file = io.BytesIO()
    count = WRITERS[fmt].write(table, file)
    return file.getvalue(), count


def copied_of(records, names):
    """As the API makes them."""
    return ComplaintRecordViewSet().copied(records, RecordSerializer.reader(names))


def both(fmt, records, names):
    """The file that the program writes, and that which PostgreSQL writes."""
    reader = RecordSerializer.reader(names)
    table = Table(columns_of(RecordSerializer, reader.names), stream(records.order_by("pk"), reader))
    return written(fmt, table), written(fmt, replace(table, copied=copied_of(records, names)))


def visible():
    return ComplaintRecord.objects.visible_to(AnonymousUser()).with_days_open()


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


def put(dataset, rows):
    ComplaintRecord.objects.filter(dataset=dataset).delete()
    return load_records(
        dataset, [row | {"extra": orjson.dumps(row["extra"]).decode(), "updated_at": row["updated_at"]} for row in rows]
    )


NAMES = st.lists(st.sampled_from(RecordSerializer.Meta.fields), min_size=2, max_size=8, unique=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.one_of(st.none(), NAMES))
def test_the_bytes_are_those_of_the_program(dataset, rows, names):
    put(dataset, rows)
    for fmt in ("csv", "jsonl"):
        ours, copied = both(fmt, visible(), names)
        assert copied == ours


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.one_of(st.none(), NAMES))
def test_parquet_has_the_types_and_values_of_the_program(dataset, rows, names):
    put(dataset, rows)
    (ours, count), (copied, count_of_copied) = [(parquet(data), n) for data, n in both("parquet", visible(), names)]
    assert columns_in(copied) == columns_in(ours)
    assert count_of_copied == count == len(rows)
    assert copied.schema.metadata[b"lipse"] == ours.schema.metadata[b"lipse"]


def columns_in(table):
    """Type and values by the name of a column. What is JSON is compared as such: escapes can be written in two ways."""
    structures = {column.name for column in columns_of(RecordSerializer, RecordSerializer.reader().names)
                  if column.type == ColumnType.STRUCTURE}  # fmt: skip
    return {
        name: (str(table.schema.field(name).type), [
            orjson.loads(value) if name in structures and value is not None else value
            for value in table[name].to_pylist()
        ])
        for name in table.schema.names
    }  # fmt: skip


def test_a_row_that_is_too_long_for_parquet_is_refused_by_its_number(dataset, monkeypatch):
    monkeypatch.setattr(parquet_writer, "LONGEST_ROW", 3_000)
    load_records(dataset, [{"reference": f"R{n}", "narrative": "x" * (4_000 if n == 2 else 9)} for n in range(5)])
    table = Table(
        columns_of(RecordSerializer, ["id", "narrative"]), iter(()), copied=copied_of(visible(), ["id", "narrative"])
    )
    with pytest.raises(Unfit, match="row 3 has 4"):
        written("parquet", table)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_texts_that_pass_the_quick_check_need_no_guard(words):
    file = io.StringIO(newline="")
    csv.writer(file).writerow(["", *words])
    as_it_is = file.getvalue().encode()
    found = signs_at(as_it_is)
    assert found or lines_of([["", *words]]) == as_it_is
    assert found == sorted(set(found)) and all(as_it_is[at] in b"=+-@\xef" for at in found)
    assert b",".join([b"", *(quoted(text_in(word)) for word in words)]) + b"\r\n" == lines_of([["", *words]])


@pytest.mark.django_db
@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
def test_columns_of_any_list_are_copied_as_they_are_stored(fmt):
    Place.objects.bulk_create(Place(name=name, country="NL") for name in ("=1+1", 'a"b', "é;-x", "\\v"))
    rows, reader = Place.objects.order_by("pk"), PlaceSerializer.reader(["id", "name", "country"])
    table = Table(columns_of(PlaceSerializer, reader.names), stream(rows, reader))
    assert written(fmt, replace(table, copied=copied_columns(rows, reader))) == written(fmt, table)


def escaped(text):
    """As COPY does."""
    for one, code in (
        ("\\", "\\"),
        ("\b", "b"),
        ("\f", "f"),
        ("\n", "n"),
        ("\r", "r"),
        ("\t", "t"),
        ("\v", "v"),
        ("\x02", "\x02"),
    ):
        text = text.replace(one, f"\\{code}")
    return text.encode()


@given(st.lists(st.one_of(WORDS, st.text("\\n\x02N", max_size=6)), min_size=1, max_size=4))
def test_cells_are_what_copy_was_given(words):
    cells = [escaped(word) for word in words]
    assert cells_of_row(SEPARATOR.join(cells)) == cells
    assert [unescaped(cell).decode() for cell in cells] == words


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.binary(max_size=9), min_size=1, max_size=5)), max_size=4))
def test_frames_are_read_as_they_were_sent(some):
    with tempfile.TemporaryFile() as file:
        for number, pieces in some:
            send(file.fileno(), number, pieces)
        file.seek(0)
        data = file.read()
    assert list(frames(io.BytesIO(data))) == some
    for end in range(1, len(data)):
        whole = []
        with suppress(EOFError):
            whole += frames(io.BytesIO(data[:end]))
        assert whole == [] or whole == some[: len(whole)]


TIME = Cell(ColumnType.TIME, F("time"), read=Reading.TIME)
CODES = Cell(
    ColumnType.STRUCTURE, Value("[]"), later=Later(Q(id=2), lambda ids: ([f"code {one}", "more"] for one in ids))
)
CELLS = {
    "id": Cell(ColumnType.WHOLE_NUMBER, F("id")), "text": Cell(ColumnType.TEXT, F("text")), "time": TIME,
    "codes": CODES,
}  # fmt: skip
AT, THEN = "2026-01-02 03:04:05.6+00", "2026-01-02T03:04:05.600000"


@given(st.lists(st.integers(0, 400), max_size=9), st.integers(1, 90))
def test_rows_can_be_cut_anywhere_on_their_way(cuts, enough):
    begin, end = marks("LATER")
    rows = {
        "csv": f'1,"a""\n,EN",{begin}{AT}\x02,{begin}[]{end}\n2,,{begin}{AT}\x02,{begin}LATER3p2x{end}\n'
        f"3,,{begin}\x02,{begin}[]{end}\n",
        "json": f'1\x02a"\\n,EN\x02{AT}\x02[]\n2\x02\x02{AT}\x02LATER3p2x\n3\x02\\N\x02\\N\x02[]\n',
    }
    files = []
    for form, copies in (("csv", csv_columns([*CELLS.values()], "LATER")), ("json", json_columns(CELLS, "LATER"))):
        files.append(io.BytesIO())
        filled = WithLater(files[-1], FORMS[form], {3: CODES.later}, is_waiting=False)
        lines = FORMS[form].lines(copies.columns, copies.end, "LATER", filled.take)
        lines._enough = enough
        data = rows[form].encode()
        places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
        for start, stop in pairwise(places):
            lines.write(data[start:stop])
        lines.finish()
        filled.finish()
        assert filled.rows == 3
    assert files[0].getvalue().decode() == (
        f'1,"a""\n,EN",{THEN}+00:00,[]\r\n2,,{THEN}+00:00,"[""code 2"",""more""]"\r\n3,,,[]\r\n'
    )
    assert files[1].getvalue().decode() == (
        f'{{"id":1,"text":"a\\"\\n,EN","time":"{THEN}Z","codes":[]}}\n'
        f'{{"id":2,"text":"","time":"{THEN}Z","codes":["code 2","more"]}}\n'
        f'{{"id":3,"text":null,"time":null,"codes":[]}}\n'
    )


@pytest.mark.django_db
def test_only_columns_of_the_table_itself_that_are_never_null_are_taken_to_have_no_null(fay):
    """Django says of a key to another table that it is that table's, which is never null."""
    studies = CaseStudy.objects.annotate(named=F("place__name"))
    may_be_null = {
        name: cell_of(studies, name).may_be_null for name in ("slug", "organisation", "place", "place__name", "named")
    }
    assert may_be_null == {"slug": False, "organisation": False, "place": True, "place__name": True, "named": True}
    make_case_study(fay)
    names = ["id", "slug", "place", "organisation", "documents", "started_on"]
    rows, reader = CaseStudy.objects.order_by("pk"), CaseStudySerializer.reader(names)
    for fmt in ("csv", "jsonl"):
        table = Table(columns_of(CaseStudySerializer, reader.names), stream(rows, reader))
        assert written(fmt, replace(table, copied=copied_columns(rows, reader))) == written(fmt, table)


@pytest.mark.django_db
def test_a_list_with_a_column_that_postgresql_writes_otherwise_is_not_copied():
    rows = Place.objects.annotate(number=Value(0.1, FloatField()))
    for names in (["id"], ["id", "number"]):
        assert copied_columns(rows, RowReader({name: Column((name,)) for name in names})) is None


def test_rows_with_parts_are_in_their_places(dataset):
    rows = [
        {"reference": f"R{n}", "kind": "recommendation" if n % 3 else "complaint", "narrative": "x"} for n in range(9)
    ]
    load_records(dataset, rows)
    for fmt in ("csv", "jsonl"):
        ours, copied = both(fmt, visible(), None)
        assert copied == ours
        assert ours[1] == 9


@pytest.mark.parametrize("names", [["issues", "codes"], ["codes", "id", "withheld"], ["issues", "recommendations"]])
def test_parts_of_which_there_are_none_take_no_column_unless_there_is_no_other(dataset, names):
    load_records(dataset, [{"reference": f"R{n}"} for n in range(3)])
    for fmt in ("csv", "jsonl"):
        ours, copied = both(fmt, visible(), names)
        assert copied == ours


def test_objects_that_need_other_quotation_marks_than_postgresql_gave_them(dataset):
    extra = [{"recommendation.type": "a"}, {"ward": "b"}, {}, {"recommendation.type": "a", "ward": "-c"}]
    load_records(dataset, [{"reference": f"R{n}", "extra": orjson.dumps(one).decode()} for n, one in enumerate(extra)])
    for names in (["id", "extra"], ["extra", "id"], ["extra", "updated_at", "subject"], ["currency", "extra"]):
        ours, copied = both("csv", visible(), names)
        assert copied == ours
    assert ours[0].splitlines()[1:] == [
        b",{}", b',"{""ward"":""b""}"', b",{}", b',"{""ward"":""-c""}"',
    ]  # fmt: skip


def test_parts_in_a_line_that_begins_with_a_sign_are_quoted_once(dataset):
    """All texts of such a line are in quotes, the place of the parts too."""
    rows = [{"reference": f"R{n}", "kind": "recommendation", "narrative": 'a "b"', "amount": n - 1} for n in range(3)]
    load_records(dataset, rows)
    ours, copied = both("csv", visible(), ["amount", "recommendations", "codes", "id"])
    assert copied == ours
    assert ours[0].splitlines()[1].startswith(b'"-1","[{""')


@pytest.mark.django_db(transaction=True)
def test_a_child_that_ends_early_is_an_error_and_never_a_short_file():
    """The whole way outside of a transaction: a process that copies, frames, the file."""
    Place.objects.bulk_create(Place(name=f"Place {n}", country="NL") for n in range(3_000))
    last = Place.objects.order_by("-pk").values_list("pk", flat=True)[0]
    rows = Place.objects.order_by("pk")
    name = Cell(ColumnType.TEXT, F("name"))
    for divided, is_whole in ((F("pk") - last - 1, True), (F("pk") - last, False)):
        cells = {"name": name, "number": Cell(ColumnType.WHOLE_NUMBER, Value(9) / divided)}
        for write in (CopiedRows.write_csv, CopiedRows.write_json_lines):
            file = io.BytesIO()
            with one_state("default"), nullcontext() if is_whole else pytest.raises(RuntimeError, match="by zero"):
                assert write(CopiedRows(rows, lambda cells=cells: cells), file) == 3_000
            if is_whole:
                assert file.getvalue().count(b"\n") == 3_000
