"""Columns whose names say nothing become fields by what they hold, and each is a question."""

import pytest

from complaints.recipes.records import COMPLAINT_RECORDS
from imports.guess import guess_mapping
from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from imports.sniff.profile import Profile

LETTER = (
    "Ich habe im März einen Antrag gestellt und warte seit sieben Monaten auf eine Antwort der Stelle zum Vorgang {}. "
)
COUNTRIES = ["Italia", "Ivory Coast", "Turkey", "DEU", "es"]


def guess_of(tmp_path, text, name="file.csv"):
    """The guess for a file of complaint records, without a database."""
    path = tmp_path / name
    path.write_bytes(text.encode())
    table = open_table(path, name, ReadOptions(), COMPLAINT_RECORDS.known_headers)
    profile, rows = Profile(table.understood.columns), []
    for batch in table.batches():
        profile.add(batch.rows)
        rows += batch.rows
    table.close()
    return guess_mapping(
        profile.finish(2026), COMPLAINT_RECORDS, ReadOptions(), latest_year=2026, constants={}, head=rows[:20]
    )


def columns_of(guess):
    return {name: rule.column for name, rule in guess.definition.rules.items() if rule.column}


def rows(header, line, number=80):
    return "\n".join([header, *(line(n) for n in range(number))]) + "\n"


def test_the_longest_prose_becomes_the_narrative_and_other_texts_are_named_with_their_size(tmp_path):
    text = rows("k1,k2,k3", lambda n: f"{n},{LETTER.format(n) * 2},{LETTER.format(n) * 9}")

    guess = guess_of(tmp_path, text)

    assert columns_of(guess)["narrative"] == "k3"
    assert "“k3” holds the longest texts, so it becomes Narrative" in guess.questions["k3"]
    characters = sum(len((LETTER.format(n) * 2).strip()) for n in range(80))
    assert any(note.startswith(f"“k2” holds texts ({characters:,} characters) and became no field") for note in
               guess.notes)  # fmt: skip


def test_a_few_letters_are_prose_too(tmp_path):
    guess = guess_of(tmp_path, rows("a,b", lambda n: f"{n},{LETTER.format(n) * 4}", number=4))

    assert columns_of(guess) == {"reference": "a", "narrative": "b"}


def test_names_and_codes_of_countries_become_the_country_with_every_value(tmp_path):
    guess = guess_of(tmp_path, rows("no,x7,emne", lambda n: f"{n},{COUNTRIES[n % 5]},noise {n % 3}"))

    assert columns_of(guess)["country"] == "x7"
    assert dict(guess.definition.rules["country"].words) == {
        "italia": "IT", "ivory coast": "CI", "turkey": "TR", "deu": "DE", "es": "ES",
    }  # fmt: skip
    assert "x7" in guess.questions


@pytest.mark.parametrize("values", [["de", "fr", "it"], ["AL", "AK", "TX", "NY"], ["DE"]])
def test_codes_that_may_be_languages_or_states_are_no_countries(tmp_path, values):
    guess = guess_of(tmp_path, rows("no,x7,emne", lambda n: f"{n},{values[n % len(values)]},noise {n % 3}"))

    assert "country" not in columns_of(guess)
    assert guess.questions == {}


def test_dates_become_the_first_and_the_last_day_of_a_case(tmp_path):
    def line(n):
        return f"{n},2021-0{n % 3 + 4}-1{n % 9},2020-0{n % 3 + 4}-1{n % 9},1950-02-1{n % 9},noise"

    guess = guess_of(tmp_path, rows("no,d1,d2,date of birth,emne", line))

    assert columns_of(guess) == {"reference": "no", "received_on": "d2", "closed_on": "d1", "subject": "emne"}
    assert set(guess.questions) == {"d1", "d2"}


def test_a_single_date_is_the_first_day_and_a_date_with_a_name_keeps_it(tmp_path):
    one = guess_of(tmp_path, rows("no,d1,emne", lambda n: f"{n},2021-04-1{n % 9},noise"))
    named = guess_of(tmp_path, rows("no,d1,ontvangen,emne", lambda n: f"{n},2020-04-1{n % 9},2021-01-02,noise"))

    assert columns_of(one)["received_on"] == "d1"
    assert columns_of(named)["received_on"] == "ontvangen"
    assert "closed_on" not in columns_of(named)


def test_words_of_outcomes_become_the_finding_by_the_vocabulary(tmp_path):
    words = ["accolto", "non accolto", "archiviato"]

    guess = guess_of(tmp_path, rows("no,x,oggetto", lambda n: f"{n},{words[n % 3]},rumore"))

    assert columns_of(guess)["finding"] == "x"
    assert dict(guess.definition.rules["finding"].words) == {"accolto": "upheld", "non accolto": "not-upheld"}
    assert "x" in guess.questions


def test_yes_and_no_are_no_outcome(tmp_path):
    guess = guess_of(tmp_path, rows("no,x,oggetto", lambda n: f"{n},{'yes' if n % 2 else 'no'},rumore"))

    assert columns_of(guess) == {"reference": "no", "subject": "oggetto"}


HEADERS = {
    "nl": ("dossiernummer;onderwerp;ontvangen;oordeel;instantie", "ongegrond"),
    "fr": ("numéro;objet;date de réception;décision;organisme", "rejetée"),
    "de": ("Aktenzeichen;Betreff;Eingangsdatum;Ergebnis;Behörde", "unbegründet"),
    "es": ("expediente;asunto;fecha de entrada;resolución;organismo", "desestimada"),
    "it": ("numero;oggetto;data di ricezione;esito;ente", "accolto"),
    "et": ("viitenumber;teema;saabumise kuupäev;otsus;asutus", "põhjendamatu"),
    "ro": ("număr;obiect;data primirii;soluție;instituție", "respinsă"),
    "sk": ("číslo spisu;predmet;dátum doručenia;výsledok;úrad", "opodstatnená"),
    "da": ("sagsnummer;emne;modtaget;afgørelse;myndighed", "kritik"),
    "cs": ("číslo;předmět;datum doručení;výsledek;úřad", "upheld"),
}


@pytest.mark.parametrize("language", HEADERS)
def test_a_table_of_complaints_is_recognised_in_every_language(tmp_path, language):
    header, outcome = HEADERS[language]

    guess = guess_of(tmp_path, rows(header, lambda n: f"{n:03};x y;{n % 27 + 1:02}.01.2025;{outcome};City", number=30))

    names = header.split(";")
    assert columns_of(guess) == dict(
        zip(("reference", "subject", "received_on", "finding", "respondent"), names, strict=True)
    )
