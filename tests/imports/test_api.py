"""Datasets and imports in the REST API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from imports.actions import compare_imports
from imports.jobs.run import run_import
from imports.models import Dataset, Import
from jobs.models import JobState
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_bob(api_client, token_for, bob):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}")
    return api_client


def test_a_data_manager_makes_and_edits_a_dataset(as_bob, alpha):
    made = as_bob.post("/api/v1/datasets/", {"slug": "letters", "title": "Letters"}, format="json")
    edited = as_bob.patch("/api/v1/datasets/letters/", {"licence": "CC0", "access": "public"}, format="json")

    assert made.status_code == 201, made.content
    assert edited.status_code == 200, edited.content
    assert edited.json()["licence"] == "CC0"
    assert Dataset.objects.get().access == "public"


def test_a_reader_may_not(api_client, token_for, rita):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(rita)}")

    assert api_client.post("/api/v1/datasets/", {"slug": "x", "title": "X"}, format="json").status_code == 403


def test_creating_a_dataset_with_a_slug_taken_a_moment_before_is_refused(as_bob, alpha, monkeypatch):
    check = Dataset.full_clean

    def somebody_else_comes_between(self, *arguments, **options):
        check(self, *arguments, **options)
        monkeypatch.setattr(Dataset, "full_clean", check)
        make_dataset(alpha)

    monkeypatch.setattr(Dataset, "full_clean", somebody_else_comes_between)
    late = as_bob.post("/api/v1/datasets/", {"slug": "letters", "title": "Letters"}, format="json")

    assert late.status_code == 400, late.content
    assert [error["code"] for error in late.json()["errors"]] == ["unique"]


def test_columns_and_mapping_of_a_file_can_be_read_changed_and_sent_again(as_bob, alpha, bob):
    dataset = make_dataset(alpha)
    run = import_bytes(dataset, csv_of(letters(30)), by=bob)

    columns = {column["name"]: column for column in as_bob.get(f"/api/v1/imports/{run.pk}/columns/").json()}
    mapping = as_bob.get(f"/api/v1/imports/{run.pk}/mapping/").json()

    assert (columns["date received"]["type"], columns["date received"]["format"]) == ("date", "%Y-%m-%d")
    assert (columns["outcome"]["values"], columns["outcome"]["label"]) == ({"Upheld": 30}, "")
    assert mapping["version"] == 1
    changed = mapping["definition"]
    del changed["fields"]["finding"]
    file = SimpleUploadedFile("letters.csv", csv_of(letters(30)))
    body = {"dataset": "letters", "file": file, "mapping": json.dumps(changed)}
    sent = as_bob.post("/api/v1/imports/", body, format="multipart")
    run_import(sent.json()["id"])
    answer = as_bob.get(f"/api/v1/imports/{sent.json()['id']}/").json()
    assert (answer["result"], answer["updated"], answer["mapping_version"]) == ("loaded", 30, 2)


def test_an_import_that_is_not_read_yet_has_neither_columns_nor_a_mapping(as_bob, alpha):
    make_dataset(alpha)
    file = SimpleUploadedFile("letters.csv", csv_of(letters(30)))
    number = as_bob.post("/api/v1/imports/", {"dataset": "letters", "file": file}, format="multipart").json()["id"]

    assert as_bob.get(f"/api/v1/imports/{number}/columns/").json() == []
    assert as_bob.get(f"/api/v1/imports/{number}/mapping/").status_code == 404


def test_a_file_is_sent_and_its_import_followed(as_bob, alpha):
    make_dataset(alpha)
    file = SimpleUploadedFile("letters.csv", csv_of(letters(30)))

    sent = as_bob.post("/api/v1/imports/", {"dataset": "letters", "file": file}, format="multipart")

    assert sent.status_code == 201, sent.content
    run_import(sent.json()["id"])
    answer = as_bob.get(f"/api/v1/imports/{sent.json()['id']}/").json()
    assert (answer["state"], answer["result"], answer["error"]) == ("finished", "loaded", None)
    assert (answer["created"], answer["mapping_version"]) == (30, 1)


def test_a_file_sent_before_is_named_by_its_hash(as_bob, alpha, bob):
    dataset = make_dataset(alpha)
    run = import_bytes(dataset, csv_of(letters(30)), by=bob)

    sent = as_bob.post(
        "/api/v1/imports/", {"dataset": "letters", "sha256": run.source_file.sha256, "dry_run": True}, format="json"
    )

    assert sent.status_code == 201, sent.content
    assert Import.objects.count() == 2


def test_quarantined_rows_are_listed_with_their_problems(as_bob, alpha, bob):
    rows = letters(30)
    rows[6] = rows[6].replace("2019-03-08", "2019-13-08")
    run = import_bytes(make_dataset(alpha), csv_of(rows), by=bob)

    answer = as_bob.get(f"/api/v1/imports/{run.pk}/quarantine/").json()

    row = answer["results"][0]
    assert (row["line"], row["problems"][0]["code"]) == (8, "not_a_date")
    assert "is not a date" in row["problems"][0]["message"]


@pytest.mark.parametrize("path", ["", "quarantine/", "columns/", "mapping/"])
def test_a_strangers_import_is_not_there(api_client, token_for, charlie, alpha, bob, path):
    run = import_bytes(make_dataset(alpha), csv_of(letters(30)), by=bob)
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(charlie)}")

    assert api_client.get(f"/api/v1/imports/{run.pk}/{path}").status_code == 404


def test_a_file_that_cannot_be_read_is_a_problem_document(as_bob, alpha):
    make_dataset(alpha)

    answer = as_bob.post(
        "/api/v1/imports/", {"dataset": "letters", "file": SimpleUploadedFile("a.csv", b"")}, format="multipart"
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "empty_file"


def test_a_mapping_that_is_none_is_a_problem_document(as_bob, alpha):
    make_dataset(alpha)
    file = SimpleUploadedFile("letters.csv", csv_of(letters(30)))

    answer = as_bob.post(
        "/api/v1/imports/", {"dataset": "letters", "file": file, "mapping": '{"fields": {"zz": {"column": "id"}}}'},
        format="multipart",
    )  # fmt: skip

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "bad_mapping"


def test_imports_and_comparisons_are_in_states_of_the_same_words(as_bob, alpha, bob):
    dataset = make_dataset(alpha)
    first, second = (import_bytes(dataset, csv_of(letters(number)), by=bob) for number in (30, 31))
    compare_imports(older=first, newer=second, by=bob)

    runs = as_bob.get("/api/v1/imports/?state=finished&result=loaded").json()["results"]
    waiting = as_bob.get("/api/v1/comparisons/?state=waiting").json()["results"]
    others = as_bob.get("/api/v1/imports/?state__not=finished").json()["results"]
    wrong = as_bob.get("/api/v1/imports/?state=loaded")

    assert {(run["state"], run["result"]) for run in runs} == {("finished", "loaded")}
    assert ([one["newer"] for one in waiting], others) == ([second.pk], [])
    assert wrong.status_code == 400
    assert set(Import.STATES.values()) == set(JobState)
    assert set(Import.STATES) == set(Import.State)
