"""The form of the mapping page: one row for each column, fixed values below. Input remains when it has errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.column_form import ColumnForm
from imports.dates import DATE_EXAMPLES, DATE_FORMATS, EXCEL_SERIAL
from imports.findings.assumed import assumed_findings
from imports.judging import Sample, outcome
from imports.keys import KeySearch
from imports.mapping import (
    DETECTED,
    RECORD_NUMBER,
    ROW_HASH,
    Definition,
    Rule,
    missing_for_load,
    read_definition,
)
from imports.mapping_rows import (
    ColumnGroup,
    ColumnRow,
    ConstantRow,
    KeyCount,
    grouped,
    markers_of,
    word_choices,
    words_of,
)
from imports.models import Import
from imports.problems import Refused
from imports.recipe import Recipe, RecipeField
from imports.sniff.profile import Column
from imports.value_maps import MappedValue, undecided
from imports.values import folded
from rest.forms import sentences
from standards.json_values import JsonObject
from standards.languages import language_name

_IDENTITIES = {
    "": gettext_lazy("the column that becomes Reference"),
    "columns": gettext_lazy("several columns together"),
    ROW_HASH: gettext_lazy("the whole row: equal rows are one record"),
    RECORD_NUMBER: gettext_lazy("the number of the row in the file"),
}
_USUAL = (
    "kind",
    "institution",
    "institution_kind",
    "country",
    "policy_sector",
    "currency",
    "scheme",
    "coded_by",
    "scale",
    "assessor",
)
_DETECT = "detect-"
_FOUR_DIGITS = gettext_lazy("The last year that two digits can mean is a year of four digits, like 2026.")
_SENTENCE = 100  # characters; shorter text is too little to detect its language


class MappingForm(forms.Form):
    """Shows a definition and reads one from a request: inputs for the whole file here, and a form for each column.
    sample, count: the first cells of a column, and how many rows columns tell apart. questions: column to what is not
    sure."""

    def __init__(
        self, run: Import, recipe: Recipe, definition: Definition, posted: QueryDict | None = None,
        sample: Callable[[int], Sample | None] = lambda position: None, *,
        count: Callable[[Sequence[int]], tuple[int, int] | None] = lambda positions: None,
        questions: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        super().__init__(posted)
        self._recipe, self._run, self._sample, self._count = recipe, run, sample, count
        self._questions = questions
        self.columns = [Column.of(found) for found in run.understanding["columns"]]
        self.definition = self._before = definition
        self._posted = posted
        self.fields |= self._inputs()
        self.column_forms = [] if posted is None else [
            ColumnForm(
                posted, position=position, column=column, recipe=recipe, head=self._head(position),
                labels=self._labels(column),
            )
            for position, column in enumerate(self.columns)
        ]  # fmt: skip
        self.is_valid()

    def _inputs(self) -> dict[str, forms.Field]:
        sources = [f"{_DETECT}{position}" for position in range(len(self.columns))]
        inputs: dict[str, forms.Field] = {
            "identity": forms.ChoiceField(required=False, choices=list(_IDENTITIES.items())),
            "language-from": forms.ChoiceField(required=False, choices=[(value, value) for value in ("", *sources)]),
            "latest-year": forms.RegexField(r"^[0-9]{4}$", required=False, error_messages={"invalid": _FOUR_DIGITS}),
            "leave-empty": forms.BooleanField(required=False),
        }
        inputs |= {f"constant-{target.name}": forms.CharField(required=False) for target in self.targets}
        return inputs | {f"part-{i}": forms.BooleanField(required=False) for i in range(len(self.columns))}

    def clean(self) -> None:
        """Read the definition from the inputs of the file and of its columns."""
        wrong = [f"“{form.column.name}”: {sentences(form)}" for form in self.column_forms if not form.is_valid()]
        if wrong:
            raise ValidationError(wrong)
        if self.errors:
            return
        try:
            written = self._written(self.cleaned_data)
            self.definition = read_definition(written, self._recipe, latest_year=timezone.now().year)
        except Refused as refused:
            raise ValidationError(refused.message, code=refused.code) from refused

    @property
    def error(self) -> str:
        """Why the mapping is refused, shown above the columns."""
        return sentences(self)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def targets(self) -> list[RecipeField]:
        """The fields that a column can become."""
        return [f for f in self._recipe.fields if not f.name.endswith("_raw")]

    @property
    def formats(self) -> list[tuple[str, str]]:
        return [(f, _(DATE_EXAMPLES[f])) for f in (*DATE_FORMATS, EXCEL_SERIAL)]

    @property
    def latest_year(self) -> str:
        """The latest year that a two-digit year can mean, as it was typed."""
        typed = self._posted.get("latest-year") if self._posted is not None else ""
        return str(typed or self.definition.latest_year)

    @property
    def pivots(self) -> list[tuple[str, str]]:
        """Two examples of two-digit years, before and after the change of century, and what they mean."""
        latest = self.definition.latest_year
        return [(f"{year % 100:02d}", str(year)) for year in (latest, latest - 99)]

    @property
    def stores_source(self) -> bool:
        """Whether values can stay undecided, because the value in the source is stored beside what it means."""
        return any(rule.column and self._raw_field(name) for name, rule in self.definition.rules.items())

    def _raw_field(self, name: str) -> str:
        target = self._recipe.field(name)
        return target.raw_field if target else ""

    @property
    def leaves_empty(self) -> bool:
        """Whether values that nobody has decided about are to be left empty."""
        return self._posted is not None and bool(self._posted.get("leave-empty"))

    @property
    def undecided(self) -> list[MappedValue]:
        """Values of the file whose meaning has to be decided before loading."""
        return undecided(self.columns, self.definition, self._recipe)

    @property
    def identity(self) -> str:
        """The chosen row identifier if it is not a single column."""
        if self._posted is not None:
            return str(self._posted.get("identity", ""))
        rule = self.definition.rules.get("reference", Rule())
        return "columns" if rule.columns else rule.from_

    @property
    def is_by_columns(self) -> bool:
        """Whether several columns together identify a row."""
        return self.identity == "columns"

    @property
    def identities(self) -> list[tuple[str, str, bool]]:
        """The row identifiers that are not a single column: value, label, whether it is chosen."""
        return [(value, str(label), value == self.identity) for value, label in _IDENTITIES.items()]

    @property
    def parts(self) -> list[tuple[int, str, bool]]:
        """Columns that can be parts of a row identifier: position, name, whether it is one."""
        chosen = set(self.definition.rules.get("reference", Rule()).columns)
        if self._posted is not None:
            chosen = {name for i, name in enumerate(self.names) if self._posted.get(f"part-{i}")}
        return [(i, column.name, column.name in chosen) for i, column in enumerate(self.columns) if not column.is_long]

    @property
    def missing(self) -> list[str]:
        """What the mapping lacks before rows can be loaded."""
        return [] if self.error else missing_for_load(self.definition, self._recipe, self.names)

    @property
    def assumed(self) -> list[str]:
        """What is stored for fields that the file does not say."""
        return [finding.sentence for finding in assumed_findings(self.columns, self._recipe, self.definition.rules)]

    @property
    def key(self) -> KeyCount | None:
        """How many rows the row identifier tells apart, where it is made of columns."""
        rule = self.definition.rules.get("reference", Rule())
        names = [name for _, name, is_part in self.parts if is_part] if self.identity == "columns" else [rule.column]
        positions = [self.names.index(name) for name in names if name in self.names]
        counted = self._count(positions)
        return KeyCount(", ".join(names), *counted) if counted else None

    @property
    def keys_found(self) -> list[KeyCount]:
        """Columns that together identify a row, found when the file was read."""
        search = KeySearch.of(self._run.understanding.get("keys"))
        return [KeyCount(", ".join(k.columns), k.different, search.rows) for k in search.found] if search else []

    @cached_property
    def rows(self) -> list[ColumnRow]:
        return [self._row(position, column) for position, column in enumerate(self.columns)]

    @property
    def groups(self) -> list[ColumnGroup]:
        """The columns: those that become fields, others, and empty ones."""
        return grouped(self.rows)

    @property
    def constants(self) -> list[ConstantRow]:
        """Fixed values: the fields that the mapping sets, and the usual ones. The language has its own input."""
        rules = self.definition.rules
        shown = [f for f in self.targets if f.name in _USUAL or (f.name in rules and rules[f.name].constant)]
        return [self._constant(f) for f in shown if f.name != "language"]

    @property
    def language(self) -> ConstantRow | None:
        """The language of all rows, if they have one."""
        target = self._recipe.field("language")
        return self._constant(target) if target else None

    @property
    def language_sources(self) -> list[tuple[str, str, bool]]:
        """Where the language of a row comes from: value, label, whether it is chosen."""
        rule = self.definition.rules.get("language", Rule())
        chosen = rule.column if rule.format == DETECTED else ""
        if self._posted is not None:
            chosen = self._detected_column
        texts = [(i, c.name) for i, c in enumerate(self.columns) if c.is_long or c.longest > _SENTENCE]
        offered = [
            (f"{_DETECT}{i}", _("detected row by row from “%(column)s”") % {"column": name}, name == chosen)
            for i, name in texts
        ]
        return [("", _("the column that becomes Language, or the language below"), not chosen), *offered]

    def _constant(self, target: RecipeField) -> ConstantRow:
        value = self.definition.rules.get(target.name, Rule()).constant
        if self._posted is not None:
            value = str(self._posted.get(f"constant-{target.name}", ""))
        return ConstantRow(target.name, target.shown_label, value, _named(target), target.shown_help)

    def _row(self, position: int, column: Column) -> ColumnRow:
        name, rule = self._drafted(position, column)
        labels = self._labels(column)
        target = self._recipe.field(name) if name else None
        question = self._run.understanding.get("labels", {}).get(column.name, "")
        row = ColumnRow(position, column, question, name, rule, target, markers=markers_of(column, rule))
        row.doubt = self._questions.get(column.name, "") if name else ""
        if target is None:
            return row
        row.choices = _named(target) if target.choices else []
        row.words = word_choices(row, target, words_of(column, target, self._head(position), labels), labels)
        row.outcome = outcome(column, target, rule, self.definition.latest_year, lambda: self._sample(position))
        return row

    def _drafted(self, position: int, column: Column) -> tuple[str, Rule]:
        """The field and rule of a column: from the request even if the mapping is not valid, otherwise from the
        mapping."""
        if self._posted is None:
            rules = self.definition.rules.items()
            found = ((name, rule) for name, rule in rules if rule.column == column.name and rule.format != DETECTED)
            name, rule = next(found, ("", Rule()))
            missing = dict.fromkeys((*rule.missing, *self.definition.missing.get(column.name, ())))
            return name, replace(rule, missing=tuple(missing))
        form = self.column_forms[position]
        if not form.chosen:
            return "", Rule(missing=form.missing_words)
        written = self._rule_of(form)
        words = {folded(word): value for word, value in written.get("words", {}).items()}
        return form.chosen, Rule(**written | {"missing": form.missing_words, "words": words})

    def _rule_of(self, form: ColumnForm) -> JsonObject:
        return form.rule(self._before.rules.get(form.chosen, Rule()), leaves_empty=self.leaves_empty)

    def _labels(self, column: Column) -> dict[str, str]:
        """What the file itself says about the codes of a column."""
        found: dict[str, str] = self._run.understanding.get("value_labels", {}).get(column.name, {})
        return found

    def _head(self, position: int) -> list[str]:
        return [row[position].strip() for row in self._run.understanding.get("head", []) if position < len(row)]

    def _written(self, sent: Mapping[str, Any]) -> JsonObject:
        """The input as the JSON of a definition."""
        fields: JsonObject = {}
        missing: dict[str, list[str]] = {}
        for form in self.column_forms:
            if form.missing_words:
                missing[form.column.name] = list(form.missing_words)
            if not form.chosen:
                continue
            if form.chosen in fields:
                names = {"fields": fields[form.chosen]["column"], "name": form.column.name, "name_2": form.chosen}
                raise Refused(
                    "bad_mapping", _("“%(fields)s” and “%(name)s” both became %(name_2)s. Choose one.") % names
                )
            fields[form.chosen] = self._rule_of(form)
        fields |= self._sent_constants(sent, fields) | self._sent_identity(sent)
        year = int(sent["latest-year"] or self._before.latest_year)
        options = self._run.understanding["options"]
        return {"source": options, "fields": fields, "missing": missing, "latest_year": year}

    def _sent_constants(self, sent: Mapping[str, Any], fields: JsonObject) -> JsonObject:
        found: JsonObject = {}
        for target in self.targets:
            constant = sent[f"constant-{target.name}"]
            if constant and target.name not in fields:
                found[target.name] = {"constant": constant}
        if detected := self._detected_column:
            if "language" in fields:
                column = fields["language"]["column"]
                raise Refused(
                    "bad_mapping",
                    _("Language comes from “%(column)s” and is also detected. Choose one.") % {"column": column},
                )
            found["language"] = {"column": detected, "format": DETECTED}
        return found

    @property
    def _detected_column(self) -> str:
        """The column from whose texts the language is detected, as it was chosen."""
        position = str(self["language-from"].value() or "").removeprefix(_DETECT)
        return self.names[int(position)] if position.isdecimal() and int(position) < len(self.columns) else ""

    def _sent_identity(self, sent: Mapping[str, Any]) -> JsonObject:
        """The rule of the reference if it is not a single column."""
        identity = sent["identity"]
        if identity != "columns":
            return {"reference": {"from": identity}} if identity else {}
        parts = [c.name for i, c in enumerate(self.columns) if sent[f"part-{i}"]]
        if not parts:
            raise Refused("bad_mapping", _("Choose the columns that together identify a row."))
        return {"reference": {"columns": parts}}


def _named(target: RecipeField) -> list[tuple[str, str]]:
    """The values of a field with their labels: languages by name, long lists in alphabetical order."""
    if target.type == "language":
        return sorted(((code, language_name(code)) for code in target.choices), key=_by_label)
    choices = list(target.shown_choices.items())
    return sorted(choices, key=_by_label) if target.type == "country" else choices


def _by_label(choice: tuple[str, str]) -> str:
    return choice[1]
