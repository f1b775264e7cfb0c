"""Counts per value: each facet ignores its own filter, small ones are suppressed, and list, count and export agree."""

import contextlib
import json
import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints import partitions
from complaints.selectors import facets as facet_selectors
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db
LIST = "/api/v1/complaint-records/"


def facets(client, field, **params):
    answer = client.get(f"{LIST}facets/", {"field": field, **params})
    assert answer.status_code == 200, answer.content
    return answer.json()


def counts(facet):
    return {value["value"]: value["count"] for value in facet["values"]}


def test_each_facet_ignores_its_own_filter(api_client, alpha):
    rows = [{"finding": "upheld", "country": "NL"}] * 3 + [{"finding": "not-upheld", "country": "BE"}] * 2
    load_records(make_dataset(alpha), rows)

    found = facets(api_client, "finding,country", finding="upheld")

    assert counts(found["finding"]) == {"upheld": 3, "not-upheld": 2}
    assert counts(found["country"]) == {"NL": 3}


def test_values_have_labels_and_so_have_empty_ones(api_client, alpha):
    load_records(make_dataset(alpha, title="Letters", slug="letters"), [{"finding": "partly-upheld"}, {"finding": ""}])
    found = facets(api_client, "finding,dataset,received_year")
    assert {value["label"] for value in found["finding"]["values"]} == {"Partly upheld", "Not recorded"}
    assert found["dataset"]["values"][0] | {"value": "letters", "label": "Letters"} == found["dataset"]["values"][0]
    assert counts(found["received_year"]) == {"": 2}


def test_small_counts_of_readable_records_are_exact(api_client, alpha):
    rows = [{"finding": "upheld"}] * 12 + [{"finding": "not-upheld"}] * 3
    load_records(make_dataset(alpha, disclosure_threshold=10), rows)

    found = facets(api_client, "finding")["finding"]

    assert counts(found) == {"upheld": 12, "not-upheld": 3}
    assert (found["total"], found["suppressed"], found["rounded_to"]) == (15, False, None)


def test_cached_facets_end_with_the_next_load(api_client, alpha):
    dataset = make_dataset(alpha)
    load_records(dataset, [{"finding": "upheld"}])
    first = counts(facets(api_client, "finding")["finding"])
    load_records(dataset, [{"finding": "upheld"}])
    assert first == {"upheld": 1}
    assert counts(facets(api_client, "finding")["finding"]) == {"upheld": 2}


def test_cached_facets_are_not_shown_to_a_person_with_less_access(api_client, token_for, alpha, rita):
    load_records(make_dataset(alpha, access="restricted"), [{"finding": "upheld"}])
    bearer = {"Authorization": f"Bearer {token_for(rita)}"}
    seen = api_client.get(f"{LIST}facets/", {"field": "finding"}, headers=bearer).json()
    assert counts(seen["finding"]) == {"upheld": 1}
    assert counts(facets(api_client, "finding")["finding"]) == {}


@pytest.mark.django_db(transaction=True)
def test_a_facet_that_takes_too_long_is_reported(api_client, alpha, monkeypatch):
    """It waits for a table that somebody else holds, so it takes longer than any limit."""
    dataset = make_dataset(alpha)
    load_records(dataset, [{"finding": "upheld"}])
    monkeypatch.setattr(facet_selectors, "TIME_LIMIT_MS", 300)
    with held(partitions.table_of(dataset.pk)):
        found = facets(api_client, "finding")["finding"]
    assert found == {"values": [], "total": None, "suppressed": True, "more": 0, "timed_out": True, "rounded_to": None}


@contextlib.contextmanager
def held(table):
    """A table that another connection has locked, for ten seconds at most."""
    is_held, enough = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            is_held.set()
            enough.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait(10)
    try:
        yield
    finally:
        enough.set()
        thread.join()


WRONG = (
    {},
    {"field": "narrative"},
    {"field": "finding", "country": "XX"},
    {"field": "finding", "values": "0"},
    {"field": "finding", "page_size": "5"},
)


@pytest.mark.parametrize("params", WRONG)
def test_a_wrong_query_is_a_problem_document(api_client, alpha, params):
    answer = api_client.get(f"{LIST}facets/", params)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


class TestParity:
    """List, count, facets and export use one filter object."""

    @pytest.fixture
    def loaded(self, alpha):
        rows = [
            {
                "country": ["NL", "BE", "DE", ""][n % 4], "finding": ["upheld", "not-upheld", ""][n % 3],
                "kind": ["complaint", "finding"][n % 2], "language": ["en", "nl"][n % 2],
                "received_on": f"202{n % 4}-0{1 + n % 9}-15" if n % 5 else None,
                "closed_on": f"202{4 + n % 2}-0{1 + n % 9}-15" if n % 3 else None,
                "subject": ["Roof repairs", "Noise at night", "Water bill"][n % 3], "channel": ["web", ""][n % 2],
            }
            for n in range(60)
        ]  # fmt: skip
        load_records(make_dataset(alpha, slug="one"), rows[:40])
        load_records(make_dataset(alpha, slug="two"), rows[40:])

    parts = st.fixed_dictionaries(
        {},
        optional={
            "country": st.sampled_from(["NL", "BE"]),
            "country__not": st.sampled_from(["NL", "NL,DE"]),
            "finding__in": st.sampled_from(["upheld", "upheld,not-upheld"]),
            "finding__isnull": st.sampled_from(["true", "false"]),
            "kind": st.sampled_from(["complaint", "finding"]),
            "dataset": st.sampled_from(["one", "two"]),
            "received_on__gte": st.sampled_from(["2021-01-01", "2022-06-01"]),
            "received_on__isnull": st.sampled_from(["true", "false"]),
            "days_open__gte": st.sampled_from(["0", "900"]),
            "channel__isnull": st.sampled_from(["true", "false"]),
            "search": st.sampled_from(["roof", "night -roof", "water or roof", '"water bill"']),
        },
    )

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(parts)
    def test_list_count_facets_and_export_agree(self, api_client, loaded, params):
        page = api_client.get(LIST, params | {"page_size": "1000", "count": "exact"}).json()
        listed = {row["id"] for row in page["results"]}
        exported = api_client.get(f"{LIST}export/", params | {"format": "jsonl"})
        lines = [json.loads(line) for line in b"".join(exported.streaming_content).splitlines()]
        status = facets(api_client, "status,currency", **params)

        assert page["count"] == {"value": len(listed), "exact": True}
        assert {line["id"] for line in lines} == listed
        assert exported["Lipse-Rows"] == str(len(listed))
        assert status["status"]["total"] == status["currency"]["total"] == len(listed)


def test_an_export_withholds_what_the_list_does(api_client, alpha):
    load_records(make_dataset(alpha, narrative_access="restricted"), [{"reference": "A", "narrative": "secret"}])
    answer = api_client.get(f"{LIST}export/", {"format": "csv"})
    body = b"".join(answer.streaming_content)
    assert b"secret" not in body
    assert b"withheld" in body


@pytest.mark.parametrize("fmt", ["pdf", "json-stat", ""])
def test_a_format_that_is_not_there_names_those_that_are(api_client, alpha, fmt):
    answer = api_client.get(f"{LIST}export/", {"format": fmt})
    assert answer.status_code == 400
    assert "csv, jsonl, xlsx, parquet, sav, dta" in answer.json()["errors"][0]["message"]
