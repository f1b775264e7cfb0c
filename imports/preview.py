"""The first rows as a mapping would load them, with the parsers that also check the whole file. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from imports.mapped import FieldReader, field_readers
from imports.mapping import Definition
from imports.problems import sentence
from imports.recipe import Recipe

SHOWN = 120


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """The value of a field in one row, or the problem in its place."""

    label: str
    value: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    labels: list[str]
    rows: list[list[PreviewCell]]

    @property
    def bad(self) -> int:
        """Rows with a problem."""
        return sum(any(cell.problem for cell in row) for row in self.rows)


def preview(definition: Definition, recipe: Recipe, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Preview:
    """The given rows; fields in the order of the recipe, only those that are mapped to columns."""
    readers = field_readers(definition, recipe, columns)
    labels = [reader.field.shown_label for reader in readers]
    return Preview(labels, [[_cell(reader, row) for reader in readers] for row in rows])


def _cell(reader: FieldReader, row: Sequence[str]) -> PreviewCell:
    text, column, label = reader.text(row), reader.rule.column, reader.field.shown_label
    if not text:
        return PreviewCell(label, problem=sentence("required", label=column) if reader.field.required else "")
    verdict = reader.judged(text)
    if verdict.code:
        return PreviewCell(label, problem=sentence(verdict.code, label=column, value=text, detail=verdict.detail))
    limit = reader.field.max_length
    if limit and reader.parser is None and len(text) > limit:
        return PreviewCell(label, problem=sentence("too_long", label=column, value=str(len(text)), detail=str(limit)))
    return PreviewCell(label, verdict.value[:SHOWN])
