import base64
import csv
import hashlib
import io

import orjson
import pytest
from django.http import HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from registry.models import Place
from registry.serializers import PlaceSerializer
from rest import exports
from rest.problems import TooLarge


def written(fmt, names, rows):
    file = io.BytesIO()
    count, digest = exports.write(file, fmt, names, rows)
    return file.getvalue(), count, digest


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=8))
def test_no_cell_of_a_csv_is_a_formula_and_all_else_survives(texts):
    body, count, _ = written("csv", ["text"], [{"text": text} for text in texts])
    cells = [row[0] if row else "" for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))][1:]
    assert count == len(texts)
    for cell, text in zip(cells, texts, strict=True):
        assert not cell.startswith(exports.FORMULA_STARTS)
        assert cell == (f"'{text}" if text.startswith(exports.FORMULA_STARTS) else text)


def test_jsonl_keeps_every_value_as_it_is():
    rows = [{"text": "=1+1", "n": 1, "none": None, "list": ["a"]}]
    body, count, digest = written("jsonl", ["text"], rows)
    assert [orjson.loads(line) for line in body.splitlines()] == rows
    assert count == 1
    assert digest == hashlib.sha256(body).digest()


@pytest.fixture
def request_for_places(db):
    Place.objects.bulk_create(Place(name=f"p{i}", country="NL") for i in range(5))
    request = HttpRequest()
    request.method = "GET"
    request.path = "/api/v1/places/export/"
    return request


def export(request, **options):
    rows = Place.objects.order_by("pk")
    return exports.export(request, name="places", queryset=rows, reader=PlaceSerializer.reader(), **options)


@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
def test_an_export_says_how_many_rows_and_which_bytes(request_for_places, fmt):
    answer = export(request_for_places, fmt=fmt)
    body = b"".join(answer.streaming_content)
    answer.close()
    assert answer["Lipse-Rows"] == "5"
    assert answer["Content-Length"] == str(len(body))
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
    assert "places-" in answer["Content-Disposition"]


def test_the_same_export_again_is_304(request_for_places):
    first = export(request_for_places, fmt="csv")
    request_for_places.META["HTTP_IF_NONE_MATCH"] = first["ETag"]
    again = export(request_for_places, fmt="csv")
    # Closed last: the end of a request drops the connection that this test's transaction is on.
    first.close()
    assert again.status_code == 304


def test_too_many_rows_are_refused_with_their_number(request_for_places):
    with pytest.raises(TooLarge) as refused:
        export(request_for_places, fmt="csv", limit=4)
    assert refused.value.extra == {"rows": 5, "limit": 4, "exports": "/api/v1/exports/"}
