"""Requests that are wrong before any room reads them are answered in the same form as every other problem."""

import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import get_resolver

from rest.schema import document
from tests.house.test_docs import addresses

PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"
# Python reads offsets up to 23:59; PostgreSQL refuses those of 16 hours and more.
FAR_OFFSETS = ["2026-01-01T00:00:00+16:00", "2026-01-01T00:00:00-23:59", "2026-01-01T00:00:00+21:25"]


@pytest.fixture
def browser(client_of, ada):
    """A signed-in browser to which a bug is a 500, as to a real one."""
    browser = client_of(ada)
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def api_lists():
    """Address and query parameters of each API address that names no single thing."""
    for address, operations in document()["paths"].items():
        if "{" not in address:
            yield address, [p for p in operations.get("get", {}).get("parameters", []) if p["in"] == "query"]


def addresses_with(text):
    """Each page and API address once for each part that varies, with the text in that part."""
    pages = [f"/{pattern.lstrip('^')}" for pattern in addresses(get_resolver().url_patterns) if "(" not in pattern]
    api = [re.sub(r"{[^}]*}", "<>", address) for address in document()["paths"]]
    for pattern in {*pages, *api}:
        fixed = re.split(r"<[^>]*>", pattern)
        for varied in range(len(fixed) - 1):
            parts = [text if place == varied else "1" for place in range(len(fixed) - 1)]
            yield "".join(a + quote(b) for a, b in zip(fixed, [*parts, ""], strict=True))


def status_of(browser, address):
    """An export closes its file when it is read to its end."""
    answer = browser.get(address)
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api/v1/field-notes", "/api/v1/nothing", "/api/nothing/"])
def test_an_unsafe_method_on_an_address_that_is_not_there_gets_a_problem_document(stranger, db, method, address):
    answer = getattr(stranger, method)(address)

    assert answer.status_code == 404
    assert answer["Content-Type"] == PROBLEM


def test_the_problem_of_a_missing_slash_names_the_address_that_works(stranger, db):
    answer = stranger.post("/api/v1/field-notes?x=1").json()

    assert answer["type"] == "urn:lipse:problem:missing_slash"
    assert answer["detail"].endswith(" /api/v1/field-notes/")


def test_a_write_of_a_page_without_its_csrf_token_gets_a_problem_document(stranger, ada):
    stranger.force_login(ada)

    answer = stranger.post("/api/v1/field-notes/", {}, content_type="application/json")

    assert answer.status_code == 403
    assert answer["Content-Type"] == PROBLEM


@pytest.mark.parametrize("moment", FAR_OFFSETS)
def test_a_far_time_zone_offset_is_refused_or_read_and_never_breaks_a_list(browser, moment):
    times = [(a, p["name"]) for a, found in api_lists() for p in found if p["schema"].get("format") == "date-time"]

    broken = [(a, name) for a, name in times if status_of(browser, f"{a}?{name}={quote(moment)}") >= 500]

    assert len(times) > 5
    assert not broken


def test_nul_in_a_path_is_not_found(browser, stranger):
    found = {address: who.get(address).status_code for who in (browser, stranger) for address in addresses_with("a\0")}

    assert len(found) > 100
    assert {address: status for address, status in found.items() if status not in (301, 404)} == {}


def test_nul_in_a_query_is_a_bad_request(browser):
    pages = ["/complaint-records/", "/field-notes/", "/people/", "/accounts/login/"]
    queries = [(address, name) for address in pages for name in ("search", "next", "se%00arch")]
    queries += [(address, p["name"]) for address, found in api_lists() for p in found[:2]]

    found = {(a, name): browser.get(f"{a}?{name}=a%00").status_code for a, name in queries}

    assert set(found.values()) == {400}, found


def test_a_cookie_with_nul_is_not_read(browser):
    browser.cookies["session"] = "\0" * 32

    assert browser.get("/field-notes/")["Location"] == "/accounts/login/?next=/field-notes/"


def test_parameters_too_long_for_an_address_are_sent_in_the_body(stranger, alpha):
    slugs = ",".join(f"no-such-organisation-{number}" for number in range(1000))
    body = f"slug__in={slugs},alpha-university&fields=slug"

    answer = stranger.post(
        "/api/v1/organisations/?page_size=5", body, content_type=FORM, headers={"X-HTTP-Method-Override": "GET"}
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["results"] == [{"slug": "alpha-university"}]


@pytest.mark.parametrize(
    ("method", "kind", "status"), [("DELETE", FORM, 405), ("GET", "application/json", 415), ("PATCH", FORM, 405)]
)
def test_only_a_get_with_a_form_can_be_sent_as_a_post(stranger, db, method, kind, status):
    answer = stranger.post(
        "/api/v1/organisations/", "x=1", content_type=kind, headers={"X-HTTP-Method-Override": method}
    )

    assert answer.status_code == status
    assert answer["Content-Type"] == PROBLEM


def test_a_page_takes_no_method_from_a_header(stranger, ada):
    stranger.force_login(ada)

    answer = stranger.post("/people/", "x=1", content_type=FORM, headers={"X-HTTP-Method-Override": "GET"})

    assert answer.status_code == 403
