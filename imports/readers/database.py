"""Tables of an SQLite database from an unknown source: read-only, no views, no functions, a time limit."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from imports.problems import Refused
from imports.readers.table import BATCH, MAX_CELL, Batch, LeftOut, ReadOptions, Understood, named_columns
from standards.translation import gettext as _

SECONDS = 600
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}


class SqliteTable:
    """One table in the order in which it is stored; record and line are both the position of the row."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        try:
            with closing(self._connect()) as connection:
                tables = self._tables(connection)
                self._table = _chosen(tables, options.table)
                left_out = [_left_out(connection, name) for name in tables if name != self._table]
                columns = [row[0] for row in connection.execute(f"SELECT * FROM {self._quoted} LIMIT 0").description]
        except sqlite3.Error as error:
            raise _broken(error) from error
        self.understood = Understood(
            options=options.having(kind="sqlite", table=self._table),
            columns=named_columns(columns),
            choices={"table": tables} if len(tables) > 1 else {},
            left_out=left_out,
        )

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        first = start[1] if start else 1
        try:
            with closing(self._connect()) as connection:
                query = f"SELECT * FROM {self._quoted} LIMIT -1 OFFSET {first - 1}"
                cursor = connection.execute(query)
                while rows := cursor.fetchmany(size):
                    lines = list(range(first, first + len(rows)))
                    yield Batch(first, lines, [[_text(cell) for cell in row] for row in rows], 0)
                    first += len(rows)
        except sqlite3.Error as error:
            raise _broken(error) from error

    def close(self) -> None:
        return None

    @property
    def _quoted(self) -> str:
        return _quoted(self._table)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL)
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
        end = time.monotonic() + SECONDS
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        return connection

    def _tables(self, connection: sqlite3.Connection) -> list[str]:
        rows = connection.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
        return [
            name for name, kind, sql in rows
            if kind == "table" and not name.startswith("sqlite_") and not str(sql).upper().startswith("CREATE VIRTUAL")
        ]  # fmt: skip


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _left_out(connection: sqlite3.Connection, name: str) -> LeftOut:
    """Counted row by row, because no function may be called, count() neither."""
    return LeftOut("table", name, sum(1 for _row in connection.execute(f"SELECT 1 FROM {_quoted(name)}")))


def _chosen(tables: list[str], wanted: str) -> str:
    if not tables:
        raise Refused("no_rows", _("The database has no tables (views are not read)."))
    if wanted and wanted not in tables:
        raise Refused(
            "no_such_table",
            _("There is no table %(wanted)s. The database has: %(tables)s.")
            % {"wanted": repr(wanted), "tables": ", ".join(tables[:20])},
        )
    if not wanted and len(tables) > 1:
        raise Refused(
            "several_tables",
            _("The database has %(count)s tables: %(tables)s. Choose one.")
            % {"count": len(tables), "tables": ", ".join(tables[:20])},
            {"table": tables[:1_000]},
        )
    return wanted or tables[0]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return "\\x" + cell.hex()
    return cell if isinstance(cell, str) else str(cell)


def _broken(error: sqlite3.Error) -> Refused:
    if "interrupted" in str(error):
        return Refused(
            "too_slow",
            _("Reading the database took longer than %(size)s minutes. Export it as CSV.") % {"size": SECONDS // 60},
        )
    return Refused(
        "broken_database",
        _("The database cannot be read (%(reason)s). Export its table as CSV, or copy the file again.")
        % {"reason": error},
    )
