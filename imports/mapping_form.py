"""The form of the mapping page: one row for each column, fixed values below. Input remains when it has errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.dates import DATE_EXAMPLES, DATE_FORMATS, EXCEL_SERIAL
from imports.guess import number_format
from imports.judging import Sample, outcome
from imports.keys import KeySearch
from imports.mapping import (
    DETECTED,
    RECORD_NUMBER,
    ROW_HASH,
    Definition,
    Rule,
    is_number_of_records,
    missing_for_load,
    read_definition,
)
from imports.mapping_rows import (
    EMPTY,
    ColumnGroup,
    ColumnRow,
    ConstantRow,
    KeyCount,
    first_words,
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
_SENTENCE = 100  # characters; shorter text is too little to detect its language


class MappingForm:
    """Shows a definition and reads one from a request. error: a sentence if the input is not a valid mapping. sample,
    count: the first cells of a column, and how many rows columns tell apart. questions: column to what is not sure."""

    def __init__(
        self, run: Import, recipe: Recipe, definition: Definition, posted: QueryDict | None = None,
        sample: Callable[[int], Sample | None] = lambda position: None, *,
        count: Callable[[Sequence[int]], tuple[int, int] | None] = lambda positions: None,
        questions: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self._recipe, self._run, self._sample, self._count = recipe, run, sample, count
        self._questions = questions
        self.columns = [Column.of(found) for found in run.understanding["columns"]]
        self.error = ""
        self.definition = definition
        self._posted = posted
        if posted is not None:
            self._read(posted)

    def is_valid(self) -> bool:
        """Whether a mapping was sent and is valid."""
        return self._posted is not None and not self.error

    def add_error(self, field: str | None, error: ValidationError) -> None:
        """Show why the mapping is refused. The page shows one error at a time, above the columns."""
        self.error = " ".join(error.messages)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def fields(self) -> list[RecipeField]:
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
        shown = [f for f in self.fields if f.name in _USUAL or (f.name in rules and rules[f.name].constant)]
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
            chosen = self._detected_column(self._posted)
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
        name = str(self._posted.get(f"field-{position}", ""))
        missing = dict.fromkeys(self._posted_missing(self._posted, position))
        if self._recipe.field(name) is None:
            return "", Rule(missing=tuple(missing))
        written = self._posted_rule(self._posted, position, column, name)
        words = {folded(word): value for word, value in written.get("words", {}).items()}
        return name, Rule(**written | {"missing": tuple(missing), "words": words})

    def _labels(self, column: Column) -> dict[str, str]:
        """What the file itself says about the codes of a column."""
        found: dict[str, str] = self._run.understanding.get("value_labels", {}).get(column.name, {})
        return found

    def _head(self, position: int) -> list[str]:
        return [row[position].strip() for row in self._run.understanding.get("head", []) if position < len(row)]

    def _read(self, posted: QueryDict) -> None:
        try:
            written = self._written(posted)
            self.definition = read_definition(written, self._recipe, latest_year=timezone.now().year)
        except Refused as refused:
            self.error = refused.message

    def _written(self, posted: QueryDict) -> JsonObject:
        """The input as the JSON of a definition."""
        fields: JsonObject = {}
        missing: dict[str, list[str]] = {}
        for position, column in enumerate(self.columns):
            name = str(posted.get(f"field-{position}", ""))
            if words := self._posted_missing(posted, position):
                missing[column.name] = words
            if not name:
                continue
            if name in fields:
                raise Refused(
                    "bad_mapping",
                    _("“%(fields)s” and “%(name)s” both became %(name_2)s. Choose one.")
                    % {"fields": fields[name]["column"], "name": column.name, "name_2": name},
                )
            fields[name] = self._posted_rule(posted, position, column, name)
        fields |= self._posted_constants(posted, fields) | self._posted_identity(posted)
        options = self._run.understanding["options"]
        return {"source": options, "fields": fields, "missing": missing, "latest_year": self._posted_year(posted)}

    def _posted_constants(self, posted: QueryDict, fields: JsonObject) -> JsonObject:
        found: JsonObject = {}
        for target in self.fields:
            constant = str(posted.get(f"constant-{target.name}", "")).strip()
            if constant and target.name not in fields:
                found[target.name] = {"constant": constant}
        if detected := self._detected_column(posted):
            if "language" in fields:
                column = fields["language"]["column"]
                raise Refused(
                    "bad_mapping",
                    _("Language comes from “%(column)s” and is also detected. Choose one.") % {"column": column},
                )
            found["language"] = {"column": detected, "format": DETECTED}
        return found

    def _detected_column(self, posted: QueryDict) -> str:
        position = str(posted.get("language-from", "")).removeprefix(_DETECT)
        return self.names[int(position)] if position.isdecimal() and int(position) < len(self.columns) else ""

    def _posted_year(self, posted: QueryDict) -> int:
        text = str(posted.get("latest-year") or self.definition.latest_year)
        if not (text.isdecimal() and len(text) == 4):
            raise Refused(
                "bad_mapping", _("The last year that two digits can mean is a year of four digits, like 2026.")
            )
        return int(text)

    def _posted_identity(self, posted: QueryDict) -> JsonObject:
        """The rule of the reference if it is not a single column."""
        identity = str(posted.get("identity", ""))
        if identity != "columns":
            return {"reference": {"from": identity}} if identity else {}
        parts = [c.name for i, c in enumerate(self.columns) if posted.get(f"part-{i}")]
        if not parts:
            raise Refused("bad_mapping", _("Choose the columns that together identify a row."))
        return {"reference": {"columns": parts}}

    def _posted_missing(self, posted: QueryDict, position: int) -> list[str]:
        """Values that were ticked as missing, and others separated by bars."""
        ticked = posted.getlist(f"marker-{position}")
        typed = [word.strip() for word in str(posted.get(f"missing-{position}", "")).split("|")]
        return list(dict.fromkeys(filter(None, (*ticked, *typed))))

    def _posted_rule(self, posted: QueryDict, position: int, column: Column, name: str) -> JsonObject:
        rule: JsonObject = {"column": column.name, "missing": self._posted_missing(posted, position)}
        target = self._recipe.field(name)
        if target is None:
            return rule
        if posted.get(f"for-{position}", name) != name:
            posted = QueryDict()  # its other inputs belong to the field that was chosen before
        if target.type == "date":
            guessed = column.format if column.type == "date" else "%Y-%m-%d"
            rule["format"] = str(posted.get(f"format-{position}") or guessed)
        if target.type == "decimal":
            guessed = column.format if column.type == "decimal" else "."
            rule["decimal"] = str(posted.get(f"decimal-{position}") or guessed)
        if is_number_of_records(target):
            rule["format"] = number_format(column)
        if target.type in ("text", "list") and (separator := str(posted.get(f"separator-{position}", ""))):
            rule["separator"] = separator
        if target.choices:
            rule["words"] = self._posted_words(posted, position, column, target)
        return rule

    def _posted_words(self, posted: QueryDict, position: int, column: Column, target: RecipeField) -> dict[str, str]:
        """The chosen values of the value map; before any were shown, the guess of the recipe. Values of the mapping
        that do not occur in this file are kept for the next one."""
        labels = self._labels(column)
        words = words_of(column, target, self._head(position), labels)
        before = self.definition.rules.get(target.name, Rule())
        known = before.words if before.column == column.name else target.words if column.values is None else {}
        shown = {folded(word) for word in words}
        kept = {word: value for word, value in known.items() if word not in shown}
        names = [f"word-{position}-{j}" for j in range(len(words))]
        if not any(name in posted for name in names):
            return kept | first_words(target, words, labels)
        otherwise = EMPTY if target.raw_field and posted.get("leave-empty") else ""
        decided = _decided_by_name(target)
        chosen = {
            word: str(posted.get(name, "")) or ("" if folded(word) in decided else otherwise)
            for word, name in zip(words, names, strict=True)
        }
        return kept | {word: "" if value == EMPTY else value for word, value in chosen.items() if value}


def _decided_by_name(target: RecipeField) -> set[str]:
    """Words that need no entry in a value map: canonical values and their labels."""
    return {folded(text) for pair in target.choices.items() for text in pair}


def _named(target: RecipeField) -> list[tuple[str, str]]:
    """The values of a field with their labels: languages by name, long lists in alphabetical order."""
    if target.type == "language":
        return sorted(((code, language_name(code)) for code in target.choices), key=_by_label)
    choices = list(target.shown_choices.items())
    return sorted(choices, key=_by_label) if target.type == "country" else choices


def _by_label(choice: tuple[str, str]) -> str:
    return choice[1]
