"""Run as a child process with limits on memory and time: one Parquet file to JSON lines on standard output.

Called as `python parquet_child.py PATH MEMORY SECONDS {}`. First line: {"columns": [...]}; then one JSON array of text
for each row. The database engine in it can open only this file, and has one thread. It imports nothing of the project.
"""

import json
import resource
import sys

import duckdb

_AT_ONCE = 500
_MOST_COLUMNS = 20_000


def text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value if isinstance(value, str) else str(value)


def expression(name: str, kind: str) -> str:
    """Numbers and dates as text of the engine, nested values as JSON, bytes unchanged."""
    quoted = '"' + name.replace('"', '""') + '"'
    if kind.startswith(("STRUCT", "MAP", "UNION", "VARIANT")) or kind.endswith("]"):
        return f"to_json({quoted})::VARCHAR"
    return quoted if kind in ("BLOB", "BOOLEAN") else f"{quoted}::VARCHAR"


def main(path: str, memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    out = sys.stdout
    limits: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1, "memory_limit": "150MB", "max_temp_directory_size": "0B", "autoload_known_extensions": False,
    }  # fmt: skip
    connection = duckdb.connect(":memory:", config=limits)
    literal = "'" + path.replace("'", "''") + "'"
    connection.execute(f"SET allowed_paths = [{literal}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    source = connection.read_parquet(path)
    out.write(json.dumps({"columns": source.columns[:_MOST_COLUMNS]}) + "\n")
    if len(source.columns) <= _MOST_COLUMNS:
        wanted = ", ".join(expression(name, str(kind)) for name, kind in zip(source.columns, source.types, strict=True))
        rows = connection.execute(f"SELECT {wanted} FROM read_parquet({literal})")  # noqa: S608 -- all of it is quoted
        while found := rows.fetchmany(_AT_ONCE):
            for row in found:
                out.write(json.dumps([text(value) for value in row]) + "\n")
    out.write('"end"\n')
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
