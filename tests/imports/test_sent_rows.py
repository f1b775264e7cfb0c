"""Rows that a program sends to a dataset: an import like those of files, with every row accounted for."""

import json
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import AuditEvent
from accounts.roles import Role
from complaints.models import ComplaintRecord
from imports.jobs.run import run_import
from imports.models import Import
from imports.sent_rows import as_file
from tests.conftest import person_at
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset, undo

ROWS = "/api/v1/datasets/letters/rows/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def as_bob(api_client, token_for, bob):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}")
    return api_client


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha, country="NL")


def row(number, **values):
    return {
        "reference": f"R{number}", "kind": "complaint", "subject": f"Letter {number}", "received_on": "2026-01-31",
        **values,
    }  # fmt: skip


def send(client, rows, **options):
    answer = client.post(ROWS, {"rows": rows, **options}, format="json")
    if answer.status_code == 202:
        run_import(answer.json()["id"])
    return answer


def followed(client, answer):
    return client.get(answer["Location"]).json()


def test_rows_are_created_and_changed_as_an_import_that_can_be_undone(as_bob, dataset, bob):
    first = send(as_bob, [row(n, finding="upheld", amount=12.5, Region={"name": "Noord"}) for n in range(1, 4)])
    assert first.status_code == 202, first.content
    loaded = followed(as_bob, first)
    assert (loaded["state"], loaded["result"], loaded["rows"], loaded["created"]) == ("finished", "loaded", 3, 3)

    second = followed(as_bob, send(as_bob, [row(1, finding="not-upheld"), row(2, finding="upheld"), row(9)]))
    assert (second["created"], second["updated"], second["unchanged"]) == (1, 2, 0)
    shown = {one["reference"]: one for one in as_bob.get("/api/v1/complaint-records/").json()["results"]}
    assert {name: one["finding"] for name, one in shown.items()} == {
        "R1": "not-upheld", "R2": "upheld", "R3": "upheld", "R9": "",
    }  # fmt: skip
    # A row is the whole record: what it does not name is empty.
    assert (shown["R3"]["amount"], shown["R2"]["amount"]) == ("12.5", None)
    assert shown["R3"]["extra"] == {"Region.name": "Noord"}
    assert {one["country"] for one in shown.values()} == {"NL"}
    assert shown["R9"]["provenance"]["import"] == second["id"]
    # The number of a line is that of its row.
    assert shown["R9"]["provenance"]["line"] == 3
    assert AuditEvent.objects.filter(action="import.received", actor=bob).count() == 2

    undo(Import.objects.get(pk=second["id"]), bob)
    assert set(ComplaintRecord.objects.values_list("reference", "finding")) == {
        ("R1", "upheld"), ("R2", "upheld"), ("R3", "upheld"),
    }  # fmt: skip


def test_each_row_that_is_not_loaded_is_named(as_bob, dataset):
    sent = send(
        as_bob, [row(1), row(2, received_on="31.1.2026"), row(3, kind="letter"), row(1), row(1, subject="Other")]
    )
    loaded = followed(as_bob, sent)
    counts = ("rows", "created", "updated", "unchanged", "quarantined", "skipped")
    assert [loaded[name] for name in counts] == [5, 1, 0, 0, 3, 1]
    problems = as_bob.get(f"/api/v1/imports/{loaded['id']}/problems/").json()["results"]
    assert [(one["record"], one["line"], one["column"], one["code"]) for one in problems] == [
        (2, 2, "received_on", "not_a_date"), (3, 3, "kind", "unknown_choice"), (4, 4, "reference", "repeated_row"),
        (5, 5, "reference", "duplicate_key"),
    ]  # fmt: skip


