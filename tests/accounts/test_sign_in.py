"""The doors: sign-in, lock-out, second factor, sessions. Through the pages, as a person meets them."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts import actions
from accounts.models import AuditEvent, User
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def no_attempts_counted(db):
    cache.clear()


def sign_in(client, login, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


def is_in(client):
    return client.get("/my-account/").status_code == 200


@pytest.mark.parametrize("login", ["rita", "RITA", "rita@example.org", "Rita@Example.org"])
def test_people_sign_in_by_name_or_e_mail(client, rita, login):
    assert sign_in(client, login).status_code == 302
    assert is_in(client)
    assert AuditEvent.objects.filter(action="person.signed-in", actor=rita).count() == 1


def test_nobody_signs_up(client, db):
    page = client.post("/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})
    assert "You cannot create an account" in page.content.decode()
    assert not User.objects.exists()


def test_a_closed_account_stays_out(client, rita):
    actions.deactivate_person(person=rita, by=None)
    sign_in(client, "rita")
    assert not is_in(client)


def test_a_wrong_password_and_an_unknown_name_read_the_same(client, rita):
    def said(login):
        page = sign_in(Client(), login, "wrong-password-here").content.decode()
        return re.sub(r'csrfmiddlewaretoken" value="\w+"|value="[^"]*"', "", page)

    assert said("rita") == said("nobody")


def test_repeated_failures_lock_sign_in_even_with_the_right_password(client, rita):
    for _ in range(5):
        sign_in(client, "rita", "wrong-password-here")
    page = sign_in(client, "rita")
    assert page.status_code == 200
    assert "Too many failed login attempts" in page.content.decode()
    assert not is_in(client)
    assert AuditEvent.objects.filter(action="sign-in.failed", target_id=str(rita.pk)).exists()


def test_without_the_counter_nobody_signs_in(client, rita, settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock"},
    }
    answer = sign_in(client, "rita", "wrong-password-here")
    assert answer.status_code == 503
    answer = sign_in(client, "rita")
    assert answer.status_code == 503
    assert "temporarily unavailable" in answer.content.decode()


def test_signing_in_changes_the_session_key(client, rita):
    session = client.session
    session["kept"] = 1
    session.save()
    before = session.session_key
    sign_in(client, "rita")
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_next_address_stays_on_this_site(client, rita, target):
    assert sign_in(client, "rita", next=target)["Location"] == "/my-work/"


def test_a_next_address_on_this_site_is_followed(client, rita):
    assert sign_in(client, "rita", next="/my-account/")["Location"] == "/my-account/"


def test_a_new_password_ends_the_other_sessions(client, client_of, rita):
    other = client_of(rita)
    sign_in(client, "rita")
    new = "another-long-phrase"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert is_in(client)
    assert not is_in(other)


def test_closing_an_account_signs_it_out_everywhere(client_of, rita):
    browser = client_of(rita)
    assert is_in(browser)
    actions.deactivate_person(person=rita, by=None)
    assert not is_in(browser)


def test_password_reset_is_by_e_mail_and_does_not_reveal_who_has_an_account(client, rita, deliver):
    known = client.post("/accounts/password/reset/", {"email": rita.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]
    deliver()
    link = next(
        re.search(r"http\S+/accounts/password/reset/key/\S+", m.body) for m in mail.outbox if rita.email in m.to
    )
    page = client.get(link.group(), follow=True)
    new = "another-long-phrase"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(Client(), "rita", new).status_code == 302


def test_two_factor_authentication_asks_for_a_code_that_works_once(client, rita, django_capture_on_commit_callbacks):
    sign_in(client, "rita")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = totp(secret)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert AuditEvent.objects.filter(action="two-factor.added", actor=rita).exists()
    other = Client()
    assert sign_in(other, "rita")["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(other)
    assert other.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_in(other)
    cache.clear()
    assert other.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert is_in(other)
    third = Client()
    sign_in(third, "rita")
    third.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_in(third)


def totp(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_sessions_are_listed_and_ended_from_my_account(client, rita):
    other = Client()
    sign_in(other, "rita")
    sign_in(client, "rita")
    assert len(client.get("/my-account/").context["sessions"]) == 2
    assert client.post("/my-account/sessions/end/").status_code == 303
    assert is_in(client)
    assert not is_in(other)


def test_one_other_session_is_ended_and_the_rest_stay(client, rita):
    phone, laptop = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/605"}), Client()
    for browser in (phone, laptop, client):
        sign_in(browser, "rita")
    page = client.get("/my-account/")
    assert "Safari on iPhone" in page.content.decode()
    of_phone = next(session for session, browser, _ in page.context["sessions"] if browser == "Safari on iPhone")
    answer = client.post(f"/my-account/sessions/{of_phone.pk}/end/", follow=True)
    assert "Signed out of Safari on iPhone." in answer.content.decode()
    assert not is_in(phone)
    assert is_in(laptop)
    assert AuditEvent.objects.get(action="session.ended").actor == rita
    assert len(client.get("/my-account/").context["sessions"]) == 2


def test_the_session_in_use_is_left_by_signing_out_only(client, rita):
    sign_in(client, "rita")
    [(session, _, is_this)] = client.get("/my-account/").context["sessions"]
    assert is_this
    assert "sign out" in client.post(f"/my-account/sessions/{session.pk}/end/", follow=True).content.decode()
    assert is_in(client)


def test_nobody_ends_another_s_session(client, rita, charlie):
    sign_in(client, "rita")
    session = client.get("/my-account/").context["sessions"][0][0]
    stranger = Client()
    sign_in(stranger, "charlie")
    assert stranger.post(f"/my-account/sessions/{session.pk}/end/").status_code == 404
    assert is_in(client)


def test_signing_out_takes_a_post(client, rita):
    sign_in(client, "rita")
    client.get("/accounts/logout/")
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)
