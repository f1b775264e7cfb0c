"""The first guess of a mapping: columns by name, then by contents, then fixed values. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from imports.guess.contents import content_guesses, is_prose, only_text
from imports.guess.references import guess_references
from imports.guess.rules import rule_for
from imports.guess.scores import fit, header_score
from imports.keys import KeySearch
from imports.mapping import DETECTED, Definition, Rule
from imports.readers.table import ReadOptions
from imports.recipe import Recipe, RecipeField
from imports.sniff.language import likely_language, main_language
from imports.sniff.profile import LONG, Column
from imports.values import folded, header_words
from standards.translation import gettext as _

_OFTEN = 0.2  # a language with at least this share of the texts is one of several


@dataclass(slots=True)
class Guess:
    """A definition, and notes for the person who checks it. questions: column to what is not sure about it."""

    definition: Definition
    notes: list[str] = field(default_factory=list)
    questions: dict[str, str] = field(default_factory=dict)


def guess_mapping(
    columns: Sequence[Column], recipe: Recipe, source: ReadOptions, *, latest_year: int, constants: Mapping[str, str],
    head: Sequence[Sequence[str]] = (), keys: KeySearch | None = None, file_name: str = "",
) -> Guess:  # fmt: skip
    """Map the columns by their names and contents. constants: field to value, from the description of the dataset.
    head: the first rows of the file. keys: columns that together identify a row. file_name: it may say of what kind the
    rows are."""
    notes: list[str] = []
    rules: dict[str, Rule] = {}
    free = list(columns)
    guess_references(free, recipe, rules, notes, keys)
    for score, position, target in sorted(_scores(free, recipe), key=lambda entry: (-entry[0], entry[1])):
        column = free[position]
        taken = {rule.column for rule in rules.values()}
        if score > 0 and target.name not in rules and column.name not in taken:
            rules[target.name] = rule_for(target, column, notes)
    questions = _guess_from_contents(columns, recipe, rules, notes, head)
    notes += _unmapped_texts(columns, rules)
    if not constants.get("language"):
        _guess_languages(columns, recipe, rules, notes)
    notes += _guess_constants(columns, recipe, rules, constants)
    notes += _guess_from_name(file_name, recipe, rules)
    missing = {c.name: tuple(c.missing) for c in columns if c.missing}
    return Guess(Definition(source, rules, missing, latest_year), notes, questions)


def _guess_from_contents(
    columns: Sequence[Column], recipe: Recipe, rules: dict[str, Rule], notes: list[str], head: Sequence[Sequence[str]]
) -> dict[str, str]:
    """Rules for columns with names that say nothing; returns the question about each of these columns."""
    used = {rule.column for rule in rules.values()}
    free = [column for column in columns if column.name not in used]
    places = [position for position, column in enumerate(columns) if column.name not in used]
    rows = [[row[place] for place in places] for row in head if len(row) == len(columns)]
    questions = {}
    for target, column, question in content_guesses(free, recipe, set(rules), rows):
        rules[target.name] = rule_for(target, column, notes)
        questions[column.name] = question
    if recipe.one_of and rules.keys().isdisjoint(recipe.one_of):
        taken = {rule.column for rule in rules.values()} | {name for rule in rules.values() for name in rule.columns}
        if found := only_text([column for column in columns if column.name not in taken], recipe):
            target, column, question = found
            rules[target.name] = rule_for(target, column, notes)
            questions[column.name] = question
    return questions


def _unmapped_texts(columns: Sequence[Column], rules: Mapping[str, Rule]) -> list[str]:
    """A sentence about each column of texts that became no field, with its size."""
    used = {rule.column for rule in rules.values()}
    text = _(
        "“%(name)s” holds texts (%(size)s characters) and became no field: they are stored beside the record, and "
        "the search does not find them."
    )
    left = [column for column in columns if column.name not in used and is_prose(column) and column.longest > LONG]
    return [text % {"name": column.name, "size": _size(column)} for column in left]


def _size(column: Column) -> str:
    """The number of characters; of a column that is not counted, the most that it can have."""
    return f"{column.characters:,}" if column.characters else f"≤ {column.longest * column.filled:,}"


def _scores(columns: Sequence[Column], recipe: Recipe) -> list[tuple[float, int, RecipeField]]:
    targets = [f for f in recipe.fields if f.points or not (f.groups or f.name == "reference")]
    return [
        (header_score(column, target) + fit(column, target), position, target)
        for position, column in enumerate(columns)
        for target in targets
        if column.type != "empty" and header_score(column, target) > 0
    ]


def _guess_languages(columns: Sequence[Column], recipe: Recipe, rules: dict[str, Rule], notes: list[str]) -> None:
    """Texts in several languages: the language is detected row by row."""
    if recipe.field("language") is None or "language" in rules:
        return
    for column in columns:
        spoken = Counter(filter(None, (likely_language(text) for text in column.examples if column.is_long)))
        several = [language for language, times in spoken.most_common() if times >= _OFTEN * spoken.total()]
        if len(several) > 1:
            rules["language"] = Rule(column=column.name, format=DETECTED)
            notes.append(
                _(
                    "“%(name)s” holds texts in several languages (%(several)s): the language is detected "
                    "row by row. Check it."
                )
                % {"name": column.name, "several": ", ".join(several)}
            )
            return


def _guess_constants(
    columns: Sequence[Column], recipe: Recipe, rules: dict[str, Rule], constants: Mapping[str, str]
) -> list[str]:
    """Fixed values from what the file holds and what the description of the dataset says; returns a sentence about
    those that nobody chose."""
    values = {c.name: frozenset(map(folded, c.values or ())) for c in columns}
    hinted = recipe.hint({name: rule.column for name, rule in rules.items()}, values) if recipe.hint else {}
    language = main_language(example for column in columns if column.is_long for example in column.examples)
    proposed = {"language": language, **hinted, **{name: value for name, value in constants.items() if value}}
    guessed = []
    for name, value in proposed.items():
        target = recipe.field(name)
        if not value or name in rules or target is None:
            continue
        rules[name] = Rule(constant=value)
        if value != constants.get(name):
            shown = {"label": target.shown_label, "value": target.shown_choices.get(value) or value}
            guessed.append(_("%(label)s “%(value)s”") % shown)
    text = _("No column says it, so it is proposed for every row: %(values)s. Check it.")
    return [text % {"values": guessed}] if guessed else []


def _guess_from_name(file_name: str, recipe: Recipe, rules: dict[str, Rule]) -> list[str]:
    """Required fields with a list of values that are still without a rule: the value whose word is in the name of the
    file, where only one is. Returns a sentence about each."""
    notes: list[str] = []
    words = set(header_words(file_name).split())
    for target in (f for f in recipe.fields if f.required and f.words and f.name not in rules):
        found = {value: word for word, value in target.words.items() if word in words}
        if len(found) == 1:
            ((value, word),) = found.items()
            rules[target.name] = Rule(constant=value)
            text = _("The name of the file says “%(word)s”, so %(label)s is “%(value)s” in every row. Check it.")
            facts = {"word": word, "label": target.shown_label, "value": target.shown_choices.get(value) or value}
            notes.append(text % facts)
    return notes
