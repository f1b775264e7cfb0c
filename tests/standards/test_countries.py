"""Names of countries as files write them."""

import pytest

from standards.countries import country_names, country_words


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("italia", "IT"), ("belgique", "BE"), ("allemagne", "DE"), ("españa", "ES"), ("espana", "ES"),
        ("nederland", "NL"), ("holland", "NL"), ("ivory coast", "CI"), ("côte d'ivoire", "CI"),
        ("côte d’ivoire", "CI"), ("turkey", "TR"), ("türkiye", "TR"), ("ita", "IT"), ("it", "IT"), ("uk", "GB"),
        ("el", "GR"), ("saksamaa", "DE"), ("grækenland", "GR"), ("rumunsko", "RO"), ("țările de jos", "NL"),
        ("czech republic", "CZ"), ("česko", "CZ"), ("united kingdom", "GB"), ("eesti", "EE"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_codes_and_by_its_names_in_many_languages(written, code):
    assert country_words()[written] == code


def test_every_country_is_known_by_its_code_and_its_english_name():
    words = country_words()

    assert {code: words[code.casefold()] for code in country_names()} == {code: code for code in country_names()}
    assert {code: words[name.casefold()] for code, name in country_names().items()} == {
        code: code for code in country_names()
    }


def test_every_word_is_casefolded_and_means_a_country():
    words = country_words()

    assert all(word == word.casefold() for word in words)
    assert set(words.values()) == set(country_names())
