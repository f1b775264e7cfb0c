"""How well a column fits a field, by its name and by its contents. Pure."""

import re

from imports.recipe import RecipeField
from imports.sniff.profile import Column
from imports.values import folded, header_words
from imports.vocabulary import plain, without_accents, words_for

IMPOSSIBLE = -1000
_ID_WORD = re.compile(
    r"(^|\W)(id|ids|no|nr|number|ref|reference|uuid|key|code|nummer|numero|numéro|número|kennung)(\W|$)"
)
_IN_VOCABULARY = 70  # below every name that the field of a recipe lists itself, above names that only contain one
_MANY = 1000  # characters; a field that takes more is for texts


def header_score(column: Column, target: RecipeField) -> float:
    """100 for the name of the field or its first synonym; less for later synonyms, for words of the vocabulary and for
    names that contain one; else 0."""
    name = header_words(column.name)
    synonyms = (target.name.replace("_", " "), target.label.casefold(), *target.headers)
    if name in synonyms:
        return 100 - synonyms.index(name) * 0.5
    known, name = words_for(target.name), plain(column.name)
    if name in known or name in map(without_accents, synonyms):
        return _IN_VOCABULARY
    within = any(
        word in name and re.search(rf"(^|\W){re.escape(word)}(\W|$)", name)
        for word in (*map(without_accents, synonyms), *known)
        if len(word) > 4
    )
    return 40 - len(name) * 0.1 if within else 0


def names_a_key(column: Column) -> bool:
    """Whether the name of a column suggests a number or identifier."""
    return bool(_ID_WORD.search(header_words(column.name)))


def fit(column: Column, target: RecipeField) -> float:
    """How well the contents fit a field, from -1000 (impossible) to 20."""
    match target.type:
        case "date":
            return 20 * column.filled / max(column.rows, 1) if holds_dates(column) else IMPOSSIBLE
        case "integer":
            return 10 if column.type == "integer" else IMPOSSIBLE
        case "decimal":
            return 10 if column.type in ("integer", "decimal") else IMPOSSIBLE
        case "country" | "language" | "choice":
            return _fit_of_words(column, target)
    if target.max_length and column.longest > target.max_length:
        return IMPOSSIBLE
    long_text = target.max_length is None or target.max_length > _MANY
    return (10 if column.is_long else 0) if long_text else (-20 if column.type == "date" else 0)


def holds_dates(column: Column) -> bool:
    return column.type == "date" or any(name.startswith("date ") for name in column.also)


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
    """-1000 unless at least half of the filled rows contain a known value, or the field also stores the source text."""
    known, total = sum(known_words(column, target).values()), sum(real_values(column).values())
    if not total or known < 0.5 * total:
        return IMPOSSIBLE if not target.raw_field or not known else -30
    return 20 * known / total
