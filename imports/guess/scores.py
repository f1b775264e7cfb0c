"""How well a column fits a field, by its name and by its contents. Pure."""

import re
from collections.abc import Sequence

from imports.recipe import RecipeField
from imports.sniff.header import JOIN
from imports.sniff.profile import Column
from imports.values import folded, header_words
from imports.vocabulary import plain, without_accents, words_for

IMPOSSIBLE = -1000
NAMELESS = re.compile(r"Column \d+")  # as `imports.readers.table` names a column without a header
_ID_WORD = re.compile(
    r"(^|\W)(id|ids|no|nr|number|ref|reference|uuid|key|code|nummer|numero|numéro|número|kennung)(\W|$)"
)
_IN_VOCABULARY = 70  # below every name that the field of a recipe lists itself, above names that only contain one
_MANY = 1000  # characters; a field that takes more is for texts
_PLURAL = 10  # what a name in another number scores less
_LOWER = 1  # what the lower one of two names scores less
_UNLIKELY = -50  # more than a name that only contains a word of the field can score
_ADDRESS = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_OF_ADDRESSES = re.compile(r"\b(url|link|links|website|web|address|uri)\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WITHOUT_BLANKS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
YES_AND_NO = frozenset(["yes", "no", "y", "n", "ja", "nein", "nee", "nej", "oui", "non", "si", "sí", "true",
                        "false", "0", "1", "x"])  # fmt: skip
_COMPASS = frozenset(["n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west"])


def header_score(column: Column, target: RecipeField) -> float:
    """100 for the name of the field or its first synonym; less for later synonyms, for words of the vocabulary and for
    names that contain one; else 0. Of names in two rows (`Date / closed`) the lower one may say it alone."""
    _group, joined, own = column.name.rpartition(JOIN)
    return max(_named_like(column.name, target), _named_like(own, target) - _LOWER if joined else 0)


def _named_like(written: str, target: RecipeField) -> float:
    name = header_words(written)
    synonyms = (target.name.replace("_", " "), target.label.casefold(), *target.headers)
    if name in synonyms:
        return 100 - synonyms.index(name) * 0.5
    if one := _alike(name, synonyms):
        return 100 - _PLURAL - synonyms.index(one) * 0.5
    known, name = words_for(target.name), plain(written)
    if name in known or name in map(without_accents, synonyms):
        return _IN_VOCABULARY
    within = any(word in name and _is_in(word, name) for word in (*map(without_accents, synonyms), *known))
    return 40 - len(name) * 0.1 if within else 0


def _is_in(word: str, name: str) -> bool:
    """Whether a name contains a word that is long enough to say something. Japanese has no blanks between words."""
    if _WITHOUT_BLANKS.fullmatch(word):
        return len(word) > 2 or word in name.split()
    return len(word) > 4 and bool(re.search(rf"(^|\W){re.escape(word)}s?(\W|$)", name))


def _alike(name: str, synonyms: Sequence[str]) -> str:
    """The synonym whose plural a name is (`categories`), or whose words it writes as one (`startdate`); else empty."""
    singular = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    same = (one for one in synonyms if one == singular or (" " in one and one.replace(" ", "") == name))
    return next(same, "")


def names_a_key(column: Column) -> bool:
    """Whether the name of a column suggests a number or identifier."""
    return bool(_ID_WORD.search(header_words(column.name)))


def fit(column: Column, target: RecipeField) -> float:
    """How well the contents fit a field, from -1000 (impossible) to 20."""
    match target.type:
        case "date":
            if holds_dates(column):
                return 20 * column.filled / max(column.rows, 1)
            return 0 if holds_years(column) and header_score(column, target) >= _IN_VOCABULARY else IMPOSSIBLE
        case "integer":
            return 10 if column.type == "integer" else IMPOSSIBLE
        case "decimal":
            return 10 if column.type in ("integer", "decimal") else IMPOSSIBLE
        case "country" | "language" | "choice":
            return _fit_of_words(column, target)
    return _fit_of_text(column, target)


def _fit_of_text(column: Column, target: RecipeField) -> float:
    is_for_texts = target.max_length is None or target.max_length > _MANY
    if (target.max_length and column.longest > target.max_length) or _holds_something_else(column, target):
        return IMPOSSIBLE
    if is_for_texts and (words := {folded(value) for value in real_values(column)}) and words <= YES_AND_NO:
        return _UNLIKELY
    if is_for_texts:
        return 10 if column.is_long or column.longest > _MANY else 0
    return _UNLIKELY if column.type == "date" else 0


def _holds_something_else(column: Column, target: RecipeField) -> bool:
    """Addresses of the web are no text, and points of the compass in an address of a street name nothing else."""
    names = (target.name.replace("_", " "), *target.headers)
    if column.examples and all(_ADDRESS.fullmatch(example.strip()) for example in column.examples):
        # Identifiers such as those of ROR are written as addresses: the field itself is named so.
        return folded(column.name) not in names and not any(_OF_ADDRESSES.search(name) for name in names)
    words = {folded(value) for value in real_values(column)}
    return len(words) > 1 and words <= _COMPASS


def holds_dates(column: Column) -> bool:
    return column.type == "date" or any(name.startswith("date ") for name in column.also)


def holds_years(column: Column) -> bool:
    """Whole numbers that may all be years. That they are, only the name of the column can say."""
    years = real_values(column)
    return column.type == "integer" and bool(years) and all(_YEAR.fullmatch(year) for year in years)


def known_words(column: Column, target: RecipeField) -> dict[str, int]:
    """The values of a column that the field knows, as meanings or as questions, each with its rows."""
    words = {folded(label) for label in target.choices.values()} | {folded(value) for value in target.choices}
    return {
        value: rows
        for value, rows in real_values(column).items()
        if folded(value) in words or folded(value) in target.words or folded(value) in target.questions
    }


def real_values(column: Column) -> dict[str, int]:
    """The listed values of a column that do not mean missing, each with its rows."""
    return {value: rows for value, rows in (column.values or {}).items() if value not in column.missing}


def _fit_of_words(column: Column, target: RecipeField) -> float:
    """-1000 unless at least half of the filled rows contain a known value, or a field that also stores the source text
    knows one of them at all."""
    real = real_values(column)
    known, total = sum(known_words(column, target).values()), sum(real.values())
    if not total or known < 0.5 * total:
        return IMPOSSIBLE if not target.raw_field or not known else -30
    return 20 * known / total
