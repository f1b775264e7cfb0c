"""An office's own list of recommendations: a row is a record with its recommendation, response and follow-ups."""

import pytest
from django.urls import reverse

from complaints.models import ComplaintRecord
from imports.actions import undo_import
from imports.jobs.run import run_import
from imports.mapping import read_definition
from imports.recipe import recipe_named
from tests.factories.imports import csv_of, import_bytes, make_dataset

pytestmark = pytest.mark.django_db
LIST = "/api/v1/complaint-records/"
HEADER = (
    "Number,Recipient,Inquiry,Status,Made,Closed,Recommendation,Reply Text,Due date,Management response,Action plan"
)
ROWS = [
    "001/24,Rail Company,RO-1,Open,2024-02-22,,Teach first aid to all the people on trains,,2024-12-31,Accepted,Hire",
    "002/20,Air Company,AO-1,Closed acceptable,2020-01-05,2021-03-01,Check all of the engines every week,We did,,,",
    "003/20,Air Company,AO-1,Shelved,2020-01-06,,Look at all of the engines twice every week,,,Rejected,",
]


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha, slug="taic", title="TAIC", recipe="recommendation-records", access="public",
                        narrative_access="public")  # fmt: skip


def load(dataset, rows=ROWS, **options):
    run = import_bytes(dataset, csv_of(rows, header=HEADER), name="recommendations.csv", **options)
    assert run.state == "loaded", run.error_message
    return run


def shown(api_client, reference):
    answer = api_client.get(LIST, {"reference": reference})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"][0]


def undone(run, by):
    undo_import(run=run, by=by)
    run_import(run.pk)
    run.refresh_from_db()
    return run.state


def test_a_row_is_a_record_its_recommendation_the_response_and_a_follow_up(api_client, dataset):
    run = load(dataset)

    record = shown(api_client, "001/24")
    [advice] = record["recommendations"]

    assert (record["kind"], record["status"], record["status_raw"]) == ("recommendation", "open", "Open")
    assert (record["respondent"], record["received_on"], record["case_reference"]) == (
        "Rail Company", "2024-02-22", "RO-1",
    )  # fmt: skip
    assert advice["addressee"] == "Rail Company"
    assert advice["text"].startswith("Teach first aid")
    assert (advice["made_on"], advice["due_on"]) == ("2024-02-22", "2024-12-31")
    assert advice["response"]["decision"] == "accepted"
    assert advice["response"]["promised_action"] == "Hire"
    assert advice["follow_ups"] == [
        {"observed_on": None, "assessor": "", "scale": "TAIC status", "raw_value": "Open", "value": "under-way",
         "promised_action": "", "dataset": "taic",
         "provenance": {"import": run.pk, "file_sha256": run.source_file.sha256, "line": 2}}
    ]  # fmt: skip
    assert not [name for name in record["extra"] if "recommendation." in name]


def test_the_day_it_was_closed_is_the_day_its_state_was_observed(api_client, dataset):
    load(dataset)
    record = shown(api_client, "002/20")
    [step] = record["recommendations"][0]["follow_ups"]
    assert (step["raw_value"], step["value"], step["observed_on"]) == ("Closed acceptable", "implemented", "2021-03-01")
    assert (record["status"], record["closed_on"]) == ("closed", "2021-03-01")
    assert record["recommendations"][0]["response"]["text"] == "We did"


def test_an_unknown_value_of_the_source_is_stored_beside_an_empty_value(api_client, dataset):
    load(dataset)
    [step] = shown(api_client, "003/20")["recommendations"][0]["follow_ups"]
    assert (step["raw_value"], step["value"]) == ("Shelved", "")


