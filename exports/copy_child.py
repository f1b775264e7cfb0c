"""Run as a child process: one COPY, its rows on standard output as they come.

Web processes cannot COPY (docs/adr/0096). Standard input is one JSON object: `connection`, the parameters
of psycopg2; `snapshot`, whose rows to read; `statement`. It imports nothing of the project.
"""

import fcntl
import json
import sys

import psycopg2

_BLOCK = 1 << 18
_PIPE = 1 << 20  # what a pipe may hold without rights of the administrator


def main() -> None:
    asked = json.load(sys.stdin)
    fcntl.fcntl(sys.stdout.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    with (
        psycopg2.connect(**asked["connection"]) as connection,
        connection.cursor() as cursor,
        open(sys.stdout.fileno(), "wb", _BLOCK, closefd=False) as out,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET TRANSACTION SNAPSHOT %s", [asked["snapshot"]])
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.copy_expert(asked["statement"], out)


if __name__ == "__main__":
    main()
