"""Exported CSV files as columns of text.

The files are those that the site exports: UTF-8 with or without a byte-order mark, one line of column names. Names and
cells are read without the apostrophes that the export added to formulas (`measures.cells`).
"""

import csv
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from measures.cells import unguarded
from measures.measure import BadInput

LARGEST_CELL = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length, by name, and how many rows of the file were left out before."""

    columns: Mapping[str, Sequence[str]]
    rows: int
    left_out: int = 0

    def __getitem__(self, name: str) -> Sequence[str]:
        return self.columns[name]


def read(path: Path, names: Iterable[str], conditions: Sequence[str] = ()) -> Table:
    """The named columns of the rows for which all conditions hold, each `COLUMN=VALUE` or `COLUMN!=VALUE`.

    Raises BadInput where the file cannot be read, is not UTF-8, or lacks a column.
    """
    wanted, where = list(dict.fromkeys(names)), [_condition(text) for text in conditions]
    columns: dict[str, list[str]] = {name: [] for name in wanted}
    left_out = 0
    for row in _rows(path, [*wanted, *(name for name, _, _ in where)]):
        if all((row[name] == value) is is_equal for name, value, is_equal in where):
            for name, cells in columns.items():
                cells.append(row[name])
        else:
            left_out += 1
    return Table(columns, len(columns[wanted[0]]), left_out)


def _rows(path: Path, needed: Sequence[str]) -> Iterable[Mapping[str, str]]:
    csv.field_size_limit(LARGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _named_cells(csv.reader(file, strict=True), path, needed)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not a text file in UTF-8.") from error
    except csv.Error as error:
        raise BadInput(f"{path} is not a CSV file: {error}.") from error


def _named_cells(lines: Iterable[list[str]], path: Path, needed: Sequence[str]) -> Iterable[Mapping[str, str]]:
    header: list[str] | None = None
    for number, cells in enumerate(lines, start=1):
        if header is None:
            header = [unguarded(name) for name in cells]
            _check_names(header, path, needed)
        elif cells:
            if len(cells) != len(header):
                raise BadInput(f"Row {number} of {path} has {len(cells)} cells instead of {len(header)}.")
            yield {name: unguarded(cell) for name, cell in zip(header, cells, strict=True)}
    if header is None:
        raise BadInput(f"{path} is empty.")


def _check_names(header: Sequence[str], path: Path, needed: Sequence[str]) -> None:
    for name in needed:
        if header.count(name) > 1:
            raise BadInput(f"{path} has more than one column “{name}”.")
        if name not in header:
            raise BadInput(f"{path} has no column “{name}”. Its columns: {', '.join(header)}.")


def _condition(text: str) -> tuple[str, str, bool]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip("!"):
        raise BadInput(f"“{text}” is not a condition: write COLUMN=VALUE or COLUMN!=VALUE.")
    return (name[:-1], value, False) if name.endswith("!") else (name, value, True)


def dates(cells: Sequence[str], column: str) -> list[date | None]:
    """Days in ISO 8601 (2026-01-31); None for an empty cell. Raises BadInput for anything else."""
    found: list[date | None] = []
    for cell in cells:
        try:
            found.append(date.fromisoformat(cell) if cell else None)
        except ValueError as error:
            raise BadInput(f"“{cell}” in column “{column}” is not a date such as 2026-01-31.") from error
    return found


def whole_number(text: str) -> int:
    """The type of an option that is a whole number of at least 0."""
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"“{text}” is not a whole number")
    return int(text)


def add_file(parser: ArgumentParser) -> None:
    """The arguments that every measure of an exported CSV file takes: the file, and which of its rows count."""
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument(
        *("--where",),
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="use only rows with this value (COLUMN!=VALUE: without it); may be repeated",
    )


def denominator_of(conditions: Sequence[str]) -> str:
    """The denominator as a phrase: the conditions that the rows used meet."""
    return f"rows where {' and '.join(conditions)}" if conditions else "all rows of the file"
