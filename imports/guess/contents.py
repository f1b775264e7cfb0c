"""Fields for columns whose name says nothing, from what they hold. Pure. Each is a question to a person."""

import re
from collections.abc import Sequence
from datetime import date

from imports.guess.scores import IMPOSSIBLE, NAMELESS, YES_AND_NO, fit, holds_dates, known_words, real_values
from imports.recipe import Recipe, RecipeField
from imports.sniff.order import place_of
from imports.sniff.profile import LONG, Column
from imports.values import header_words, parse_date
from imports.vocabulary import plain, words_for
from standards.translation import gettext as _

_PROSE = 100_000  # characters; a field that takes as many is for the texts of people
_ALL = 0.95
_MOST = 0.6
_DUE = re.compile(r"\b(due|deadline|target date|time limit)\b")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]{6}")  # letters that are written without blanks
_SENTENCE_UNSPACED = 40  # characters; these letters say in so many what others say in a hundred
_WORDS = re.compile(r"[^\W\d_]{2,}")
_BLANKS_OF_TITLES = 8
_BIRTH = 0  # the place of a date of birth, which is no date of a case


def content_guesses(
    columns: Sequence[Column], recipe: Recipe, taken: set[str], head: Sequence[Sequence[str]]
) -> list[tuple[RecipeField, Column, str]]:
    """Field, column and question for fields that no column is named after. columns: those that became no field yet.
    taken: fields that have a column; those found are added. head: the cells of these columns in the first rows."""
    found: list[tuple[RecipeField, Column, str]] = []
    for look in (_prose, _country, _decided):
        for target, column, question in look(_left(columns, found), recipe, taken):
            found.append((target, column, question))
            taken.add(target.name)
    positions = {column.name: position for position, column in enumerate(columns)}
    dated = [c for c in _left(columns, found) if holds_dates(c) and place_of(c.name) != _BIRTH and not _is_due(c)]
    return found + _dates(_in_order(dated, positions, head), recipe, taken)


def only_text(columns: Sequence[Column], recipe: Recipe) -> tuple[RecipeField, Column, str] | None:
    """Field, column and question where nothing of a file was recognised: the longest texts, in a language of which no
    header is known. columns: those that became no field."""
    texts = [c for c in columns if c.type == "text" and not NAMELESS.fullmatch(c.name) and _is_wordy(c)]
    if not texts:
        return None
    longest = max(texts, key=lambda column: (is_prose(column), _typical(column)))
    prose = prose_field(recipe)
    says_much = is_prose(longest) or all(example.count(" ") > _BLANKS_OF_TITLES for example in longest.examples)
    fields = [f for f in recipe.fields if f.name in recipe.one_of and f.type == "text"]
    target = prose if says_much and prose else next((f for f in fields if f is not prose), None)
    if target is None or fit(longest, target) <= IMPOSSIBLE:
        return None
    text = _(
        "No column is named in words that are known. “%(name)s” holds the longest texts, so it becomes %(label)s. "
        "Check it, and choose the other columns."
    )
    return target, longest, text % {"name": longest.name, "label": target.shown_label}


def _is_wordy(column: Column) -> bool:
    """Whether most cells are several words, and most differ: titles or texts, no places, states or kinds."""
    wordy = [text for text in column.examples if _UNSPACED.search(text) or len(_WORDS.findall(text)) > 1]
    return 2 * len(wordy) > len(column.examples) and 2 * (column.repeats or 0) <= column.filled


def _typical(column: Column) -> float:
    return sum(map(len, column.examples)) / len(column.examples)


def prose_field(recipe: Recipe) -> RecipeField | None:
    """The field for the texts of people."""
    special = {field.raw_field for field in recipe.fields}
    return next(
        (
            f
            for f in recipe.fields
            if f.type == "text"
            and (f.max_length is None or f.max_length >= _PROSE)
            and not (f.groups or f.points or f.name == "reference" or f.name in special)
        ),
        None,
    )


def is_prose(column: Column) -> bool:
    """A column of texts: most cells are sentences."""
    unspaced = [len(example) for example in column.examples if _UNSPACED.search(example)]
    if column.is_long:  # an address of the web is no sentence
        return bool(unspaced) or any(example.count(" ") > 2 for example in column.examples)
    if unspaced and len(unspaced) == len(column.examples) and min(unspaced) >= _SENTENCE_UNSPACED:
        return True
    cut = [example for example in column.examples if len(example) >= LONG - 20 and " " in example]
    return column.longest > 2 * LONG and 2 * len(cut) > len(column.examples)


