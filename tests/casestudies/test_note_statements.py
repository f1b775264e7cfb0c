"""What storing a note costs the database, counted over the whole request."""

import uuid
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casestudies.models import NoteConflict
from tests.factories.casestudies import make_case_study, make_event

MOST = 15


@pytest.fixture
def put(api_client, token_for, fay):
    """`put(identity, **body)` as a device sends it: the answer and the statements it cost."""
    case_study, token = make_case_study(fay), token_for(fay)
    event = make_event(case_study, fay)
    whole = {
        "case_study": case_study.slug,
        "event": event.pk,
        "kind": "observation",
        "title": "At the quay",
        "text": "One.",
    }

    def send(identity, **body):
        with CaptureQueriesContext(connection) as queries:
            answer = api_client.put(
                f"/api/v1/field-notes/{identity}/", whole | body, HTTP_AUTHORIZATION=f"Bearer {token}"
            )
        return answer, [query["sql"] for query in queries.captured_queries]

    send(uuid.uuid4())
    return send


def test_a_put_takes_at_most_fifteen_statements_whatever_its_result(put):
    identity = uuid.uuid4()
    asked = {
        "created": ({}, 201),
        "edited": ({"text": "Two.", "base_version": 1}, 200),
        "replayed": ({"text": "Two.", "base_version": 1}, 200),
        "combined": ({"title": "On the quay", "base_version": 1, "text": "One."}, 200),
        "conflicting": ({"text": "Three.", "base_version": 1}, 409),
        "unchanged": ({"text": "Two.", "title": "On the quay", "base_version": 3}, 200),
    }
    costs = {}
    for name, (body, status) in asked.items():
        answer, statements = put(identity, **body)
        assert answer.status_code == status, (name, answer.json())
        costs[name] = len(statements)
    body = {"text": "Three and more.", "base_version": 1, "amends": NoteConflict.objects.get().pk}
    for name in ("amended", "amended again"):
        answer, statements = put(identity, **body)
        assert (answer.status_code, answer.json()["mine"]["text"]) == (409, "Three and more.")
        costs[name] = len(statements)
    assert {name: cost for name, cost in costs.items() if cost > MOST} == {}


def test_a_put_from_the_page_costs_at_most_fifteen_statements(client_of, fay):
    """A page is signed in by a session: one statement for the session besides the one for the person."""
    case_study, browser, identity = make_case_study(fay), client_of(fay), uuid.uuid4()
    body = {
        "case_study": case_study.slug,
        "event": make_event(case_study, fay).pk,
        "kind": "memo",
        "title": "",
        "text": "One.",
    }
    put = partial(browser.put, f"/api/v1/field-notes/{identity}/", content_type="application/json")
    assert put(body).status_code == 201
    with CaptureQueriesContext(connection) as queries:
        assert put(body | {"text": "Two.", "base_version": 1}).status_code == 200
    assert len(queries) <= MOST
