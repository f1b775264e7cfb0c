"""The report of an import, and the provenance of records, for pages and API."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from accounts.models import Organisation
from exports.tables import Table, Value, text_columns
from imports.models import Dataset, Import, ImportChunk, QuarantinedRow, RowProblem
from imports.originals import original_of
from imports.problems import Refused, title
from imports.readers.opening import open_table
from imports.readers.table import ReadOptions

_AT_ONCE = 2_000


def owner_of_command_line() -> Organisation:
    """The organisation that owns what the command line creates: the first partner, or a new one."""
    found = Organisation.objects.filter(kind=Organisation.Kind.PARTNER).order_by("id").first()
    if found:
        return found
    return Organisation.objects.create(slug="casebook", name="Casebook", kind=Organisation.Kind.PARTNER)


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """All problems of one code in one column."""

    code: str
    title: str
    column: str
    rows: int
    first_line: int
    example: str


def open_problems(run: Import) -> QuerySet[RowProblem]:
    """The problems of an import, except those of dismissed and replayed rows."""
    decided = QuarantinedRow.objects.filter(import_run=run, record=OuterRef("record")).exclude(state="open")
    return RowProblem.objects.filter(import_run=run).exclude(Exists(decided))


def problem_groups(run: Import) -> list[ProblemGroup]:
    """Every open problem of an import, grouped and counted."""
    groups = (
        open_problems(run)
        .values("code", "column")
        .annotate(rows=Count("record", distinct=True), first_line=Min("line"), first=Min("id"))
        .order_by("-rows", "code", "column")
    )
    firsts = RowProblem.objects.in_bulk([group["first"] for group in groups])
    return [
        ProblemGroup(
            code=g["code"], title=title(g["code"]), column=g["column"], rows=g["rows"], first_line=g["first_line"],
            example=firsts[g["first"]].sentence,
        )
        for g in groups
    ]  # fmt: skip


def bad_rows(run: Import) -> Table:
    """All rows with problems for a download: record, line, column, value, code, sentence and the cells of the row."""
    columns = [column["name"] for column in run.understanding.get("columns", ())]
    own = text_columns(["record", "line", "column", "value", "code", "sentence"], numbers=["record", "line"])
    return Table([*own, *text_columns(columns)], _bad_rows(run, columns))


def _bad_rows(run: Import, columns: Sequence[str]) -> Iterator[list[Value]]:
    skipped = [""] * len(columns)  # rows that repeat another one are stored without cells
    aside = _in_step(run.quarantined_rows.order_by("record").values_list("record", "cells").iterator(_AT_ONCE))
    for problem in RowProblem.objects.filter(import_run=run).order_by("record", "id").iterator(_AT_ONCE):
        yield [
            problem.record, problem.line, problem.column, problem.value, problem.code, problem.sentence,
            *(aside(problem.record) or skipped),
        ]  # fmt: skip


def _in_step(rows: Iterator[tuple[int, list[str]]]) -> Callable[[int], list[str]]:
    """A function that returns the cells of a record. Records must be requested in ascending order, so that only one row
    is in memory."""
    waiting = next(rows, None)

    def cells_of(record: int) -> list[str]:
        nonlocal waiting
        while waiting and waiting[0] < record:
            waiting = next(rows, None)
        return waiting[1] if waiting and waiting[0] == record else []

    return cells_of


@dataclass(frozen=True, slots=True)
class ProvenanceCell:
    """A cell of the row of a record. repaired: the cell as a person repaired it before the replay, or None. label: what
    the file itself says about its column, such as a question."""

    column: str
    label: str
    original: str
    repaired: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the present version of a record comes from, with its original cells."""

    import_id: int
    file_sha256: str
    file_name: str
    record: int
    line: int
    mapping_version: int | None
    raw: dict[str, str] | None
    repaired: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> list[ProvenanceCell]:
        """Each cell of the row, with repaired ones beside the original."""
        raw = self.raw or dict.fromkeys(self.repaired, "")
        return [
            ProvenanceCell(name, self.labels.get(name, ""), text, self.repaired.get(name)) for name, text in raw.items()
        ]


def provenance(import_id: int, record: int, line: int, *, with_raw: bool = True) -> Provenance:
    """File, line, mapping and import of a record. raw: the row, read again from the stored file. repaired: cells that a
    person repaired before the replay."""
    run = Import.objects.select_related("source_file", "mapping").get(pk=import_id)
    replayed = run.quarantined_rows.filter(record=record, state="replayed").select_related("mapping").first()
    mapping = replayed.mapping if replayed else run.mapping
    return Provenance(
        import_id=run.pk, file_sha256=run.source_file.sha256, file_name=run.file_name, record=record, line=line,
        mapping_version=mapping.version if mapping else None,
        raw=raw_row(run, record) if with_raw else None,
        repaired=_repaired_cells(run, replayed) if with_raw else {},
        labels=run.understanding.get("labels", {}),
    )  # fmt: skip


def _repaired_cells(run: Import, row: QuarantinedRow | None) -> dict[str, str]:
    if row is None or row.repaired is None:
        return {}
    names = [column["name"] for column in run.understanding["columns"]]
    original = [*row.cells, *[""] * len(names)]
    return {name: new for name, old, new in zip(names, original, row.repaired, strict=False) if old != new}


def raw_row(run: Import, record: int) -> dict[str, str] | None:
    """The cells of one record from the stored file, found by the nearest known offset. None if the file no longer
    exists."""
    source = run.same_as or run
    chunk = ImportChunk.objects.filter(import_run=source, first_record__lte=record).order_by("-first_record").first()
    start = (chunk.offset, chunk.first_record, chunk.first_line) if chunk and chunk.offset else None
    try:
        table = open_table(original_of(run), run.file_name, ReadOptions.of(source.understanding["options"]))
    except (Refused, FileNotFoundError):
        return None
    try:
        for batch in table.batches(1_000, start):
            if batch.first <= record < batch.first + len(batch.rows):
                row = batch.rows[record - batch.first]
                return dict(zip(table.understood.columns, row, strict=False))
    finally:
        table.close()
    return None


def datasets_with_counts() -> QuerySet[Dataset]:
    """Datasets with the number of their imports, for lists."""
    return Dataset.objects.select_related("organisation", "office").annotate(import_count=Count("imports"))
