"""JSON Lines: one object a line, UTF-8, values as in the API. Text is not guarded, because no program runs it."""

from typing import IO

from exports.tables import MissingKind, Table, Value
from rest.renderers import to_json


def write(table: Table, file: IO[bytes]) -> int:
    """Write a line for every row; the number of rows."""
    names = table.names
    rows = 0
    for values in table.rows:
        file.write(to_json(dict(zip(names, map(_plain, values), strict=True))) + b"\n")
        rows += 1
    return rows


def _plain(value: Value) -> Value:
    return value.code if isinstance(value, MissingKind) else value