def test_each_import_adds_a_follow_up_and_undo_removes_it(api_client, dataset, bob):
    load(dataset)
    before = shown(api_client, "001/24")
    rows = [ROWS[0].replace("Open,2024-02-22,,", "Closed acceptable,2024-02-22,2025-01-31,"), *ROWS[1:]]
    second = load(dataset, rows)
    assert (second.updated, second.unchanged) == (1, 2)

    [advice] = shown(api_client, "001/24")["recommendations"]
    assert [(s["raw_value"], s["observed_on"]) for s in advice["follow_ups"]] == [
        ("Open", None), ("Closed acceptable", "2025-01-31"),
    ]  # fmt: skip

    assert undone(second, bob) == "undone"
    after = shown(api_client, "001/24")
    assert {**after, "updated_at": 0} == {**before, "updated_at": 0}


def test_what_only_a_recommendation_has_is_compared_too(dataset):
    load(dataset)
    assert load(dataset).unchanged == 3
    assert load(dataset, [ROWS[0].replace("2024-12-31", "2025-06-30"), *ROWS[1:]]).updated == 1


def test_a_mapping_decides_what_the_values_of_the_source_mean(api_client, dataset):
    definition = load(dataset).mapping.definition
    definition["fields"]["progress"]["words"] = {"open": "not-implemented", "shelved": "no-longer-applicable"}
    definition["fields"]["scale"] = {"constant": "Our own scale"}
    recipe = recipe_named("recommendation-records")

    run = load(dataset, definition=read_definition(definition, recipe, latest_year=2026))

    assert run.updated == 3
    [step] = shown(api_client, "003/20")["recommendations"][0]["follow_ups"][-1:]
    assert (step["value"], step["scale"]) == ("no-longer-applicable", "Our own scale")
    assert shown(api_client, "003/20")["status"] == "closed"


def test_later_observations_of_another_table_join_the_series(api_client, alpha, dataset):
    later = make_dataset(alpha, slug="later", title="Audit", recipe="follow-ups", linked_with=dataset, access="public",
                         narrative_access="public")  # fmt: skip
    rows = ["001/24,2025-03-01,Promise kept,Ann's office", "001/24,2024-06-01,Promise being kept,Ann's office"]
    import_bytes(later, csv_of(rows, header="recommendation number,observed on,status,assessed by"))

    load(dataset)

    steps = shown(api_client, "001/24")["recommendations"][0]["follow_ups"]
    assert [(s["raw_value"], s["scale"], s["value"]) for s in steps] == [
        ("Open", "TAIC status", "under-way"), ("Promise being kept", "Audit status", "under-way"),
        ("Promise kept", "Audit status", "implemented"),
    ]  # fmt: skip


def test_a_plain_record_of_the_kind_recommendation_shows_the_same(api_client, alpha):
    plain = make_dataset(alpha, slug="plain", title="TAIC", access="public", narrative_access="public")
    load(plain)

    [advice] = shown(api_client, "002/20")["recommendations"]

    assert (advice["addressee"], advice["made_on"]) == ("Air Company", "2020-01-05")
    assert [(s["scale"], s["value"], s["observed_on"]) for s in advice["follow_ups"]] == [
        ("TAIC status", "implemented", "2021-03-01")
    ]


def test_texts_are_withheld_with_the_records(api_client, dataset):
    load(dataset)
    dataset.narrative_access = "restricted"
    dataset.save()

    record = shown(api_client, "002/20")

    assert "narrative" not in record
    assert record["recommendations"][0]["text"] is None
    assert record["recommendations"][0]["response"]["text"] is None
    assert record["recommendations"][0]["addressee"] == "Air Company"


def test_the_page_of_a_recommendation_shows_its_follow_ups_and_its_text_once(client, dataset):
    load(dataset)
    pk = ComplaintRecord.objects.get(reference="001/24").pk

    html = client.get(reverse("record-detail", args=[pk])).content.decode()

    assert html.count("Teach first aid") == 2  # as it is read, and in the row as the file has it
    assert "Promised action" in html
    assert "Under way" in html
    assert "31 Dec 2024" in html
