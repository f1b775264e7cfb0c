"""The list of events: facets, heads that sort, a form that keeps the other filters, pages with numbers."""

import re
from datetime import UTC, datetime

import pytest

from tests.factories.casestudies import make_case_study, make_event, make_sector

pytestmark = pytest.mark.django_db
LIST = "/events/"


@pytest.fixture
def events(fay):
    dutch = make_case_study(fay, country="NL", sector=make_sector())
    belgian = make_case_study(fay, country="BE")
    return [
        make_event(case, fay, title=f"Event {n}", starts_at=datetime(2020, 1 + n, 1, 10, tzinfo=UTC), **values)
        for n, (case, values) in enumerate(
            [(dutch, {"status": "held", "format": "citizens-panel"}), (dutch, {"status": "held", "phase": "design"}),
             (belgian, {"status": "planned", "format": "citizens-panel"})]
        )
    ]  # fmt: skip


def facets_of(browser, query=""):
    """Name of a facet to (label, count, whether it is chosen) of its values."""
    found = browser.get(f"{LIST}{query}").context["facets"]
    return {facet.field: [(link.label, link.count, link.is_selected) for link in facet.links] for facet in found}


def titles(answer):
    return [str(event) for event in answer.context["listing"].rows]


def test_facets_count_events_and_what_their_case_studies_are_cut_by(client_of, fay, events):
    browser = client_of(fay)

    assert facets_of(browser)["country"] == [("Netherlands", 2, False), ("Belgium", 1, False)]
    assert facets_of(browser)["status"] == [("Held", 2, False), ("Planned", 1, False)]
    narrowed = facets_of(browser, "?country=BE")
    assert narrowed["country"] == [("Belgium", 1, True), ("Netherlands", 2, False)]
    assert "status" not in narrowed, "the events that are left have one status"


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("country__in=NL,BE", 3), ("country__in=NL", 2), ("sector__in=environment", 2), ("status__in=planned", 1),
        ("organisation__in=alpha-university", 3), ("format__in=citizens-panel", 2),
        ("format=citizens-panel&country=NL", 1),
    ],
)  # fmt: skip
def test_page_and_api_filter_by_several_values(client_of, fay, events, query, number):
    browser = client_of(fay)
    page, answer = browser.get(f"{LIST}?{query}"), browser.get(f"/api/v1{LIST}?{query}")

    assert len(page.context["listing"].rows) == len(answer.json()["results"]) == number


def test_the_search_keeps_what_facets_have_chosen(client_of, fay, events):
    text = client_of(fay).get(f"{LIST}?country=NL&starts_at__gte=2020-01-15").content.decode()

    assert '<input type="hidden" name="country" value="NL">' in text
    assert '<input type="hidden" name="starts_at__gte"' not in text


def test_the_head_of_a_column_sorts_in_both_directions(client_of, fay, events):
    browser = client_of(fay)
    first = browser.get(f"{LIST}?ordering=title")
    head = re.search(r'<th scope="col"\s+aria-sort="ascending">\s*<a href="([^"]+)">Event</a>', first.content.decode())
    back = browser.get(head[1].replace("&amp;", "&"))

    assert titles(first) == ["Event 0", "Event 1", "Event 2"]
    assert titles(back) == titles(first)[::-1]


def test_pages_have_numbers(client_of, fay, events):
    answer = client_of(fay).get(f"{LIST}?page_size=2&page=2&ordering=title")

    assert titles(answer) == ["Event 2"]
    assert "3-3 of 3 events" in answer.content.decode()


def test_visitors_see_facets_of_public_events_alone(client, fay, events):
    assert facets_of(client) == {}
