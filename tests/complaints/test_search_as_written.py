"""Words as they are written, words that begin so, forms of words without a stemmer; every word counts or is named."""

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import ComplaintRecord
from imports.models import Dataset
from rest.search import CannotSearch, read
from standards.search import readings
from tests.factories.complaints import load_records
from tests.factories.imports import make_dataset

pytestmark = pytest.mark.django_db
LIST = reverse("api-complaint-record-list")

TEXTS = {
    "E1": ("en", "The landlords delayed repairing the damp walls"),
    "E2": ("en", "Water bills and repeated repairs of the wall"),
    "E3": ("en", "Discrimination in the repair of walled gardens, happily ended"),
    "D1": ("de", "Die Behörden haben die feuchten Häuser repariert"),
    "D2": ("de", "Ein Haus ohne Damp"),
    "F1": ("fr", "La réclamation sur les déchets"),
    "S1": ("sk", "Sťažnosti občanov na úrad obce"),
    "S2": ("sk", "Sťažnosť na rozhodnutie starostu"),
    "N1": ("", "The damp wall repairs"),
}


@pytest.fixture
def dataset(alpha):
    found = make_dataset(
        alpha, languages=["de", "en", "fr", "sk"], access="public", narrative_access="public", slug="letters"
    )
    load_records(
        found,
        [{"reference": key, "language": code, "narrative": text} for key, (code, text) in TEXTS.items()],
    )
    return found


def found(person, words):
    return {record.reference for record in ComplaintRecord.objects.visible_to(person).matching(words)}


@pytest.mark.parametrize(
    ("words", "references"),
    [
        ("repair*", {"E1", "E2", "E3", "N1"}),
        ("repairi*", {"E1"}),
        ("REPAIRS*", {"E2", "N1"}),
        ("discriminati*", {"E3"}),
        ("happily*", {"E3"}),
        ("behord*", {"D1"}),
        ("réclamatio*", {"F1"}),
        ("staznosti*", {"S1"}),
        ("repair* -repairs*", {"E1", "E3"}),
        ("-repair*", {"D1", "D2", "F1", "S1", "S2"}),
        ("repari* OR wate*", {"D1", "E2"}),
        ('"damp wal*"', {"E1", "N1"}),
        ('"repair* the damp"', {"E1"}),
        ('"delayed repai*"', {"E1"}),
        ('"delay repai*"', set()),
        ("repairs wat*", {"E2"}),
        ("=repairs", {"E2", "N1"}),
        ("=repair", {"E3"}),
        ("=wall OR =walled", {"E2", "E3", "N1"}),
        ("repair -=repairs", {"E1", "E3"}),
        ('="damp walls"', {"E1"}),
        ('="damp wall"', {"N1"}),
        ('"damp wall"', {"E1", "N1"}),
        ("=dechets", {"F1"}),
        ("=déchet", set()),
        ("-=repairs =walls", {"E1"}),
    ],
)
def test_words_as_they_are_written_and_words_that_begin_so(dataset, bob, words, references):
    assert found(bob, words) == references


@pytest.mark.parametrize(
    ("words", "references"),
    [
        ("sťažnosť", {"S1", "S2"}),
        ("staznostiam", {"S1", "S2"}),
        ("obec", {"S1"}),
        ("úradu", {"S1"}),
        ("starosta", {"S2"}),
        ("obcan -obec", set()),
        ("=sťažnosť", {"S2"}),
    ],
)
def test_forms_of_a_slovak_word_are_found_by_their_endings(dataset, bob, words, references):
    assert found(bob, words) == references


def test_what_is_not_found_in_a_language_is_said(dataset, api_client):
    read_as = api_client.get(LIST, {"search": "sťažnosť"}).json()["search_read_as"]

    assert "by their endings, but not all, in: Slovak." in read_as["sentence"]
    forms = {one["language"]: one["forms"] for one in read_as["languages"]}
    assert forms == {"de": "stemmer", "en": "stemmer", "fr": "stemmer", "sk": "endings"}


def test_the_answer_says_what_is_compared_as_it_is_written(dataset, api_client, client):
    words = 'the repair* -="damp walls"'
    read_as = api_client.get(LIST, {"search": words}).json()["search_read_as"]

    assert read_as["text"] == words
    [[_the, prefix, exact]] = read_as["any_of"]
    assert prefix == {"text": "repair*", "phrase": False, "excluded": False, "exact": False, "prefix": True}
    assert exact == {"text": "damp walls", "phrase": True, "excluded": True, "exact": True, "prefix": False}
    assert "words that begin with “repair” without “damp walls” as it is written" in read_as["sentence"]
    page = client.get(reverse("record-list"), {"search": words})
    assert page.context["listing"].search_read_as == read_as["sentence"]