def test_all_or_nothing_loads_nothing_where_one_row_is_wrong(as_bob, dataset):
    rows = [row(1), row(2, received_on="soon")]
    refused = followed(as_bob, send(as_bob, rows, all_or_nothing=True))
    assert (refused["state"], refused["error"]["code"], refused["all_or_nothing"]) == ("refused", "not_all_rows", True)
    assert "1 of 2 rows" in refused["error"]["message"]
    [problem] = as_bob.get(f"/api/v1/imports/{refused['id']}/problems/").json()["results"]
    assert (problem["record"], problem["code"]) == (2, "not_a_date")
    assert not ComplaintRecord.objects.exists()

    # The same rows loaded in part do not make the request true that wants all of them.
    assert followed(as_bob, send(as_bob, rows))["created"] == 1
    assert followed(as_bob, send(as_bob, rows, all_or_nothing=True))["error"]["code"] == "not_all_rows"
    assert followed(as_bob, send(as_bob, [row(1), row(2)], all_or_nothing=True))["created"] == 1


def test_a_request_that_is_sent_again_with_its_key_is_the_same_import(as_bob, dataset):
    key = str(uuid4())
    first = send(as_bob, [row(1)], key=key)
    followed(as_bob, send(as_bob, [row(1, subject="Changed since")]))
    again = send(as_bob, [row(1)], key=key)
    assert (first.status_code, again.status_code) == (202, 200)
    assert (again["Location"], again.json()["id"]) == (first["Location"], first.json()["id"])
    assert ComplaintRecord.objects.get().subject == "Changed since"

    for other in ({"rows": [row(2)]}, {"rows": [row(1)], "dry_run": True}, {"rows": [row(1)], "all_or_nothing": True}):
        refused = as_bob.post(ROWS, {**other, "key": key}, format="json")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:lipse:problem:key_used")
    assert Import.objects.count() == 2


def test_a_key_is_that_of_one_person(as_bob, dataset, alpha, token_for):
    send(as_bob, [row(1)], key="one")
    colleague = APIClient(HTTP_AUTHORIZATION=f"Bearer {token_for(person_at(alpha, 'dina', Role.DATA_MANAGER))}")
    assert colleague.post(ROWS, {"rows": [row(2)], "key": "one"}, format="json").status_code == 202


def test_who_may_not_manage_the_dataset_sends_no_rows(api_client, token_for, dataset, rita, charlie, bob):
    for person, scope, status in ((rita, "write", 403), (charlie, "write", 403), (bob, "read", 403)):
        api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(person, scope)}")
        assert send(api_client, [row(1)]).status_code == status
    dataset.access = "restricted"
    dataset.save()
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(charlie)}")
    assert send(api_client, [row(1)]).status_code == 404
    assert not Import.objects.exists()


def test_a_dry_run_loads_nothing(as_bob, dataset):
    checked = followed(as_bob, send(as_bob, [row(1), row(2, kind="?")], dry_run=True))
    assert (checked["result"], checked["created"], checked["quarantined"]) == ("checked", 1, 1)
    assert not ComplaintRecord.objects.exists()


def test_members_of_other_names_have_a_mapping(as_bob, dataset, bob):
    run = import_bytes(dataset, csv_of(letters(12)), by=bob)
    definition = run.mapping.definition
    rows = [
        {
            "id": "L00001",
            "date received": "2019-03-02",
            "title": "Letter 1",
            "narrative": "Changed",
            "outcome": "Upheld",
        }
    ]
    loaded = followed(as_bob, send(as_bob, rows, mapping=definition))
    assert (loaded["updated"], loaded["mapping_version"]) == (1, 1)


def test_rows_of_parts_need_no_reference(as_bob, alpha, dataset):
    make_dataset(alpha, slug="issues", recipe="issues", linked_with=dataset)
    rows = [{"record_reference": "R1", "scheme": "hcat", "category": "listening"}]
    sent = as_bob.post("/api/v1/datasets/issues/rows/", {"rows": rows}, format="json")
    run_import(sent.json()["id"])
    assert followed(as_bob, sent)["created"] == 1


