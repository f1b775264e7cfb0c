"""How the cells of a column are read when it becomes a field. Pure."""

from imports.mapping import WHOLE_NUMBER, Rule
from imports.recipe import RecipeField
from imports.sniff.profile import Column
from imports.values import folded, whole_number
from standards.translation import gettext as _

_SEPARATORS = ("<->", " | ", "||")


def number_format(column: Column) -> str:
    """The format of a column of references: WHOLE_NUMBER if 17 was written as 17.0, else empty."""
    written = (*(column.values or ()), *column.examples)
    return WHOLE_NUMBER if any(whole_number(text) != text for text in written) else ""


def whole_format(column: Column, notes: list[str]) -> str:
    """`number_format`, with a note where cells are changed by it."""
    found = number_format(column)
    if found:
        notes.append(
            _("“%(name)s” holds whole numbers written like 17.0; they are read as 17.") % {"name": column.name}
        )
    return found


def rule_for(target: RecipeField, column: Column, notes: list[str]) -> Rule:
    """The rule by which a column becomes a field; notes: sentences about it are added."""
    missing = tuple(column.missing)
    if target.points:
        return Rule(column=column.name, format=whole_format(column, notes), missing=missing)
    if target.type == "date":
        return Rule(column=column.name, format=_date_format(column, notes), missing=missing)
    if target.type == "decimal":
        mark = "," if column.type == "decimal" and column.format == "," else "."
        return Rule(column=column.name, decimal=mark, missing=missing)
    if target.choices:
        words = {folded(v): target.words[folded(v)] for v in column.values or {} if folded(v) in target.words}
        return Rule(column=column.name, words=words, missing=missing)
    separator = ""
    if target.type == "list" or target.name == "category":
        separator = next((s for s in _SEPARATORS if any(s in value for value in column.values or column.examples)), "")
    return Rule(column=column.name, separator=separator, missing=missing)


def guessed_word(target: RecipeField, word: str, label: str = "") -> str:
    """The canonical value that a value or its label in the file probably means; empty if it is not known."""
    by_label = {folded(text): value for value, text in target.choices.items()} | {folded(v): v for v in target.choices}
    return target.words.get(folded(word)) or target.words.get(folded(label)) or by_label.get(folded(label), "")


def _date_format(column: Column, notes: list[str]) -> str:
    formats = [column.format] if column.type == "date" else []
    formats += [name.partition(" ")[2] for name in column.also if name.startswith("date ")]
    if not formats:
        text = _("“%(name)s” holds whole numbers, which are read as years. Check it.")
        notes.append(text % {"name": column.name})
        return "%Y"
    if len(formats) > 1 and {"d", "m"} == {formats[0][1], formats[1][1]}:
        notes.append(
            _("“%(name)s” can be day first or month first; %(formats)s is assumed. Check it.")
            % {"name": column.name, "formats": formats[0]}
        )
    return formats[0]
