"""The rows of the files of a dataset that are about one thing, found in what is stored of the files."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from imports.mapped import BLANKS
from imports.mapping import DETECTED, TOGETHER
from imports.models import Dataset, Import, QuarantinedRow, RowProblem
from imports.models import Mapping as StoredMapping
from imports.recipe import recipe_named
from imports.values import whole_number
from imports.work_tables import cell, holds_rows, trimmed
from standards.json_values import JsonObject

# Examples are cut to this many characters at least; shorter ones are whole cells.
_SHORTEST_CUT = 14


@dataclass(frozen=True)
class Rows:
    """Rows of the files of a dataset that are about one thing.

    texts: fields of the recipe that are erased; columns that became no field are too. named: field to values: a row
    with one of them is about the thing. references: row identifiers. written: import and record number of rows that
    were loaded. known: texts of the thing, by which examples of its cells are found. read_as: see `Place`.
    """

    dataset: int
    texts: frozenset[str]
    named: Mapping[str, frozenset[str]]
    references: frozenset[str]
    written: frozenset[tuple[int, int]] = frozenset()
    known: frozenset[str] = frozenset()
    read_as: Callable[[str], str] | None = None


@dataclass(frozen=True)
class _Naming:
    """Columns that together say what a row is about, and what they say if it is about the thing."""

    columns: tuple[str, ...]
    values: frozenset[str]


class RowSearch:
    """Looks everything up at once, before anything is erased.

    coded: columns that become a field that is not erased. naming_columns: those that say what a row is about.
    """

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        recipe = recipe_named(Dataset.objects.values_list("recipe", flat=True).get(pk=rows.dataset))
        fields = recipe.fields if recipe else ()
        self.coded_fields = {name for one in fields for name in (one.name, one.raw_field)} - rows.texts - {""}
        definitions = StoredMapping.objects.filter(dataset=rows.dataset).values_list("definition", flat=True)
        rules = [(name, rule) for definition in definitions for name, rule in definition["fields"].items()]
        self._naming = {_Naming(columns, rows.named[name]) for name, rule in rules
                        if name in rows.named and (columns := _columns_of(rule))}  # fmt: skip
        self.naming_columns = {column for naming in self._naming for column in naming.columns}
        mapped = [
            (name, rule["column"]) for name, rule in rules if rule.get("column") and rule.get("format") != DETECTED
        ]
        self._texts = {column for name, column in mapped if column and name in rows.texts}
        coded = {column for name, column in mapped if column and name not in rows.texts}
        self.coded = coded - self._texts | self.naming_columns
        runs = list(Import.objects.filter(dataset=rows.dataset))
        self._names = {run.pk: _names(run) for run in runs}
        found = {row.pk: row for row in self._quarantined()}
        self.quarantined = QuarantinedRow.objects.filter(pk__in=found)
        self.problems = self._problems_of({(row.import_run_id, row.record) for row in found.values()} | rows.written)
        self._wrong_columns = defaultdict(set)
        for number, record, column in self.problems.values_list("import_run", "record", "column"):
            self._wrong_columns[number, record].add(column)
        self._misplaced: set[str] = set()
        self._known = {text.strip(BLANKS) for text in rows.known}
        for row in found.values():
            self._learn(row)
        for run in runs:
            self._known.update(text.strip(BLANKS) for text in self._cells_in(run))
        self._known.discard("")

    def is_row(self, run: int, cells: Sequence[str]) -> bool:
        """Whether a row is about the thing. Every row may be, where no column says so."""
        found = [naming for naming in self._naming if set(naming.columns) <= set(self._names[run])]
        return not self._naming or any(self._says(run, naming, cells) for naming in found)

    def naming_cells(self, run: int, width: int) -> set[int]:
        """The positions of cells that say what a row with so many cells is about."""
        names = self._names[run]
        places = {names.index(column) for column in self.naming_columns if column in names}
        return places | {at + width - len(names) for at in places if width != len(names)}

    def is_coded_cell(self, row: QuarantinedRow, at: int) -> bool:
        """Whether a cell holds a sound value of a column that is not erased."""
        names = self._names[row.import_run_id]
        if len(row.cells) != len(names) or at >= len(names) or names[at] not in self.coded:
            return False
        is_repaired = row.repaired is not None and row.repaired[at : at + 1] != row.cells[at : at + 1]
        return not is_repaired and names[at] not in self._wrong_columns[row.import_run_id, row.record]

    def is_text_of(self, columns: Iterable[str], text: str) -> bool:
        """Whether an example of one of these columns is, or may be, text of the rows."""
        among = set(columns)
        if among & self._texts:
            return True
        known = self._misplaced if among <= self.coded else self._known
        return any(_is_piece(part.strip(BLANKS + "…"), known) for part in (text, *text.split(" / ")))

    def _says(self, run: int, naming: _Naming, cells: Sequence[str]) -> bool:
        names = self._names[run]
        places = [names.index(column) for column in naming.columns]
        # A row with more cells than the header names: one before or after the cells that say what it is about is two.
        for shift in {0, len(cells) - len(names)}:
            parts = [cells[at + shift].strip(BLANKS) for at in places if 0 <= at + shift < len(cells)]
            text = TOGETHER.join(parts)
            if not naming.values.isdisjoint({text, whole_number(text)}):
                return True
        return False

    def _quarantined(self) -> Iterator[QuarantinedRow]:
        """Rows in quarantine, in whatever state they are."""
        values = {value.split(TOGETHER)[0] for naming in self._naming for value in naming.values}
        wanted = [json.dumps(value, ensure_ascii=False)[1:-1] for value in values if value]
        rows = QuarantinedRow.objects.filter(import_run__dataset=self.rows.dataset)
        rows = rows.annotate(before=Cast("cells", TextField()), after=Cast("repaired", TextField()))
        alike = [Q(before__contains=one) | Q(after__contains=one) for one in wanted]
        for row in rows.filter(reduce(or_, alike)).iterator() if alike else ():
            if any(self.is_row(row.import_run_id, cells) for cells in (row.cells, row.repaired or ())):
                yield row
        if self.rows.written:
            yield from rows.filter(_any_of(self.rows.written)).iterator()

    def _problems_of(self, found: Iterable[tuple[int, int]]) -> QuerySet[RowProblem]:
        pairs = set(found)
        return RowProblem.objects.filter(_any_of(pairs)) if pairs else RowProblem.objects.none()

    def _learn(self, row: QuarantinedRow) -> None:
        """Know the texts of a row in quarantine, and those that are in the column of something else."""
        names = self._names[row.import_run_id]
        naming = self.naming_cells(row.import_run_id, len(row.cells))
        for cells in (row.cells, row.repaired or ()):
            for at, text in enumerate(cells):
                if at in naming or self.is_coded_cell(row, at):
                    continue
                self._known.add(text.strip(BLANKS))
                if len(row.cells) == len(names) and names[at] in self.coded:
                    self._misplaced.add(text.strip(BLANKS))

    def _cells_in(self, run: Import) -> Iterator[str]:
        """The texts of the rows among the first ones of a file, and in its staging table while it has one."""
        names = self._names[run.pk]
        for cells in run.understanding.get("head", ()):
            if self._naming and self.is_row(run.pk, cells):
                yield from (text for name, text in zip(names, cells, strict=False) if name not in self.coded)
        with connection.cursor() as cursor:
            if not run.staging or not holds_rows(cursor, run.staging):
                return
            shown = [f"coalesce({cell(at)}, '')" for at, name in enumerate(names) if name not in self.coded]
            for naming in self._naming if shown else ():
                if set(naming.columns) <= set(names):
                    said = f" || '{TOGETHER}' || ".join(trimmed(names.index(column)) for column in naming.columns)
                    values = [*naming.values, *(f"{value}.0" for value in naming.values)]
                    cursor.execute(f"SELECT {', '.join(shown)} FROM {run.staging} s WHERE {said} = ANY(%s)", [values])
                    for cells in cursor.fetchall():
                        yield from cells


def _columns_of(rule: JsonObject) -> tuple[str, ...]:
    return tuple(rule.get("columns") or filter(None, [rule.get("column")]))


def _names(run: Import) -> list[str]:
    return [column["name"] for column in run.understanding.get("columns", ())]


def _any_of(pairs: Iterable[tuple[int, int]]) -> Q:
    """Rows by import and record number; there is at least one."""
    records = defaultdict(list)
    for run, record in pairs:
        records[run].append(record)
    return reduce(or_, (Q(import_run=run, record__in=found) for run, found in records.items()))


def _is_piece(text: str, known: set[str]) -> bool:
    if text in known:
        return True
    return len(text) >= _SHORTEST_CUT and any(one.startswith(text) or one.endswith(text) for one in known)
