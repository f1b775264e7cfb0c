"""Run as a child process: one COPY, its rows in blocks on standard output.

A block is the number of its rows, the number of its bytes, the length of each row (four bytes each), and the rows.

Web processes cannot COPY (docs/adr/0096). Standard input is one JSON object: `connection`, the parameters
of psycopg2; `snapshot`, whose rows to read; `statement`. It imports nothing of the project.
"""

import json
import struct
import sys

import psycopg2

BLOCK = 1 << 17


class Rows:
    """A file for COPY to write to: it gets one row at a time."""

    def __init__(self) -> None:
        self._rows: list[bytes] = []
        self._size = 0

    def write(self, row: bytes) -> None:
        self._rows.append(row)
        self._size += len(row)
        if self._size >= BLOCK:
            self.flush()

    def flush(self) -> None:
        lengths = [len(row) for row in self._rows]
        head = struct.pack(f">II{len(lengths)}I", len(lengths), self._size, *lengths)
        sys.stdout.buffer.write(b"".join([head, *self._rows]))
        self._rows, self._size = [], 0


def main() -> None:
    asked = json.load(sys.stdin)
    with psycopg2.connect(**asked["connection"]) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET TRANSACTION SNAPSHOT %s", [asked["snapshot"]])
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        rows = Rows()
        cursor.copy_expert(asked["statement"], rows)
        rows.flush()
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
