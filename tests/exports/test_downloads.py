"""A table as an answer: rows, digest and query in the headers, 304 for the same bytes, 413 for too many."""

import base64
import hashlib
import io

import orjson
import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from exports.downloads import download, format_of
from exports.limits import count_at_most
from exports.tables import ColumnType, MissingKind, Table, text_columns
from exports.viewsets import columns_of, stream
from exports.writers import AGGREGATES, WRITERS
from registry.models import Place
from registry.serializers import PlaceSerializer
from rest.problems import TooLarge


def written(fmt, names, rows):
    file = io.BytesIO()
    count = WRITERS[fmt].write(Table(text_columns(names), iter(rows)), file)
    return file.getvalue(), count


def test_jsonl_contains_every_value_unchanged():
    names = ["text", "n", "none", "list"]
    rows = [["=1+1", 1, None, ["a"]], ["b", -2, True, []]]
    body, count = written("jsonl", names, rows)
    assert [orjson.loads(line) for line in body.splitlines()] == [dict(zip(names, row, strict=True)) for row in rows]
    assert count == 2


def test_a_missing_value_is_the_code_of_its_kind_in_every_format():
    rows = [[MissingKind(".r", "Refused")]]
    assert written("jsonl", ["a"], rows)[0] == b'{"a":".r"}\n'
    assert written("csv", ["a"], rows)[0] == b"\xef\xbb\xbfa\r\n.r\r\n"


@pytest.mark.parametrize(("fmt", "empty"), [("csv", b"\xef\xbb\xbfa,b\r\n"), ("jsonl", b"")])
def test_a_table_without_rows_is_written_too(fmt, empty):
    assert written(fmt, ["a", "b"], []) == (empty, 0)


def test_columns_are_named_typed_and_labelled_by_the_serializer():
    columns = {column.name: column for column in columns_of(PlaceSerializer, PlaceSerializer.reader().names)}
    assert columns["id"].type == ColumnType.WHOLE_NUMBER
    assert columns["name"].type == ColumnType.TEXT
    assert columns["country"].labels["NL"] == "Netherlands"


@pytest.fixture
def request_for_places(db):
    Place.objects.bulk_create(Place(name=f"p{i}", country="NL") for i in range(5))
    request = HttpRequest()
    request.method = "GET"
    request.path = "/api/v1/places/export/"
    return request


def export(request, fmt):
    rows = Place.objects.order_by("pk")
    reader = PlaceSerializer.reader()
    table = Table(columns_of(PlaceSerializer, reader.names), stream(rows, reader))
    return download(request, table, fmt=fmt, name="places-today", described_by="/api/v1/schema/")


@pytest.mark.parametrize("fmt", WRITERS)
def test_an_export_has_its_row_count_and_checksum(request_for_places, fmt):
    answer = export(request_for_places, fmt=fmt)
    body = b"".join(answer.streaming_content)
    answer.close()
    assert answer["Lipse-Rows"] == "5"
    assert answer["Content-Length"] == str(len(body))
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
    assert f'filename="places-today.{WRITERS[fmt].ending}"' in answer["Content-Disposition"]
    assert answer["Lipse-Query"] == "/api/v1/places/export/"
    assert answer["Link"] == '</api/v1/schema/>; rel="describedby"'


def test_the_same_export_again_is_304(request_for_places):
    first = export(request_for_places, fmt="csv")
    request_for_places.META["HTTP_IF_NONE_MATCH"] = first["ETag"]
    again = export(request_for_places, fmt="csv")
    # Closed last: the end of a request drops the connection that this test's transaction is on.
    first.close()
    assert again.status_code == 304


def test_a_value_that_a_format_cannot_contain_is_an_error_of_the_format(request_for_places):
    table = Table(text_columns(["a"]), iter([["x" * 33_000]]))
    with pytest.raises(ValidationError) as refused:
        download(request_for_places, table, fmt="xlsx", name="a")
    [error] = refused.value.error_dict["format"]
    assert error.code == "format_unfit"
    assert "column “a” has 33000 in row 1" in error.message


def test_a_format_is_one_of_those_offered():
    assert format_of("sav") == "sav"
    assert format_of("json-stat", AGGREGATES) == "json-stat"
    for unknown in ("json-stat", "", "XLSX"):
        with pytest.raises(ValidationError, match="Allowed: csv, jsonl, xlsx, parquet, sav, dta"):
            format_of(unknown)


@pytest.mark.usefixtures("request_for_places")
def test_too_many_rows_are_refused_with_their_number():
    with pytest.raises(TooLarge) as refused:
        count_at_most(Place.objects.order_by("pk"), 4)
    assert refused.value.extra == {"rows": 5, "limit": 4, "exports": "/api/v1/exports/"}
