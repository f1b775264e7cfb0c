import re

import pytest

from rest import limits
from rest.limits import Policy, spend


def test_every_answer_has_the_remaining_requests(api_client, db):
    answer = api_client.get("/api/v1/organisations/")
    assert answer["RateLimit-Policy"].startswith('"anonymous";q=')
    assert '"anonymous";r=' in answer["RateLimit"]


def test_a_request_over_the_limit_is_429_with_the_time_to_wait(api_client, db, settings):
    settings.REST_LIMITS = {"anonymous": (2, 3600), "person": (2, 3600)}
    statuses = [api_client.get("/api/v1/places/", REMOTE_ADDR="192.0.2.7").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    answer = api_client.get("/api/v1/places/", REMOTE_ADDR="192.0.2.7")
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert answer["Content-Type"] == "application/problem+json"
    assert ";r=0;" in answer["RateLimit"]
    assert api_client.get("/api/v1/places/", REMOTE_ADDR="192.0.2.8").status_code == 200


@pytest.mark.parametrize(
    ("address", "cost"),
    [
        ("organisations/", 1),
        ("complaint-records/?page_size=1000", 1),
        ("complaint-records/?count=exact", 5),
        ("complaint-records/facets/?field=kind", 5),
        ("complaint-records/cross-table/?field=kind,country", 5),
        ("complaint-records/days-open/", 5),
        ("case-studies/facets/export/?field=country&format=csv", 5),
        ("exports/codebook/?query=/api/v1/complaint-records/facets/%3Ffield=kind", 5),
        ("complaint-records/export/?format=csv", 10),
        ("complaint-records/export/?format=csv&explain=1", 1),
    ],
)
def test_what_reads_many_rows_counts_as_several_requests(api_client, db, address, cost):
    before, after = (limits_left(api_client, f"/api/v1/{one}") for one in ("places/", address))
    assert before - after == cost


def limits_left(client, address):
    answer = client.get(address, REMOTE_ADDR="192.0.2.77")
    assert answer.status_code == 200, answer.content
    if answer.streaming:
        answer.close()
    return int(re.search(r";r=(\d+);", answer["RateLimit"])[1])


def test_a_request_that_costs_more_than_the_limit_is_answered_once(api_client, db, settings):
    settings.REST_LIMITS = {"anonymous": (3, 3600), "person": (3, 3600)}
    address = "/api/v1/complaint-records/facets/?field=kind"
    assert [api_client.get(address, REMOTE_ADDR="192.0.2.78").status_code for _ in range(2)] == [200, 429]


def test_bad_tokens_are_counted_against_their_address(api_client, db, settings):
    settings.REST_LIMITS = {"anonymous": (2, 3600), "person": (2, 3600)}
    tries = [
        api_client.get("/api/v1/me/", HTTP_AUTHORIZATION="Bearer lipse_x", REMOTE_ADDR="192.0.2.9").status_code
        for _ in range(3)
    ]
    assert tries == [401, 401, 429]


def test_without_the_server_each_process_counts_for_itself(settings, monkeypatch):
    settings.BROKER_URL = "unix:///nowhere/valkey.sock"
    monkeypatch.setattr(limits, "_local", limits._LocalCounts())
    policy = Policy("test", 2, 3600)
    assert [spend(policy, "someone").is_spent for _ in range(3)] == [False, False, True]


def test_counts_are_shared_and_looking_costs_nothing():
    policy = Policy("shared", 5, 3600)
    limits._server.cache_clear()
    spend(policy, "caller-a")
    assert spend(policy, "caller-a", amount=0).used == spend(policy, "caller-a", amount=0).used


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[" * 2000, 400), (b'{"a": "\\u0000"}', 400), (b"\xff", 400)]
)
def test_a_broken_body_is_a_problem_document(client_of, bob, body, status):
    answer = client_of(bob).post("/api/v1/datasets/", body, content_type="application/json")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_an_oversized_body_is_413(client_of, bob):
    answer = client_of(bob).post("/api/v1/datasets/", b" " * 2_000_001, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:lipse:problem:too_large"


def test_a_foreign_media_type_is_415(client_of, bob):
    answer = client_of(bob).post("/api/v1/datasets/", b"<a/>", content_type="application/xml")
    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"
