"""Delimiter, quoting and header row, from the first part of a text."""

import csv
import io
import math
from collections import Counter
from dataclasses import dataclass

from imports.values import looks_like_data
from standards.json_values import JsonObject

DELIMITERS = (",", ";", "\t", "|")
_HEAD_RECORDS = 500
_TITLE_BLOCK = 30


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str
    quote: str
    escape: str


def head_records(text: str, dialect: Dialect) -> list[list[str]]:
    """The records of the first part of a file. The last one may be incomplete and is left out if there are others."""
    records: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), **csv_arguments(dialect)):
            if row:
                records.append(row)
            if len(records) >= _HEAD_RECORDS:
                break
    except csv.Error:
        return records
    return records


def csv_arguments(dialect: Dialect) -> JsonObject:
    """The dialect as arguments of the csv module."""
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote or None,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "escapechar": dialect.escape or None,
        "doublequote": not dialect.escape,
    }


def detect(text: str, *, delimiter: str = "", quote: str | None = None, escape: str = "") -> Dialect:
    """The dialect in which most records of the text have the same number of cells, more than one."""
    delimiters = (delimiter,) if delimiter else DELIMITERS
    quotes = (quote,) if quote is not None else ('"', "'") if text.count('"') < 2 <= text.count("'") else ('"',)
    escapes = (escape,) if escape else ("", "\\") if '\\"' in text else ("",)
    tries = [Dialect(d, q, e) for d in delimiters for q in quotes for e in escapes]
    return max(tries, key=lambda dialect: _score(head_records(text, dialect)))


def _score(records: list[list[str]]) -> float:
    """How much the records look like a table: the share with the commonest width, squared, times log2 of that width."""
    if not records:
        return 0.0
    width, times = Counter(len(record) for record in records).most_common(1)[0]
    return round((times / len(records)) ** 2 * math.log2(width), 3)


def header_row(records: list[list[str]], known: frozenset[str] = frozenset()) -> int:
    """The record, from 1, that names the columns; 0 if the first full record contains data.

    Blocks of titles above the table are narrower, so the first record of the usual width is examined. known: casefolded
    names that prove a header.
    """
    if not records:
        return 0
    filled = [sum(1 for cell in record if cell.strip()) for record in records]
    usual = Counter(filled[:_HEAD_RECORDS]).most_common(1)[0][0] if len(records) > 2 else max(filled)
    enough = max(2, (usual + 1) // 2) if max(filled) > 1 else 1
    at = next((i for i, count in enumerate(filled[:_TITLE_BLOCK]) if count >= enough), 0)
    return at + 1 if _names_columns(records[at], records[at + 1 :], known) else 0


def _names_columns(cells: list[str], below: list[list[str]], known: frozenset[str]) -> bool:
    words = [cell.strip() for cell in cells if cell.strip()]
    if words and sum(word.casefold() in known for word in words) >= min(2, len(words)):
        return True
    if not words or any(looks_like_data(word) for word in words) or any(len(word) > 150 for word in words):
        return False
    if not below:
        return True
    return not _occurs_below(cells, below)


def _occurs_below(cells: list[str], below: list[list[str]]) -> bool:
    """Whether most of the cells occur again in their own column: then they are values, not names."""
    again = sum(
        bool(cell) and any(len(row) > i and row[i] == cell for row in below[:_HEAD_RECORDS])
        for i, cell in enumerate(cells)
    )
    return again * 3 > len(cells)
