"""One noun has one name in the addresses of its pages and of the API, and earlier addresses still lead there."""

import re

import pytest
from django.urls import get_resolver

from lipse_site.earlier_addresses import MOVED
from tests.house.code import PROJECT
from tests.house.test_docs import addresses

# First segments of pages that show something the API has no list of, with what they are.
WITHOUT_API = {
    "": "the start page",
    "accessibility": "a text",
    "accounts": "signing in",
    "app": "the page that opens without a connection",
    "app.webmanifest": "for the browser that installs the site",
    "appointments": "administrators that two people appoint",
    "audit-trail": "who did what",
    "countries": "what was found in a country",
    "components": "the gallery of page parts",
    "consents": "forms of a case study",
    "devices": "browsers in which people write",
    "healthz": "for the machine that runs the site",
    "help": "a text",
    "informants": "forms of a case study",
    "institutions": "what was found at an institution, by the name that its records have",
    "my-account": "the API says /me/",
    "my-work": "what a person does next",
    "overview": "what was found",
    "people": "who works at which organisation",
    "readyz": "for the machine that runs the site",
    "saved-queries": "filters that people keep",
    "search": "results of all lists",
    "s": "respondents of a survey",
    "signed-out": "signing out",
    "sw.js": "for the browser that installs the site",
    "themes": "what was found about a theme",
    "this-device": "what waits in this browser",
    "today": "a fieldworker's work",
    "vocabularies": "lists of terms",
}
WITHOUT_PAGE = {
    "adjudications", "attachments", "changes", "codes", "codings", "contributions", "docs", "me", "places",
    "responses", "schema", "submissions", "survey-variables", "units", "waves",
}  # fmt: skip


def first_segments():
    pages, api = set(), set()
    for pattern in addresses(get_resolver().url_patterns):
        address = pattern.lstrip("^")
        if any(address.startswith(earlier) for earlier in MOVED):
            continue
        if match := re.match(r"api/v1/\^?([a-z-]+)/", address):
            api.add(match[1])
        elif not address.startswith("api/"):
            pages.add(address.split("/")[0])
    return pages, api


def test_a_page_has_the_same_first_segment_as_its_api_path():
    pages, api = first_segments()

    assert pages - api == set(WITHOUT_API)
    assert api - pages <= WITHOUT_PAGE


def singular(noun):
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")


def test_each_noun_of_an_address_is_in_the_glossary():
    glossary = (PROJECT / "docs/glossary.md").read_text().lower()
    _, api = first_segments()

    nouns = {name.replace("-", " ") for name in api - {"docs", "me", "schema"}}

    assert not sorted(noun for noun in nouns if singular(noun) not in glossary.replace("-", " "))


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        ("/cases/?country=EE", "/case-studies/?country=EE"),
        ("/cases/neighbours/edit/", "/case-studies/neighbours/edit/"),
        ("/notes/new/", "/field-notes/new/"),
        ("/records/17/", "/complaint-records/17/"),
        ("/coding/", "/assignments/"),
        ("/coding/mine/", "/assignments/mine/"),
        ("/coding/assignments/4/", "/assignments/4/"),
        ("/contributions/4/fate/", "/contributions/4/decision/"),
    ],
)
def test_an_earlier_address_redirects_permanently(client, earlier, now):
    answer = client.get(earlier)

    assert (answer.status_code, answer["Location"]) == (301, now)
