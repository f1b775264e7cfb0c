"""The encoding of text of the expected languages is told by their letters. No database."""

import pytest

from imports.sniff.letters import ENCODINGS, explained, likely_encoding

SENTENCES = {
    "de": "Beschwerde über die verspätete Prüfung, größere Schäden für Bürger in München",
    "fr": "La réclamation déposée à l’été a été rejetée, où l’élève a reçu sa réponse, en français",
    "es": "La queja por la tramitación de la pensión fue desestimada, según el ciudadano señaló mañana",
    "pl": "Skarga na zwłokę w wypłacie świadczenia została odrzucona, choć urząd obiecał odpowiedź",
    "cs": "Žádost o důchod byla zamítnuta bez odůvodnění, přestože úřad slíbil odpověď ještě včera",
    "sk": "Sťažnosť na hluk pri prestavbe ulice, žiadosť bola zamietnutá, úrad sľúbil odpoveď",
    "hu": "A panaszt elutasították, bár a hivatal megígérte a választ, hűvös, gyűlés, őrült",
    "ro": "Plângerea a fost respinsă, deşi instituţia a promis că va răspunde în două săptămâni",
    "da": "Klagen over sagsbehandlingstiden blev afvist, på trods af løftet om et svar før påske, æble",
    "et": "Kaebus pensioni hilinemise üle jäeti rahuldamata, kuigi amet lubas vastata, õigus, žürii, šokk",
    "lt": "Skundas dėl pensijos vėlavimo atmestas, nors įstaiga žadėjo atsakyti iškart, ąžuolas",
}
CASES = [
    (language, name)
    for language, text in SENTENCES.items()
    for name in ("cp1252", "cp1250", "iso8859-2", "cp1257", "cp850", "cp852")
    if text.encode(name, "ignore").decode(name) == text
]


@pytest.mark.parametrize(("language", "name"), CASES)
def test_a_sentence_is_read_as_it_was_written(language, name):
    content = SENTENCES[language].encode(name)

    assert content.decode(likely_encoding(content)) == SENTENCES[language]


def test_each_encoding_of_the_east_is_among_the_cases():
    assert {"cp1250", "cp852", "cp850", "iso8859-2"} <= {name for _language, name in CASES} <= set(ENCODINGS)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Číslo;Předmět", "cp1250"), ("Číslo;Předmět", "cp852"), ("Größe", "cp850"), ("Ærøskøbing", "cp850"),
     ("café", "cp1252"), ("café", "cp850"), ("ŽÁDOST", "cp1250")],
)  # fmt: skip
def test_a_few_words_are_enough(text, name):
    content = text.encode(name)

    assert content.decode(likely_encoding(content)) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [("Жалоба на бездействие управления", "cp1251"), ("Жалоба на бездействие", "koi8_r"),
     ("Η καταγγελία για την καθυστέρηση", "cp1253"), ("年金の支給が遅れたことについての苦情", "shift_jis")],
)  # fmt: skip
def test_other_alphabets_are_left_to_statistics(text, name):
    assert likely_encoding(text.encode(name)) == ""


def test_signs_within_words_and_capitals_behind_small_letters_explain_nothing():
    assert explained("café") == 1
    assert explained("caf¼e") == explained("cafÚ") == explained("caf‚") == 0
    assert explained("“so” – 5 €") == explained("plain") == 1
