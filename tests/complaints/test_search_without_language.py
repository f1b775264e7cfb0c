"""Rows that name no language are searched in the language of their dataset, and as they are written."""

import pytest

from complaints.models import ComplaintRecord
from imports.mapping import Definition, Rule
from imports.models import Dataset
from imports.readers.table import ReadOptions
from tests.factories.imports import csv_of, import_bytes, make_dataset, undo

pytestmark = pytest.mark.django_db

TEXTS = {
    "A": "The landlord delayed repairing the damp walls of our flat",
    "B": "Repairs to the roof were promised twice and nobody came",
    "C": "They repaired the heating only after the third letter",
    "D": "The water bill of the council was wrong for three years",
}
RULES = {name: Rule(column=name) for name in ("reference", "narrative", "subject")} | {
    "kind": Rule(constant="complaint")
}
HEADER = "reference,subject,narrative"


def file_of(texts):
    return csv_of([f"{key},Letter {key},{text}" for key, text in texts.items()], header=HEADER)


def load(dataset, texts, by, **rules):
    mapping = Definition(ReadOptions(), RULES | rules, {}, 2026)
    run = import_bytes(dataset, file_of(texts), by=by, definition=mapping)
    assert run.state == "loaded", run.error_message
    return run


@pytest.fixture
def dataset(alpha, bob):
    """English letters whose rows name no language; the dataset says what it is in."""
    found = make_dataset(alpha, language="en", access="public", narrative_access="public")
    load(found, TEXTS, bob)
    return found


def found(person, words):
    return "".join(sorted(r.reference for r in ComplaintRecord.objects.visible_to(person).matching(words)))


@pytest.mark.parametrize("words", ["repairing", "repairs", "repair", "Repaired"])
def test_every_form_of_a_word_finds_the_same_records(dataset, bob, words):
    assert set(ComplaintRecord.objects.values_list("language", flat=True)) == {""}
    assert found(bob, words) == "ABC"


@pytest.mark.parametrize(
    ("words", "references"),
    [("repair -damp", "BC"), ("repair -walling", "BC"), ('"repaired roofs"', ""), ('"damp wall"', "A"), ("the", "ABCD"),
     ("heat or bills", "CD"), ("-repairs", "D"), ("nowhere", ""), ("repairi*", "A"), ("=repairs", "B"),
     ('"repairing the damp wal*"', "A"), ("-=repairs", "ACD"), ("=the =damp", "A"), ("=the", "ABCD")],
)  # fmt: skip
def test_minus_phrases_and_words_that_the_language_ignores(dataset, bob, words, references):
    assert found(bob, words) == references


@pytest.mark.parametrize("words", ["repairing", "repair -damp", "the", "nowhere"])
def test_page_and_api_find_the_same(client_of, dataset, bob, words):
    client = client_of(bob)
    page = client.get("/complaint-records/", {"search": words})
    answer = client.get("/api/v1/complaint-records/", {"search": words}).json()

    shown = {row.reference for row in page.context["listing"].rows}
    assert shown == {row["reference"] for row in answer["results"]} == set(found(bob, words))


def test_the_words_are_marked_where_they_were_found(client_of, dataset, bob):
    page = client_of(bob).get("/complaint-records/", {"search": "repair"}).content.decode()
    record = ComplaintRecord.objects.get(reference="A")
    detail = client_of(bob).get(f"/complaint-records/{record.pk}/", {"search": "repair"}).content.decode()

    assert "<mark>repairing</mark>" in page and "<mark>repairing</mark>" in detail
    assert "<mark>Repairs</mark>" in page and "<mark>repaired</mark>" in page


def test_rows_of_an_addition_an_update_and_an_undo_are_searched_the_same(dataset, bob):
    load(dataset, {"E": "The repairing of the lift"}, bob)
    run = load(dataset, {"A": "Nothing was done", "F": "Repaired at last"}, bob)
    assert found(bob, "repairs") == "BCEF"

    undo(run, bob)

    assert found(bob, "repairs") == "ABCE"


def test_words_of_withheld_letters_are_not_searched(dataset, bob, charlie):
    Dataset.objects.update(narrative_access="restricted")

    assert (found(charlie, "repair"), found(charlie, "letters"), found(charlie, "letters -repair")) == (
        "",
        "ABCD",
        "ABCD",
    )
    assert found(bob, "repairs") == "ABC"


def test_a_language_without_a_stemmer_is_searched_as_it_is_written(alpha, bob):
    load(make_dataset(alpha, language="sl"), {"A": "Pritožba občana", "B": "Pritožbe občanov"}, bob)

    assert (found(bob, "pritozba"), found(bob, "občanov")) == ("A", "B")
