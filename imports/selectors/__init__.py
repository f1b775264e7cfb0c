"""Reads that span models, for pages and API."""

from imports.selectors.report import (
    Provenance,
    bad_rows,
    datasets_with_counts,
    owner_of_command_line,
    problem_groups,
    provenance,
    raw_row,
)

__all__ = [
    "Provenance", "bad_rows", "datasets_with_counts", "owner_of_command_line", "problem_groups", "provenance",
    "raw_row",
]  # fmt: skip
