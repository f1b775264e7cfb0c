"""The record list and the record page."""

import re

import pytest
from django.urls import reverse

from complaints.models import ComplaintRecord, Issue
from tests.factories.complaints import load_records, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def records(alpha):
    dataset = make_dataset(alpha, title="Letters to the ombudsman", slug="letters", languages=["en", "de"])
    return load_records(
        dataset,
        [
            {"reference": "A-1", "subject": "Damp <b>walls</b>", "narrative": "The landlord's walls are damp & cold.",
             "finding": "upheld", "finding_raw": "Maladministration", "country": "GB", "case_reference": "C-1",
             "received_on": "2026-01-02", "closed_on": "2026-02-01", "extra": '{"ward": "007"}'},
            {"reference": "A-2", "subject": "Other part", "case_reference": "C-1", "country": "GB"},
            {"reference": "A-3", "subject": "Nasse Wände", "language": "de", "country": "DE",
             "narrative": "Die Wände sind feucht"},
        ],
    )  # fmt: skip


def text_of(response, status=200):
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_the_list_shows_count_query_api_call_and_citation(client, records):
    html = text_of(client.get("/complaint-records/?country=GB"))
    assert "2 records" in html
    assert "/api/v1/complaint-records/?country=GB&amp;ordering=id" in html
    assert "LIPSE Casebook: complaint records where" in html


def test_matches_are_marked_and_everything_else_is_escaped(client, records):
    html = text_of(client.get("/complaint-records/?search=walls"))
    assert "<mark>walls</mark>" in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html.split("</form>", 2)[-1]


def test_a_facet_link_adds_and_removes_its_filter(client, records):
    html = text_of(client.get("/complaint-records/"))
    assert 'href="?country=DE"' in html
    narrowed = squeezed(text_of(client.get("/complaint-records/?country=DE")))
    assert "1 record<" in narrowed
    assert 'href="?"' in narrowed


def test_the_timeline_counts_every_year_and_links_to_each(client, alpha):
    load_records(make_dataset(alpha), [{"received_on": f"{year}-05-01"} for year in (2019, 2019, 2021)])

    html = squeezed(text_of(client.get("/complaint-records/")))

    assert 'href="?received_on__gte=2019-01-01&amp;received_on__lte=2019-12-31"' in html
    rows = re.findall(r'<th scope="row">(?:<a [^>]*>)?(\d+).*?<td class="count">(\d+)</td>', html, re.DOTALL)
    assert rows == [("2019", "2"), ("2020", "0"), ("2021", "1")]


@pytest.mark.parametrize("call", ["curl -fsS -C - -o rows.csv", "library(httr2)", "from requests import Session"])
def test_the_query_can_be_pasted_into_a_partners_own_tools(client, records, call):
    html = text_of(client.get("/complaint-records/?country=GB"))

    assert call in html
    assert "country=GB&amp;ordering=id" in html


def test_columns_are_chosen_by_the_address(client, records):
    def heads(query):
        html = squeezed(text_of(client.get(f"/complaint-records/{query}")))
        return re.findall(r'<th scope="col"(?: aria-sort="(?:[a-z]+)")?>(?:<a [^>]*>)?([^<]+)', html)

    assert heads("")[:6] == ["Record", "Reference", "Institution", "Country", "Finding", "Received"]
    assert heads("?columns=closed_on,finding")[:3] == ["Record", "Closed", "Finding"]
    assert "<dt>Closed</dt>" in text_of(client.get("/complaint-records/?columns=closed_on&view=list"))


def test_a_table_sorts_by_its_heads_and_a_list_is_chosen_in_the_address(client, records):
    html = squeezed(text_of(client.get("/complaint-records/?country=GB")))
    other_way = "/complaint-records/?country=GB&amp;ordering=received_on"
    assert f'<th scope="col" aria-sort="descending"><a href="{other_way}">Received' in html
    assert '<a href="/complaint-records/?country=GB&amp;view=list">List' in html
    as_list = squeezed(text_of(client.get("/complaint-records/?country=GB&view=list&search=walls")))
    assert '<ol class="records"' in as_list
    assert 'name="view" value="list"' in as_list


def test_a_wrong_query_is_reported_and_the_full_list_is_shown(client, records):
    html = squeezed(text_of(client.get("/complaint-records/?country=XX&search=roof"), 400))
    assert "This filter has no such value." in html
    assert f"{len(records)} records<" in html


def test_an_empty_list_says_what_to_do(client, records):
    assert "No records match" in text_of(client.get("/complaint-records/?search=nowhere"))


