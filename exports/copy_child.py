"""Run as a child process: one COPY, each row on standard output behind its length in four bytes.

Web processes cannot COPY (docs/adr/0096). Standard input is one JSON object: `connection`, the parameters
of psycopg2; `snapshot`, whose rows to read; `statement`. It imports nothing of the project.
"""

import json
import sys

import psycopg2


class Rows:
    """A file for COPY to write to: it gets one row at a time."""

    def __init__(self) -> None:
        self._write = sys.stdout.buffer.write

    def write(self, row: bytes) -> None:
        self._write(len(row).to_bytes(4, "big") + row)


def main() -> None:
    asked = json.load(sys.stdin)
    with psycopg2.connect(**asked["connection"]) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET TRANSACTION SNAPSHOT %s", [asked["snapshot"]])
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.copy_expert(asked["statement"], Rows())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
