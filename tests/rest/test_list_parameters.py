"""Lists in a query string: members with commas, empty ones, repeated parameters, and what `__not` keeps."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import ComplaintRecord
from rest.lists import is_given, members, with_whole_lists
from tests.factories.complaints import load_records, make_dataset

COMMA = "EQUIFAX, INC."
QUOTE = 'The "Best" Bank'


def quoted(value):
    return '"' + value.replace('"', '""') + '"'


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("country", "NL", True),
        ("country", "", False),
        ("country", None, False),
        ("country__in", "", True),
        ("country__not", "", True),
        ("country__in", "NL", True),
        ("country__gte", "", False),
    ],
)
def test_an_empty_list_says_something_and_another_empty_parameter_does_not(name, value, expected):
    assert is_given(name, value) is expected


def test_a_list_that_cannot_be_read_says_why():
    with pytest.raises(ValueError, match="unexpected end of data"):
        members('"not closed')
    with pytest.raises(ValueError, match=r"^line break outside of quotation marks$"):
        members("one\ntwo")


@given(st.lists(st.text()))
def test_quoted_members_are_read_back_whatever_is_in_them(values):
    assert members(",".join(quoted(value) for value in values)) == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        ("a, b", ["a", "b"]),
        ('"EQUIFAX, INC.",b', [COMMA, "b"]),
        ('a, "b, c"', ["a", "b, c"]),
        ('"The ""Best"" Bank"', [QUOTE]),
        ('The "Best" Bank', [QUOTE]),
        ("US,", ["US", ""]),
        (",", ["", ""]),
        ('""', [""]),
        ('"two\nlines"', ["two\nlines"]),
    ],
)
def test_members_of_a_list(text, expected):
    assert members(text) == expected


@pytest.mark.parametrize("text", ['"a', '"a"b', '"a" b,c', "a\nb", "a\r\nb", "\n", 'a,"'])
def test_a_broken_list_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        members(text)


def test_a_repeated_list_is_one_list_and_everything_else_stays():
    query = QueryDict('a__in=1,2&b=5&a__in=&c__not="x, y"&a__in=3&c__not=z&b=6')
    whole = with_whole_lists(query)
    assert whole.getlist("a__in") == ["1,2,3"]
    assert members(whole["c__not"]) == ["x, y", "z"]
    assert whole.getlist("b") == ["5", "6"]
    assert query.getlist("a__in") == ["1,2", "", "3"]
    untouched = QueryDict("a__in=1&b=2&b=3")
    assert with_whole_lists(untouched) is untouched


@pytest.fixture
def records(alpha):
    dataset = make_dataset(alpha, access="public")
    values = [(COMMA, "US"), (QUOTE, "US"), ("Plain", "NL"), ("", "")]
    return load_records(dataset, [{"respondent": name, "country": country} for name, country in values])


def found(client, query):
    answer = client.get(f"/api/v1/complaint-records/?{query}&fields=respondent&ordering=id")
    assert answer.status_code == 200, answer.content
    return [row["respondent"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('respondent__in="EQUIFAX, INC.",Plain', [COMMA, "Plain"]),
        ('respondent__in="EQUIFAX, INC."&respondent__in=Plain', [COMMA, "Plain"]),
        ('respondent__not="EQUIFAX, INC."', [QUOTE, "Plain", ""]),
        ('respondent__not="EQUIFAX, INC."&respondent__isnull=false', [QUOTE, "Plain"]),
        ('respondent__in="The ""Best"" Bank"', [QUOTE]),
        ("respondent__in=", []),
        ("country__in=", []),
        ("dataset__in=", []),
        ("country__not=", [COMMA, QUOTE, "Plain", ""]),
        ("country__not=US", ["Plain", ""]),
        ("country__not=US&country__isnull=false", ["Plain"]),
    ],
)
def test_a_list_finds_what_it_names(api_client, records, query, expected):
    assert found(api_client, query) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("country__in=US,", "empty_member"),
        ("country__in=,", "empty_member"),
        ('respondent__not=""', "empty_member"),
        ("respondent__in=Plain, ,b", "empty_member"),
        ('respondent__in="Plain', "bad_list"),
        ('respondent__in="EQUIFAX" INC.', "bad_list"),
        ("dataset__in=,", "empty_member"),
    ],
)
def test_an_empty_member_and_a_broken_list_are_refused(api_client, records, query, code):
    answer = api_client.get(f"/api/v1/complaint-records/?{query}")
    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(query.partition("=")[0], code)]


def test_the_answer_says_where_rows_without_a_value_are_kept(api_client, records):
    def kept(query):
        return api_client.get(f"/api/v1/complaint-records/?{query}").json().get("kept_without_value")

    assert kept("country__not=US") == ["country"]
    assert kept("country__not=US&respondent__not=Plain") == ["country", "respondent"]
    assert kept("country__not=US&country__isnull=false") is None
    assert kept("country__in=US") is None
    assert kept("country__not=") is None


def test_pages_of_a_list_keep_repeated_members(api_client, records):
    query = "respondent__in=Plain&respondent__in=%22EQUIFAX, INC.%22&page_size=1&ordering=id"
    first = api_client.get(f"/api/v1/complaint-records/?{query}").json()
    second = api_client.get(first["next"]).json()
    assert [row["respondent"] for row in first["results"] + second["results"]] == [COMMA, "Plain"]
    assert second["next"] is None


def test_the_page_the_facets_and_the_export_read_a_list_as_the_api_does(client, api_client, records):
    query = "respondent__in=%22EQUIFAX, INC.%22&respondent__in=Plain"
    page = client.get(f"/complaint-records/?{query}")
    assert page.status_code == 200
    assert {row.pk for row in page.context["listing"].rows} == {records[0], records[2]}
    facet = api_client.get(f"/api/v1/complaint-records/facets/?field=country&{query}").json()["country"]
    assert {entry["value"]: entry["count"] for entry in facet["values"]} == {"US": 1, "NL": 1}
    export = api_client.get(f"/api/v1/complaint-records/export/?format=jsonl&{query}")
    assert b"".join(export.streaming_content).count(b"\n") == ComplaintRecord.objects.count() - 2


def test_a_page_with_a_broken_list_says_so(client, records):
    page = client.get("/complaint-records/?country__in=US,")
    assert page.status_code == 400
    assert "A member of the list is empty." in page.content.decode()


def test_an_empty_list_finds_nothing_on_every_way_out(client, api_client, records):
    page = client.get("/complaint-records/?reference__in=")
    listing = page.context["listing"]
    assert (listing.rows, [tag["value"] for tag in listing.tags]) == ([], ["nothing"])
    addresses = [page.context["ways"].api, *page.context["ways"].files.values()]
    assert [address for address in addresses if "reference__in=" not in address] == []
    facet = api_client.get("/api/v1/complaint-records/facets/?field=country&reference__in=").json()["country"]
    assert facet["values"] == []
    export = api_client.get("/api/v1/complaint-records/export/?format=jsonl&reference__in=")
    assert b"".join(export.streaming_content) == b""


def test_an_empty_list_sends_no_record_to_coding(client, records, bob):
    client.force_login(bob)
    assert client.get("/complaint-records/send-to-coding/?reference__in=").context["total"] == 0
    assert client.get("/complaint-records/send-to-coding/?").context["total"] == 4
