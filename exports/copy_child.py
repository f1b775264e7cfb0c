"""Run as a child process: one COPY, and the lines of its rows on standard output as they come (`copied_frames`).

Web processes cannot COPY (docs/adr/0096), and the lines take a processor of their own (docs/adr/0167). Standard input
is one JSON object: `connection`, the parameters of psycopg2; `snapshot`, whose rows to read; `statement`; `form`;
`columns`, `end` and `mark` of `Lines`. Of the project it imports only what is pure, so that it starts at once.
"""

import fcntl
import json
import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

import psycopg2

from exports.copied_columns import CopiedColumn, Reading
from exports.copied_csv import CsvLines
from exports.copied_frames import send
from exports.copied_json import JsonLines
from exports.copied_lines import Lines
from exports.tables import ColumnType

_BLOCK = 1 << 18
_PIPE = 1 << 20  # what a pipe may hold without rights of the administrator
_FORMS: dict[str, type[Lines]] = {"csv": CsvLines, "json": JsonLines}


def main() -> None:
    asked = json.load(sys.stdin)
    columns = [
        CopiedColumn(**one | {"type": ColumnType(one["type"]), "read": Reading(one["read"]) if one["read"] else None})
        for one in asked["columns"]
    ]
    source, target = os.pipe()
    for pipe in (target, sys.stdout.fileno()):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
    copying = os.fork()
    if not copying:
        os.close(source)
        _copy(asked, target)
        return
    os.close(target)
    lines = _FORMS[asked["form"]](columns, asked["end"], asked["mark"], partial(send, sys.stdout.fileno()))
    while rows := os.read(source, _BLOCK):
        lines.write(rows)
    _pid, status = os.waitpid(copying, 0)
    if status:
        sys.exit(1)
    lines.finish()


def _copy(asked: Mapping[str, Any], target: int) -> None:
    """COPY in a process of its own: it waits for the database while the lines are made."""
    with (
        psycopg2.connect(**asked["connection"]) as connection,
        connection.cursor() as cursor,
        open(target, "wb", _BLOCK) as rows,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET TRANSACTION SNAPSHOT %s", [asked["snapshot"]])
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.copy_expert(asked["statement"], rows)


if __name__ == "__main__":
    main()
