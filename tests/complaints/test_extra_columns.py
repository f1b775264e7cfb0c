"""`extra=columns`: what records have in `extra` as columns of an export."""

import csv
import io
import json

import pytest

from complaints import extra_columns
from exports.actions import start_export
from exports.jobs import EXPORTS
from exports.writers import WRITERS
from exports.writers.spooled import ShortFile
from jobs.running import run
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db
EXPORT = "/api/v1/complaint-records/export/"
EXTRA = [
    {"Region": "North", 'a "b", c': "=1+1"},
    {"Region": "", "Ünit": "ward", "recommendation.type": "internal"},
    {},
]
NAMES = ["extra_Region", 'extra_a "b", c', "extra_Ünit"]


@pytest.fixture
def dataset(alpha):
    dataset = make_dataset(alpha, access="public", narrative_access="consortium")
    load_records(dataset, [{"extra": json.dumps(extra)} for extra in EXTRA])
    return dataset


def content_of(client, query, status=200):
    answer = client.get(f"{EXPORT}?extra=columns&{query}")
    assert answer.status_code == status, answer.content
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_each_name_is_a_column_with_its_texts(client_of, rita, dataset):
    lines = content_of(client_of(rita), "format=jsonl&fields=reference,extra,kind").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [list(row) for row in rows] == [["reference", *NAMES, "kind"]] * 3
    assert [[row[name] for name in NAMES] for row in rows] == [
        ["North", "=1+1", None], ["", None, "ward"], [None, None, None],
    ]  # fmt: skip
    table = list(csv.reader(io.StringIO(content_of(client_of(rita), "format=csv&fields=id,extra").decode("utf-8-sig"))))
    assert table[0] == ["id", *NAMES]
    assert table[1][1:] == ["North", "'=1+1", ""]


@pytest.mark.parametrize("fmt", list(WRITERS))
def test_every_format_has_them_and_the_codebook_names_them(client_of, rita, dataset, fmt):
    client = client_of(rita)
    assert content_of(client, f"format={fmt}")
    query = "/api/v1/complaint-records/?extra=columns"
    columns = client.get("/api/v1/exports/codebook/", {"query": query}).json()["columns"]
    found = {one["name"]: (one["label"], one["type"]) for one in columns}
    assert found["extra_Region"] == ("Region", "text")
    assert "extra" not in found
    explained = json.loads(content_of(client, f"format={fmt}&explain=1"))
    assert (explained["rows"]["value"], explained["route"]["name"]) == (3, "file")


def test_withheld_columns_are_not_even_named(client, dataset):
    [first, *_] = content_of(client, "format=jsonl&fields=id,extra").splitlines()
    assert list(json.loads(first)) == ["id"]


def test_a_stored_file_is_closed_with_the_letters(charlie, client_of, dataset, monkeypatch):
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    monkeypatch.setattr("exports.jobs.wake_worker", lambda job: None)
    export = start_export(query="/api/v1/complaint-records/?fields=id,extra&extra=columns", fmt="csv", by=charlie)
    run(EXPORTS, export.pk)
    export.refresh_from_db()
    assert (export.state, export.rows) == ("finished", 3)
    assert f"letters of {dataset.pk}" in export.rights
    dataset.narrative_access = "restricted"
    dataset.save()
    assert client_of(charlie).get(f"/api/v1/exports/{export.pk}/file/").status_code == 410


def test_too_many_are_refused_with_their_number(client_of, rita, dataset, monkeypatch):
    monkeypatch.setattr(extra_columns, "MOST", 2)
    problem = json.loads(content_of(client_of(rita), "format=csv", status=400))
    assert "3 columns" in problem["errors"][0]["message"]
    assert content_of(client_of(rita), "format=csv&extra.Region=North")


@pytest.mark.parametrize("query", ["format=csv&fields=id", "format=csv&extra=rows"])
def test_what_makes_no_sense_is_refused(client_of, rita, dataset, query):
    answer = client_of(rita).get(f"{EXPORT}?{'' if 'extra=' in query else 'extra=columns&'}{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "extra"


def test_a_column_that_came_while_rows_were_read_is_no_short_file():
    rows = iter([[1, {"a": "x"}], [2, {"b": "y"}]])
    with pytest.raises(ShortFile):
        list(extra_columns._spread(rows, 1, ["a"]))
