"""The form of one column on the mapping page: what it becomes, and how its cells are read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from imports.dates import DATE_FORMATS, EXCEL_SERIAL
from imports.guess import holds_years, number_format
from imports.mapping import Rule, is_number_of_records
from imports.mapping_rows import EMPTY, first_words, words_of
from imports.recipe import Recipe, RecipeField
from imports.sniff.profile import Column
from imports.values import folded
from standards.json_values import JsonObject


class ColumnForm(forms.Form):
    """The inputs of a column; their names end with its position (`field-3`; of its second value, `word-3-1`). The
    inputs beside the field depend on it, and count only if they were shown for it (`for-3`).

    head: the cells of the first rows. labels: what the file says about codes. before: the rule that the mapping has for
    the field of this column, if it has one.
    """

    def __init__(
        self, data: QueryDict, *, position: int, column: Column, recipe: Recipe, head: list[str],
        labels: Mapping[str, str],
    ) -> None:  # fmt: skip
        super().__init__(data, prefix=str(position))
        self.column, self.labels = column, labels
        chosen = str(data.get(self.add_prefix("field"), ""))
        self.target = recipe.field(chosen)
        self.words = words_of(column, self.target, head, labels) if self.target else []
        self.fields["field"] = _choice(field.name for field in recipe.fields)
        known = {**column.missing, **(column.values or {})}
        self.fields["marker"] = forms.MultipleChoiceField(required=False, choices=[(word, word) for word in known])
        self.fields["missing"] = forms.CharField(required=False)
        if self.target and str(data.get(self.add_prefix("for"), chosen)) == chosen:
            self.fields |= _inputs_of(self.target, self.words)

    def add_prefix(self, field_name: str) -> str:
        """The position stands behind the first word of the name."""
        name, dash, rest = field_name.partition("-")
        return f"{name}-{self.prefix}{dash}{rest}"

    @property
    def chosen(self) -> str:
        """The name of the field that the column becomes; empty if it stays text."""
        return self.target.name if self.target else ""

    @property
    def missing_words(self) -> tuple[str, ...]:
        """Values that were ticked as missing, and others separated by bars."""
        typed = (word.strip() for word in self._sent("missing", "").split("|"))
        return tuple(dict.fromkeys(filter(None, (*self._sent("marker", ()), *typed))))

    def rule(self, before: Rule, *, leaves_empty: bool) -> JsonObject:
        """The rule as the JSON of a definition. Before its inputs were shown it is the guess. before: the rule that the
        mapping has for this field. leaves_empty: values without a decision are left empty."""
        rule: JsonObject = {"column": self.column.name, "missing": list(self.missing_words)}
        target, column = self.target, self.column
        if target is None:
            return rule
        if target.type == "date":
            usual = "%Y" if holds_years(column) else "%Y-%m-%d"
            rule["format"] = self._sent("format", "") or (column.format if column.type == "date" else usual)
        if target.type == "decimal":
            rule["decimal"] = self._sent("decimal", "") or (column.format if column.type == "decimal" else ".")
        if is_number_of_records(target):
            rule["format"] = number_format(column)
        if separator := self._sent("separator", ""):
            rule["separator"] = separator
        if target.choices:
            rule["words"] = self._value_map(target, before, leaves_empty=leaves_empty)
        return rule

    def _value_map(self, target: RecipeField, before: Rule, *, leaves_empty: bool) -> dict[str, str]:
        """The chosen values; before any were shown, the guess of the recipe. Values of the mapping that do not occur in
        this file are kept for the next one."""
        column = self.column
        known = before.words if before.column == column.name else target.words if column.values is None else {}
        shown = {folded(word) for word in self.words}
        kept = {word: value for word, value in known.items() if word not in shown}
        names = [f"word-{place}" for place in range(len(self.words))]
        if not any(name in self.fields and self.add_prefix(name) in self.data for name in names):
            return kept | first_words(target, self.words, self.labels)
        otherwise = EMPTY if target.raw_field and leaves_empty else ""
        decided = _decided_by_name(target)
        chosen = {
            word: self._sent(name, "") or ("" if folded(word) in decided else otherwise)
            for word, name in zip(self.words, names, strict=True)
        }
        return kept | {word: "" if value == EMPTY else value for word, value in chosen.items() if value}

    def _sent(self, name: str, otherwise: Any) -> Any:
        """What was sent and is valid."""
        self.is_valid()
        return self.cleaned_data.get(name, otherwise)


def _inputs_of(target: RecipeField, words: Sequence[str]) -> dict[str, forms.Field]:
    if target.type == "date":
        return {"format": _choice((*DATE_FORMATS, EXCEL_SERIAL))}
    if target.type == "decimal":
        return {"decimal": _choice(".,")}
    if target.type in ("text", "list"):
        return {"separator": forms.CharField(required=False, strip=False, max_length=10)}
    if not target.choices:
        return {}
    return dict.fromkeys((f"word-{place}" for place in range(len(words))), _choice((EMPTY, *target.choices)))


def _choice(values: Any) -> forms.ChoiceField:
    """Nothing, or one of the values."""
    return forms.ChoiceField(required=False, choices=[("", ""), *((value, value) for value in values)])


def _decided_by_name(target: RecipeField) -> set[str]:
    """Words that need no entry in a value map: canonical values and their labels."""
    return {folded(text) for pair in target.choices.items() for text in pair}
