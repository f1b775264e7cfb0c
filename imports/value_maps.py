"""What the values of a file became, and which of them nobody has decided about (docs/adr/0111). Pure.

Computed from the figures of a file and its mapping, which are stored with every import.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from imports.mapping import Definition, Rule, parser_of
from imports.problems import Refused
from imports.recipe import Recipe, RecipeField
from imports.sniff.profile import Column
from imports.values import folded
from standards.translation import gettext as _

NAMED = 8  # values that a sentence names


@dataclass(frozen=True, slots=True)
class MappedValue:
    """A value of a column and what it became. rows: of the file that have it, also those that were not loaded. value:
    empty where it became no value. is_decided: whether the mapping or a vocabulary says what it means."""

    field: str
    column: str
    word: str
    value: str
    rows: int
    is_decided: bool


def value_maps(columns: Sequence[Column], definition: Definition, recipe: Recipe) -> list[MappedValue]:
    """Every value of each column with at most 200 values that became a field with a list of values, most frequent
    first. Values that mean missing are not included."""
    return [
        value for target, rule, column in _mapped(columns, definition, recipe) for value in _of(target, rule, column)
    ]


def undecided(columns: Sequence[Column], definition: Definition, recipe: Recipe) -> list[MappedValue]:
    """Values that are stored only as in the source, because nobody has said what they mean. Values of fields that do
    not store the source are quarantined instead."""
    kept = {field.name for field in recipe.fields if field.raw_field}
    return [v for v in value_maps(columns, definition, recipe) if v.field in kept and not v.is_decided]


def named(values: Sequence[MappedValue]) -> str:
    """The most frequent of the values, for a sentence."""
    most = sorted(values, key=lambda value: -value.rows)[:NAMED]
    return ", ".join(f"“{value.word}”" for value in most) + (" ..." if len(values) > NAMED else "")


def with_choices(
    definition: Definition, recipe: Recipe, chosen: Mapping[str, Mapping[str, str]], empty: Sequence[MappedValue] = ()
) -> Definition:
    """The definition with more meanings: of each field, value in the file to canonical value, empty for none. empty:
    values that are to become no value. Raises Refused for fields without such a column, and for unknown values."""
    rules = dict(definition.rules)
    for value in empty:
        rule = rules[value.field]
        rules[value.field] = replace(rule, words={**rule.words, folded(value.word): ""})
    for name, words in chosen.items():
        target, rule = recipe.field(name), rules.get(name, Rule())
        if target is None or not target.choices or not rule.column:
            text = _("No column of the file became %(name)s, or it has no list of values.")
            raise Refused("bad_value", text % {"name": repr(name)})
        if wrong := set(words.values()) - {"", *target.choices}:
            text = _("%(value)s is not a value of %(name)s. Its values are: %(choices)s.")
            shown = {"value": repr(min(wrong)), "name": name, "choices": ", ".join(target.choices)}
            raise Refused("bad_value", text % shown)
        rules[name] = replace(rule, words={**rule.words, **{folded(word): value for word, value in words.items()}})
    return replace(definition, rules=rules)


def _mapped(
    columns: Sequence[Column], definition: Definition, recipe: Recipe
) -> Iterator[tuple[RecipeField, Rule, Column]]:
    by_name = {column.name: column for column in columns}
    for name, rule in sorted(definition.rules.items()):
        target, column = recipe.field(name), by_name.get(rule.column)
        if target and target.choices and column and column.values is not None:
            missing = (*rule.missing, *definition.missing.get(rule.column, ()))
            yield target, replace(rule, missing=missing), column


def _of(target: RecipeField, rule: Rule, column: Column) -> Iterator[MappedValue]:
    parser = parser_of(target, rule, 2100)  # the year matters only for days, which have no list of values
    for word, rows in (column.values or {}).items():
        if word and word not in rule.missing:
            value = parser(word).value
            is_decided = bool(value) or folded(word) in rule.words
            yield MappedValue(target.name, column.name, word, value, rows, is_decided)
