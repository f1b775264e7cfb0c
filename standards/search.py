"""Full-text search in the language of each text: which languages are stemmed, and the SQL functions as expressions.

The database has one text search configuration per language, `lipse_en` and so on, which folds accents before it stems,
and `lipse_simple` for every other language, which folds accents and keeps words whole. Where the stemmer looks at
accents (Catalan, French, Italian, Portuguese, Romanian, Spanish) words are indexed a second time, stemmed before
accents are folded. `search_vector(language, body)`, `search_query(language, words)` and
`search_headline(language, body, words, options)` choose among them; made in the migration `standards.0001_text_search`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import connection
from django.db.models import Expression, F, Func, TextField, Value

from standards.json_values import JsonObject

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


class SearchVector(Func):
    """`search_vector(language, body)`: the words of a text as its language stems them, accents folded."""

    function = "search_vector"
    arity = 2

    def __init__(self, language: Expression | F, body: Expression | F) -> None:
        super().__init__(language, body, output_field=SearchVectorField())


class SearchQuery(Func):
    """`search_query(language, words)`: what a person typed, with "phrases", `or` and -not, for texts in a language."""

    function = "search_query"
    arity = 2

    def __init__(self, language: Expression | F | str, words: str) -> None:
        code = Value(language, output_field=TextField()) if isinstance(language, str) else language
        super().__init__(code, Value(words, output_field=TextField()), output_field=SearchQueryField())


def readings(words: Sequence[str], languages: Iterable[str]) -> list[JsonObject]:
    """How a search reads these words in each language: `language`, the `stems` that it looks for, and the words that
    are `left_out` because they are too frequent. A question mark before a language is ignored."""
    codes = sorted({language.removeprefix("?") for language in languages})
    found: dict[str, JsonObject] = {code: {"language": code, "stems": [], "left_out": []} for code in codes}
    for code, word, stems in _stems(tuple(codes), tuple(words)):
        found[code]["stems"] += [stem for stem in stems if stem not in found[code]["stems"]]
        found[code]["left_out"] += [] if stems else [word]
    return list(found.values())


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
