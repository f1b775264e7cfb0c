"""Run as a child process with limits on memory and time: lines of JSON to one Parquet file.

Called as `python parquet_child.py SOURCE TARGET MEMORY SECONDS`; standard input is one JSON object: `columns` (name in
the source, name in the file, type; DECIMAL without digits where they are to be found), `metadata`, `longest` (bytes of
the longest line) and `group` (rows of a row group). Standard output is the number of rows that the finished file has.
It imports nothing of the project.
"""

import json
import resource
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict

import duckdb

_LEAST_OBJECT = 1 << 20
DECIMAL, _MOST_DIGITS = "DECIMAL", 38


class Spec(TypedDict):
    """What standard input says."""

    columns: list[tuple[str, str, str]]
    metadata: str
    longest: int
    group: int


def name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def rows_of(source: str, columns: Iterable[tuple[str, str]], spec: Spec) -> str:
    """The columns (name in the source, type) as a table of a statement."""
    typed = ", ".join(f"{literal(key)}: {literal(kind)}" for key, kind in columns)
    longest = max(spec["longest"], _LEAST_OBJECT)
    return (
        f"read_json({literal(source)}, format = 'newline_delimited', columns = {{{typed}}}, "
        f"maximum_object_size = {longest}, auto_detect = false, timestampformat = 'iso', dateformat = 'iso')"
    )


# Of texts: whether all are numbers, whether a double holds every digit of all, the digits before and behind the point.
_DIGITS = """
    coalesce(bool_and(regexp_full_match({0}, '-?[0-9]+([.][0-9]*)?')), true),
    coalesce(max(length(trim(regexp_replace({0}, '[^0-9]', '', 'g'), '0'))), 0) <= 15,
    coalesce(max(length(ltrim(split_part(ltrim({0}, '-'), '.', 1), '0'))), 0),
    coalesce(max(length(split_part({0}, '.', 2))), 0)
"""


def decimal_types(connection: duckdb.DuckDBPyConnection, source: str, spec: Spec) -> dict[str, str]:
    """The type of each column of decimal numbers, by its name in the source: a number that loses no digit, or text."""
    names = [key for key, _, kind in spec["columns"] if kind == DECIMAL]
    if not names:
        return {}
    asked = ", ".join(_DIGITS.format(name(key)) for key in names)
    rows = rows_of(source, [(key, "VARCHAR") for key in names], spec)
    found = connection.execute(f"SELECT {asked} FROM {rows}").fetchone() or ()
    return {key: _decimal_type(*found[4 * place : 4 * place + 4]) for place, key in enumerate(names)}


def _decimal_type(is_number: bool, is_exact: bool, whole: int, decimals: int) -> str:
    if not is_number:
        return "VARCHAR"
    if is_exact:
        return "DOUBLE"
    return f"DECIMAL({_MOST_DIGITS}, {decimals})" if max(1, whole) + decimals <= _MOST_DIGITS else "VARCHAR"


def copy(source: str, target: str, spec: Spec, decimals: Mapping[str, str]) -> str:
    """The statement that writes the file, in the order of the source."""
    read = rows_of(source, [(key, decimals.get(key, kind)) for key, _, kind in spec["columns"]], spec)
    chosen = ", ".join(f"{name(key)} AS {name(shown)}" for key, shown, _ in spec["columns"])
    options = (
        f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {spec['group']}, "
        f"KV_METADATA {{lipse: {literal(spec['metadata'])}}}"
    )
    return f"COPY (SELECT {chosen} FROM {read}) TO {literal(target)} ({options})"


def main(source: str, target: str, memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    spec: Spec = json.load(sys.stdin)
    limits: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1, "memory_limit": "350MB", "temp_directory": str(Path(target).parent),
        "preserve_insertion_order": True, "autoload_known_extensions": False,
    }  # fmt: skip
    connection = duckdb.connect(":memory:", config=limits)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(copy(source, target, spec, decimal_types(connection, source, spec)))
    found = connection.execute(f"SELECT count(*) FROM read_parquet({literal(target)})").fetchone()
    sys.stdout.write(f"{found[0] if found else 0}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
