"""Counts of values that are stored for each dataset are those of its records, or are not used."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import partitions, value_counts
from complaints.models import ValueCounts, ValueGroup
from complaints.tasks import count_values
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db
FACETS = "/api/v1/complaint-records/facets/"
ROWS = [
    {"finding": "upheld", "country": "NL", "respondent": "A", "received_on": "2019-05-01"},
    {"finding": "upheld", "country": "BE", "respondent": "B, Inc.", "closed_on": "2020-01-01"},
    {"finding": "", "country": "NL", "respondent": "", "received_on": "2020-05-01", "channel": "Letter"},
]


def facets(client, number, **params):
    """All facets. Another `number` of values makes another answer, which is in no cache."""
    return client.get(FACETS, {"field": ",".join(value_counts.FIELDS), "values": number, **params}).json()


def reads_records(queries):
    return any('FROM "complaints_complaintrecord"' in query["sql"] for query in queries)


def test_stored_counts_are_those_of_the_records(api_client, alpha):
    for rows in (ROWS, ROWS[:2]):
        load_records(make_dataset(alpha), rows)
    counted = facets(api_client, 60)

    count_values()
    with CaptureQueriesContext(connection) as queries:
        stored = facets(api_client, 61)

    assert stored == counted
    assert not reads_records(queries)


def test_a_facet_of_filtered_records_is_counted_and_its_own_filter_does_not_count(api_client, alpha):
    load_records(make_dataset(alpha), ROWS)
    count_values()

    found = facets(api_client, 60, country="NL")

    assert {value["value"]: value["count"] for value in found["country"]["values"]} == {"NL": 2, "BE": 1}
    assert {value["value"]: value["count"] for value in found["finding"]["values"]} == {"upheld": 1, "": 1}


def test_counts_of_an_earlier_version_are_not_used_and_are_renewed(api_client, alpha):
    dataset = make_dataset(alpha)
    load_records(dataset, ROWS)
    count_values()
    load_records(dataset, ROWS[:1])

    changed = facets(api_client, 60)

    assert changed["finding"]["total"] == 4
    assert (value_counts.renew(), value_counts.renew()) == (1, 0)
    assert facets(api_client, 61) == changed


def test_stored_counts_are_shown_to_whom_the_records_are(api_client, alpha):
    load_records(make_dataset(alpha), ROWS)
    load_records(make_dataset(alpha, access="restricted"), ROWS)
    count_values()

    assert facets(api_client, 60)["finding"]["total"] == 3


def test_a_field_with_more_values_than_are_stored_is_counted(api_client, alpha, monkeypatch):
    monkeypatch.setattr(value_counts, "MOST_STORED", 1)
    load_records(make_dataset(alpha), ROWS)

    count_values()

    assert ValueCounts.objects.get(field="finding").counts is None
    assert facets(api_client, 60)["finding"]["total"] == 3


def test_counts_leave_with_their_records(alpha):
    dataset = make_dataset(alpha)
    load_records(dataset, ROWS)
    count_values()

    with connection.cursor() as cursor:
        partitions.detach(cursor, dataset.pk)

    assert not ValueCounts.objects.exists()
    assert not ValueGroup.objects.exists()


@pytest.mark.parametrize(
    "params",
    [
        {"country": "NL"},
        {"country__in": "NL,BE", "finding__not": "upheld"},
        {"finding__isnull": "true"},
        {"finding": "upheld", "country": "BE", "status": "open"},
        {"dataset": "two"},
        {"dataset__not": "one", "country": "NL"},
        {"kind": "finding"},
    ],
)
def test_facets_of_filtered_records_are_the_same_from_stored_groups(api_client, alpha, params):
    for slug, rows in (("one", ROWS), ("two", ROWS[:2])):
        load_records(make_dataset(alpha, slug=slug), rows)
    asked = {"field": ",".join((*value_counts.GROUPED, "dataset")), **params}
    counted = api_client.get(FACETS, {**asked, "values": 60}).json()

    count_values()
    with CaptureQueriesContext(connection) as queries:
        grouped = api_client.get(FACETS, {**asked, "values": 61}).json()

    assert grouped == counted
    assert not reads_records(queries)


def test_a_filter_that_groups_do_not_have_reads_the_records(api_client, alpha):
    load_records(make_dataset(alpha), ROWS)
    count_values()

    found = api_client.get(FACETS, {"field": "country,finding", "channel": "Letter"}).json()

    assert {value["value"]: value["count"] for value in found["country"]["values"]} == {"NL": 1}


def test_groups_of_an_earlier_version_are_not_used_and_leave_later(api_client, alpha):
    dataset = make_dataset(alpha)
    for rows in (ROWS, ROWS[:1]):
        load_records(dataset, rows)
        count_values()
    load_records(dataset, ROWS[1:2])

    found = api_client.get(FACETS, {"field": "finding", "country": "NL"}).json()

    assert found["finding"]["total"] == 3
    count_values()
    assert ValueGroup.objects.values_list("version", flat=True).distinct().count() == 2


def test_too_many_groups_are_not_stored(api_client, alpha, monkeypatch):
    monkeypatch.setattr(value_counts, "MOST_GROUPS", 2)
    load_records(make_dataset(alpha), ROWS)

    count_values()

    assert not ValueGroup.objects.exists()
    assert api_client.get(FACETS, {"field": "finding", "country": "NL"}).json()["finding"]["total"] == 2
