"""The list of case studies: facets, heads that sort, pages with numbers, cards, and an address that is wrong."""

import re

import pytest

from tests.factories.casestudies import make_case_study, make_contribution, make_event, make_sector

pytestmark = pytest.mark.django_db
LIST = "/case-studies/"


@pytest.fixture
def cases(fay):
    countries = ("NL", "NL", "NL", "BE", "BE", "FR")
    sector = make_sector()
    return [
        make_case_study(fay, country=code, working_title=f"Case {n} of {code}", sector=sector if n % 2 else None)
        for n, code in enumerate(countries)
    ]


def facet_of(browser, field, query=""):
    """Label, count and whether it is chosen, of each value of a facet."""
    facets = browser.get(f"{LIST}{query}").context["facets"]
    [facet] = [facet for facet in facets if facet.field == field]
    return [(link.label, link.count, link.is_selected) for link in facet.links]


def titles(answer):
    return [str(case) for case in answer.context["listing"].rows]


def test_a_facet_counts_the_rows_that_match_the_other_filters(client_of, fay, cases):
    browser = client_of(fay)

    everything = [("Netherlands", 3, False), ("Belgium", 2, False), ("France", 1, False)]
    assert facet_of(browser, "country") == everything
    assert facet_of(browser, "country", "?country=BE") == [
        ("Belgium", 2, True), ("Netherlands", 3, False), ("France", 1, False)
    ]  # fmt: skip
    assert [(link[0], link[1]) for link in facet_of(browser, "country", "?sector=environment")] == [
        ("Belgium", 1), ("France", 1), ("Netherlands", 1)
    ]  # fmt: skip


def test_several_values_of_a_facet_are_chosen_together(client_of, fay, cases):
    browser = client_of(fay)
    [facet] = [one for one in browser.get(f"{LIST}?country=NL").context["facets"] if one.field == "country"]
    [belgium] = [link for link in facet.links if link.label == "Belgium"]
    answer = browser.get(f"{LIST}{belgium.url}")

    assert len(answer.context["listing"].rows) == 5
    assert [tag["value"] for tag in answer.context["listing"].tags] == ["Netherlands, Belgium"]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("sector__in=environment", 3),
        ("organisation__in=alpha-university", 6),
        ("country__in=NL,FR&sector__in=environment", 2),
    ],
)
def test_page_and_api_filter_by_several_values(client_of, fay, cases, query, number):
    browser = client_of(fay)
    page, answer = browser.get(f"{LIST}?{query}"), browser.get(f"/api/v1{LIST}?{query}")

    assert len(page.context["listing"].rows) == len(answer.json()["results"]) == number


def test_visitors_have_no_facet_of_review_states(client, client_of, ada, fay, cases):
    make_case_study(fay, state="submitted")

    assert "review_state" in [facet.field for facet in client_of(fay).get(LIST).context["facets"]]
    assert "review_state" not in [facet.field for facet in client.get(LIST).context["facets"]]


def test_the_head_of_a_column_sorts_in_both_directions(client_of, fay, cases):
    browser = client_of(fay)
    first = browser.get(f"{LIST}?ordering=working_title&country=NL")
    head = re.search(r'<th scope="col"\s+aria-sort="ascending">\s*<a href="([^"]+)">Case</a>', first.content.decode())
    back = browser.get(head[1].replace("&amp;", "&"))

    assert titles(first) == ["Case 0 of NL", "Case 1 of NL", "Case 2 of NL"]
    assert titles(back) == titles(first)[::-1]
    assert back.content.decode().count("aria-sort=") == 1


def test_pages_have_numbers_and_say_which_rows_they_have(client_of, fay, cases):
    browser = client_of(fay)
    pages = [browser.get(f"{LIST}?ordering=working_title&page_size=4&page={n}") for n in (1, 2)]

    assert [len(page.context["listing"].rows) for page in pages] == [4, 2]
    assert set(titles(pages[0])).isdisjoint(titles(pages[1]))
    assert "1-4 of 6 case studies" in pages[0].content.decode()
    assert "5-6 of 6 case studies" in pages[1].content.decode()
    assert pages[1].context["listing"].page_links == [
        (1, f"{LIST}?ordering=working_title&page_size=4&page=1"),
        (2, f"{LIST}?ordering=working_title&page_size=4&page=2"),
    ]


def test_cards_have_one_line_of_result(client_of, fay, cases):
    make_contribution(cases[0], fay)
    page = client_of(fay).get(f"{LIST}?view=cards").content.decode()

    assert page.count("<h3>") == len(cases)
    assert "0 of 1 contributions accepted" in " ".join(page.split())
    assert "<table" not in page.split('id="by-country"')[0]


@pytest.mark.parametrize("query", ["?colour=red", "?country=XX&sector=environment", "?ordering=colour", "?cursor=x"])
def test_a_wrong_address_shows_the_whole_list(client_of, fay, cases, query):
    page = client_of(fay).get(f"{LIST}{query}")

    assert page.status_code == 400
    assert len(page.context["listing"].rows) == len(cases)
    assert "There is a problem with the filters" in page.content.decode()
    assert "The full list is shown, without filters." in page.content.decode()


@pytest.mark.parametrize(
    ("page", "room", "query"),
    [
        ("/case-studies/", "case-studies", "?country__in=NL,RO&view=cards&ordering=country"),
        ("/events/", "events", "?format=workshop&search="),
    ],
)
def test_a_list_leads_to_the_api_to_files_and_to_an_export(client_of, fay, page, room, query):
    case_study = make_case_study(fay, country="NL")
    make_event(case_study, fay, format="workshop")
    browser = client_of(fay)
    ways = browser.get(page + query).context["ways"]
    assert ways.api.startswith(f"http://testserver/api/v1/{room}/?")
    assert "view=" not in ways.api
    assert len(browser.get(ways.api).json()["results"]) == 1
    for address in ways.files.values():
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert b"".join(answer.streaming_content) if answer.streaming else answer.content
    form = browser.get(ways.background).context["form"]
    assert form.initial["query"].startswith(f"/api/v1/{room}/?")
