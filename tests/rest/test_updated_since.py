"""Whoever asks again and again for what was updated since misses nothing, however late a change becomes visible."""

import pytest
from django.db import connection

from complaints import partitions
from tests.exports.copies import another_connection
from tests.factories.casestudies import make_case_study
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)
RECORDS = "/api/v1/complaint-records/"
BEFORE = "2026-03-01T00:00:00Z"
TOUCH = "UPDATE complaints_complaintrecord SET updated_at = statement_timestamp() WHERE id = %s"


def changed_since(client, moment):
    """Rows by id with their times, and the time to ask with next."""
    body = client.get(RECORDS, {"updated_since": moment}).json()
    return {row["id"]: row["updated_at"] for row in body["results"]}, body["updated_until"]


def touch(connected, pk):
    with connected.cursor() as cursor:
        cursor.execute(TOUCH, [pk])


@pytest.mark.parametrize("asks_with", ["the time of the answer", "the latest time of a row"])
def test_a_record_whose_transaction_ended_after_a_poll_is_in_the_next_one(alpha, api_client, asks_with):
    slow, fast = load_records(make_dataset(alpha), [{}, {}])
    seen, until = changed_since(api_client, "2026-01-01T00:00:00Z")
    found = {}

    with another_connection() as other:
        touch(other, slow)
        touch(connection, fast)
        first, until_then = changed_since(api_client, until)
        other.commit()
    latest = max([until, *first.values()])
    found, _until = changed_since(api_client, until_then if asks_with == "the time of the answer" else latest)

    assert set(seen) == {slow, fast}
    assert slow in found and fast in found


def test_what_a_running_transaction_could_precede_is_shown_when_it_has_ended(alpha, api_client):
    slow, fast = load_records(make_dataset(alpha), [{"updated_at": BEFORE}, {}])
    start = "2026-10-01T00:00:00Z"

    with another_connection() as other:
        touch(other, slow)
        touch(connection, fast)
        during, _until = changed_since(api_client, start)
        other.rollback()
    after, _until = changed_since(api_client, start)

    assert fast not in during
    assert fast in after and after[slow] == BEFORE


def test_a_transaction_that_only_reads_holds_nothing_back(alpha, api_client):
    [pk] = load_records(make_dataset(alpha), [{}])

    with another_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM complaints_complaintrecord")
        touch(connection, pk)
        found, _until = changed_since(api_client, "2026-10-01T00:00:00Z")

    assert set(found) == {pk}


def test_records_of_a_first_load_are_new_when_they_appear_not_when_they_were_written(alpha, api_client):
    dataset = make_dataset(alpha)
    ids = load_records(dataset, [{"updated_at": BEFORE}])
    with connection.cursor() as cursor:
        partitions.detach(cursor, dataset.pk)
    before, until = changed_since(api_client, "2026-10-01T00:00:00Z")
    with connection.cursor() as cursor:
        partitions.attach(cursor, dataset.pk)

    after, _until = changed_since(api_client, until)

    assert before == {} and set(after) == set(ids)


def test_later_pages_do_not_give_a_time_to_ask_with(alpha, api_client):
    load_records(make_dataset(alpha), [{}, {}])

    first = api_client.get(RECORDS, {"updated_since": "2026-01-01T00:00:00Z", "page_size": 1}).json()
    second = api_client.get(first["next"]).json()

    assert "updated_until" in first and "updated_until" not in second


def test_every_list_with_times_of_change_keeps_to_the_horizon(alpha, ada, client_of):
    browser, slow, fast = client_of(ada), make_case_study(ada), make_case_study(ada)
    touch_case = "UPDATE casestudies_casestudy SET updated_at = statement_timestamp() WHERE id = %s"
    body = browser.get("/api/v1/case-studies/", {"updated_since": "2026-01-01T00:00:00Z"}).json()

    with another_connection() as other:
        with other.cursor() as cursor:
            cursor.execute(touch_case, [slow.pk])
        with connection.cursor() as cursor:
            cursor.execute(touch_case, [fast.pk])
        during = browser.get("/api/v1/case-studies/", {"updated_since": body["updated_until"]}).json()
        other.commit()
    after = browser.get("/api/v1/case-studies/", {"updated_since": during["updated_until"]}).json()

    assert fast.slug not in {row["slug"] for row in during["results"]}
    assert {slow.slug, fast.slug} <= {row["slug"] for row in after["results"]}
