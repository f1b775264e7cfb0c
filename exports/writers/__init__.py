"""Formats of files. To add one, write a file with a `write(table, file) -> rows` and list it here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from exports.tables import Table
from exports.writers import delimited, json_lines


@dataclass(frozen=True, slots=True)
class Writer:
    """`write` puts the whole table into a binary file and gives the number of rows it wrote."""

    media_type: str
    write: Callable[[Table, IO[bytes]], int]


WRITERS: dict[str, Writer] = {
    "csv": Writer("text/csv; charset=utf-8", delimited.write),
    "jsonl": Writer("application/jsonl", json_lines.write),
}