def test_case_studies_and_contributions_are_written_so_too(as_bob, alpha):
    make_dataset(alpha, slug="cases", recipe="case-studies")
    rows = [{"reference": "17", "title": "Benches", "country": "NL", "keywords": ["parks", "seats"]}]
    sent = as_bob.post("/api/v1/datasets/cases/rows/", {"rows": rows}, format="json")
    run_import(sent.json()["id"])
    [case] = as_bob.get("/api/v1/case-studies/").json()["results"]
    assert (case["working_title"], case["keywords"]) == ("Benches", ["parks", "seats"])


@pytest.mark.parametrize(
    ("body", "status", "field", "code"),
    [
        ({}, 400, "rows", "required"),
        ({"rows": []}, 400, "rows", "empty"),
        ({"rows": [{"reference": "1", "kind": "complaint"}, "text"]}, 400, "rows.1", "not_a_dict"),
        ({"rows": {"reference": "1"}}, 400, "rows", "not_a_list"),
        ({"rows": [row(1)], "key": "two words"}, 400, "key", "invalid"),
        ({"rows": [row(1)], "colour": 1}, 400, "colour", "unknown_member"),
        ({"rows": [{"reference": "1", "subject": "A"}]}, 400, "", "mapping_incomplete"),
        ({"rows": [{"reference": "1", "kind": "complaint"}]}, 400, "", "mapping_incomplete"),
        ({"rows": [row(1)], "mapping": {"fields": {"colour": {"column": "x"}}}}, 400, "", "bad_mapping"),
    ],
)
def test_a_request_that_is_wrong_is_answered_with_what_is(as_bob, dataset, body, status, field, code):
    answer = as_bob.post(ROWS, body, format="json")
    assert answer.status_code == status, answer.content
    found = answer.json()
    named = [(one["field"], one["code"]) for one in found["errors"]] or [("", found["type"].rpartition(":")[2])]
    assert (field, code) in named
    assert not Import.objects.exists()


def test_too_many_rows_are_led_to_files(as_bob, dataset):
    answer = as_bob.post(ROWS, {"rows": [{"a": 1}] * 10_001}, format="json")
    assert (answer.status_code, answer.json()["rows"]) == (413, 10_001)
    assert "/api/v1/imports/" in answer.json()["detail"]
    large = as_bob.post(ROWS, {"rows": [{"a": "x" * 8_000_000}]}, format="json")
    assert large.status_code == 413


def test_only_a_file_may_be_as_large_as_a_file(as_bob, dataset):
    answer = as_bob.post("/api/v1/imports/", {"dataset": "letters", "sha256": "a" * 3_000_000}, format="json")
    assert answer.status_code == 413


def test_a_dataset_whose_first_file_decides_its_recipe_takes_no_rows(as_bob, alpha):
    make_dataset(alpha, slug="open", recipe="auto")
    answer = as_bob.post("/api/v1/datasets/open/rows/", {"rows": [row(1)]}, format="json")
    assert (answer.status_code, "no_recipe" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\u0000"', "1e999", '{"a": {"b": [1, {"c": null}]}}', '["a|b"]'])
def test_any_json_becomes_a_cell_or_is_refused(as_bob, dataset, text):
    body = f'{{"rows": [{{"reference": "1", "kind": "complaint", "subject": "A", "more": {text}}}]}}'
    answer = as_bob.post(ROWS, body, content_type="application/json")
    if answer.status_code == 202:
        run_import(answer.json()["id"])
        assert followed(as_bob, answer)["rows"] == 1
    else:
        assert answer.status_code == 400, answer.content


def test_rows_that_are_nested_without_end_are_refused(as_bob, dataset):
    deep = "[" * 5_000 + "]" * 5_000
    answer = as_bob.post(ROWS, f'{{"rows": [{{"reference": {deep}}}]}}', content_type="application/json")
    assert answer.status_code == 400, answer.content


def test_a_file_of_rows_has_one_on_each_line():
    rows = [{"a": "line\nbreak"}, {"a": "é"}]
    text = as_file(rows).decode("ascii")
    assert (json.loads(text), text.count("\n")) == (rows, 1)
