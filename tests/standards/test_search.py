"""Search stems each text in its own language and folds accents on both sides."""

import importlib
from itertools import product

import pytest
from django.db import connection

from standards.search import READ_BY_ENDINGS, STEMMERS


def matches(language, text, words):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_vector(%(l)s, %(t)s) @@ search_query(%(l)s, %(w)s)", {"l": language, "t": text, "w": words}
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "The council delayed its answers", "answer delay"),
        ("fr", "Les déchets n'ont pas été collectés", "dechet"),
        ("fr", "Les dechets", "déchets"),
        ("de", "Die Behörden antworteten nicht", "behorde"),
        ("nl", "De gemeenten reageerden niet", "gemeente"),
        ("pt", "Não resolveram os problemas do município", "problema municipios"),
        ("et", "Suured majad", "maja"),
        ("da", "Kommunerne svarede ikke", "kommune"),
        ("pl", "Urząd nie odpowiedział", "urzad"),
        ("sl", "Pritožba občana", "obcana"),
        ("", "Überall", "uberall"),
    ],
)
def test_a_word_is_found_by_its_stem_without_accents(language, text, words):
    assert matches(language, text, words)


def marked(language, text, words):
    with connection.cursor() as cursor:
        options = "StartSel=<, StopSel=>, HighlightAll=true"
        cursor.execute("SELECT search_headline(%s, %s, %s, '[]', %s)", [language, text, words, options])
        return cursor.fetchone()[0]


FORMS = {
    "ca": ("reclamació reclamacio reclamacions", "petició peticio peticions", "pública publica"),
    "de": ("Behörde Behorden behorde", "Überprüfung Uberprufungen"),
    "en": ("answer answers ANSWERED",),
    "es": ("reclamación reclamacion reclamaciones RECLAMACIÓN", "decisión decision decisiones", "niño ninos"),
    "et": ("õigus oigus", "maja majad"),
    "fr": ("réclamation reclamations", "pénalité penalites", "intéressée interesse intéressés", "délai delais"),
    "it": ("città citta", "reclamo reclami", "verità verita"),
    "nl": ("coördinator coordinatoren", "gemeente gemeenten"),
    "pt": ("reclamação reclamacao reclamações reclamacoes", "decisão decisoes", "município municipios"),
    "ro": ("reclamație reclamaţii reclamatie reclamatii", "instituție institutii instituțiile"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "forms"), [(code, forms) for code, many in FORMS.items() for forms in many])
def test_forms_of_a_word_find_and_mark_each_other_with_and_without_accents(language, forms):
    for text, words in product(forms.split(), repeat=2):
        assert matches(language, f"12 {text} 34", words), (text, words)
        assert f"<{text}>" in marked(language, f"12 {text} 34", words), (text, words)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("las reclamaciones resolvió tarde", "reclamación resolvio", True),
        ("la reclamación resolvio tarde", '"reclamaciones resolvio"', True),
        ("la reclamación no resolvio", '"reclamaciones resolvio"', False),
        ("las reclamaciones tarde", "tarde -reclamación", False),
        ("la reclamación tarde", "tarde -reclamaciones", False),
        ("la petición tarde", "tarde -reclamaciones", True),
        ("las reclamaciones tarde", "puente or reclamación", True),
        (r"O'Neill \ 'reclamación'", "o'neill reclamaciones", True),
    ],
)
def test_phrases_and_exclusions_apply_to_each_word_where_texts_are_indexed_twice(text, words, found):
    assert matches("es", text, words) is found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"),
    [('"answer delay"', False), ('"delayed answer"', True), ("answer -council", False), ("bridge or answer", True)],
)
def test_phrases_absence_and_alternatives_are_understood(words, found):
    assert matches("en", "The council gave a delayed answer", words) is found


@pytest.mark.django_db
def test_an_unknown_language_is_searched_without_stems():
    assert not matches("sl", "answers", "answer")


@pytest.mark.django_db
def test_functions_work_with_an_empty_search_path_as_a_restore_has_it():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = ''")
        cursor.execute("SELECT public.search_vector('fr', 'Été'), public.search_query('fr', 'étés')")

        vector, query = cursor.fetchone()

        assert "ete" in vector
        assert "ete" in query


PREFIXES = [
    ("en", "happily", "identifying", "repairs", "universities", "controlling"),
    ("fr", "syndication", "référendums", "réclamations", "essayer"),
    ("nl", "huizen", "elkaar", "geheel", "gemeenten"),
    ("de", "häuser", "beschwerden", "größe"),
    ("es", "referencias", "reclamaciones"),
    ("et", "ülemine", "kaebused"),
    ("fi", "listattu", "käyttäjäistunnot"),
    ("hu", "kulccsal", "házakat"),
    ("tr", "sunucu", "evlerinde"),
    ("sk", "sťažnosti", "obce"),
    ("sl", "pritožbe"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [(code, word) for code, *words in PREFIXES for word in words])
def test_the_index_finds_a_word_by_almost_every_beginning(language, word):
    beginnings = [word[:length] for length in range(2, len(word) + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT beginning FROM unnest(%s) beginning"
            " WHERE NOT search_vector(%s, %s) @@ search_prefix(%s, beginning)",
            [beginnings, language, word, language],
        )
        missed = [beginning for (beginning,) in cursor.fetchall()]

    assert len(missed) <= 2, missed  # of `syndication`, whose stem is `syndiqu`, and `kulccsal`


SLOVAK = ["sťažnosť sťažnosti sťažností sťažnosťou sťažnostiam", "úrad úradu úrady úradov úradom", "obec obce obcou"]
CZECH = ["stížnost stížnosti stížností stížnostem", "kniha knihy knize knihou", "město města městu městem"]
POLISH = ["skarga skargi skargę skargą skargom", "urzędnik urzędnika urzędnikiem", "decyzja decyzje decyzji decyzją"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "forms"),
    [(code, forms) for code, many in (("sk", SLOVAK), ("cs", CZECH), ("pl", POLISH)) for forms in many],
)
def test_forms_that_differ_in_their_endings_find_and_mark_each_other(language, forms):
    for text, words in product(forms.split(), repeat=2):
        assert matches(language, f"12 {text} 34", words), (text, words)
        assert f"<{text}>" in marked(language, f"12 {text} 34", words), (text, words)


def test_the_list_of_languages_is_the_one_the_database_was_made_with():
    migration = importlib.import_module("standards.migrations.0001_text_search")

    assert dict(migration.STEMMERS) == STEMMERS
    assert set(importlib.import_module("standards.migrations.0002_words_as_written").ENDINGS) == READ_BY_ENDINGS


@pytest.mark.django_db
def test_every_language_has_its_stemmer_in_the_embedded_server():
    with connection.cursor() as cursor:
        cursor.execute("SELECT dictname FROM pg_ts_dict WHERE dictname LIKE '%%\\_stem'")
        present = {name.removesuffix("_stem") for (name,) in cursor.fetchall()}

    assert set(STEMMERS.values()) <= present
