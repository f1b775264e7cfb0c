"""The language of texts: right where it is said, and not said where it is not sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.sniff.language import LANGUAGES, language_of_all, likely_language, main_language
from standards.languages import language_names

SENTENCES = {
    "ca": "L'ajuntament no va contestar la meva carta sobre el carrer i encara espero una resposta",
    "cs": "Úřad na můj dopis o silnici neodpověděl a já už čekám tři měsíce na rozhodnutí",
    "da": "Kommunen svarede først efter tre måneder, og jeg synes at afgørelsen er forkert begrundet af forvaltningen",
    "de": "Das Amt hat auf meinen Brief über die Straße nicht geantwortet und ich warte seit drei Monaten",
    "en": "The office did not answer my letter about the road and I have waited for three months",
    "es": "El ayuntamiento no contestó a mi carta sobre la calle y llevo tres meses esperando una respuesta",
    "et": "Amet ei vastanud minu kirjale tänava kohta ja ma olen oodanud juba kolm kuud",
    "fi": "Virasto ei vastannut kirjeeseeni kadusta ja olen odottanut jo kolme kuukautta",
    "fr": "Le bureau n'a pas répondu à ma lettre au sujet de la rue et j'attends depuis trois mois",
    "hu": "A hivatal nem válaszolt az utcáról szóló levelemre, és már három hónapja várok",
    "it": "L'ufficio non ha risposto alla mia lettera sulla strada e aspetto da tre mesi",
    "nl": "Het bureau heeft niet op mijn brief over de straat geantwoord en ik wacht al drie maanden",
    "pl": "Urząd nie odpowiedział na moje pismo w sprawie drogi i czekam już trzy miesiące",
    "pt": "A câmara não respondeu à minha carta sobre a rua e estou à espera há três meses",
    "ro": "Primăria nu a răspuns la scrisoarea mea despre stradă și aștept de trei luni",
    "sk": "Úrad neodpovedal na môj list o ceste a čakám už tri mesiace na rozhodnutie",
    "sv": "Kommunen svarade inte på mitt brev om vägen och jag har väntat i tre månader",
}
DUTCH, GERMAN, SWEDISH = (SENTENCES[code] for code in ("nl", "de", "sv"))


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_has_its_language_or_none(code):
    assert likely_language(SENTENCES[code]) in ("da", "") if code == "da" else likely_language(SENTENCES[code]) == code


@pytest.mark.parametrize("alphabet", ["Это письмо о дороге в нашем городе и мы ждем ответа", "Η υπηρεσία δεν απάντησε"])
def test_a_text_in_another_alphabet_is_not_taken_for_a_language_of_this_one(alphabet):
    assert likely_language(alphabet) in ("ru", "el", "")


@pytest.mark.parametrize(
    "text",
    ["המכתב הזה עוסק ברחוב שלנו ואנחנו מחכים לתשובה מהעירייה", "จดหมายฉบับนี้เกี่ยวกับถนนในเมืองของเราและเรากำลังรอคำตอบ",
     "この手紙は私たちの町の道路についてのもので、市役所からの返事を待っています"],
)  # fmt: skip
def test_a_text_in_an_alphabet_of_no_known_language_has_none(text):
    assert likely_language(text) == ""
    assert likely_language(f"The letter was not with the office and they have had it for a year: {text[:8]}") == "en"


@pytest.mark.parametrize("text", ["", "?", "Roof leaks", "123 456 789 / 123 456 789", " " * 90, "XXXX " * 9])
def test_a_text_that_says_too_little_has_no_language(text):
    assert likely_language(text) == ""


def test_the_language_of_a_text_is_that_of_its_beginning():
    assert likely_language((DUTCH * 9)[:300] + GERMAN * 99) == "nl"


def test_the_main_language_is_that_of_four_texts_in_five():
    assert main_language([*[DUTCH] * 4, GERMAN, "?"]) == "nl"
    assert main_language([*[DUTCH] * 3, GERMAN]) == ""
    assert main_language([]) == ""


def test_short_texts_have_a_language_together():
    titles = ["Roof leaks", "Damp in the hall", "No heating", "Letter not answered", "Repairs delayed again"]

    assert [likely_language(title) for title in titles[:3]] == ["", "", ""]
    assert main_language(titles[:3] * 5) == language_of_all(titles[:3] * 5) == "en"


@given(st.text(max_size=400))
def test_a_language_is_one_of_those_that_are_known(text):
    assert likely_language(text) in {"", *LANGUAGES}


def test_every_language_has_a_name():
    assert set(LANGUAGES) <= set(language_names())
