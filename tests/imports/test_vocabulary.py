"""The words that head columns, in the languages of the consortium."""

import pytest

from complaints.recipes.records import COMPLAINT_RECORDS
from imports import vocabulary
from imports.vocabulary import add_words, plain, words_for


@pytest.fixture
def as_shipped():
    yield
    vocabulary._added.clear()
    vocabulary._known.cache_clear()


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("dossiernummer", "reference"), ("Numéro", "reference"), ("NUMAR", "reference"), ("Číslo", "reference"),
        ("onderwerp", "subject"), ("Objet", "subject"), ("Předmět", "subject"), ("predmet", "subject"),
        ("oggetto", "subject"), ("emne", "subject"), ("pealkiri", "subject"), ("obiect", "subject"),
        ("date_de_reception", "received_on"), ("Data ricezione", "received_on"), ("saabunud", "received_on"),
        ("dátum doručenia", "received_on"), ("modtaget", "received_on"), ("Fecha de entrada", "received_on"),
        ("afgørelse", "finding"), ("soluţie", "finding"), ("otsus", "finding"), ("Esito", "finding"),
        ("výsledok", "finding"), ("myndighed", "respondent"), ("Asutus", "respondent"), ("úrad", "respondent"),
        ("ente", "respondent"), ("titel", "title"), ("behörde", "public_body"),
        # Neighbours of the consortium.
        ("Diarienummer", "reference"), ("Ärende", "subject"), ("Inkom", "received_on"), ("Saapunut", "received_on"),
    ],
)  # fmt: skip
def test_a_word_heads_a_column_in_every_language_of_the_consortium(name, field):
    assert plain(name) in words_for(field)


def test_the_vocabulary_names_fields_of_recipes_only_with_words_in_one_form():
    fields = {field.name for field in COMPLAINT_RECORDS.fields}

    assert {"reference", "subject", "narrative", "received_on", "closed_on", "respondent", "finding"} <= fields
    assert all(word == plain(word) and word for field in fields for word in words_for(field))


def test_an_operator_adds_words(tmp_path, as_shipped):
    file = tmp_path / "words.toml"
    file.write_text('[subject]\nhu = ["Tárgy"]\nalso = ["title"]\n', "utf-8")

    add_words(file)

    assert "targy" in words_for("subject")
    assert "targy" in words_for("title")
    assert "onderwerp" in words_for("subject")


@pytest.mark.parametrize("text", ["[subject", "subject = 1", '[subject]\nfi = "Tárgy"', "[subject]\nfi = [1]", None])
def test_a_wrong_file_of_words_is_refused_with_its_name(tmp_path, as_shipped, text):
    file = tmp_path / "words.toml"
    if text is not None:
        file.write_text(text, "utf-8")

    with pytest.raises(ValueError, match=r"words\.toml is not a file of header words"):
        add_words(file)
    assert words_for("subject")
