"""Delimiter and quoting, from the first part of a text."""

import csv
import io
import math
from collections import Counter
from dataclasses import dataclass

from imports.sniff.header import HEAD_RECORDS, Line
from standards.json_values import JsonObject

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str
    quote: str
    escape: str


def head_lines(text: str, dialect: Dialect) -> list[Line]:
    """The records of the first part of a file, numbered from 1 with blank lines. The last one may be incomplete."""
    lines: list[Line] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), **csv_arguments(dialect))
        for number, row in enumerate(reader, start=1):
            if row:
                lines.append((number, row))
            if len(lines) >= HEAD_RECORDS:
                break
    except csv.Error:
        return lines
    return lines


def head_records(text: str, dialect: Dialect) -> list[list[str]]:
    """The records of the first part of a file, without blank lines."""
    return [record for _, record in head_lines(text, dialect)]


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
