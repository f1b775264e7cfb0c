"""What became of the rows of a file, along it: how many of each part of the file had which result."""

from django.db.models import Count, Exists, F, OuterRef
from django.db.models.query import QuerySet

from imports import along
from imports.models import Import, QuarantinedRow, RowProblem


def set_aside(run: Import) -> list[int]:
    """Rows in quarantine, by part of the file."""
    return _by_part(run, QuarantinedRow.objects.filter(import_run=run, state=QuarantinedRow.State.OPEN))


def skipped(run: Import) -> list[int]:
    """Rows with a problem that are not in quarantine: they repeat another one, or were dismissed."""
    aside = QuarantinedRow.objects.filter(import_run=run, record=OuterRef("record"), state=QuarantinedRow.State.OPEN)
    return _by_part(run, RowProblem.objects.filter(~Exists(aside), import_run=run))


def all_created(run: Import) -> list[tuple[int, int, int]]:
    """The rows of a first load, which creates all that have no problem: part, created, updated."""
    parts = zip(along.sizes(run.rows or 0), set_aside(run), skipped(run), strict=True)
    return [(place, size - aside - left, 0) for place, (size, aside, left) in enumerate(parts)]


def results_along(run: Import) -> dict[str, list[int]]:
    """Each result that a row of the file had, with its number in each part; empty where it is not known."""
    if not run.written_along or not run.rows:
        return {}
    created, updated = run.written_along["created"], run.written_along["updated"]
    aside, left = set_aside(run), skipped(run)
    parts = zip(along.sizes(run.rows), created, updated, aside, left, strict=True)
    unchanged = [size - sum(others) for size, *others in parts]
    found = {"created": created, "updated": updated, "unchanged": unchanged, "quarantined": aside, "skipped": left}
    return {name: numbers for name, numbers in found.items() if any(numbers)}


def _by_part(run: Import, rows: QuerySet[QuarantinedRow] | QuerySet[RowProblem]) -> list[int]:
    length = run.rows or 0
    place = F("record") * along.parts_of(length) / (length + 1)
    counted = rows.order_by().annotate(place=place).values_list("place").annotate(Count("record", distinct=True))
    return along.listed(dict(counted), length)
