"""What a list or an export would be, said before it is fetched."""

import pytest
from jsonschema import Draft202012Validator

from accounts.models import AuditEvent
from exports.writers import WRITERS
from rest import counts
from rest.explain import MEDIA_TYPE
from rest.schema import document
from tests.factories.complaints import load_records, make_dataset

LIST = "/api/v1/complaint-records/"
EXPORT = f"{LIST}export/"
WRONG = ("ordering=colour", "page_size=0", "x=1", "fields=x", "country=Atlantis")
pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha):
    dataset = make_dataset(alpha, access="consortium", narrative_access="consortium")
    load_records(dataset, [{"subject": f"Roof {n}", "narrative": "Rain " * n} for n in range(1, 26)])
    return dataset


@pytest.fixture
def browser(client_of, rita, dataset):
    return client_of(rita)


@pytest.fixture
def uncountable(monkeypatch):
    """More rows than are counted, and no time to count them."""
    monkeypatch.setattr(counts, "EXACT_UP_TO", 10)
    monkeypatch.setattr(counts, "_within", lambda keys, milliseconds: None)


def explained(client, address, status=200):
    answer = client.get(f"{address}{'&' if '?' in address else '?'}explain=1")
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == (MEDIA_TYPE if status == 200 else "application/problem+json")
    return answer.json()


def content_types(read):
    """The media types of a good answer, in the document."""
    return read["responses"]["200"]["content"]


