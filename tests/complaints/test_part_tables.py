"""Issues, recommendations and follow-ups of records as tables that join with the table of records."""

import csv
import io
import json

import pytest

from accounts.models import AuditEvent
from exports.actions import start_export
from exports.jobs import EXPORTS
from exports.writers import WRITERS
from jobs.running import run
from tests.complaints.test_parts_recipes import ADVICE, FILES, ISSUES, LATER, LETTERS, load
from tests.factories.imports import make_dataset

pytestmark = pytest.mark.django_db
LIST = "/api/v1/complaint-records/"
KINDS = ("issues", "recommendations", "follow-ups")
assert {ADVICE, ISSUES, LATER, LETTERS} == set(FILES.values())


def datasets_of(alpha, **fields):
    main = make_dataset(alpha, slug="letters", **fields)
    recipes = {"issues": "issues", "advice": "recommendations", "later": "follow-ups"}
    return {
        "letters": main,
        **{
            name: make_dataset(alpha, slug=name, recipe=one, linked_with=main, **fields)
            for name, one in recipes.items()
        },
    }


@pytest.fixture
def datasets(alpha):
    found = datasets_of(alpha, access="consortium", narrative_access="consortium")
    load(found, "letters", "issues", "advice", "later")
    return found


@pytest.fixture
def browser(client_of, rita, datasets):
    return client_of(rita)


def file_of(client, kind, fmt="jsonl", **params):
    answer = client.get(f"{LIST}{kind}/export/", {"format": fmt, **params})
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def rows_of(client, kind, **params):
    return [json.loads(line) for line in file_of(client, kind, **params).splitlines()]


def test_each_table_has_the_parts_of_the_records_and_joins(browser):
    records = {row["id"]: row for row in browser.get(LIST).json()["results"]}
    issues, advice, later = (rows_of(browser, kind) for kind in KINDS)
    for name, rows in (("issues", issues), ("recommendations", advice)):
        wanted = [(pk, place) for pk, record in sorted(records.items()) for place, _ in enumerate(record[name], 1)]
        assert [(row["record_id"], row["number"]) for row in rows] == wanted
    assert [(row["record_reference"], row["scheme"], row["category"], row["severity"]) for row in issues] == [
        ("L00001", "HCAT 1", "Listening", 2), ("L00001", "HCAT 1", "Quality", 0), ("L00002", "HCAT 1", "Safety", 3),
    ]  # fmt: skip
    for row in advice:
        part = records[row["record_id"]]["recommendations"][row["number"] - 1]
        assert (row["text"], row["decision"], row["reply"]) == (
            part["text"], part["response"]["decision"], part["response"]["text"],
        )  # fmt: skip
        assert row["provenance"] == part["provenance"]
    seen = [
        (pk, place, number, one["raw_value"])
        for pk, record in sorted(records.items())
        for place, part in enumerate(record["recommendations"], 1)
        for number, one in enumerate(part["follow_ups"], 1)
    ]
    assert [(row["record_id"], row["recommendation"], row["number"], row["raw_value"]) for row in later] == seen
    assert len(seen) == 5


def test_filters_are_those_of_the_records_and_fields_choose_columns(browser):
    assert {row["record_reference"] for row in rows_of(browser, "issues", reference="L00002")} == {"L00002"}
    assert [list(row) for row in rows_of(browser, "issues", reference="L00002", fields="record_id,category")] == [
        ["record_id", "category"]
    ]
    for query in ("colour=red", "fields=colour"):
        assert browser.get(f"{LIST}issues/export/?format=csv&{query}").status_code == 400


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fmt", list(WRITERS))
def test_every_format_and_the_codebook_of_each_table(browser, kind, fmt):
    content = file_of(browser, kind, fmt)
    columns = browser.get("/api/v1/exports/codebook/", {"query": f"{LIST}{kind}/"}).json()["columns"]
    names = [column["name"] for column in columns]
    assert names[:3] == ["record_id", "record_dataset", "record_reference"]
    if fmt == "csv":
        assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == names
    types = {column["name"]: column["type"] for column in columns}
    assert types["record_id"] == "whole-number"
    if kind == "recommendations":
        assert types["made_on"] == "day"
        assert {one["value"] for one in next(c for c in columns if c["name"] == "decision")["labels"]} >= {"accepted"}


def test_texts_that_are_withheld_and_records_of_others_are_in_no_table(client, client_of, rita, charlie, alpha):
    shown = datasets_of(alpha, access="public", narrative_access="restricted")
    load(shown, "letters", "issues", "advice", "later")
    [first, *_] = rows_of(client, "recommendations")
    assert (first["text"], first["reply"], first["promised_action"], first["decision"]) == (
        None,
        None,
        None,
        "accepted",
    )
    assert rows_of(client_of(rita), "recommendations")[0]["text"] == "Answer letters in time"
    assert AuditEvent.objects.filter(action="letters.exported").exists()
    for one in shown.values():
        one.access = "restricted"
        one.save()
    for kind in KINDS:
        assert rows_of(client_of(charlie), kind) == []


def test_more_parts_than_a_download_can_have_are_413(browser, monkeypatch):
    monkeypatch.setattr("complaints.api.parts.LIMIT", 2)
    answer = browser.get(f"{LIST}issues/export/?format=csv")
    assert (answer.status_code, answer.json()["limit"]) == (413, 2)
    assert "/api/v1/exports/" in answer.json()["detail"]
    assert file_of(browser, "issues", "csv", reference="L00001")


def test_an_explanation_counts_the_parts(browser):
    found = browser.get(f"{LIST}follow-ups/export/?format=csv&explain=1").json()
    assert found["rows"] == {"value": 5, "exact": True}
    assert not AuditEvent.objects.filter(action="letters.exported").exists()


def test_an_export_in_the_background_is_closed_with_the_dataset_of_the_parts(datasets, charlie, client_of, monkeypatch):
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    monkeypatch.setattr("exports.jobs.wake_worker", lambda job: None)
    export = start_export(query=f"{LIST}issues/", fmt="csv", by=charlie)
    run(EXPORTS, export.pk)
    export.refresh_from_db()
    assert (export.state, export.rows, export.error_message) == ("finished", 3, "")
    client = client_of(charlie)
    answer = client.get(f"/api/v1/exports/{export.pk}/file/")
    assert b"".join(answer.streaming_content) == file_of(client, "issues", "csv")
    datasets["issues"].access = "restricted"
    datasets["issues"].save()
    assert client.get(f"/api/v1/exports/{export.pk}/file/").status_code == 410
