"""PostgreSQL writes lines of CSV and JSON Lines itself: the same bytes as the program writes from the rows."""

import io
from dataclasses import replace
from datetime import UTC

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.copying import copied_records
from complaints.models import ComplaintRecord
from complaints.serializers import RecordSerializer
from exports.tables import Table
from exports.viewsets import columns_of, stream
from exports.writers import WRITERS
from tests.factories.complaints import load_records, make_dataset

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NASTY = st.text(st.sampled_from("=+-@＝\"'\\ ;|,.\t\n\r\v\x85\u2028\u00a0\ufeff{}[]:1aé–’🦊"), max_size=8)
WORDS = st.one_of(NASTY, TEXT, st.sampled_from(["", "-5", "-5,25", "1e-5", "null", "\\.", "a,\n-b", '","', '\': ", "']))
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


def both(fmt, records, names):
    """The file that the program writes, and that which PostgreSQL writes."""
    reader = RecordSerializer.reader(names)
    table = Table(columns_of(RecordSerializer, reader.names), stream(records.order_by("pk"), reader))
    return written(fmt, table), written(fmt, replace(table, copied=copied_records(records, reader)))


def visible():
    from django.contrib.auth.models import AnonymousUser

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
