"""The list of records as results, as a table with chosen columns, and by country on a map."""

import html
import re
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.maps import SHADES, draw
from rest.counts import Count
from rest.matches import BY_WORDS
from tests.factories.complaints import load_records, make_dataset

LIST = "/complaint-records/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def records(alpha):
    rows = [{"subject": f"Roof {n}", "country": "NL" if n % 3 else "DE", "finding": "upheld"} for n in range(9)]
    load_records(make_dataset(alpha), rows)


def page_of(client, query):
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_the_table_has_the_chosen_columns_and_leads_to_each_record(client, records):
    page = page_of(client, "view=table&columns=finding,country&country=DE")
    table = page[page.index('<table class="stack one-line">') : page.index("</table>")]
    assert re.findall(r'data-label="([^"]*)"', table)[:4] == ["Finding", "Country", "Finding", "Country"]
    assert len(re.findall(r'data-label="Finding">\s*Upheld', table)) == 3
    assert table.count("/complaint-records/") == 3
    assert '<ol class="records">' not in page
    # Another page, a facet and the next way to show it keep the view and the columns.
    assert 'href="?view=table&columns=finding%2Ccountry' in page
    assert "view=map&columns=finding" in page or "columns=finding%2Ccountry&country=DE&view=map" in page


def test_the_map_has_the_numbers_of_the_facet_and_leads_to_the_records_of_a_country(client, records):
    page = page_of(client, "view=map&finding=upheld")
    assert [
        re.search(f'data-country="{code}".*?</tr>', page, re.S)[0].count(f"{n}\n") for code, n in (("NL", 6), ("DE", 3))
    ]
    [address] = set(re.findall(r'href="(\?[^"]*country=DE[^"]*)" tabindex="-1" data-country="DE"', page))
    assert "3 records" in page_of(client, address[1:])
    assert "<title>\n            Netherlands: 6" in page or "Netherlands: 6" in page
    assert "css/map.css" in page
    assert '<svg class="map"' not in page_of(client, "finding=upheld")


def test_what_is_suppressed_is_not_on_the_map(client_of, charlie, alpha):
    dataset = make_dataset(
        alpha, slug="letters", access="restricted", narrative_access="restricted", counts_access="consortium",
        disclosure_threshold=5,
    )  # fmt: skip
    load_records(dataset, [{"country": "NL"}] * 20 + [{"country": "DE"}] * 2)
    page = page_of(client_of(charlie), "view=map&dataset=letters")
    assert "Germany: 2" not in page


def test_a_view_that_does_not_exist_is_the_table(client, records):
    assert '<table class="stack one-line">' in page_of(client, "view=pie")
    assert '<ol class="records">' in page_of(client, "view=list")


def test_the_citation_has_the_filters_alone(client, records):
    page = page_of(client, "view=table&columns=finding&country=DE&page_size=2")
    assert "http://testserver/complaint-records/?country=DE (accessed on" in page


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 7, 100, 1_000_000])
def test_the_legend_has_each_class_that_can_occur(most):
    legend = draw({"NL": most}, []).legend
    assert [legend[0].least, legend[-1].most, len(legend)] == [1, most, min(most, SHADES)]
    assert all(before.most + 1 == after.least for before, after in pairwise(legend))


def test_a_page_does_not_wait_for_counts_and_leads_to_them(client, records, monkeypatch):
    monkeypatch.setattr("complaints.selectors.exploring.PAGE_SECONDS", 0)
    page = page_of(client, "finding=upheld&columns=kind")
    assert "9 records" in page
    assert 'id="facet-country"' not in page
    [address] = re.findall(r'data-counts>.*?<a href="([^"]*)"', page, re.S)
    assert address == "?finding=upheld&columns=kind&counts=all"
    whole = page_of(client, address[1:])
    assert 'id="facet-country"' in whole
    assert "data-counts" not in whole
    assert "counts=all" not in whole
    # A map is of counts, so that its page waits for them.
    assert "Netherlands: 6" in page_of(client, "view=map&kind=complaint")


def test_a_page_says_no_more_than_it_has_seen_until_all_are_counted(client, alpha, monkeypatch):
    load_records(make_dataset(alpha, slug="letters"), [{"subject": f"Damp wall {n}"} for n in range(60)])
    monkeypatch.setattr("complaints.selectors.exploring.PAGE_SECONDS", 0)
    assert "60 records" in page_of(client, "kind=complaint")
    assert "more than 50 records" in page_of(client, "search=damp")
    assert "60 records" in page_of(client, "search=damp&counts=all")
    monkeypatch.setattr("complaints.selectors.exploring.PAGE_SECONDS", 10)
    assert "60 records" in page_of(client, "search=damp")


def test_where_not_all_rows_were_counted_the_page_does_not_try_their_values(client, alpha, monkeypatch):
    load_records(make_dataset(alpha, slug="letters"), [{"country": "NL"}, {"country": "DE"}, {"country": "FR"}])
    monkeypatch.setattr("rest.paging.count_until", lambda rows, until: Count(10_000, exact=False))
    page = page_of(client, "kind=complaint")
    assert "data-counts" in page
    assert 'id="facet-country"' not in page


def test_all_that_a_search_finds_is_found_by_the_index_of_words(client, records):
    """A vector that is not stored is computed for each row that is read, which the planner takes for cheap."""
    with CaptureQueriesContext(connection) as asked:
        page_of(client, "search=damp")
        client.get("/api/v1/complaint-records/?search=damp")
        client.get("/api/v1/complaint-records/facets/?field=country&search=damp")
        client.get("/api/v1/complaint-records/cross-table/?rows=country&columns=finding&search=damp")
        client.get("/api/v1/complaint-records/days-open/?search=damp")
    searching = [one["sql"] for one in asked if "complaints_record_query" in one["sql"]]
    counting = [sql for sql in searching if "count(" in sql.lower()]
    planned = [sql for sql in counting if BY_WORDS in sql]
    assert len(planned) >= 5
    assert [sql for sql in counting if sql not in planned and not sql.startswith("SELECT COUNT(*)")] == []
    assert BY_WORDS in [one["sql"] for one in asked], "the API counts without a time limit of its own"