def test_a_beginning_that_is_too_frequent_as_a_word_is_named(dataset, bob, api_client):
    read_as = api_client.get(LIST, {"search": "the*"}).json()["search_read_as"]

    english = next(one for one in read_as["languages"] if one["language"] == "en")
    assert english["left_out"] == ["the"]
    assert found(bob, "the*") == {"N1"}
    assert found(bob, "=the damp -=of") == {"E1", "N1"}
    assert found(bob, "=the") == {"N1"}


def test_words_of_withheld_letters_are_not_found_by_their_beginning_or_as_written(dataset, bob, charlie):
    Dataset.objects.update(narrative_access="restricted")
    ComplaintRecord.objects.filter(reference="E2").update(subject="Gardening")

    assert found(bob, "repair*") == {"E1", "E2", "E3", "N1"}
    for words in ("repair*", "=repairs", "repairs OR repair*", '"damp wal*"', "garden* =walled", "garden* wat*"):
        assert found(charlie, words) == set(), words
    assert found(charlie, "garden*") == found(charlie, "=gardening -=repairs") == {"E2"}
    assert found(charlie, "-repair*") == set(TEXTS)


WORDS = [
    "damp",
    "wall",
    "walls",
    "repairs",
    "repairing",
    "the",
    "of",
    "haus",
    "die",
    "house",
    "obec",
    "urad",
    "nothing",
]
PIECES = [
    *WORDS, *(f"={word}" for word in WORDS), *(f"-{word}" for word in WORDS), *(f"-={word}" for word in WORDS),
    "repair*", "wal*", "th*", "di*", "-repair*", "-wal*", "OR", "OR", '"damp walls"', '="damp wall"', '"of the wal*"',
    '-"damp walls"', '-="damp walls"', '"the damp"', '="die haus"', "|", "NOT", "ob*",
]  # fmt: skip


def matches_as_said(search, code, stems, words):
    """Whether a text matches, by what was said of the search. stems, words: lexeme to its places in the text."""

    def is_left_out(word):
        [spoken] = readings([word], [code])
        return bool(spoken["left_out"]) and not word.endswith("*")

    def places_of(term, word):
        if word.endswith("*"):
            return {at for lexeme, places in words.items() if lexeme.startswith(word[:-1]) for at in places}
        if term.is_as_written:
            return set(words.get(word, ()))
        [spoken] = readings([word], [code])
        return {at for stem in spoken["stems"] for at in stems.get(stem, ())}

    def is_found(term):
        kept = [(at, word) for at, word in enumerate(term.text.split()) if not is_left_out(word)]
        starts = [{place - at for place in places_of(term, word)} for at, word in kept]
        return bool(set.intersection(*starts))

    def is_ignored(term):
        return all(map(is_left_out, term.text.split()))

    groups = [[term for term in group if not is_ignored(term)] for group in search.any_of]
    return any(group and all(is_found(term) != term.excluded for term in group) for group in groups)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=5))
def test_what_is_found_is_what_was_said(dataset, bob, pieces):
    text = " ".join(pieces)
    try:
        search = read(text)
    except CannotSearch:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reference, language, search_vector(language, narrative), search_words(language, narrative)"
            " FROM complaints_complaintrecord"
        )
        rows = cursor.fetchall()

    said = {key for key, code, stems, words in rows if matches_as_said(search, code, parsed(stems), parsed(words))}

    assert found(bob, text) == said


def parsed(vector):
    """Lexeme to places of a tsvector such as `'damp':4 'wall':5`."""
    pairs = (part.rpartition(":") for part in vector.split())
    return {lexeme.strip("'"): [int(place) for place in places.split(",")] for lexeme, _colon, places in pairs}


ODD = ["½", "²", "a-b", "e.g.", "http://x.eu/y", "'", "\\", "&", "<->", ":*", "é*", "x" * 400]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=600) | st.lists(st.sampled_from([*PIECES, *ODD]), max_size=2000).map(" ".join))
def test_no_search_is_an_error_of_the_server_and_no_word_is_dropped_unsaid(dataset, api_client, text):
    for address in (LIST, "/api/v1/case-studies/", "/api/v1/places/"):
        answer = api_client.get(address, {"search": text[:10_000]})
        assert answer.status_code in (200, 400)
        if answer.status_code == 200 and text.strip():
            read_as = answer.json()["search_read_as"]
            said = [word for group in read_as["any_of"] for term in group for word in term["text"].split()]
            for one in read_as["languages"]:
                assert one["stems"] or {word.rstrip("*") for word in said} <= {*one["left_out"]}
            operators = {"or", "and", "not"}
            assert all(any(word in one for one in said) for word in text.split()
                       if word.isalpha() and word.casefold() not in operators)  # fmt: skip