def test_a_record_shows_text_facts_values_in_the_source_and_its_case(client, records):
    html = squeezed(text_of(client.get(reverse("record-detail", args=[records[0]]))))
    assert "landlord&#x27;s walls are damp &amp; cold" in html
    assert "Maladministration" in html
    assert "Upheld" in html
    assert "Complaint A-2</a>" in html
    assert "007" in html


def test_a_record_links_back_to_the_list_it_was_found_in(client, records):
    url = reverse("record-detail", args=[records[0]])
    assert 'href="/complaint-records/?country=GB&amp;search=walls"' in text_of(
        client.get(url, {"from": "/complaint-records/?country=GB&search=walls"})
    )
    assert "evil" not in text_of(client.get(url, {"from": "https://evil.example/records/?x=1"}))


def test_withheld_text_is_not_on_the_page(client_of, alpha, rita, charlie):
    dataset = make_dataset(alpha, narrative_access="restricted", languages=["en"])
    [pk] = load_records(dataset, [{"subject": "Roof", "narrative": "secret asbestos", "response": "secret reply"}])
    url = reverse("record-detail", args=[pk])

    stranger, owner = text_of(client_of(charlie).get(url, {"search": "roof"})), text_of(client_of(rita).get(url))

    assert "secret" not in stranger
    assert "withholds the narrative" in stranger
    assert "secret asbestos" in owner
    assert "secret" not in text_of(client_of(charlie).get("/complaint-records/", {"search": "roof"}))


def test_a_hidden_record_is_not_found(client, client_of, alpha, charlie, rita):
    [pk] = load_records(make_dataset(alpha, access="restricted"), [{}])
    url = reverse("record-detail", args=[pk])
    assert client.get(url).status_code == 404
    assert client_of(charlie).get(url).status_code == 404
    assert client_of(rita).get(url).status_code == 200


def test_the_pages_cost_few_queries(client, alpha, django_assert_max_num_queries):
    dataset = make_dataset(alpha)
    ids = load_records(dataset, [{"narrative": "the roof leaks"} for _ in range(40)])
    for record in ComplaintRecord.objects.all():
        Issue.objects.create(dataset=dataset, record=record, scheme="hcat", category="quality")
    # Of these, 12 are three readings of facets: savepoint, count, back to it, release; kept answers need none. The rows
    # with and without a date are two pieces, each with its plan (docs/adr/0115): savepoint, plan, rows, back
    # to it, release. The number of matches has a time limit: four. One says how the search was read, and one where a
    # walk begins.
    with django_assert_max_num_queries(35):
        client.get("/complaint-records/", {"search": "roof"})
    with django_assert_max_num_queries(19):
        client.get("/complaint-records/", {"search": "roof"})
    with django_assert_max_num_queries(12):
        client.get(reverse("record-detail", args=[ids[0]]))


@pytest.mark.parametrize("asked", ["", "search=walls&"])
def test_pages_of_records_have_numbers_and_say_which_rows_they_show(client, alpha, asked):
    rows = [{"reference": f"A-{n}", "narrative": "Damp walls", "received_on": f"2020-01-{n:02d}"} for n in range(1, 8)]
    load_records(make_dataset(alpha, access="public"), rows)

    def shown(address):
        html = text_of(client.get(address))
        return html, [row.reference for row in client.get(address).context["listing"].rows]

    first = client.get(f"/complaint-records/?{asked}page_size=3").context["listing"]
    html, second = shown(f"/complaint-records/?{asked}page_size=3&page=2")
    assert first.counted == "1-3 of 7 records"
    assert [number for number, _url in first.page_links] == [1, 2, 3]
    assert "4-6 of 7 records" in html
    assert [*(row.reference for row in first.rows), *second] == [f"A-{n}" for n in range(7, 1, -1)]
    # The same page, reached from the first one, and the last from it.
    reached, rows_of_it = shown(first.next_url)
    assert "4-6 of 7 records" in reached
    assert rows_of_it == second
    following = client.get(first.next_url).context["listing"]
    assert client.get(following.next_url).context["listing"].counted == "7-7 of 7 records"
    # A filter leads to a first page.
    assert 'name="page"' not in html
    assert re.findall(r'href="(\?[^"]*\bpage=[^"]*)"', html) == []
    record = client.get(f"/complaint-records/?{asked}page_size=3&page=2").context["rows"][1][0]
    neighbours = client.get(f"{record.get_absolute_url()}?from=/complaint-records/%3Fpage_size%3D3%26page%3D2").context
    assert neighbours["before"] and neighbours["behind"]
