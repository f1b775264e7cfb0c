"""Somebody who tries passwords is slowed down, and cannot keep out the person whose account it is."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from tests.accounts.test_sign_in import is_in, sign_in, totp
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "wrong-password-here"


@pytest.fixture(autouse=True)
def no_attempts_counted(db):
    cache.clear()


def attack(login, times=5, start=0):
    """Wrong passwords from as many addresses; the last page."""
    for number in range(start, start + times):
        address = f"198.51.100.{number}"
        page = Client().post("/accounts/login/", {"login": login, "password": WRONG}, REMOTE_ADDR=address)
    return page


def is_refused(page):
    return page.status_code == 200 and "Too many failed login attempts" in page.content.decode()


def test_name_and_e_mail_address_are_one_account(rita):
    attack("rita", 3)
    attack("RITA@example.org", 2, start=3)
    assert is_refused(attack("rita", 1, start=9))
    assert is_refused(sign_in(Client(), "rita@example.org"))


def test_only_wrong_passwords_count_so_a_class_signs_in_behind_one_address(rita, charlie):
    signed_in = [sign_in(Client(), person).status_code for person in ("rita", "charlie") * 8]

    assert signed_in == [302] * 16


def test_a_new_browser_without_second_factor_waits(rita):
    attack("rita")
    assert is_refused(sign_in(Client(), "rita"))


def test_a_browser_in_which_the_person_signed_in_before_passes(client, rita):
    sign_in(client, "rita")
    client.post("/accounts/logout/")
    attack("rita")
    assert sign_in(client, "rita").status_code == 302
    assert is_in(client)


def test_so_it_does_where_its_own_address_is_used_up(client, rita):
    sign_in(client, "rita")
    client.post("/accounts/logout/")
    for number in range(12):
        Client().post("/accounts/login/", {"login": f"nobody-{number}", "password": WRONG})
    assert sign_in(client, "rita").status_code == 302


def test_a_known_browser_is_known_for_its_person_only(client, rita, charlie):
    sign_in(client, "charlie")
    client.post("/accounts/logout/")
    attack("rita")
    assert is_refused(sign_in(client, "rita"))


def test_a_known_browser_has_a_limit_of_its_own(client, rita):
    sign_in(client, "rita")
    client.post("/accounts/logout/")
    for _ in range(20):
        page = sign_in(client, "rita", WRONG)
    assert is_refused(sign_in(client, "rita"))
    assert page.status_code in (200, 429)


@pytest.mark.parametrize("value", ["x", "", "a:b:c", "eyJ1IjoxfQ:1x:forged"])
def test_a_forged_cookie_knows_nobody(client, rita, value):
    client.cookies["device"] = value
    attack("rita")
    assert is_refused(sign_in(client, "rita"))


def test_right_password_and_second_factor_pass(rita):
    secret = generate_totp_secret()
    TOTP.activate(rita, secret)
    attack("rita")
    browser = Client()
    assert sign_in(browser, "rita")["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(browser)
    browser.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert is_in(browser)


def test_a_wrong_password_reads_the_same_whether_there_is_a_second_factor_or_not(rita, charlie):
    TOTP.activate(rita, generate_totp_secret())
    assert is_refused(attack("rita", 6))
    assert is_refused(attack("charlie", 6))
    assert is_refused(attack("nobody", 6))


def test_the_cookie_is_for_the_server_only(client, rita):
    answer = sign_in(client, "rita")
    cookie = answer.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "rita" not in cookie.value
    assert PASSWORD not in cookie.value
