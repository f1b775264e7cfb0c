"""Two queries of records side by side have the numbers of their lists."""

import pytest

from complaints.selectors import comparing
from tests.factories.complaints import load_records, make_dataset
from tests.markup import squeezed

PAGE = "/complaint-records/compare/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha):
    dataset = make_dataset(alpha, access="public")
    load_records(
        dataset,
        [
            {"country": "NL", "finding": "upheld", "received_on": "2024-03-01"},
            {"country": "NL", "finding": "not-upheld", "received_on": "2024-05-01"},
            {"country": "NL", "finding": "not-upheld", "received_on": "2025-05-01"},
            {"country": "DE", "finding": "upheld", "received_on": "2025-05-01"},
        ],
    )
    return dataset


def tables(answer):
    return {
        table.field: {label: [(cell.count, cell.share) for cell in cells] for label, cells in table.rows}
        for table in answer.context["tables"]
    }


def test_counts_facets_years_and_the_rate_stand_beside_each_other(client, dataset):
    answer = client.get(f"{PAGE}?first=country%3DNL&second=/complaint-records/%3Fcountry%3DDE%26columns%3Dcountry")
    assert answer.status_code == 200
    first, second = answer.context["queries"]
    assert [(query.count.value, query.text) for query in (first, second)] == [(3, "country=NL"), (1, "country=DE")]
    assert first.upheld == "33% (1 of 3 with a finding)"
    found = tables(answer)
    assert found["finding"]["Not upheld"] == [(2, "66.7%"), (0, "")]
    assert found["received_year"] == {"2024": [(2, "66.7%"), (0, "")], "2025": [(1, "33.3%"), (1, "100.0%")]}
    # Values that the filter of the field itself leaves out are not compared.
    assert found["country"]["Netherlands"][0][0] == 3
    page = squeezed(answer.content.decode())
    assert page.count("from requests import Session") == 2
    assert "/api/v1/complaint-records/?country=DE" in page


def test_the_numbers_are_those_of_each_list(client, dataset):
    answer = client.get(f"{PAGE}?first=finding%3Dupheld&second=")
    for query in answer.context["queries"]:
        listed = client.get(query.url)
        assert listed.context["listing"].count == query.count
    assert tables(answer)["finding"]["Upheld"] == [(2, "50.0%"), (2, "50.0%")]
    assert tables(answer)["finding"]["Not upheld"] == [(0, ""), (2, "50.0%")]


@pytest.mark.parametrize("text", ["colour=red", "country=Atlantis"])
def test_a_wrong_query_is_named_and_nothing_is_compared(client, dataset, text):
    answer = client.get(PAGE, {"first": "country=NL", "second": text})
    assert answer.status_code == 400
    assert answer.context["tables"] == []
    assert "The second query is wrong" in answer.content.decode()


def test_counts_that_may_not_be_known_are_not_shown_and_have_no_share(client, alpha):
    dataset = make_dataset(alpha, access="restricted", slug="counts", counts_access="public", disclosure_threshold=10)
    load_records(dataset, [{"country": "NL", "finding": finding} for finding in ["upheld"] * 3 + ["not-upheld"] * 40])
    answer = client.get(PAGE, {"first": "dataset=counts", "second": "dataset=counts&country=NL"})
    cells = [cell for row in tables(answer)["finding"].values() for cell in row]
    assert all(count is None or count % 10 == 0 for count, _share in cells)
    assert {share for _count, share in cells} == {""}
    assert [query.upheld for query in answer.context["queries"]] == ["-", "-"]


def test_saved_queries_are_offered(client_of, rita, dataset):
    client_of(rita).post("/saved-queries/new/", {"name": "Dutch", "query": "/api/v1/complaint-records/?country=NL"})
    assert '<option value="country=NL">Dutch</option>' in squeezed(client_of(rita).get(PAGE).content.decode())


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("country=NL&finding=upheld", {"country": "NL", "finding": "upheld"}),
        ("https://h.example/complaint-records/?country__in=NL%2CDE&page=2&ordering=id", {"country__in": "NL,DE"}),
        ("/complaint-records/", {}),
        ("", {}),
        ("roof leaks?", {"search": "roof leaks?"}),
        ("search=why?&country=NL", {"search": "why?", "country": "NL"}),
        ("country=&search=roof+leaks", {"search": "roof leaks"}),
    ],
)
def test_filters_are_read_from_a_query_string_or_an_address(text, filters):
    assert comparing.filters_in(text) == filters
