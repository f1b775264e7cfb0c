"""Datasets and imports, made through the actions that people use."""

from collections.abc import Iterable
from typing import Any

from imports.actions import create_dataset, receive_file, undo_import
from imports.jobs.run import run_import
from imports.models import Dataset, Import


def make_dataset(organisation, *, slug="letters", by=None, **values: Any) -> Dataset:
    return create_dataset(
        slug=slug, title=values.pop("title", slug.title()), organisation=organisation, by=by, **values
    )


def import_bytes(dataset: Dataset, content: bytes, *, name="letters.csv", by=None, **options: Any) -> Import:
    """Receive the bytes as a file and run the import; with the proposed mapping unless a definition is given."""
    options.setdefault("is_automatic", "definition" not in options)
    run = receive_file(dataset=dataset, chunks=[content], name=name, by=by, wake=False, **options)
    run_import(run.pk)
    run.refresh_from_db()
    return run


def undo(run: Import, by) -> Import:
    """Undo an import to its end."""
    undo_import(run=run, by=by)
    run_import(run.pk)
    run.refresh_from_db()
    return run


def figures(run: Import):
    """State and numbers of an import: created, updated, unchanged, quarantined, skipped."""
    run.refresh_from_db()
    return (run.state, run.created, run.updated, run.unchanged, run.quarantined, run.skipped)


def csv_of(rows: Iterable[str], header="id,date received,title,narrative,outcome") -> bytes:
    return "\n".join([header, *rows]).encode() + b"\n"


def letters(count: int, *, first: int = 1, outcome: str = "Upheld") -> list[str]:
    """Rows of a small complaint file."""
    return [
        f"L{n:05d},2019-03-{n % 28 + 1:02d},Letter {n},The office did not answer my letter number {n},{outcome}"
        for n in range(first, first + count)
    ]
