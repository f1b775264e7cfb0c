"""What a signed-in browser keeps and for how long, and what is asked before more is allowed."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.checks import run_checks
from django.test import Client

from accounts import actions
from accounts.models import ApiToken
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_attempts_counted(db):
    cache.clear()


def sign_in(client, login, password=PASSWORD):
    return client.post("/accounts/login/", {"login": login, "password": password})


PERSONAL = ["/", "/my-account/", "/case-studies/", "/api/v1/me/", "/api/v1/case-studies/", "/api/v1/places/"]


@pytest.mark.parametrize("address", PERSONAL)
def test_what_a_signed_in_person_is_shown_is_stored_nowhere(client_of, rita, address):
    answer = client_of(rita).get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_neither_is_an_answer_to_a_token(api_client, rita, token_for):
    answer = api_client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {token_for(rita)}")
    assert answer["Cache-Control"] == "no-store"


def test_nor_are_refusals_downloads_and_the_pages_of_signing_in(client, client_of, rita):
    assert client_of(rita).get("/people/").status_code == 403
    for browser, address in (
        (client_of(rita), "/people/"),
        (client_of(rita), "/api/v1/complaint-records/export/?format=csv"),
        (client, "/accounts/login/"),
        (client, "/accounts/password/reset/key/1-abc/"),
    ):
        answer = browser.get(address)
        assert "no-store" in answer["Cache-Control"], address
        if answer.streaming:
            answer.getvalue()  # read to its end, a download closes its file


def test_public_pages_may_be_kept(client, db):
    assert "no-store" not in client.get("/case-studies/").get("Cache-Control", "")
    assert "no-store" not in client.get("/api/v1/places/").get("Cache-Control", "")


def aged(client, **seconds):
    session = client.session
    for name, age in seconds.items():
        session[name] = int(time.time()) - age
    session.save()


@pytest.mark.parametrize("address", ["/my-account/", "/api/v1/me/"])
def test_a_session_ends_when_nobody_used_it_for_so_long(client_of, rita, settings, address):
    settings.SESSION_IDLE_SECONDS = 600
    browser = client_of(rita)
    aged(browser, seen=540)
    assert browser.get(address).status_code == 200
    aged(browser, seen=660)
    assert browser.get(address).status_code in (302, 401)
    assert browser.get(address).status_code in (302, 401)


def test_use_keeps_it_but_not_for_ever(client_of, rita, settings):
    settings.SESSION_IDLE_SECONDS = 600
    browser = client_of(rita)
    aged(browser, seen=540)
    browser.get("/my-account/")
    assert browser.session["seen"] > time.time() - 60
    aged(browser, began=settings.SESSION_COOKIE_AGE + 60)
    assert browser.get("/my-account/").status_code == 302


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_ROLES = ["admin", "data-manager"]


def with_factor(person):
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})


def test_who_needs_a_second_factor_is_led_to_set_it_up_before_anything_else(client, ada, required):
    sign_in(client, "ada")
    for address in ("/", "/people/", "/my-account/", "/case-studies/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/"), address
    assert client.post("/organisations/new/", {"name": "X"}).status_code == 302
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200


def test_the_api_refuses_until_then_session_and_token_alike(client_of, api_client, ada, token_for, required):
    answers = [
        client_of(ada).get("/api/v1/case-studies/"),
        api_client.get("/api/v1/case-studies/", HTTP_AUTHORIZATION=f"Bearer {token_for(ada)}"),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:lipse:problem:second_factor_needed"


def test_with_a_second_factor_or_without_such_a_role_all_is_as_before(client_of, ada, rita, required):
    with_factor(ada)
    assert client_of(ada).get("/people/").status_code == 200
    assert client_of(rita).get("/my-account/").status_code == 200
    assert client_of(rita).get("/api/v1/me/").status_code == 200


def test_a_role_that_does_not_exist_is_found_when_the_site_starts(settings):
    settings.SECOND_FACTOR_ROLES = ["boss"]
    assert "accounts.E001" in [message.id for message in run_checks()]


WRITE = {"label": "R", "scope": "write", "days": "30"}


def test_a_token_for_writing_asks_for_the_password_again(client_of, rita):
    browser = client_of(rita)
    answer = browser.post("/my-account/tokens/", WRITE)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    browser.post(answer["Location"], {"password": "wrong-password-here"})
    assert not ApiToken.objects.exists()
    page = browser.post(answer["Location"], {"password": PASSWORD})
    assert page.status_code == 201
    assert page.context["secret"] in page.content.decode()
    assert ApiToken.objects.get().scope == "write"


def test_a_token_for_reading_does_not(client_of, rita):
    assert client_of(rita).post("/my-account/tokens/", WRITE | {"scope": "read"}).status_code == 201


def test_a_person_without_a_second_factor_is_asked_once_roles_come(client_of, rita, alpha, required):
    browser = client_of(rita)
    assert browser.get("/my-account/").status_code == 200
    actions.set_roles(person=rita, organisation=alpha, roles=["admin"], by=None)
    assert browser.get("/my-account/").status_code == 302
    assert Client().get("/my-account/").status_code == 302
