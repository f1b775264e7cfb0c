"""JSON Lines: one object a line, UTF-8, values as in the API. Text is not guarded, because no program runs it."""

from collections.abc import Sequence
from typing import IO

from exports.tables import MissingKind, Table, Value
from rest.renderers import to_json


def write(table: Table, file: IO[bytes]) -> int:
    """Write a line for every row; the number of rows."""
    if table.copied is not None:
        return table.copied.write_json_lines(file)
    names = table.names
    rows = 0
    for values in table.rows:
        file.write(line_of(names, values))
        rows += 1
    return rows


def line_of(names: Sequence[str], values: Sequence[Value]) -> bytes:
    """One row as a line."""
    return to_json(dict(zip(names, map(_plain, values), strict=True))) + b"\n"


def _plain(value: Value) -> Value:
    return value.code if isinstance(value, MissingKind) else value