def content_of(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_list_says_its_rows_pages_and_bytes_and_has_no_row(browser):
    found = explained(browser, f"{LIST}?page_size=10&search=rain&ordering=-id")
    assert found["rows"] == {"value": 25, "exact": True}
    assert (found["route"]["name"], found["route"]["status"], found["cost"]["requests"]) == ("pages", 200, 3)
    assert found["route"]["address"].endswith(f"{LIST}?page_size=10&search=rain&ordering=-id")
    assert "results" not in found
    assert b"Roof" not in browser.get(f"{LIST}?explain=true").content
    whole = len(browser.get(f"{LIST}?search=rain").content)
    assert 0.7 * whole < found["bytes"]["value"] < 1.1 * whole
    assert found["bytes"]["sample"] == 25
    assert "25 rows" in found["bytes"]["sentence"]


def test_by_relevance_only_those_that_are_compared_are_fetched(browser, monkeypatch):
    monkeypatch.setattr("rest.relevance.MOST", 10)
    found = explained(browser, f"{LIST}?search=rain&ordering=relevance&page_size=5")
    assert (found["rows"]["value"], found["route"]["name"], found["cost"]["requests"]) == (25, "pages", 2)


def test_what_fits_is_one_answer_and_the_limit_is_that_of_the_headers(browser):
    answer = browser.get(f"{LIST}?explain=1")
    found = answer.json()
    assert (found["route"]["name"], found["cost"]["requests"]) == ("answer", 1)
    cost = found["cost"]
    assert answer["RateLimit"] == f'"person";r={cost["remaining"]};t={cost["resets_in"]}'
    assert answer["RateLimit-Policy"] == f'"person";q={cost["limit"]};w={cost["seconds"]}'


@pytest.mark.parametrize("fmt", list(WRITERS))
def test_the_bytes_of_an_export_are_about_those_of_its_file(browser, fmt):
    found = explained(browser, f"{EXPORT}?format={fmt}")
    assert found["rows"] == {"value": 25, "exact": True}
    assert found["route"]["name"] == ("stream" if WRITERS[fmt].is_copied else "file")
    assert found["route"]["address"].endswith(f"{EXPORT}?format={fmt}")
    assert found["cost"]["exports"] == 1
    size = len(content_of(browser.get(f"{EXPORT}?format={fmt}")))
    assert 0.8 * size < found["bytes"]["value"] < 1.2 * size


def test_an_export_above_the_limit_is_a_job_and_413_by_itself(browser, monkeypatch):
    for module in ("explaining", "viewsets", "sending"):
        monkeypatch.setattr(f"exports.{module}.LIMIT", 10)
    route = explained(browser, f"{EXPORT}?format=xlsx")["route"]
    assert (route["name"], route["status"]) == ("job", 413)
    assert route["address"].endswith("/api/v1/exports/")
    assert browser.get(f"{EXPORT}?format=xlsx").status_code == 413


def test_what_cannot_be_counted_in_time_is_a_bound_and_never_a_guess(browser, uncountable):
    found = explained(browser, f"{LIST}?page_size=5&search=rain")
    assert found["rows"] == {"value": 10, "exact": False}
    assert found["bytes"]["at_least"] is True
    assert "more than 2 requests" in found["route"]["sentence"]
    assert found["route"]["name"] == "pages"
    found = explained(browser, f"{EXPORT}?format=csv&search=rain")
    assert (found["route"]["name"], found["route"]["status"]) == ("job", 200)


def test_rows_up_to_the_limit_of_a_download_are_tried_once_more(browser, monkeypatch, django_assert_max_num_queries):
    rows = AuditEvent.objects.none()
    assert counts.count_of(rows, budget_ms=500, at_most=100) == counts.Count(0, exact=True)
    monkeypatch.setattr(counts, "EXACT_UP_TO", 3)
    asked = []

    def within(keys, milliseconds):
        asked.append(keys.query.high_mark)
        return None if keys.query.high_mark is None else min(7, keys.query.high_mark)

    monkeypatch.setattr(counts, "_within", within)
    page = explained(browser, f"{EXPORT}?format=csv&search=rain")
    assert page["rows"] == {"value": 7, "exact": True}
    assert asked == [None, 100_001]


def test_only_what_one_has_access_to_is_counted_and_nobody_is_said_to_have_read_it(client, browser, dataset):
    dataset.narrative_access = "restricted"
    dataset.save()
    before = AuditEvent.objects.count()
    explained(browser, LIST)
    explained(browser, f"{EXPORT}?format=csv")
    assert AuditEvent.objects.count() == before
    found = explained(client, LIST)
    assert (found["rows"], found["bytes"]["sample"]) == ({"value": 0, "exact": True}, 0)


@pytest.mark.parametrize("query", ["explain=maybe", *(f"explain=1&{one}" for one in WRONG)])
def test_an_explanation_of_a_wrong_query_is_its_refusal(browser, query):
    assert browser.get(f"{LIST}?{query}").status_code == 400


def test_an_export_of_a_wrong_format_is_refused_as_without(browser):
    assert explained(browser, f"{EXPORT}?format=doc", status=400)["errors"][0]["field"] == "format"


def test_every_list_and_export_of_the_document_can_be_explained(browser):
    reads = {path: methods["get"] for path, methods in document()["paths"].items() if "get" in methods}
    named = {path: {one["name"] for one in read.get("parameters", ())} for path, read in reads.items()}
    lists = {path: names for path, names in named.items() if {"page_size", "ordering"} <= names}
    assert len(lists) > 20
    assert [path for path, names in lists.items() if "explain" not in names] == []
    alone = {path for path in lists if {*content_types(reads[path])} != {"application/json", MEDIA_TYPE}}
    assert alone == set()
    assert MEDIA_TYPE in content_types(reads[EXPORT])
    assert not any(
        "anyOf" in reads[path]["responses"]["200"]["content"]["application/json"]["schema"] for path in lists
    )
    validator = Draft202012Validator({**document()["components"]["schemas"]["Explanation"]})
    for path in [path for path in lists if "{" not in path]:
        validator.validate(explained(browser, path))
    validator.validate(explained(browser, f"{EXPORT}?format=csv"))


def test_an_address_that_is_asked_for_in_a_parameter_may_repeat_one_as_the_list_may(browser):
    query = f"{LIST}?country__in=NL&country__in=DE"
    answer = browser.get("/api/v1/exports/codebook/", {"query": query})
    assert answer.status_code == 200, answer.content
    assert answer.json()["query"].endswith("?country__in=NL%2CDE")
