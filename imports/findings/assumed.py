"""A finding for each field that a recipe fills in where the file says nothing. Pure."""

from collections.abc import Mapping, Sequence

from imports.findings.finding import Finding
from imports.mapping import DETECTED, Rule
from imports.recipe import Recipe, RecipeField
from imports.sniff.profile import Column
from imports.values import folded
from standards.translation import gettext as _
from standards.translation import ngettext

CODE = "assumed_value"


def assumed_findings(columns: Sequence[Column], recipe: Recipe, rules: Mapping[str, Rule]) -> list[Finding]:
    """What is stored for fields with an `assumed` value, and in how many rows: all, where no column says it, or those
    whose cell is empty or means nothing."""
    by_name = {column.name: column for column in columns}
    rows = max((column.rows for column in columns), default=0)
    found = (_finding(field, rules.get(field.name), by_name, rows) for field in recipe.fields if field.assumed)
    return [finding for finding in found if finding]


def _finding(field: RecipeField, rule: Rule | None, columns: Mapping[str, Column], rows: int) -> Finding | None:
    facts = {"label": field.shown_label, "value": _(field.assumed)}
    if rule is None:
        text = _("No column and no fixed value gives %(label)s. What is stored: %(value)s.")
        return Finding(CODE, text % facts, [], rows)
    if not rule.column:
        return None
    column = columns[rule.column]
    facts["column"] = column.name
    if rule.format == DETECTED:
        text = _("Where “%(column)s” does not show which language it is, this is stored as %(label)s: %(value)s.")
        return Finding(CODE, text % facts, [column.name], 0)
    empty = _unsaid(column, rule)
    if not empty:
        return None
    text = ngettext(
        "%(count)s row does not say %(label)s in “%(column)s”. What is stored: %(value)s.",
        "%(count)s rows do not say %(label)s in “%(column)s”. What is stored: %(value)s.",
        empty,
    )
    return Finding(CODE, text % {**facts, "count": f"{empty:,}"}, [column.name], empty)


def _unsaid(column: Column, rule: Rule) -> int:
    """Rows whose cell is empty, means missing, or is left empty by the value map."""
    words = {word for word in column.values or column.missing if word in rule.missing}
    words |= {word for word in column.values or () if rule.words.get(folded(word), word) == ""}
    counts = dict(column.missing) | (column.values or {})
    return column.empty + sum(counts[word] for word in words)
