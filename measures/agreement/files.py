"""Long tables of codings in exported files, read for `python -m measures`."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from measures.agreement.breakdowns import windows_of
from measures.agreement.code_trees import TreeLevel, at_level
from measures.agreement.distances import SETS, Distance
from measures.agreement.passages import Passage
from measures.agreement.ratings import REASONS, USED, Ratings, Value, number_of, ratings_of, relabelled
from measures.measure import BadInput
from measures.tables import Table, dates, read, whole_number

NOT_CHOSEN = "not chosen by --where"
ORDERED = (Distance.ORDINAL, Distance.LINEAR, Distance.QUADRATIC)


@dataclass(frozen=True, slots=True)
class Read:
    """The ratings of a file. `status` (rows,) says of each row whether it was used, as `Ratings.status` does."""

    ratings: Ratings
    status: NDArray[np.int8]
    left_out: int
    windows: Mapping[str, date] | None = None

    @property
    def rows(self) -> int:
        """The rows that `--where` chose."""
        return self.status.size

    def rows_used(self) -> int:
        """How many rows were used."""
        return int((self.status == USED).sum())

    def excluded(self) -> dict[str, int]:
        """How many rows were not used, by reason in words."""
        counts = Counter(REASONS[status].value for status in self.status if status != USED)
        return {**({NOT_CHOSEN: self.left_out} if self.left_out else {}), **counts}


@dataclass(frozen=True, slots=True)
class ReadPassages:
    """The texts, who read them, and the passages of a file."""

    lengths: Mapping[str, int]
    readings: Sequence[tuple[str, str]]
    passages: Sequence[Passage]


def add_columns(parser: ArgumentParser) -> None:
    """The options that say what the columns of a long table are, and how its values are read."""
    parser.add_argument("--unit", required=True, metavar="COLUMN", help="what was coded")
    parser.add_argument("--coder", required=True, metavar="COLUMN", help="who coded it")
    parser.add_argument("--value", required=True, metavar="COLUMN", help="the value; an empty cell is missing")
    parser.add_argument("--order", type=_words, metavar="A,B", help="all values in ascending order")
    parser.add_argument("--missing", type=_words, default=[], metavar="A,B", help="cells that are missing values too")
    parser.add_argument("--separator", default="", metavar="TEXT", help="separates the codes of a set in one cell")
    parser.add_argument("--none", default="", metavar="VALUE", help="the cell that says that no code applies")
    parser.add_argument("--parents", type=Path, metavar="FILE.csv", help="the tree of codes: columns code and parent")
    parser.add_argument(
        "--tree",
        choices=names_of(TreeLevel),
        help="what stands for a code: itself, its parent or its top code",
    )
    parser.add_argument("--time", metavar="COLUMN", help="day of the coding, for --window")
    parser.add_argument("--window", type=whole_number, metavar="DAYS", help="length of the windows in --details")


def read_ratings(options: Namespace, distance: Distance) -> Read:
    """The ratings of the file that the options name. Raises BadInput or ValueError where it cannot be used."""
    if (options.tree is None) != (options.parents is None) or (options.time is None) != (options.window is None):
        raise BadInput("--parents and --tree go together, and so do --time and --window.")
    table = read(options.file, [options.unit, options.coder, options.value, *_given(options.time)], options.where)
    known = [None if cell in {"", *options.missing} else cell for cell in table[options.value]]
    units, coders = table[options.unit], table[options.coder]
    if distance in SETS or options.separator:
        ratings, status = _sets(units, coders, known, options)
    else:
        _check_order(known, distance, options.order)
        ratings = ratings_of(units, coders, known, declared=options.order)
        status = ratings.status
    if options.parents:
        ratings = relabelled(ratings, at_level(_parents(options.parents), TreeLevel(options.tree)))
    return Read(ratings, status, table.left_out, _windows(table, options))


def names_of(members: Iterable[StrEnum]) -> list[str]:
    """The names as plain text, because the command line shows what may be chosen as Python writes it."""
    return [member.value for member in members]


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _given(*names: str | None) -> list[str]:
    return [name for name in names if name is not None]


def _check_order(cells: Sequence[str | None], distance: Distance, order: Sequence[str] | None) -> None:
    """An order of letters is not one of values. Raises BadInput where the order of texts was not named."""
    if distance in ORDERED and order is None and any(cell is not None and number_of(cell) is None for cell in cells):
        raise BadInput("Values that are not numbers need --order, which names them all in ascending order.")


def _sets(
    units: Sequence[str], coders: Sequence[str], cells: Sequence[str | None], options: Namespace
) -> tuple[Ratings, NDArray[np.int8]]:
    """All rows of a coder on a unit as one set, and the status of each row, which is that of its set."""
    sets: dict[tuple[str, str], Value | None] = {}
    for unit, coder, cell in zip(units, coders, cells, strict=True):
        held = sets.setdefault((unit, coder), None)
        if cell is not None:
            sets[unit, coder] = frozenset(held or ()) | _codes(cell, options)
    ratings = ratings_of([unit for unit, _ in sets], [coder for _, coder in sets], list(sets.values()))
    place = {key: number for number, key in enumerate(sets)}
    return ratings, ratings.status[[place[key] for key in zip(units, coders, strict=True)]]


def _codes(cell: str, options: Namespace) -> frozenset[str]:
    codes = cell.split(options.separator) if options.separator else [cell]
    return frozenset(code for code in codes if code and code != options.none)


def _parents(path: Path) -> dict[str, str | None]:
    table = read(path, ["code", "parent"])
    return {code: parent or None for code, parent in zip(table["code"], table["parent"], strict=True)}


def _windows(table: Table, options: Namespace) -> Mapping[str, date] | None:
    if options.time is None:
        return None
    days = dates(table[options.time], options.time)
    start = min((day for day in days if day is not None), default=date.min)
    return windows_of(table[options.unit], days, options.window, start)


def read_passages(options: Namespace) -> ReadPassages:
    """The passages of the file that the options name. Raises BadInput where it cannot be used."""
    names = [options.unit, options.coder, options.value, options.start, options.end, options.length]
    table = read(options.file, names, options.where)
    units, coders, values, starts, ends, lengths = (table[name] for name in names)
    length_of: dict[str, int] = {}
    for unit, cell in zip(units, lengths, strict=True):
        length = _number(cell, options.length)
        if length_of.setdefault(unit, length) != length:
            raise BadInput(f"The text “{unit}” has two lengths.")
    return ReadPassages(
        length_of,
        list(zip(units, coders, strict=True)),
        [
            Passage(unit, coder, value, _number(start, options.start), _number(end, options.end))
            for unit, coder, value, start, end in zip(units, coders, values, starts, ends, strict=True)
            if value
        ],
    )


def _number(cell: str, column: str) -> int:
    if not cell.isascii() or not cell.isdigit():
        raise BadInput(f"“{cell}” in column “{column}” is not a whole number.")
    return int(cell)
