"""Order by relevance and highlights: bounded, said in the answer, and only of texts that the person may read."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from complaints.models import ComplaintRecord
from imports.models import Dataset
from rest import relevance
from tests.factories.complaints import load_records
from tests.factories.imports import make_dataset

pytestmark = pytest.mark.django_db
LIST = reverse("api-complaint-record-list")
PAGE = reverse("record-list")


@pytest.fixture
def dataset(alpha):
    found = make_dataset(alpha, languages=["en"], access="public", narrative_access="public", slug="letters")
    load_records(
        found,
        [
            {"reference": "once", "language": "en", "narrative": "A repair " + "of many other things " * 20},
            {"reference": "none", "language": "en", "narrative": "Nothing of that kind"},
            {"reference": "often", "language": "en", "narrative": "Repairs, repairs and again repairs were promised"},
            {"reference": "title", "language": "en", "subject": "Repair", "narrative": "They repaired nothing"},
            {"reference": "twice", "language": "en", "narrative": "Repairing the repairs"},
        ],
    )
    return found


def references(answer):
    return [row["reference"] for row in answer.json()["results"]]


def test_the_best_match_is_first_and_the_reverse_is_possible(dataset, api_client):
    asked = {"search": "repairs", "ordering": "relevance"}
    best = references(api_client.get(LIST, asked))

    assert best[0] == "title" and best[-1] == "once" and len(best) == 4
    assert references(api_client.get(LIST, asked | {"ordering": "-relevance"})) == best[::-1]
    assert references(api_client.get(LIST, {"search": "repairs"})) == ["once", "often", "title", "twice"]


@pytest.mark.parametrize("words", ["repair", "repair*", "=repairs OR repair", "repair -promised"])
def test_a_walk_by_relevance_has_each_row_once(dataset, api_client, words):
    asked = {"search": words, "ordering": "relevance"}
    whole = references(api_client.get(LIST, asked))
    answer = api_client.get(LIST, asked | {"page_size": 1})
    walked = references(answer)
    while answer.json()["next"]:
        answer = api_client.get(answer.json()["next"])
        walked += references(answer)

    assert walked == whole
    assert set(walked) == set(references(api_client.get(LIST, {"search": words})))


def test_only_the_rows_that_were_added_last_are_compared_and_the_answer_says_so(
    dataset, api_client, client, monkeypatch
):
    monkeypatch.setattr(relevance, "MOST", 2)
    asked = {"search": "repair", "ordering": "relevance"}
    answer = api_client.get(LIST, asked).json()

    assert {row["reference"] for row in answer["results"]} == {"title", "twice"}
    assert answer["count"] == {"value": 4, "exact": True}
    assert answer["search_read_as"]["ranked"] == {"most": 2, "all": False}
    assert "the 2 rows that were added last" in answer["search_read_as"]["sentence"]
    assert "the 2 rows that were added last" in client.get(PAGE, asked).content.decode()


def test_relevance_needs_a_search_and_a_form_without_one_falls_back(dataset, api_client, client):
    answer = api_client.get(LIST, {"ordering": "relevance"})
    page = client.get(PAGE, {"ordering": "relevance", "search": ""})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "needs_search")
    assert page.status_code == 200 and 'value="relevance"' not in page.content.decode()
    assert 'value="relevance"' in client.get(PAGE, {"search": "repair"}).content.decode()
    assert api_client.get("/api/v1/places/", {"ordering": "relevance", "search": "x"}).status_code == 400


def test_relevance_does_not_look_into_withheld_letters(dataset, api_client):
    Dataset.objects.update(narrative_access="restricted")
    ComplaintRecord.objects.update(subject="Repair")
    best = references(api_client.get(LIST, {"search": "repair", "ordering": "relevance"}))

    assert best == sorted(
        best, key=list(ComplaintRecord.objects.order_by("id").values_list("reference", flat=True)).index
    )


def highlighted(client, **asked):
    answer = client.get(LIST, {"highlight": "true", **asked}).json()
    return dict(zip([row["reference"] for row in answer["results"]], answer["highlights"], strict=True))


def matched(extracts):
    return [piece["text"] for extract in extracts for piece in extract if piece["match"]]


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("repair", ["Repairing", "repairs"]),
        ("repairi*", ["Repairing"]),
        ("=repairs", ["repairs"]),
        ("=repairs repairi*", ["Repairing", "repairs"]),
        ("repair =the", ["Repairing", "repairs"]),
        ('"repairing the rep*"', ["Repairing", "repairs"]),
    ],
)
def test_pieces_say_what_a_search_found(dataset, api_client, words, marked):
    found = highlighted(api_client, search=words, reference="twice")["twice"]

    assert list(found) == ["narrative"]
    assert matched(found["narrative"]) == marked
    assert "".join(piece["text"] for piece in found["narrative"][0]) == "Repairing the repairs"


def test_a_text_cannot_be_taken_for_a_mark(dataset, api_client):
    ComplaintRecord.objects.filter(reference="twice").update(narrative="\ue000<mark>no\ue001 repairs</mark>")
    found = highlighted(api_client, search="repairs", reference="twice")["twice"]["narrative"]

    assert matched(found) == ["repairs"]


def test_withheld_letters_are_not_quoted_and_quoted_ones_are_recorded(dataset, client_of, bob, charlie):
    Dataset.objects.update(narrative_access="restricted")
    ComplaintRecord.objects.filter(reference="twice").update(subject="Repairs")

    found = highlighted(client_of(charlie), search="repair")
    assert {key: (list(texts), matched(texts["subject"])) for key, texts in found.items()} == {
        "title": (["subject"], ["Repair"]),
        "twice": (["subject"], ["Repairs"]),
    }
    assert not AuditEvent.objects.filter(action="letter.read").exists()
    client_of(bob).get(LIST, {"search": "repair", "highlight": "true", "fields": "id"})
    assert AuditEvent.objects.filter(action="letter.read").exists()


@pytest.mark.parametrize("asked", [{"highlight": "true"}, {"highlight": "perhaps", "search": "repair"}])
def test_highlights_need_a_search_and_a_truth_value(dataset, api_client, asked):
    answer = api_client.get(LIST, asked)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "highlight")
    assert api_client.get("/api/v1/places/", {"highlight": "true", "search": "x"}).status_code == 400
