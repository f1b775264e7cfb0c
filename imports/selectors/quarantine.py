"""Rows in quarantine with their problems, for pages and API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from imports.models import Import, QuarantinedRow, RowProblem
from imports.problems import described

# Django refuses forms with more fields. Further columns can be repaired with the API.
MOST_CELLS = 900


def rows_with_problems(runs: QuerySet[Import]) -> QuerySet[QuarantinedRow]:
    """Rows of these imports with `json_problems`, in the order in which they were found."""
    problems = RowProblem.objects.filter(import_run=OuterRef("import_run"), record=OuterRef("record")).order_by("id")
    shape = JSONObject(column=F("column"), value=F("value"), code=F("code"), detail=F("detail"))
    rows = QuarantinedRow.objects.filter(import_run__in=runs)
    return rows.annotate(json_problems=ArraySubquery(problems.values(json=shape)))


def sentences_of(row: Any) -> list[str]:
    return [problem["message"] for problem in described(row.json_problems)]


@dataclass(slots=True)
class Cell:
    """One cell on the page of a row. original: shown if a person changed the cell."""

    position: int
    column: str
    value: str
    original: str
    becomes: str
    problems: list[str] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        return self.value != self.original

    @property
    def is_long(self) -> bool:
        return len(self.value) > 80 or "\n" in self.value


def cells_of(run: Import, row: Any, labels: Mapping[str, str]) -> list[Cell]:
    """The cells of a row: first those with a problem, then those that become a field, then the others."""
    columns = [column["name"] for column in run.understanding["columns"]]
    rules = run.mapping.definition["fields"] if run.mapping else {}
    becomes = {rule.get("column", ""): labels.get(name, name) for name, rule in rules.items()}
    problems: dict[str, list[str]] = {}
    for problem in described(row.json_problems):
        problems.setdefault(problem["column"], []).append(problem["message"])
    present, original = ([*cells, *[""] * len(columns)] for cells in (row.present_cells, row.cells))
    cells = [
        Cell(at, name, present[at], original[at], becomes.get(name, ""), problems.get(name, []))
        for at, name in enumerate(columns)
    ]
    return sorted(cells, key=lambda cell: (not cell.problems, not cell.becomes))[:MOST_CELLS]


def next_open(row: QuarantinedRow) -> QuarantinedRow | None:
    """The next open row of the same import that is not repaired."""
    rows = QuarantinedRow.objects.filter(
        import_run=row.import_run_id, state=QuarantinedRow.State.OPEN, repaired__isnull=True
    )
    return rows.filter(record__gt=row.record).order_by("record").first()
