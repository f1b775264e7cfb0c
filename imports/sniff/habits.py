"""How a file writes numbers and dates: columns that can be read one way only decide for those that can be read two
ways. Pure."""

import re
from collections.abc import Iterable, Sequence

from imports.sniff.profile import Column

_ORDERED = re.compile(r"date %([dm])[./-]%[dm][./-]%[Yy]")


def settle(columns: Sequence[Column], delimiter: str, country: str = "") -> None:
    """Set the type that is assumed for columns that can be read two ways. delimiter: empty where the file is no text.
    country: of the dataset."""
    mark = _only(_mark_of(column) for column in columns) or ("," if delimiter == ";" else "")
    first = _only(_first_of(column) for column in columns) or _usual_first(mark, country)
    for column in columns:
        if column.two_ways:
            _assume(column, mark, first)


def _usual_first(mark: str, country: str) -> str:
    """Files with decimal commas come from places where the day is first."""
    return "d" if mark == "," else "m" if country == "US" else ""


def _mark_of(column: Column) -> str:
    """The decimal mark, where the numbers of a column have only one reading."""
    one_way = column.type == "decimal" and not column.two_ways
    return column.format if one_way and not any(name.startswith("decimal") for name in column.also) else ""


def _first_of(column: Column) -> str:
    """Whether the dates of a column have the day or the month first, where they have only one reading."""
    one_way = column.type == "date" and not column.two_ways
    ordered = _ORDERED.fullmatch(f"date {column.format}") if one_way else None
    return ordered[1] if ordered else ""


def _only(found: Iterable[str]) -> str:
    """What all that say something agree on."""
    said = set(filter(None, found))
    return said.pop() if len(said) == 1 else ""


def _assume(column: Column, mark: str, first: str) -> None:
    wanted = next((name for name in column.two_ways if _agrees(name, mark, first)), column.two_ways[0])
    if column.fails or wanted == column.two_ways[0]:
        return  # of a type that not all values have the commonest is assumed
    column.also = [name for name in (column.two_ways[0], *column.also) if name != wanted]
    column.two_ways = [wanted, *(name for name in column.two_ways if name != wanted)]
    column.type, _, column.format = wanted.partition(" ")


def _agrees(name: str, mark: str, first: str) -> bool:
    ordered = _ORDERED.fullmatch(name)
    return ordered[1] == first if ordered else bool(mark) and name == f"decimal {mark}"
