"""Every kind of request has a time limit in the database, and what takes longer is a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from django.urls import resolve

from complaints import serializers
from complaints.api.records import ComplaintRecordViewSet
from complaints.querysets import RecordQuerySet
from lipse_site import environment
from lipse_site.celery import limit_statements
from rest.time_limits import _within_limit, free, hold_to, kind_of, unanswered
from tests.factories.complaints import load_records, make_dataset

RECORDS = "/api/v1/complaint-records/"


def limit_in_force():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("method", "address", "kind"),
    [
        ("get", RECORDS, "list"),
        ("get", f"{RECORDS}?search=damp", "search"),
        ("get", f"{RECORDS}?search=", "list"),
        ("head", f"{RECORDS}7/", "detail"),
        ("get", f"{RECORDS}facets/?field=kind", "facets"),
        ("get", f"{RECORDS}export/?format=csv&search=damp", "export"),
        ("get", f"{RECORDS}facets/export/?field=kind&format=csv", "export"),
        ("get", "/imports/3/changes.csv", "export"),
        ("get", "/complaint-records/", "page"),
        ("get", "/complaint-records/?search=damp", "search"),
        ("post", "/api/v1/case-studies/", "write"),
        ("get", "/api/v1/me/", "list"),
    ],
)
def test_a_request_is_of_one_kind(method, address, kind):
    request = getattr(RequestFactory(), method)(address)
    request.resolver_match = resolve(request.path_info)

    assert kind_of(request, request.resolver_match.func) == kind


@pytest.mark.django_db(transaction=True)
def test_the_limit_of_a_kind_holds_from_its_first_statement_until_another_kind_follows(settings):
    settings.TIME_LIMITS |= {"list": 7, "job": 11}

    hold_to("list")
    first = limit_in_force()
    limit_statements()

    assert (first, limit_in_force()) == ("7s", "11s")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [free, lambda: hold_to("list")])
def test_a_question_that_was_not_answered_is_forgotten_when_its_request_is_over(after):
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert unanswered()

    after()

    assert unanswered() is None


@pytest.mark.django_db(transaction=True)
def test_a_limit_that_was_set_in_a_transaction_holds_after_it_was_undone(settings):
    settings.TIME_LIMITS |= {"write": 7, "list": 11}
    hold_to("list")
    limit_in_force()

    hold_to("write")
    with transaction.atomic():
        limit_in_force()
        transaction.set_rollback(True)

    assert limit_in_force() == "7s"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_made_while_its_statements_are_wrapped_keeps_its_limit():
    made = connection.copy()

    with made.execute_wrapper(lambda execute, *statement: execute(*statement)):
        made.ensure_connection()
    made.close()

    assert made.execute_wrappers == [_within_limit]


@pytest.fixture
def slow(alpha, settings, monkeypatch):
    """Records of which each takes a minute to read, and a limit of a second for all kinds."""
    [record] = load_records(make_dataset(alpha), [{"subject": "damp"}])
    settings.TIME_LIMITS = dict.fromkeys(settings.TIME_LIMITS, 1)
    with_days_open = RecordQuerySet.with_days_open
    monkeypatch.setattr(
        RecordQuerySet, "with_days_open", lambda self: with_days_open(self).extra(where=["pg_sleep(60) IS NOT NULL"])
    )
    serializers._record_of.cache_clear()
    yield record
    # The statement that sleeps is not kept for others.
    serializers._record_of.cache_clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "address", [RECORDS, f"{RECORDS}?search=damp", f"{RECORDS}{{record}}/", f"{RECORDS}export/?format=csv"]
)
def test_the_api_says_in_a_problem_document_that_a_request_took_too_long(slow, api_client, address):
    answer = api_client.get(address.format(record=slow))

    assert (answer.status_code, answer["Content-Type"]) == (504, "application/problem+json")
    assert answer.json()["type"] == "urn:lipse:problem:took_too_long"
    assert "add filters" in answer.json()["detail"]
    assert limit_in_force() == "1s"


@pytest.mark.django_db(transaction=True)
def test_a_page_says_that_it_took_too_long(slow, client):
    client.raise_request_exception = False

    answer = client.get("/complaint-records/")

    assert answer.status_code == 504
    assert "This takes too long" in answer.content.decode()


def test_a_limit_that_is_no_number_of_seconds_stops_the_start(monkeypatch):
    monkeypatch.setenv("LIPSE_TIME_LIMIT_LIST", "a minute")

    with pytest.raises(ImproperlyConfigured, match="LIPSE_TIME_LIMIT_LIST"):
        environment.number("LIPSE_TIME_LIMIT_LIST", 15, at_least=1)


def test_the_kinds_of_records_are_those_of_their_viewset():
    assert {"list", "retrieve", "facets", "facets_export", "export"} <= set(dir(ComplaintRecordViewSet))
