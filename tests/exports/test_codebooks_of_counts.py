"""Files of counts have a codebook, at the address that their answer names: labels, small counts, notes, citation."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from exports.codebook import NAMESPACE
from tests.exports.asking import API, RECORDS, ask, content_of
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = f"{API}codebook/"


@pytest.fixture
def reader(client_of, rita, alpha):
    dataset = make_dataset(alpha, access="consortium", slug="open")
    load_records(
        dataset,
        [{"finding": "upheld" if n % 2 else "", "country": "NL", "received_on": date(2025, 1, 1)} for n in range(9)],
    )
    return client_of(rita)


@pytest.mark.parametrize("counts", ["facets", "cross-table", "days-open"])
def test_a_file_of_counts_names_its_codebook(reader, counts):
    fields = "finding,country" if counts == "cross-table" else "finding"
    address = f"{RECORDS}{counts}/export/?country=NL&field={fields.replace(',', '%2C')}"
    answer = reader.get(f"{address}&format=csv")
    header = content_of(answer).decode("utf-8-sig").splitlines()[0]
    [book] = re.fullmatch(r'<(.*)>; rel="describedby"', answer["Link"]).groups()
    shown = reader.get(book).json()
    assert ",".join(one["name"] for one in shown["columns"]) == header
    assert shown["query"] == address
    assert (shown["rows"], shown["columns"][0]["label"]) == (2, "Finding")
    assert {"value": "upheld", "label": "Upheld"} in shown["columns"][0]["labels"]
    things = "days open" if counts == "days-open" else "numbers"
    assert shown["citation"].startswith(
        f"LIPSE Casebook: {things} of complaint records by {fields.replace(',', ' and ')} where country is"
    )
    assert f". 2 rows. http://testserver{address}&format=csv (accessed on " in shown["citation"]
    ddi = ElementTree.fromstring(reader.get(f"{book}&as=ddi").content)  # noqa: S314 -- our own document
    names = [one.get("name") for one in ddi.iter(f"{{{NAMESPACE}}}var")]
    assert names == header.split(",")
    notes = [one.text for one in ddi.iter(f"{{{NAMESPACE}}}notes")]
    assert set(shown["notes"]) <= set(notes)
    assert shown["notes"]
    assert f",{shown['notes'][0]}," in content_of(reader.get(f"{book}&as=csv")).decode().replace('"', "")


def test_a_facet_is_cited_without_the_filter_that_it_ignores(reader):
    shown = reader.get(BOOK, {"query": f"{RECORDS}facets/?field=finding&finding__in=upheld"}).json()
    assert (shown["rows"], "where" in shown["citation"]) == (2, False)
    crossed = reader.get(BOOK, {"query": f"{RECORDS}cross-table/?field=finding,country&finding__in=upheld"}).json()
    assert "by finding and country where finding is in “Upheld”. " in crossed["citation"]


def test_days_are_described_with_their_unit(reader):
    shown = reader.get(BOOK, {"query": f"{RECORDS}days-open/export/?field=country&until=2026-06-30"}).json()
    assert [one["unit"] for one in shown["columns"][1:4]] == ["days"] * 3
    assert "Observed until 2026-06-30" in shown["notes"][0]


def test_counts_of_other_lists_have_theirs(reader):
    for query in ("case-studies/facets/export/?field=theme", "datasets/cross-table/?field=theme,strand"):
        assert reader.get(BOOK, {"query": f"/api/v1/{query}"}).status_code == 200


def test_counts_only_are_described_as_their_file_has_them(client_of, charlie, alpha):
    dataset = make_dataset(
        alpha,
        slug="counted",
        access="restricted",
        narrative_access="restricted",
        counts_access="public",
        disclosure_threshold=10,
    )
    load_records(dataset, [{"finding": "upheld", "country": "NL"}] * 40 + [{"finding": "not-upheld", "country": "NL"}])
    query = f"{RECORDS}facets/export/?dataset=counted&field=finding"
    client = client_of(charlie)
    content = content_of(client.get(f"{query}&format=csv")).decode("utf-8-sig")
    shown = client.get(BOOK, {"query": query}).json()
    assert shown["columns"][1]["missing"] == [{"code": ".s", "label": "Suppressed: a small count"}]
    assert {one["value"] for one in shown["columns"][0]["labels"]} == {
        line.split(",")[0] for line in content.split()[1:]
    }
    assert [note for note in shown["notes"] if "approximate" in note], (shown["notes"], content)
    assert shown["source_values"] == []
    fine = client.get(BOOK, {"query": f"{RECORDS}facets/export/?dataset=counted&field=received_month"})
    assert (fine.status_code, fine.json()["errors"][0]["code"]) == (400, "not_countable")


@pytest.mark.parametrize("query", ["facets/export/", "facets/export/?field=nothing", "facets/?field=finding&values=3"])
def test_a_wrong_query_is_refused_as_by_the_file(reader, query):
    answer = reader.get(BOOK, {"query": f"{RECORDS}{query}"})
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_counts_are_no_export_in_the_background(reader):
    answer = ask(reader, f"{RECORDS}facets/export/?field=finding")
    assert answer.json()["errors"][0]["code"] == "not_exported"
