"""Rows of a file as fields, without a database: with the parsers that also check the whole file. Pure."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imports.dates import given_key
from imports.mapping import DETECTED, DETECTED_FROM, RECORD_NUMBER, TOGETHER, WHOLE_NUMBER, Definition, Rule, parser_of
from imports.recipe import Recipe, RecipeField
from imports.values import Parser, Verdict, whole_number

BLANKS = " \t\n\r\f\u00a0\u3000\ufeff"
_LONGEST = 200  # characters of a reference; a longer one of several columns becomes a hash, as in a load
_KNOWN = 20_000


@dataclass(slots=True)
class FieldReader:
    """A field and the position of its cell. parser: None if the cell is kept as it is."""

    field: RecipeField
    rule: Rule
    position: int
    missing: frozenset[str]
    parser: Parser | None
    _judged: dict[str, Verdict] = dataclasses.field(default_factory=dict)

    def text(self, row: Sequence[str]) -> str:
        """The trimmed cell; empty if it means missing."""
        text = row[self.position].strip(BLANKS)
        if self.rule.format == DETECTED:
            return text[:DETECTED_FROM]
        if self.rule.format == WHOLE_NUMBER:
            text = whole_number(text)
        return "" if text in self.missing else text

    def judged(self, text: str) -> Verdict:
        """The result for a text that is not empty. Each distinct text is parsed once."""
        if self.parser is None:
            return Verdict(text)
        verdict = self._judged.get(text)
        if verdict is None:
            if len(self._judged) >= _KNOWN:
                self._judged.clear()
            verdict = self._judged[text] = self.parser(text)
        return verdict


def field_readers(definition: Definition, recipe: Recipe, columns: Sequence[str]) -> list[FieldReader]:
    """A reader for each field that a column is mapped to, in the order of the recipe."""
    places = {name: position for position, name in enumerate(columns)}
    readers = []
    for target in recipe.fields:
        rule = definition.rules.get(target.name)
        if rule is None or rule.column not in places:
            continue
        parser = parser_of(target, rule, definition.latest_year)
        missing = frozenset((*rule.missing, *definition.missing.get(rule.column, ())))
        kept = None if parser is Verdict else parser
        readers.append(FieldReader(target, rule, places[rule.column], missing, kept))
    return readers


class MappedRows:
    """Reads rows of one file with one mapping."""

    def __init__(self, definition: Definition, recipe: Recipe, columns: Sequence[str]) -> None:
        self.readers = field_readers(definition, recipe, columns)
        self._width = len(columns)
        self._rule = definition.rules.get("reference", Rule())
        self._reference = next((reader for reader in self.readers if reader.field.name == "reference"), None)
        self._parts = [list(columns).index(name) for name in self._rule.columns]
        used = definition.used_columns
        self._kept = [(name, at) for at, name in enumerate(columns) if name not in used]
        self._constants = _constants(definition, recipe)
        self._raw = {
            reader.field.name: reader.field.raw_field
            for reader in self.readers
            if reader.field.raw_field and reader.field.raw_field not in definition.rules
        }

    def reference(self, record: int, row: Sequence[str]) -> str:
        """The row identifier."""
        if self._reference is not None:
            return self._reference.text(row)
        if self._parts:
            together = TOGETHER.join(row[at].strip(BLANKS) for at in self._parts)
            return together if len(together) <= _LONGEST else _md5(together)
        if self._rule.from_ == RECORD_NUMBER:
            return str(record)
        return _md5("\x1f".join((*row, *[""] * (self._width - len(row)))))

    def values(self, row: Sequence[str]) -> dict[str, str]:
        """Each field that is not empty, and each column without a field under its own name."""
        found = dict(self._constants)
        for reader in self.readers:
            text = reader.text(row)
            name = reader.field.name
            if text and name in self._raw:
                found[self._raw[name]] = text
            if text and (verdict := reader.judged(text)).value:
                found[name] = verdict.value
                if reader.field.type == "date" and verdict.detail:
                    found[given_key(name)] = verdict.detail
        for name, at in self._kept:
            if at < len(row) and row[at]:
                found[name] = row[at]
        return found


def _constants(definition: Definition, recipe: Recipe) -> Mapping[str, str]:
    found = {}
    for name, rule in definition.rules.items():
        target = recipe.field(name)
        if target and rule.constant:
            found[name] = parser_of(target, rule, definition.latest_year)(rule.constant).value
    return found


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Each field that differs: its name and both values as they are shown, long ones cut to where they begin to
    differ."""
    names = dict.fromkeys((*before, *after))
    found = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return [(name, *excerpts(old, new)) for name, old, new in found if old != new]


def excerpts(before: str, after: str, longest: int = 200) -> tuple[str, str]:
    """Both texts, cut to the part in which they begin to differ."""
    if len(before) <= longest and len(after) <= longest:
        return before, after
    same = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    start = max(0, (min(len(before), len(after)) if same is None else same) - longest // 4)
    return _cut(before, start, longest), _cut(after, start, longest)


def _cut(text: str, start: int, longest: int) -> str:
    shown = text[start : start + longest]
    return ("…" if start and shown else "") + shown + ("…" if start + longest < len(text) else "")
