"""Full-text search in the language of each text: which languages are stemmed, and the SQL functions as expressions.

The database has one text search configuration per language, `lipse_en` and so on, which folds accents before it stems,
and `lipse_simple` for every other language, which folds accents and keeps words whole. Where the stemmer looks at
accents (Catalan, French, Italian, Portuguese, Romanian, Spanish) words are indexed a second time, stemmed before
accents are folded. Czech, Polish and Slovak, which have no stemmer, are indexed a second time without endings.
`search_vector(language, body)` and `search_query(language, words)` choose among them; `search_words` and
`search_words_query` compare words as they are written. Made in the migrations `standards.0001_text_search` and
`standards.0002_words_as_written`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, IntegerField, JSONField, TextField, Value

from standards.json_values import JsonObject
from standards.languages import language_name

# ISO 639-1 to the name of the stemmer in PostgreSQL 18.
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


# Languages without a stemmer whose endings are removed by the rules of `standards.0002_words_as_written`.
READ_BY_ENDINGS = frozenset({"cs", "pl", "sk"})
# Characters of private use around a match and between extracts. They are removed from the text first, so that a text
# which contains them cannot be taken for a match.
START, STOP, GAP = "\ue000", "\ue001", "\ue002"
EXTRACTS = f'StartSel="{START}", StopSel="{STOP}", MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter="{GAP}"'


class SearchMatches(Func):
    """`search_matches(language, body, words, terms)`: whether a text matches a part of a search."""

    function = "search_matches"

    def __init__(self, language: Expression | F, body: Expression | F, words: str, terms: Sequence[JsonObject]) -> None:
        super().__init__(language, body, *as_values(words, terms), output_field=BooleanField())


class SearchRelevance(Func):
    """How well a text matches, in millionths; `head`, its title, counts four times as much as `body`."""

    function = "search_relevance"

    def __init__(
        self,
        language: Expression | F,
        head: Expression | F,
        body: Expression | F,
        words: str,
        terms: Sequence[JsonObject],
    ) -> None:
        super().__init__(language, head, body, *as_values(words, terms), output_field=IntegerField())


class SearchHeadline(Func):
    """Extracts of a text around what a search finds, marked by START and STOP, with GAP between them."""

    function = "search_headline"

    def __init__(self, language: Expression | F, body: Expression | F, words: str, terms: Sequence[JsonObject]) -> None:
        unmarked = Func(body, Value(START + STOP + GAP), Value(""), function="translate", output_field=TextField())
        options = Value(EXTRACTS, output_field=TextField())
        super().__init__(language, unmarked, *as_values(words, terms), options, output_field=TextField())


def as_values(words: str, terms: Sequence[JsonObject]) -> tuple[Value, Value]:
    """A part of a search as the parameters of a function."""
    return Value(words, output_field=TextField()), Value(list(terms), output_field=JSONField())


def readings(words: Sequence[str], languages: Iterable[str]) -> list[JsonObject]:
    """How a search reads these words in each language: `language`, its `name`, the `stems` that it looks for, the words
    that are `left_out` because they are too frequent, and by what it finds other `forms` of a word: `stemmer`,
    `endings` or `none`. A question mark before a language is ignored. A word with a * is looked for as it is."""
    codes = sorted({language.removeprefix("?") for language in languages})
    found: dict[str, JsonObject] = {
        code: {"language": code, "name": language_name(code), "stems": [], "left_out": [], "forms": _forms(code)}
        for code in codes
    }
    for code, word, stems in _stems(tuple(codes), tuple(words)):
        looked_for = [word] if word.endswith("*") else stems
        found[code]["stems"] += [stem for stem in looked_for if stem not in found[code]["stems"]]
        found[code]["left_out"] += [] if stems else [word.rstrip("*")]
    return list(found.values())


def _forms(code: str) -> str:
    return "stemmer" if code in STEMMERS else "endings" if code in READ_BY_ENDINGS else "none" if code else "as written"


@lru_cache(maxsize=512)
def _stems(languages: tuple[str, ...], words: tuple[str, ...]) -> list[tuple[str, str, list[str]]]:
    """Language, word and its stems, in the order of the words. The functions of the database are immutable."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.code, w.word, tsvector_to_array(search_vector(l.code, w.word))"
            " FROM unnest(%s::text[]) l (code), unnest(%s::text[]) WITH ORDINALITY w (word, place) ORDER BY w.place",
            [list(languages), list(words)],
        )
        return cursor.fetchall()
