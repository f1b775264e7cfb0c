"""Run as a child process: one COPY, and the lines of its rows on standard output as they come (`copied_frames`).

Web processes cannot COPY (docs/adr/0096), and the lines take a processor of their own (docs/adr/0167). Standard input
is one JSON object: `connection`, the parameters of psycopg2; `snapshot`, whose rows to read; `statement`; `form`;
`columns`, `end` and `mark` of `Lines`. Of the project it imports only what is pure, so that it starts at once.
"""

import fcntl
import io
import json
import sys
from typing import Any

import psycopg2

from exports.copied_columns import CopiedColumn, Reading
from exports.copied_csv import CsvLines
from exports.copied_frames import packed
from exports.copied_json import JsonLines
from exports.copied_lines import Lines
from exports.tables import ColumnType

_BLOCK = 1 << 18
_PIPE = 1 << 20  # what a pipe may hold without rights of the administrator
_FORMS: dict[str, type[Lines]] = {"csv": CsvLines, "json": JsonLines}


class _Rows(io.RawIOBase):
    """Passes rows on in large blocks, because psycopg2 writes each of them alone."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._lines.write(bytes(data))
        return len(data)


def main() -> None:
    asked = json.load(sys.stdin)
    fcntl.fcntl(sys.stdout.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    columns = [
        CopiedColumn(**one | {"type": ColumnType(one["type"]), "read": Reading(one["read"]) if one["read"] else None})
        for one in asked["columns"]
    ]
    with (
        psycopg2.connect(**asked["connection"]) as connection,
        connection.cursor() as cursor,
        open(sys.stdout.fileno(), "wb", _BLOCK, closefd=False) as out,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET TRANSACTION SNAPSHOT %s", [asked["snapshot"]])
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        lines = _FORMS[asked["form"]](
            columns, asked["end"], asked["mark"], lambda number, pieces: out.write(packed(number, pieces))
        )
        with io.BufferedWriter(_Rows(lines), _BLOCK) as rows:
            cursor.copy_expert(asked["statement"], rows)
        lines.finish()


if __name__ == "__main__":
    main()
