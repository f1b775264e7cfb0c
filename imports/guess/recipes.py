"""Which recipe the columns of a file fit, and which files are better read elsewhere. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from imports.guess.contents import is_prose
from imports.guess.elsewhere import ANSWERS, what_they_hold
from imports.guess.scores import IMPOSSIBLE, fit, header_score
from imports.recipe import Recipe
from imports.sniff.profile import Column
from imports.values import header_words
from standards.translation import Sentence, gettext_noop
from standards.translation import gettext as _

_NAMED = 70  # the least score of a column that is named like a field
_MARGIN = 0.5  # by which another recipe has to fit better than the usual one
_FITS = 1.0  # from this on a file is of records
_LEAST_NAMED = 3  # columns, when they are most of them: then it is of records too, whatever other recipes know
_SHOWN = 6
_STATISTICS = frozenset(["spss", "spss_portable", "stata"])
_IN_NAME = 1.5  # what a word of a recipe in the name of the file counts; in the names of columns, 1
# Words in the name of a file, and what its rows are then.
_OTHER_THINGS = (
    (
        re.compile(r"\b(methods?|methoden|méthodes?|métodos?|metod[aeioy]\w*|metody|meetodid|toolbox|toolkit)\b"),
        gettext_noop(
            "By its name this is a catalogue of methods, which no recipe reads. Methods of interaction and of decision "
            "are terms that project leaders add under Vocabularies; keep the file, and cite it in the case studies "
            "that use it."
        ),
    ),
    (
        re.compile(r"\b(code ?book|codebuch|codeboek|data dictionary|dictionnaire des données|glossar\w*|variables)\b"),
        gettext_noop(
            "By its name this is a description of data, not the data. What it says about columns and codes belongs "
            "into a codebook, under Codebooks."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The recipe, and why. why: a sentence for the person who checks it."""

    recipe: Recipe
    why: Sentence


@dataclass(frozen=True, slots=True)
class _Fit:
    """named: the columns that are named like a field. score: these, each counting less the more recipes know it, and
    more where the names of columns or of the file hold a word of the recipe."""

    recipe: Recipe
    named: Sequence[str]
    score: float


def choose_recipe(columns: Sequence[Column], recipes: Sequence[Recipe], usual: Recipe, name: str) -> Choice:
    """The recipe that fits best. usual: that of files which fit no other clearly better. name: of the file, with its
    sheet or table."""
    fits = sorted(_fits(columns, recipes, name), key=lambda one: (-one.score, one.recipe.name))
    own = next(one for one in fits if one.recipe.name == usual.name)
    best = fits[0] if fits[0].score >= own.score + _MARGIN else own
    others = [one for one in fits if one is not best]
    if not best.named:
        text = _(
            "No column is named like a field of a recipe, so the rows are read as: %(recipe)s. Choose another recipe "
            "if they are something else."
        )
        return Choice(best.recipe, text % {"recipe": best.recipe.shown_label})
    text = _(
        "The rows are read as: %(recipe)s. %(count)s of %(all)s columns are named like its fields (%(names)s); of the "
        "next recipe, %(other)s, %(fewer)s."
    )
    facts = {
        "recipe": best.recipe.shown_label, "count": len(best.named), "all": len(columns), "names": _shown(best.named),
        "other": others[0].recipe.shown_label, "fewer": len(others[0].named),
    }  # fmt: skip
    return Choice(best.recipe, text % facts)


def read_elsewhere(
    columns: Sequence[Column], recipes: Sequence[Recipe], *, kind: str, sheets: Collection[str], name: str
) -> Sentence | None:
    """What a file is that no recipe reads, with the way to go; None for a file of records."""
    sheets = {sheet.strip().casefold() for sheet in sheets}
    names = {header_words(column.name) for column in columns}
    is_form = "survey" in sheets and sheets & {"choices", "settings"}
    if is_form or ({"type", "name"} <= names and any(one.split(" ")[0] == "label" for one in names)):
        return _(
            "This is a questionnaire form (XLSForm), not a table of records. Make a questionnaire under Questionnaires "
            "and load the form on the page of its draft."
        )
    fits = _fits(columns, recipes, name)
    if thing := _other_thing(columns, fits, name):
        return thing
    if any(_is_of_records(one, columns) for one in fits) or any(map(is_prose, columns)):
        return None
    return _(ANSWERS) if kind in _STATISTICS else what_they_hold(columns)


def _other_thing(columns: Sequence[Column], fits: Sequence[_Fit], name: str) -> Sentence | None:
    """What the name of the file says that its rows are, where that is no record, nothing in it tells of records, and
    few of its columns are named like fields."""
    words = f"{_words(name)} {' '.join(_words(column.name) for column in columns)}"
    if any(_is_about(one.recipe, words) or 2 * len(one.named) > len(columns) for one in fits):
        return None
    return next((_(sentence) for pattern, sentence in _OTHER_THINGS if pattern.search(_words(name))), None)


def _fits(columns: Sequence[Column], recipes: Sequence[Recipe], name: str) -> list[_Fit]:
    named = {recipe.name: _named(columns, recipe) for recipe in recipes}
    known_by = Counter(column for found in named.values() for column in found)
    of_file, of_columns = _words(name), " ".join(_words(column.name) for column in columns)
    return [
        _Fit(
            recipe,
            named[recipe.name],
            sum(1 / known_by[column] for column in named[recipe.name])
            + max(_IN_NAME * _is_about(recipe, of_file), _is_about(recipe, of_columns)),
        )
        for recipe in recipes
    ]


def _is_about(recipe: Recipe, words: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}", words) for word in recipe.about)


def _is_of_records(found: _Fit, columns: Sequence[Column]) -> bool:
    named = len(found.named)
    return found.score >= _FITS or (named >= _LEAST_NAMED and 2 * named > len(columns))


def _words(name: str) -> str:
    return header_words(name)


def _named(columns: Sequence[Column], recipe: Recipe) -> list[str]:
    """The columns that are named like a field and fit it, at most one for each field."""
    scored = [
        (score, -place, field.name)
        for place, column in enumerate(columns)
        for field in recipe.fields
        if (score := header_score(column, field)) >= _NAMED and fit(column, field) > IMPOSSIBLE
    ]
    found: dict[int, str] = {}
    for _score, place, field in sorted(scored, reverse=True):
        if place not in found and field not in found.values():
            found[place] = field
    return [columns[-place].name for place in sorted(found, reverse=True)]


def _shown(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")


def headers_of(recipes: Sequence[Recipe]) -> frozenset[str]:
    """Names of columns that any of the recipes knows."""
    return frozenset().union(*(recipe.known_headers for recipe in recipes))
