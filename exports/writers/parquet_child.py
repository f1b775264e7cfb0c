"""Run as a child process with limits on memory and time: lines of JSON to one Parquet file.

Called as `python parquet_child.py SOURCE TARGET MEMORY SECONDS`; standard input is one JSON object: `columns` (name in
the source, name in the file, type), `metadata`, `longest` (bytes of the longest line) and `group` (rows of a row
group). Standard output is the number of rows that the finished file has. It imports nothing of the project.
"""

import json
import resource
import sys
from pathlib import Path
from typing import TypedDict

import duckdb

_LEAST_OBJECT = 1 << 20


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


def copy(source: str, target: str, spec: Spec) -> str:
    """The statement that writes the file, in the order of the source."""
    columns = ", ".join(f"{literal(key)}: {literal(kind)}" for key, _, kind in spec["columns"])
    chosen = ", ".join(f"{name(key)} AS {name(shown)}" for key, shown, _ in spec["columns"])
    longest = max(spec["longest"], _LEAST_OBJECT)
    read = (
        f"read_json({literal(source)}, format = 'newline_delimited', columns = {{{columns}}}, "
        f"maximum_object_size = {longest}, auto_detect = false, timestampformat = 'iso', dateformat = 'iso')"
    )
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
    connection.execute(copy(source, target, spec))
    found = connection.execute(f"SELECT count(*) FROM read_parquet({literal(target)})").fetchone()
    sys.stdout.write(f"{found[0] if found else 0}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
