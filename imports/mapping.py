"""How columns become fields: the definition of a mapping, as people and files write it. Pure.

{"source": {"encoding": "utf-8", "delimiter": ";", "header_row": 1, ...},
 "fields": {"reference": {"column": "ID"},
            "received_on": {"column": "Eingang", "format": "%d.%m.%Y", "missing": ["-"]},
            "finding": {"column": "Ergebnis", "words": {"begründet": "upheld"}},
            "amount": {"column": "Betrag", "decimal": ","},
            "category": {"column": "Thema", "separator": "<->"},
            "language": {"column": "Text", "format": "detected"},
            "case_reference": {"column": "Case", "format": "whole-number"},
            "kind": {"constant": "complaint"}},
 "missing": {"Other column": ["None"]},
 "latest_year": 2026}

The reference may also be columns that may become other fields too, {"columns": ["Bank", "Quarter"]}, the whole row,
{"from": "row_hash"}, or the number of the record in its file, {"from": "record_number"}.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from imports.dates import DATE_FORMATS, EXCEL_SERIAL
from imports.problems import Refused
from imports.readers.table import ReadOptions
from imports.recipe import Recipe, RecipeField
from imports.sniff.language import MOST, likely_language
from imports.values import (
    Parser,
    Verdict,
    folded,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_list,
    parse_word,
)  # fmt: skip
from standards.json_values import JsonObject
from standards.translation import gettext as _

ROW_HASH = "row_hash"
RECORD_NUMBER = "record_number"
DETECTED = "detected"  # the format of a language that is detected from a text
WHOLE_NUMBER = "whole-number"  # the format of an identifier: 17.0 becomes 17, and 007 is unchanged
DETECTED_FROM = MOST  # characters of that text
TOGETHER = " / "  # between the columns of a reference
_PARTS = {"column", "columns", "constant", "from", "format", "words", "decimal", "separator", "missing"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Where the value of one field comes from: a column, a constant, or (only for the reference) several columns, a
    hash of the whole row, or the number of the record."""

    column: str = ""
    columns: tuple[str, ...] = ()
    constant: str = ""
    from_: str = ""
    format: str = ""
    words: Map[str, str] = field(default_factory=dict)
    decimal: str = "."
    separator: str = ""
    missing: tuple[str, ...] = ()

    def as_json(self) -> JsonObject:
        written: JsonObject = {
            "column": self.column, "columns": list(self.columns), "constant": self.constant, "from": self.from_,
            "format": self.format, "words": dict(self.words), "separator": self.separator,
            "missing": list(self.missing), "decimal": self.decimal if self.decimal != "." else "",
        }  # fmt: skip
        return {name: value for name, value in written.items() if value}


