"""How a search is read: every word counts or is refused with a sentence. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.search import CannotSearch, Search, Term, read, sentence_of


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("damp  repairs", "damp repairs"),
        ("“damp flat” -mould", '"damp flat" -mould'),
        ("„Nasse Wohnung“", '"Nasse Wohnung"'),
        ("« logement humide »", '"logement humide"'),
        ("damp OR mould", "damp or mould"),
        ("damp or mould walls", "damp or mould walls"),
        ("damp | mould", "damp or mould"),
        ("damp AND mould", "damp mould"),
        ("damp NOT mould", "damp -mould"),
        ("damp OR NOT mould", "damp or -mould"),
        ('damp NOT "black mould"', 'damp -"black mould"'),
        ('-"black mould"', '-"black mould"'),
        ("!mould +damp", "-mould damp"),
        ("flood - damage", "flood damage"),
        ("don’t e-mail 3.5", "don’t e-mail 3.5"),
        ("or", '"or"'),
        ("damp or", 'damp "or"'),
        ('"NOT" "OR"', '"NOT" "OR"'),
        ('walls"black mould"', 'walls "black mould"'),
        ('"damp', "damp"),
        ("a & | !", "a"),
        ("(damp) walls", "(damp) walls"),
        ("", ""),
        ("--", ""),
        ("repair*", "repair*"),
        ("-repair* (walls*)", "-repair* walls*"),
        ('"damp  repair*"', '"damp repair*"'),
        ("=repairs -=walls", "=repairs -=walls"),
        ('="damp walls" NOT ="black mould"', '="damp walls" -="black mould"'),
        ("a=b = damp", "a=b damp"),
        ("damp *", "damp"),
    ],
)
def test_a_search_is_read_as_it_says(text, written):
    assert str(read(text)) == written


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("*pair", "*"),
        ("re*air", "*"),
        ("a*", "2 letters"),
        ("o'neil*", "*"),
        ('"damp re.pair*"', "*"),
        (" ".join(f"word{number}*" for number in range(11)), "10 words"),
        ("(damp OR mould) walls", "Parentheses"),
        ("damp OR", "OR"),
        ("OR damp", "OR"),
        ("AND damp", "AND"),
        ("damp NOT", "NOT"),
        ("NOT NOT damp", "NOT"),
        ("damp OR OR mould", "OR"),
        ("damp NOT OR mould", "NOT"),
        ("damp~2", "~"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_sentence_that_names_it(text, word):
    with pytest.raises(CannotSearch, match=rf".*{'[' + word + ']' if len(word) == 1 else word}.*\."):
        read(text)


def test_alternatives_are_lists_of_terms_that_all_match():
    found = read('damp "black mould" OR flood -sewage')

    first = (Term("damp"), Term("black mould", phrase=True))
    assert found == Search((first, (Term("flood"), Term("sewage", excluded=True))))
    assert found.words == ["damp", "black", "mould", "flood", "sewage"]


WORDS = st.sampled_from(
    [
        "damp",
        "dam*",
        "=damp",
        '="black mould"',
        "=",
        "*",
        "or",
        "OR",
        "AND",
        "NOT",
        "|",
        '"',
        '"black mould"',
        "-x",
        "!",
        "-",
        "(",
        ")",
        "it's",
        "“a”",
        "é",
    ]
)


@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_what_was_read_is_read_as_the_same_again(text):
    try:
        found = read(text)
    except CannotSearch:
        return
    assert read(str(found)) == found


@given(st.text(max_size=500))
def test_no_letter_is_lost(text):
    try:
        found = read(text)
    except CannotSearch:
        return
    said = "".join(found.words)
    operators = {"or", "and", "not"}
    assert all(word in said for word in text.split() if word.isalpha() and word.casefold() not in operators)


def test_the_sentence_names_what_was_searched_and_what_was_left_out():
    english = {"language": "en", "name": "English", "stems": ["damp"], "left_out": ["the"], "forms": "stemmer"}
    nothing = english | {"stems": [], "left_out": ["the", "of"]}
    slovak = {"language": "sk", "name": "Slovak", "stems": ["damp"], "left_out": [], "forms": "endings"}
    slovene = {"language": "sl", "name": "Slovenian", "stems": ["damp"], "left_out": [], "forms": "none"}

    assert sentence_of(read("the damp -mould"), [english]) == (
        "Searched for “the” and “damp” without “mould”. Left out as too frequent: the (en)."
    )
    assert sentence_of(read("damp OR mould"), []) == "Searched for “damp” or “mould”."
    assert sentence_of(read("the of"), [nothing]) == (
        "All words of the search are too frequent to be searched: the, of. Only texts without a recorded language "
        "were searched."
    )
    assert sentence_of(read("-mould"), []) == "Searched for everything without “mould”."
    assert sentence_of(read("?"), []) == "The search has no words, so nothing was found."
    assert sentence_of(read("damp"), [english | {"left_out": []}, slovak, slovene]) == (
        "Searched for “damp”. Other forms of a word are found by their endings, but not all, in: Slovak. "
        "Other forms of a word are not found in: Slovenian."
    )
    assert sentence_of(read('repair* -="black mould"'), [slovak]) == (
        "Searched for words that begin with “repair” without “black mould” as it is written."
    )
