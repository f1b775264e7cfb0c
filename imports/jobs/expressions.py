"""SQL over the staging table for a mapping: the expression of each field, and the join to its parsed cells.

Typed cells are not parsed in SQL. Each distinct cell is parsed once in Python (`imports.values`) and joined back, so
that preview, check and load give the same result (docs/adr/0031).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from imports.dates import given_key
from imports.mapping import (
    DETECTED,
    DETECTED_FROM,
    RECORD_NUMBER,
    ROW_HASH,
    TOGETHER,
    WHOLE_NUMBER,
    Definition,
    Rule,
    parser_of,
)
from imports.recipe import Check, Load, Recipe, RecipeField
from imports.values import WHOLE_AS_FLOAT, Verdict
from imports.work_tables import WIDE, all_cells, bad_name, cell, literal, trimmed, verdicts_name

_LONGEST = 200  # characters of a reference; a longer one of several columns becomes a hash
_LONGEST_SHOWN = 1_000  # characters of a value stored with its problem
_SQL_TYPES = {"date": "date", "integer": "bigint", "decimal": "numeric"}


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column is mapped to. number: its key in the table of parsed cells, -1 if it has no type. is_bare:
    no cell of the column begins or ends with a blank, so that none has to be trimmed."""

    field: RecipeField
    rule: Rule
    position: int
    number: int
    missing: tuple[str, ...]
    is_bare: bool = False

    @property
    def raw(self) -> str:
        """The trimmed cell; NULL if it is empty or means missing."""
        # Trimming costs as much as hashing the row: PostgreSQL looks for the letters of the whole text.
        if self.is_bare and self.position < WIDE:
            text = cell(self.position)  # where it is empty, the staging table has NULL
        else:
            text = f"nullif({cell(self.position) if self.is_bare else trimmed(self.position)}, '')"
        if self.rule.format == DETECTED:
            return f"left({text}, {DETECTED_FROM:d})"
        for word in self.missing:
            text = f"nullif({text}, {literal(word)})"
        if self.rule.format == WHOLE_NUMBER:
            return f"regexp_replace({text}, {literal(WHOLE_AS_FLOAT)}, '\\1')"
        return text

    @property
    def value(self) -> str:
        return f"v{self.number}.value" if self.number >= 0 else self.raw


class Expressions:
    """The SQL of the mapping of one import. bare: columns of whose cells none begins or ends with a blank."""

    def __init__(
        self, import_id: int, staging: str, recipe: Recipe, definition: Definition, columns: Sequence[str], *,
        bare: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._import_id, self._staging, self._bare = import_id, staging, bare
        self._recipe, self._definition, self._columns = recipe, definition, list(columns)
        self.targets = [
            self._target(i, name, rule) for i, (name, rule) in enumerate(definition.rules.items()) if rule.column
        ]

    @property
    def width(self) -> int:
        return len(self._columns)

    @property
    def typed(self) -> list[Target]:
        return [target for target in self.targets if target.number >= 0]

    @property
    def reference(self) -> str:
        """The row identifier: a column, several columns, a hash of the row, or the number of the record."""
        rule = self._definition.rules.get("reference")
        if rule and rule.from_ == ROW_HASH:
            return f"md5({all_cells(self.width)}::text)"
        if rule and rule.from_ == RECORD_NUMBER:
            return "s.record::text"
        if rule and rule.columns:
            parts = ", ".join(f"coalesce({trimmed(self._columns.index(name))}, '')" for name in rule.columns)
            together = f"concat_ws({literal(TOGETHER)}, {parts})"
            return f"CASE WHEN length({together}) > {_LONGEST:d} THEN md5({together}) ELSE {together} END"
        return next(target.raw for target in self.targets if target.field.name == "reference")

    @property
    def shown_reference(self) -> str:
        """The row identifier as people know it: never a hash, but the cells of its columns with their names."""
        rule = self._definition.rules.get("reference")
        if rule and rule.from_ == ROW_HASH:
            return "''::text"
        if not (rule and rule.columns):
            return self.reference
        parts = (
            f"{literal(name + ': ')} || coalesce({trimmed(self._columns.index(name))}, '')" for name in rule.columns
        )
        return f"left(concat_ws(', ', {', '.join(parts)}), {_LONGEST_SHOWN:d})"

    @property
    def reference_columns(self) -> str:
        """The names of the columns of the row identifier, as the column of a problem."""
        rule = self._definition.rules.get("reference", Rule())
        return (rule.column or ", ".join(rule.columns))[:_LONGEST]

    @property
    def from_clause(self) -> str:
        """The staging table as `s`, joined with the parsed cells of typed columns."""
        verdicts = verdicts_name(self._import_id)
        joins = "".join(
            f" LEFT JOIN {verdicts} v{t.number} ON v{t.number}.field = {t.number} AND v{t.number}.raw = {t.raw}"
            for t in self.typed
        )
        return f"{self._staging} s{joins}"

    @property
    def good(self) -> str:
        return f"NOT EXISTS (SELECT FROM {bad_name(self._import_id)} b WHERE b.record = s.record)"

    def checks(self, dataset_id: int) -> Sequence[Check]:
        """The checks of whole rows that the recipe adds, if it has any."""
        return self._recipe.checks(self.load(dataset_id, 1, 1, 0)) if self._recipe.checks else ()

    def load(self, dataset_id: int, first: int, last: int, expected: int) -> Load:
        values = {field.name: self._value(field) for field in self._recipe.fields}
        for target in self.targets:
            raw_field = target.field.raw_field
            if raw_field and raw_field not in self._definition.rules:
                values[raw_field] = f"coalesce({target.raw}, '')"
        values["reference"] = self.reference
        values["extra"] = self._extra()
        return Load(self._import_id, dataset_id, self.from_clause, values, self.good, first, last, expected)

    def _target(self, number: int, name: str, rule: Rule) -> Target:
        field = self._recipe.field(name)
        if field is None:
            raise ValueError(f"{name} is no field of {self._recipe.name}")
        is_typed = parser_of(field, rule, self._definition.latest_year) is not Verdict
        missing = dict.fromkeys((*rule.missing, *self._definition.missing.get(rule.column, ())))
        number = number if is_typed else -1
        return Target(field, rule, self._columns.index(rule.column), number, tuple(missing), rule.column in self._bare)

    def _value(self, field: RecipeField) -> str:
        sql_type = _SQL_TYPES.get(field.type)
        rule = self._definition.rules.get(field.name)
        if rule is None:
            return f"NULL::{sql_type}" if sql_type else "''::text"
        if rule.constant:
            value = parser_of(field, rule, self._definition.latest_year)(rule.constant).value
            return f"{literal(value)}::{sql_type or 'text'}"
        target = next((t for t in self.targets if t.field.name == field.name), None)
        if target is None:
            return self.reference
        return f"{target.value}::{sql_type}" if sql_type else f"coalesce({target.value}, '')"

    def _extra(self) -> str:
        """Columns that are not mapped to a field, and what dates say beside a day, as a JSON object of text without
        empty values."""
        used = self._definition.used_columns
        left = [(name, cell(i)) for i, name in enumerate(self._columns) if name not in used]
        left += [(given_key(t.field.name), f"v{t.number}.detail") for t in self.typed if t.field.type == "date"]
        if not left:
            return "'{}'::jsonb"
        names = ", ".join(literal(name) for name, _ in left)
        cells = ", ".join(expression for _, expression in left)
        return f"jsonb_strip_nulls(jsonb_object(ARRAY[{names}]::text[], ARRAY[{cells}]::text[]))"