@dataclass(frozen=True, slots=True)
class Definition:
    """A checked mapping."""

    source: ReadOptions
    rules: Map[str, Rule]
    missing: Map[str, tuple[str, ...]]
    latest_year: int

    def as_json(self) -> JsonObject:
        return {
            "source": self.source.as_json(),
            "fields": {name: rule.as_json() for name, rule in sorted(self.rules.items())},
            "missing": {column: list(words) for column, words in sorted(self.missing.items()) if words},
            "latest_year": self.latest_year,
        }

    @property
    def fingerprint(self) -> str:
        """Equal for mappings that do the same."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    @property
    def used_columns(self) -> frozenset[str]:
        """Columns that became fields; the others are stored as extra columns."""
        return frozenset(rule.column for rule in self.rules.values() if rule.column and rule.format != DETECTED)

    @property
    def needed_columns(self) -> frozenset[str]:
        """Columns that a file must have for this mapping."""
        single = frozenset(rule.column for rule in self.rules.values() if rule.column)
        return single.union(*(rule.columns for rule in self.rules.values()))


def read_definition(written: object, recipe: Recipe, *, latest_year: int) -> Definition:
    """A definition from JSON. Raises Refused for unknown parts, fields, formats and canonical values, naming the
    allowed ones."""
    if not isinstance(written, dict) or not isinstance(written.get("fields"), dict):
        raise _bad(_('A mapping is an object with "fields": {field: {"column": name}}.'))
    if extra := set(written) - {"source", "fields", "missing", "latest_year"}:
        raise _bad(
            _("Unknown part %(extra)s of a mapping. Its parts are source, fields, missing and latest_year.")
            % {"extra": repr(sorted(extra)[0])}
        )
    rules = {}
    for name, parts in written["fields"].items():
        target = recipe.field(name)
        if target is None:
            raise _bad(
                _("%(label)s have no field %(name)s. The fields are: %(name_2)s.")
                % {"label": recipe.shown_label, "name": repr(name), "name_2": ", ".join(f.name for f in recipe.fields)}
            )
        rules[name] = _read_rule(target, parts)
    missing = {str(column): tuple(map(str, words)) for column, words in (written.get("missing") or {}).items()}
    year = written.get("latest_year") or latest_year
    if not isinstance(year, int):
        raise _bad(_("latest_year is a whole number: the last year that a two-digit year can mean."))
    return Definition(ReadOptions.of(written.get("source") or {}), rules, missing, year)


def _read_rule(target: RecipeField, parts: object) -> Rule:
    if not isinstance(parts, dict):
        raise _bad(_('The rule of %(name)s is an object like {"column": "Name"}.') % {"name": target.name})
    if extra := set(parts) - _PARTS:
        raise _bad(
            _("Unknown part %(extra)s in the rule of %(name)s. Its parts can be: %(parts)s.")
            % {"extra": repr(sorted(extra)[0]), "name": target.name, "parts": ", ".join(sorted(_PARTS))}
        )
    rule = Rule(
        column=str(parts.get("column") or ""), columns=_several(parts.get("columns") or ()),
        constant=str(parts.get("constant") or ""),
        from_=str(parts.get("from") or ""), format=str(parts.get("format") or ""),
        words={folded(str(word)): str(value) for word, value in (parts.get("words") or {}).items()},
        decimal=str(parts.get("decimal") or "."), separator=str(parts.get("separator") or ""),
        missing=tuple(map(str, parts.get("missing") or ())),
    )  # fmt: skip
    if sum(map(bool, (rule.column, rule.columns, rule.constant, rule.from_))) != 1:
        raise _bad(
            _("The rule of %(name)s needs exactly one of column, columns, constant or from.") % {"name": target.name}
        )
    if (rule.from_ or rule.columns) and target.name != "reference":
        raise _bad(_('"columns" and "from" are only for reference.'))
    if rule.from_ not in ("", ROW_HASH, RECORD_NUMBER):
        raise _bad(
            _('"from" can only be "%(row_hash)s" or "%(record_number)s".')
            % {"row_hash": ROW_HASH, "record_number": RECORD_NUMBER}
        )
    _check_values(target, rule)
    return rule


def _several(columns: object) -> tuple[str, ...]:
    if not isinstance(columns, list | tuple):
        raise _bad(_('"columns" is a list of names of columns.'))
    return tuple(map(str, columns))


def _check_format(target: RecipeField, rule: Rule) -> None:
    if rule.format == DETECTED and target.type != "language":
        raise _bad(_('"%(detected)s" is only for a language.') % {"detected": DETECTED})
    if rule.format == WHOLE_NUMBER and not is_number_of_records(target):
        raise _bad(_('"%(whole_number)s" is only for references.') % {"whole_number": WHOLE_NUMBER})
    if rule.format and rule.format not in (*DATE_FORMATS, EXCEL_SERIAL, DETECTED, WHOLE_NUMBER):
        raise _bad(
            _("Unknown date format %(format)s. The formats are: %(excel_serial)s.")
            % {"format": repr(rule.format), "excel_serial": ", ".join((*DATE_FORMATS, EXCEL_SERIAL))}
        )
    if target.type == "date" and rule.column and not rule.format:
        raise _bad(_("%(label)s is a date, so its rule needs a format.") % {"label": target.shown_label})


def _check_values(target: RecipeField, rule: Rule) -> None:
    _check_format(target, rule)
    if rule.decimal not in (".", ","):
        raise _bad(_("decimal is . or ,"))
    for value in {*rule.words.values()} - {""} if target.choices else ():
        if value not in target.choices:
            raise _bad(
                _("%(value)s is not a value of %(name)s. Its values are: %(choices)s.")
                % {"value": repr(value), "name": target.name, "choices": ", ".join(target.choices)}
            )
    if rule.constant and (wrong := parser_of(target, rule, 2100)(rule.constant)).code:
        raise _bad(
            _("The fixed value %(constant)s is not valid for %(label)s (%(code)s).")
            % {"constant": repr(rule.constant), "label": target.shown_label, "code": wrong.code}
        )


def is_number_of_records(target: RecipeField) -> bool:
    """Whether the field holds identifiers or references of records."""
    return target.points or target.groups or target.name == "reference"


def parser_of(target: RecipeField, rule: Rule, latest_year: int) -> Parser:
    """The parser of the cells of a field. Text without a separator needs none and is kept as it is."""
    if rule.format == DETECTED:
        return lambda text: Verdict(likely_language(text))
    match target.type:
        case "date":
            return lambda text: parse_date(text, rule.format or "%Y-%m-%d", latest_year, is_end=target.is_end)
        case "integer":
            return lambda text: parse_integer(text, rule.decimal)
        case "decimal":
            return lambda text: parse_decimal(text, rule.decimal)
        case "text" | "list":
            return (lambda text: parse_list(text, rule.separator)) if rule.separator else Verdict
    words = {
        **{folded(label): value for value, label in target.choices.items()},
        **{folded(v): v for v in target.choices},
    }
    words |= rule.words
    keep_raw = bool(target.raw_field)
    known = ", ".join(list(target.choices)[:12])
    return lambda text: _coded(parse_word(text, words, keep_raw=keep_raw, label=known), target)


def _coded(verdict: Verdict, target: RecipeField) -> Verdict:
    if verdict.code and target.type in ("country", "language"):
        return Verdict(code=f"unknown_{target.type}")
    return verdict


def check_complete(definition: Definition, recipe: Recipe, columns: Sequence[str]) -> None:
    """Raise Refused for a mapping without a required field, or with columns that the file does not have."""
    for refused in _incomplete(definition, recipe, columns):
        raise refused


def missing_for_load(definition: Definition, recipe: Recipe, columns: Sequence[str]) -> list[str]:
    """Sentences about everything that a mapping lacks before rows can be loaded; empty if it is complete."""
    return [refused.message for refused in _incomplete(definition, recipe, columns)]


def _incomplete(definition: Definition, recipe: Recipe, columns: Sequence[str]) -> Iterator[Refused]:
    if gone := sorted(definition.needed_columns - set(columns)):
        yield Refused(
            "column_not_found",
            _("The mapping reads the column %(gone)s, which this file does not have. Its columns are: %(columns)s.")
            % {"gone": repr(gone[0]), "columns": ", ".join(columns[:40])},
        )
    required = [f for f in recipe.fields if f.required and f.name not in definition.rules]
    if [f.name for f in required] == ["reference"]:
        yield Refused(
            "mapping_incomplete",
            _(
                "No column was found for: Reference, because none is different in every row. Choose the row "
                "identifier on the mapping page, or with --identifier: a column, several columns together, the "
                "whole row or its number."
            ),
        )
    elif required:
        yield Refused(
            "mapping_incomplete",
            _(
                "No column was found for: %(lacking)s. Choose one on the mapping page, or pass --fixed %(field)s=… or "
                "--mapping."
            )
            % {"lacking": ", ".join(f.shown_label for f in required), "field": required[-1].name},
        )
    if recipe.one_of and not any(name in definition.rules for name in recipe.one_of):
        labels = [f.shown_label for f in recipe.fields if f.name in recipe.one_of]
        yield Refused(
            "mapping_incomplete",
            _("Nothing in this file was recognised as one of: %(labels)s. Map at least one of them.")
            % {"labels": ", ".join(labels)},
        )


def _bad(message: str) -> Refused:
    return Refused("bad_mapping", message)
