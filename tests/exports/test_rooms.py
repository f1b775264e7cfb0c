"""Files of several rooms are exported in the same way."""

import csv
import io
from functools import reduce
from operator import getitem

import orjson
import pytest

from exports.writers import WRITERS
from rest.explain import MEDIA_TYPE
from tests.exports.reading import excel, parquet, spss, stata
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(alpha, bob):
    """A load of 30 rows, of which the fourth has no date."""
    rows = letters(30)
    rows[3] = "L00004,=1+1,@title,text,Upheld"
    return import_bytes(make_dataset(alpha), csv_of(rows), by=bob)


def test_quarantined_rows_are_exported(api_client, token_for, bob, run):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}")
    answer = api_client.get(f"/api/v1/imports/{run.pk}/quarantine/export/", {"format": "jsonl"})
    [row] = [orjson.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert row["record"] == 4
    assert "=1+1" in str(row["cells"])
    assert answer["Lipse-Rows"] == "1"


def test_a_download_of_a_page_has_the_headers_of_an_api_export(client_of, bob, run):
    answer = client_of(bob).get(f"/imports/{run.pk}/problems.csv")
    body = b"".join(answer.streaming_content)
    lines = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert body.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Length"] == str(len(body))
    assert answer["Lipse-Rows"] == str(len(lines))
    assert answer["Lipse-Query"] == f"/imports/{run.pk}/problems.csv"
    assert answer["Repr-Digest"].startswith("sha-256=:")
    assert f'filename="import-{run.pk}-problems.csv"' in answer["Content-Disposition"]


def read(fmt, data):
    """Rows of a file as dicts of plain values, as an independent reader sees them."""
    if fmt == "xlsx":
        head, *rows = excel(data)
        return [dict(zip(head, row, strict=True)) for row in rows]
    if fmt == "parquet":
        return parquet(data).to_pylist()
    values, _ = spss(data) if fmt == "sav" else stata(data)
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


@pytest.mark.parametrize("fmt", ["xlsx", "parquet", "sav", "dta"])
def test_records_are_the_same_in_every_format(api_client, alpha, bob, fmt):
    run = import_bytes(make_dataset(alpha, access="public"), csv_of(letters(30)), by=bob)
    address = "/api/v1/complaint-records/export/"
    lines = [orjson.loads(line) for line in b"".join(api_client.get(address, {"format": "jsonl"})).splitlines()]
    answer = api_client.get(address, {"format": fmt})
    data = b"".join(answer.streaming_content)
    rows = read(fmt, data)
    assert run.created == len(rows) == int(answer["Lipse-Rows"]) == 30
    assert answer["Content-Type"] == WRITERS[fmt].media_type
    assert answer["Content-Disposition"].endswith(f'.{fmt}"')
    for row, line in zip(rows, lines, strict=True):
        for name in ("id", "reference", "finding", "subject", "days_open"):
            assert (row[name] or None) == (line[name] or None), name
        assert str(row["received_on"])[:10] == line["received_on"]
        assert row["updated_at"].strftime("%Y-%m-%dT%H:%M:%S") == line["updated_at"][:19]
        assert orjson.loads(row["provenance"]) == line["provenance"]


def test_a_facet_is_a_file_too(api_client, alpha, bob):
    import_bytes(make_dataset(alpha, access="public"), csv_of(letters(30)), by=bob)
    address = "/api/v1/complaint-records/facets/"
    facet = api_client.get(address, {"field": "finding"}).json()["finding"]
    answer = api_client.get(f"{address}export/", {"field": "finding", "format": "json-stat"})
    found = orjson.loads(b"".join(answer.streaming_content))
    counts = {value["value"]: value["count"] for value in facet["values"]}
    assert answer["Content-Type"] == "application/json"
    assert dict(zip(found["dimension"]["finding"]["category"]["index"], found["value"], strict=True)) == counts
    assert found["note"] == [f"Total: {facet['total']}"]
    answer = api_client.get(f"{address}export/", {"field": "finding", "format": "csv"})
    lines = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert {line["finding"]: int(line["records"]) for line in lines} == counts


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"field": "finding"}, "invalid_choice"),
        ({"format": "csv"}, "required"),
        ({"field": "finding,country", "format": "csv"}, "one_field"),
        ({"field": "colour", "format": "csv"}, "unknown_field"),
        ({"field": "finding", "format": "csv", "values": "5"}, "unknown_parameter"),
    ],
)
def test_a_wrong_query_of_a_facet_as_a_file_is_refused(api_client, query, code):
    answer = api_client.get("/api/v1/complaint-records/facets/export/", query)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def named_in(document, part):
    """What stands in an operation, or in the components of the document for it."""
    _root, *steps = part.get("$ref", "#").split("/")
    return reduce(getitem, steps, document) if steps else part


def test_the_openapi_document_names_every_format_and_media_type(api_client):
    document = orjson.loads(api_client.get("/api/v1/schema/").content)
    export = document["paths"]["/api/v1/complaint-records/export/"]["get"]
    parameters = {one["name"]: one for one in (named_in(document, each) for each in export["parameters"])}
    assert set(parameters["format"]["schema"]["enum"]) == set(WRITERS)
    of_files = {writer.media_type for writer in WRITERS.values()}
    assert set(named_in(document, export["responses"]["200"])["content"]) == of_files | {MEDIA_TYPE}
    facet = document["paths"]["/api/v1/complaint-records/facets/export/"]["get"]
    assert "application/json" in named_in(document, facet["responses"]["200"])["content"]
    assert {named_in(document, one)["name"] for one in facet["parameters"]} >= {"field", "format"}


def test_the_openapi_document_names_why_a_kept_file_cannot_be_had(api_client):
    document = orjson.loads(api_client.get("/api/v1/schema/").content)
    answers = document["paths"]["/api/v1/exports/{pk}/file/"]["get"]["responses"]
    assert {"200", "206", "304", "404", "409", "410", "416"} <= set(answers)
    assert {"Content-Range", "Repr-Digest", "Accept-Ranges"} <= set(named_in(document, answers["206"])["headers"])
    assert "Content-Range" in named_in(document, answers["416"])["headers"]
    started = document["paths"]["/api/v1/exports/"]["post"]["responses"]["202"]
    assert "Location" in named_in(document, started)["headers"]