def _left(columns: Sequence[Column], found: Sequence[tuple[RecipeField, Column, str]]) -> list[Column]:
    used = {column.name for _field, column, _question in found}
    return [column for column in columns if column.name not in used and column.type != "empty"]


def _prose(columns: list[Column], recipe: Recipe, taken: set[str]) -> list[tuple[RecipeField, Column, str]]:
    target = prose_field(recipe)
    if target is None or target.name in taken:
        return []
    texts = [column for column in columns if is_prose(column) and fit(column, target) > IMPOSSIBLE]
    if not texts:
        return []
    longest = max(texts, key=lambda column: (column.characters, column.longest))
    text = _("“%(name)s” holds the longest texts, so it becomes %(label)s. Check it.")
    return [(target, longest, text % {"name": longest.name, "label": target.shown_label})]


def _country(columns: list[Column], recipe: Recipe, taken: set[str]) -> list[tuple[RecipeField, Column, str]]:
    """All values are countries, and not all of them are also languages: `fr, de, it` may be either."""
    target = next((f for f in recipe.fields if f.type == "country" and f.name not in taken), None)
    if target is None:
        return []
    languages = {code for f in recipe.fields if f.type == "language" for code in f.choices}
    for column in columns:
        real = real_values(column)
        known = known_words(column, target)
        if len(known) > 1 and len(known) >= _ALL * len(real) and not {v.casefold() for v in known} <= languages:
            text = _("“%(name)s” holds names or codes of countries, so it becomes %(label)s. Check it.")
            return [(target, column, text % {"name": column.name, "label": target.shown_label})]
    return []


def _decided(columns: list[Column], recipe: Recipe, taken: set[str]) -> list[tuple[RecipeField, Column, str]]:
    """Columns of words that a field with a list of values knows: outcomes and states."""
    found: list[tuple[RecipeField, Column, str]] = []
    used: set[str] = set()
    for target in recipe.fields:
        if not (target.raw_field and target.choices) or target.name in taken:
            continue
        shares = {c.name: _share(c, target) for c in columns if c.name not in used}
        best = max(shares, key=lambda name: shares[name], default="")
        if best and shares[best] >= _MOST:
            used.add(best)
            column = next(c for c in columns if c.name == best)
            text = _("“%(name)s” holds words for %(label)s. Check it.")
            found.append((target, column, text % {"name": best, "label": target.shown_label}))
    return found


def _share(column: Column, target: RecipeField) -> float:
    """The share of the rows with a word that the field knows, if there are two such words that say something."""
    known = {v: rows for v, rows in known_words(column, target).items() if v.casefold() not in YES_AND_NO}
    return sum(known.values()) / sum(real_values(column).values()) if len(known) > 1 else 0


def _is_due(column: Column) -> bool:
    """A day by which something is to be done, which is no day of the case."""
    return bool(_DUE.search(header_words(column.name))) or plain(column.name) in words_for("due_on")


def _in_order(columns: list[Column], positions: dict[str, int], head: Sequence[Sequence[str]]) -> list[Column]:
    """Columns of dates, the earliest first, by the names that say it and else by the first rows."""

    def when(column: Column) -> tuple[int, float]:
        return place_of(column.name) or 2, _middle(column, [row[positions[column.name]] for row in head])

    return sorted(columns, key=when)


def _middle(column: Column, cells: list[str]) -> float:
    """The mean of the dates of some cells, as days."""
    format_ = column.format if column.type == "date" else column.also[0].partition(" ")[2]
    read = [parse_date(cell.strip(), format_, date.max.year).value for cell in cells if cell.strip()]
    days = [date.fromisoformat(day[:10]).toordinal() for day in read if len(day) >= 10]
    return sum(days) / len(days) if days else 0


def _dates(columns: list[Column], recipe: Recipe, taken: set[str]) -> list[tuple[RecipeField, Column, str]]:
    """The first date of a case and the last one; where only one field is without a column, the date beside it."""
    targets = [f for f in recipe.fields if f.type == "date" and place_of(f.name) is not None]
    targets = sorted(targets, key=lambda f: place_of(f.name) or 0)
    if len(targets) < 2 or not columns:
        return []
    first, last = targets[0], targets[-1]
    pairs = []
    if first.name not in taken:
        pairs.append((first, columns[0]))
        columns = columns[1:]
    if last.name not in taken and columns and first.name not in taken:
        pairs.append((last, columns[-1]))
    text = _("“%(name)s” holds dates; by their order it becomes %(label)s. Check it.")
    return [(f, c, text % {"name": c.name, "label": f.shown_label}) for f, c in pairs]
