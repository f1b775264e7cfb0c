"""PostgreSQL writes lines of CSV and JSON Lines itself: the same bytes as the program writes from the rows."""

import csv
import io
from dataclasses import replace
from datetime import UTC

import orjson
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import FloatField, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.api import ComplaintRecordViewSet
from complaints.models import ComplaintRecord
from complaints.serializers import RecordSerializer
from exports.copied_lines import _may_need_guard
from exports.tables import Table
from exports.viewsets import columns_of, copied_columns, stream
from exports.writers import WRITERS
from exports.writers.delimited import lines_of
from registry.models import Place
from registry.serializers import PlaceSerializer
from rest.serializers import Column, RowReader
from tests.factories.complaints import load_records, make_dataset

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NASTY = st.text(st.sampled_from("=+-@＝\"'\\ ;|,.\t\n\r\v\x85\u2028\u00a0\ufeff{}[]:1aé–’🦊"), max_size=8)
FIXED = ["", "-5", "-5,25", "1e-5", "null", "\\.", "\\N", "\\v", "a,\n-b", '","', '": ", "', "=1", "x;+1", "\x01\x0b"]
WORDS = st.one_of(NASTY, TEXT, st.sampled_from(FIXED))
DAYS = st.one_of(st.none(), st.dates())
TIMES = st.datetimes(timezones=st.just(UTC))
AMOUNTS = st.one_of(st.none(), st.decimals(-(10**13), 10**13, places=2))
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


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_a_line_that_passes_the_quick_check_needs_no_guard(words):
    file = io.StringIO(newline="")
    csv.writer(file).writerow(words)
    as_it_is = file.getvalue().encode()
    assert _may_need_guard(as_it_is) or lines_of([words]) == as_it_is


@pytest.mark.django_db
@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
def test_columns_of_any_list_are_copied_as_they_are_stored(fmt):
    Place.objects.bulk_create(Place(name=name, country="NL") for name in ("=1+1", 'a"b', "é;-x", "\\v"))
    rows, reader = Place.objects.order_by("pk"), PlaceSerializer.reader(["id", "name", "country"])
    table = Table(columns_of(PlaceSerializer, reader.names), stream(rows, reader))
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
