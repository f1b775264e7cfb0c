from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import ApiToken


def me(client, secret):
    return client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {secret}")


def test_me_returns_the_person_and_the_remaining_requests(api_client, ada, token_for):
    body = me(api_client, token_for(ada, scope="read")).json()
    assert body["username"] == "ada"
    assert body["memberships"][0]["organisation"] == "alpha-university"
    assert body["scope"] == "read"
    assert body["authentication"] == "token"
    assert body["rate"]["remaining"] < body["rate"]["limit"]


def test_the_session_is_known_too(client_of, rita):
    body = client_of(rita).get("/api/v1/me/").json()
    assert (body["username"], body["authentication"], body["scope"]) == ("rita", "session", "write")


def test_nobody_gets_401_with_a_hint(api_client, db):
    answer = api_client.get("/api/v1/me/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "secret", ["", "x", "lipse_" + "a" * 43, "lipse_" + "a" * 42, "é" * 43, "lipse_%00" + "a" * 40]
)
def test_a_garbled_or_foreign_token_is_401(api_client, db, secret):
    answer = me(api_client, secret)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:lipse:problem:bad_token"


def test_an_expired_token_is_401_and_says_so(api_client, rita, token_for):
    secret = token_for(rita)
    past = timezone.now() - timedelta(days=2)
    ApiToken.objects.update(created_at=past, expires_at=past + timedelta(days=1))
    assert me(api_client, secret).json()["type"] == "urn:lipse:problem:token_expired"


def test_a_revoked_token_is_401(api_client, rita, token_for):
    secret = token_for(rita)
    actions.revoke_token(token=ApiToken.objects.get(), by=rita)
    assert me(api_client, secret).status_code == 401


def test_a_deactivated_person_s_token_is_401_even_after_return(api_client, rita, token_for):
    secret = token_for(rita)
    actions.deactivate_person(person=rita, by=None)
    assert me(api_client, secret).status_code == 401
    actions.reactivate_person(person=rita, by=None)
    assert me(api_client, secret).status_code == 401


def test_a_read_token_changes_nothing(api_client, bob, token_for):
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(api_client, method)(
            "/api/v1/organisations/", HTTP_AUTHORIZATION=f"Bearer {token_for(bob, scope='read')}"
        )
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:lipse:problem:read_only_token"


def test_last_use_is_written_at_most_once_a_minute(api_client, rita, token_for, django_assert_num_queries):
    secret = token_for(rita)
    me(api_client, secret)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    me(api_client, secret)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    me(api_client, secret)
    assert ApiToken.objects.get().last_used_at > first


def test_a_session_without_csrf_token_changes_nothing(rita):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rita)
    answer = client.post("/api/v1/organisations/", {}, content_type="application/json")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]
