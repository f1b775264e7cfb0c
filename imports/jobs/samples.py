"""The first rows of a staged file, to try a mapping before it runs."""

from collections.abc import Callable

from django.db import connection

from imports.judging import Sample
from imports.models import Import
from imports.work_tables import holds_rows, trimmed

FIRST = 5_000


def sampler(run: Import) -> Callable[[int], Sample | None]:
    """A function from the position of a column to its first cells; from the first twenty rows if there is no staged
    file."""
    head = run.understanding.get("head", [])
    with connection.cursor() as cursor:
        is_staged = bool(run.staging) and holds_rows(cursor, run.staging)

    def sample(position: int) -> Sample | None:
        if not is_staged:
            return _counted(head, position)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {trimmed(position)}, count(*) FROM {run.staging} s WHERE record <= {FIRST:d} GROUP BY 1"
            )
            counts = {text or "": times for text, times in cursor.fetchall()}
        return Sample(counts, sum(counts.values()))

    return sample


def _counted(head: list[list[str]], position: int) -> Sample | None:
    cells = [row[position].strip() for row in head if position < len(row)]
    return Sample({cell: cells.count(cell) for cell in cells}, len(cells)) if cells else None
