"""One function says whose address a request has, and every limit asks it."""

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.test import Client, RequestFactory

from rest.addresses import client_address, network_of
from surveys.views import respond
from tests.conftest import PASSWORD

PROXY = "10.0.0.1"


def address(settings, proxies, forwarded=None, remote=PROXY):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, PROXY),
        (0, "192.0.2.7", PROXY),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "198.51.100.9, 192.0.2.7", "192.0.2.7"),
        (2, "203.0.113.5, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "192.0.2.7:5000", "192.0.2.7"),
        (1, None, PROXY),
        (1, "", PROXY),
        (1, "unknown", PROXY),
        (2, "192.0.2.7", PROXY),
        (1, "192.0.2.7\x00", PROXY),
    ],
)
def test_the_address_is_the_one_that_the_outermost_trusted_proxy_saw(settings, proxies, forwarded, expected):
    assert address(settings, proxies, forwarded) == expected


def test_a_request_without_an_address_is_unknown(settings):
    assert address(settings, 0, remote="") == "unknown"


def test_limits_count_the_64_bits_of_ipv6_that_a_network_has():
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("unknown") == "unknown"


def by(person):
    return {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": person}


@pytest.fixture
def behind_a_proxy(settings, db):
    settings.TRUSTED_PROXIES = 1
    cache.clear()


def test_wrong_passwords_of_one_address_keep_nobody_else_out(behind_a_proxy, rita):
    for number in range(12):
        form = {"login": f"nobody-{number}", "password": "wrong-password-here"}
        page = Client().post("/accounts/login/", form, **by("192.0.2.7"))
    assert "Too many" in page.content.decode()
    answer = Client().post("/accounts/login/", {"login": "rita", "password": PASSWORD}, **by("192.0.2.8"))
    assert answer.status_code == 302


def test_api_limits_count_each_person_behind_the_proxy(behind_a_proxy, settings, api_client):
    settings.REST_LIMITS = settings.REST_LIMITS | {"anonymous": (2, 60)}
    answers = [api_client.get("/api/v1/places/", **by("192.0.2.71")).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert api_client.get("/api/v1/places/", **by("192.0.2.72")).status_code == 200


def test_survey_limits_do_too(behind_a_proxy):
    def is_reached(person):
        return respond._is_limit_reached(RequestFactory().post("/", **by(person)), respond.RESUMES)

    assert [is_reached("192.0.2.73") for _ in range(21)][-1]
    assert not is_reached("192.0.2.74")


def test_the_session_shows_the_person_s_own_address(behind_a_proxy, rita):
    browser = Client()
    browser.post("/accounts/login/", {"login": "rita", "password": PASSWORD}, **by("192.0.2.75"))
    assert "192.0.2.75" in browser.get("/my-account/", **by("192.0.2.75")).content.decode()


def test_a_site_behind_tls_that_trusts_no_proxy_is_told_at_start(settings):
    settings.DEBUG, settings.TLS, settings.TRUSTED_PROXIES = False, True, 0
    assert "lipse_site.W001" in [message.id for message in run_checks()]
    settings.TRUSTED_PROXIES = 1
    assert "lipse_site.W001" not in [message.id for message in run_checks()]
