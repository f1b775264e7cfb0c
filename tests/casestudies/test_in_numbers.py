"""Case studies, events, participation and contributions as tables: listed, counted, exported, with a codebook."""

import csv
import io

import pytest

from casestudies.actions.events import record_participation
from casestudies.models import Contribution
from exports.asked import canonical
from tests.factories.casestudies import make_case_study, make_contribution, make_event

API = "/api/v1"
NOUNS = ("case-studies", "events", "contributions", "participation")
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(ada, bob):
    """An open case study with an event of 14 people and two contributions, one decided, beside a draft."""
    case = make_case_study(ada, country="NL", access="public", state="approved", reviewer=bob)
    event = make_event(case, ada)
    for group, people in (("citizen", 12), ("manager", 2)):
        record_participation(event=event, values={"group": group, "people": people}, by=ada)
    decided = make_contribution(case, ada)
    Contribution.objects.filter(pk=decided.pk).update(decision="accepted", decided_on="2026-11-21")
    make_contribution(case, ada)
    make_case_study(ada, country="DE")
    return case


def rows_of(client, noun, query=""):
    answer = client.get(f"{API}/{noun}/export/?format=csv{query}")
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert answer["Lipse-Rows"] == str(len(rows))
    return rows


@pytest.mark.parametrize("noun", NOUNS)
def test_a_file_has_the_rows_and_columns_of_the_list(client, case, noun):
    listed = client.get(f"{API}/{noun}/?ordering=id").json()["results"]
    rows = rows_of(client, noun)
    assert [row["id"] for row in rows] == [str(one["id"]) for one in listed]
    assert list(rows[0]) == list(listed[0])
    codebook = client.get(f"{API}/exports/codebook/", {"query": f"{API}/{noun}/"}).json()
    assert [column["name"] for column in codebook["columns"]] == list(rows[0])


def test_participation_is_a_table_of_people_by_group(client, case):
    rows = rows_of(client, "participation", f"&case_study={case.slug}")
    assert [(row["group"], row["people"], row["country"]) for row in rows] == [
        ("citizen", "12", "NL"), ("manager", "2", "NL"),
    ]  # fmt: skip
    assert rows_of(client, "participation", "&country=DE") == []


def test_the_format_of_events_is_not_that_of_the_file(client, case):
    assert len(rows_of(client, "events", "&format__in=workshop")) == 1
    assert rows_of(client, "events", "&format__in=survey") == []
    assert canonical(f"{API}/events/?format=survey&page_size=5") == f"{API}/events/export/?format__in=survey"
    assert canonical(f"{API}/events/export/?format=csv") == f"{API}/events/export/"
    appended = client.get("/events.csv?format=survey")["Location"]
    assert appended == f"{API}/events/export/?format=csv&format__in=survey"
    assert not list(csv.DictReader(b"".join(client.get(appended).streaming_content).decode("utf-8-sig").splitlines()))


def test_fields_are_counted_without_their_own_filter(client, client_of, ada, case):
    found = client.get(f"{API}/contributions/facets/?field=decision,country").json()
    assert {value["value"]: value["count"] for value in found["decision"]["values"]} == {"accepted": 1}
    assert [(value["value"], value["label"], value["count"]) for value in found["country"]["values"]] == [
        ("NL", "Netherlands", 2)
    ]
    mine = client_of(ada).get(f"{API}/case-studies/facets/?field=country&country=NL").json()
    assert {value["value"]: value["count"] for value in mine["country"]["values"]} == {"NL": 1, "DE": 1}
    # What one has no access to is not counted.
    public = client.get(f"{API}/case-studies/facets/?field=country").json()
    assert {value["value"]: value["count"] for value in public["country"]["values"]} == {"NL": 1}


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("", "field", "required"),
        ("?field=colour", "field", "unknown_field"),
        ("?field=country&x=1", "x", "unknown_parameter"),
    ],
)
def test_a_wrong_question_is_answered_with_what_there_is(client, case, query, field, code):
    answer = client.get(f"{API}/events/facets/{query}")
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["field"], error["code"]) == (400, field, code)


def test_what_was_created_is_answered_with_its_parts_as_before(client_of, ada, case):
    body = {"case_study": case.slug, "kind": "idea", "text": "Benches", "group": "citizen"}
    answer = client_of(ada).post(f"{API}/contributions/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert "source" in answer.json()
