"""How a search was read is part of the answer, on pages and in the API alike; nothing in it is dropped in silence."""

import pytest
from django.urls import reverse

from complaints.models import ComplaintRecord
from registry.models import Place
from tests.factories.complaints import load_records
from tests.factories.imports import make_dataset

pytestmark = pytest.mark.django_db
LIST = reverse("api-complaint-record-list")
PAGE = reverse("record-list")


@pytest.fixture
def records(alpha):
    rows = [
        {"reference": "damp", "language": "en", "narrative": "The landlords delayed repairing the damp walls"},
        {"reference": "water", "language": "en", "narrative": "Water bills and repeated repairs"},
        {"reference": "haus", "language": "de", "narrative": "Die Behörden haben die Häuser nicht geprüft"},
    ]
    load_records(make_dataset(alpha, languages=["de", "en"], access="public", narrative_access="public"), rows)


@pytest.fixture
def search(api_client, records):
    def ask(words):
        answer = api_client.get(LIST, {"search": words})
        return answer.json() | {"status": answer.status_code}

    return ask


def references(answer):
    return {row["reference"] for row in answer["results"]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("damp OR water", {"damp", "water"}),
        ("damp | water", {"damp", "water"}),
        ("repairs NOT water", {"damp"}),
        ("repairs AND water", {"water"}),
        ("“damp walls”", {"damp"}),
        ("«walls damp»", set()),
        ("NOT damp", {"water", "haus"}),
    ],
)
def test_operators_and_quotation_marks_of_every_kind_work(search, words, found):
    assert references(search(words)) == found


@pytest.mark.parametrize("words", ["re*pair", "a*", "(damp OR water) walls", "damp OR", "NOT", "damp~3"])
def test_what_cannot_be_searched_is_refused_in_the_api_and_on_the_page_alike(search, client, words):
    answer = search(words)
    page = client.get(PAGE, {"search": words})

    [error] = answer["errors"]
    assert (answer["status"], error["field"], error["code"]) == (400, "search", "cannot_search")
    assert page.status_code == 400
    assert error["message"] in [shown["message"] for shown in page.context["listing"].errors]
    record = ComplaintRecord.objects.get(reference="damp")
    assert client.get(reverse("record-detail", args=[record.pk]), {"search": words}).status_code == 200


def test_the_answer_says_how_each_language_reads_the_words(search, client):
    words = "the repairing OR “Damp flats” -mould"
    read_as = search(words)["search_read_as"]

    assert read_as["text"] == 'the repairing or "Damp flats" -mould'
    terms = [[term["text"] for term in group] for group in read_as["any_of"]]
    assert terms == [["the", "repairing"], ["Damp flats", "mould"]]
    spoken = {one["language"]: one for one in read_as["languages"]}
    assert spoken["en"] == {
        "language": "en", "name": "English", "stems": ["repair", "damp", "flat", "mould"], "left_out": ["the"],
        "forms": "stemmer",
    }  # fmt: skip
    assert spoken["de"]["left_out"] == []
    assert "the (en)" in read_as["sentence"]
    assert read_as["sentence"] == client.get(PAGE, {"search": words}).context["listing"].search_read_as


def test_a_search_of_words_that_are_too_frequent_is_said_in_a_sentence(alpha, api_client, client):
    load_records(
        make_dataset(alpha, languages=["en"], access="public", narrative_access="public"),
        [{"language": "en", "narrative": "the"}],
    )

    answer = api_client.get(LIST, {"search": "the of"}).json()
    page = client.get(PAGE, {"search": "the of"}).content.decode()

    assert answer["results"] == []
    assert answer["search_read_as"]["sentence"].startswith("All words of the search are too frequent")
    assert "All words of the search are too frequent" in page


def test_without_a_search_nothing_is_said_of_one(records, api_client):
    assert "search_read_as" not in api_client.get(LIST).json()


def test_lists_without_full_text_read_a_search_in_the_same_way(api_client):
    for name in ("Aarhus North", "Aarhus South", "Odense"):
        Place.objects.create(name=name, country="DK")

    def names(words):
        return {row["name"] for row in api_client.get("/api/v1/places/", {"search": words}).json()["results"]}

    assert names("aarhus NOT south") == {"Aarhus North"}
    assert names("odense OR “aarhus north”") == {"Aarhus North", "Odense"}
    assert names("-aarhus") == {"Odense"}
    assert names("arhus nor") == {"Aarhus North"}
    assert names("aar*") == names("=aarhus") == {"Aarhus North", "Aarhus South"}
    assert names("ort*") == names("=aar") == names("?") == set()
    assert names('="aarhus north"') == names('"aarhus nor*"') == names("=aarhus -sou*") == {"Aarhus North"}
    assert api_client.get("/api/v1/places/", {"search": "a" * 501}).status_code == 400
