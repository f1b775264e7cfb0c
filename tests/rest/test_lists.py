"""The registry's lists as examples of every list: all lists have the same parts."""

import pytest

from accounts import actions
from registry.models import Place


@pytest.fixture
def places(db):
    names = ["Aarhus", "Bergen", "Cadiz", "Delft", "Elva"]
    return [Place.objects.create(name=name, country=country) for country in ("NL", "DK") for name in names]


def walk(client, url, key="next"):
    """Every result from this address on, page by page."""
    found = []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.content
        found.append(answer.json()["results"])
        url = answer.json()[key]
    return found


def test_a_list_has_the_shape_of_the_contract(api_client, places):
    body = api_client.get("/api/v1/places/?page_size=3").json()
    assert set(body) == {"results", "next", "previous", "count"}
    assert body["count"] == {"value": 10, "exact": True}
    assert body["previous"] is None
    assert len(body["results"]) == 3


def test_paging_visits_every_row_once_and_comes_back(api_client, places):
    pages = walk(api_client, "/api/v1/places/?page_size=3&ordering=-country,name")
    names = [(row["country"], row["name"]) for page in pages for row in page]
    assert names == sorted(names, key=lambda pair: ({"NL": 0, "DK": 1}[pair[0]], pair[1]))
    assert len(set(names)) == 10


def test_filters_narrow_and_exclude(api_client, places):
    def count(query):
        return api_client.get(f"/api/v1/places/?{query}").json()["count"]["value"]

    assert count("country=NL") == 5
    assert count("country__in=NL,DK") == 10
    assert count("country__not=NL") == 5
    assert count("search=aar") == 2
    assert count("latitude__isnull=true") == 10


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("contry=NL", "contry", "unknown_parameter"),
        ("country=XX", "country", "invalid_choice"),
        ("country__in=NL,XX", "country__in", "invalid_choice"),
        ("country=NL&country=DK", "country", "repeated_parameter"),
        ("latitude__isnull=maybe", "latitude__isnull", "invalid"),
        ("latitude__gte=north", "latitude__gte", "invalid"),
        ("page_size=0", "page_size", "invalid"),
        ("page_size=1001", "page_size", "invalid"),
        ("ordering=colour", "ordering", "unknown_ordering"),
        ("count=maybe", "count", "invalid_choice"),
        ("fields=colour", "fields", "unknown_field"),
        ("cursor=abc", "cursor", "bad_cursor"),
        ("search=%00", "search", "null_characters_not_allowed"),
    ],
)
def test_a_wrong_query_string_is_a_problem_that_names_it(api_client, db, query, field, code):
    answer = api_client.get(f"/api/v1/places/?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "errors"} <= set(body)
    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]


def test_an_unknown_parameter_and_value_name_the_allowed_ones(api_client, db):
    assert "country__in" in api_client.get("/api/v1/places/?contry=NL").json()["detail"]
    assert "NUTS, LAU" in api_client.get("/api/v1/places/?scheme=ZIP").json()["detail"]


def test_a_cursor_is_bound_to_its_list_filters_and_order(api_client, places):
    cursor = api_client.get("/api/v1/places/?page_size=3&country=NL").json()["next"].split("cursor=")[1]
    for other in ("places/?country=DK", "places/?country=NL&ordering=name", "organisations/?country=NL"):
        answer = api_client.get(f"/api/v1/{other}&cursor={cursor}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "bad_cursor"


def test_fields_are_selected(api_client, places):
    rows = api_client.get("/api/v1/places/?fields=name,country&page_size=1").json()["results"]
    assert rows == [{"name": "Aarhus", "country": "DK"}]


def test_a_reader_who_has_it_already_gets_304(api_client, alpha):
    first = api_client.get("/api/v1/organisations/alpha-university/")
    again = api_client.get("/api/v1/organisations/alpha-university/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]


def test_list_and_single_agree(api_client, alpha):
    child = actions.create_organisation(slug="alpha-lab", by=None)
    type(child).objects.filter(pk=child.pk).update(parent=alpha)
    single = api_client.get("/api/v1/organisations/alpha-lab/").json()
    assert single["parent"] == "alpha-university"
    assert single.pop("source") is None, "Where a thing was imported from is told of single things alone."
    assert api_client.get("/api/v1/organisations/?slug=alpha-lab").json()["results"] == [single]


@pytest.mark.parametrize("address", ["nothing/", "organisations/nobody/", "places/99999999999999999999/"])
def test_what_is_not_there_is_a_problem_document(api_client, db, address):
    answer = api_client.get(f"/api/v1/{address}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_a_missing_slash_is_added(api_client, db):
    answer = api_client.get("/api/v1/organisations?slug=a")
    assert answer.status_code == 301
    assert answer["Location"] == "/api/v1/organisations/?slug=a"


def test_other_methods_are_problem_documents(api_client, db):
    answer = api_client.post("/api/v1/organisations/", {"slug": "x"})
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert "GET" in answer["Allow"]


def test_a_list_costs_three_queries(api_client, places, django_assert_max_num_queries):
    """The horizon of the walk, the count, and the rows."""
    with django_assert_max_num_queries(3):
        api_client.get("/api/v1/places/")
