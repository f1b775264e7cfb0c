"""Search the staged rows of a whole file for columns that together identify a row, in limited time."""

import time
from collections.abc import Callable, Sequence

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from imports.keys import Key, KeySearch, candidates, closest_set, may_identify, sets_to_try
from imports.models import Import
from imports.sniff.profile import Column
from imports.work_tables import all_cells, holds_rows, trimmed

_SAMPLE = 5_000  # rows
_TRIES = 12
_FOUND = 3
_SECONDS = 20.0
_PATIENCE = 3.0  # seconds for which a page counts


def search_keys(cursor: CursorWrapper, table: str, columns: Sequence[Column]) -> KeySearch | None:
    """The keys of a file; None if one column is different in every row, or there is only one row. Where the time is not
    enough, the search is not complete."""
    rows = max((column.rows for column in columns), default=0)
    if rows < 2 or any(map(may_identify, columns)):
        return None
    positions = candidates(columns)
    if len(positions) < 2:
        return KeySearch(rows)
    try:
        with transaction.atomic(), _Limited(cursor, _SECONDS) as limited:
            return _search(limited, table, columns, positions, rows)
    except OperationalError:
        return KeySearch(rows, is_complete=False)


def different_rows(cursor: CursorWrapper, table: str, positions: Sequence[int]) -> tuple[int, int]:
    """In a staged file: how many different values some columns have together, and the number of rows."""
    cells = ", ".join(f"coalesce({trimmed(position)}, '')" for position in positions)
    cursor.execute(f"SELECT count(*), coalesce(sum(n), 0)::bigint FROM (SELECT count(*) AS n FROM {table} s "
                   f"WHERE flaw IS NULL GROUP BY {cells}) d")  # fmt: skip
    different, rows = cursor.fetchone()
    return different, rows


def key_counter(run: Import) -> Callable[[Sequence[int]], tuple[int, int] | None]:
    """A function from positions of columns to `different_rows`; None where the file is not staged any more, or where
    counting takes longer than people wait."""
    with connection.cursor() as cursor:
        is_staged = bool(run.staging) and holds_rows(cursor, run.staging)

    def count(positions: Sequence[int]) -> tuple[int, int] | None:
        if not (is_staged and positions):
            return None
        try:
            with transaction.atomic(), connection.cursor() as cursor, _Limited(cursor, _PATIENCE):
                return different_rows(cursor, run.staging, positions)
        except OperationalError:
            return None

    return count


def _search(limited: "_Limited", table: str, columns: Sequence[Column], positions: list[int], rows: int) -> KeySearch:
    cursor, content = limited.cursor, f"hashtextextended({all_cells(len(columns))}::text, 0)"
    cells = ", ".join(f"coalesce({trimmed(position)}, '')" for position in positions)
    limited.execute(
        f"SELECT DISTINCT ON (hash) * FROM (SELECT {content} AS hash, {cells} FROM {table} s"
        f" WHERE flaw IS NULL ORDER BY record LIMIT {_SAMPLE:d}) d"
    )
    sample = [row[1:] for row in cursor.fetchall()]
    equal: int | None = None
    found: list[Key] = []
    tried: list[Key] = []
    for places in sets_to_try(columns, positions, sample):
        if (found and len(places) > len(found[0].columns)) or len(tried) >= _TRIES or len(found) >= _FOUND:
            break
        limited.check()
        different, _rows = different_rows(cursor, table, places)
        if different < rows and equal is None:
            equal = _equal_rows(limited, table, content, rows)
        key = Key(tuple(columns[place].name for place in places), different)
        tried.append(key)
        if different == rows - (equal or 0):
            found.append(key)
    closest = None if found else max(tried, key=lambda key: key.different, default=None)
    if not found and equal is None:
        equal = _equal_rows(limited, table, content, rows)
    if closest is None and not found:
        limited.check()
        places = closest_set(positions, sample)
        closest = Key(tuple(columns[place].name for place in places), different_rows(cursor, table, places)[0])
    return KeySearch(rows, tuple(found), closest, equal or 0)


def _equal_rows(limited: "_Limited", table: str, content: str, rows: int) -> int:
    """How many rows of a staged file are equal to an earlier one cell by cell."""
    limited.execute(f"SELECT count(DISTINCT {content}) FROM {table} s WHERE flaw IS NULL")
    return rows - int(limited.cursor.fetchone()[0])


class _Limited:
    """A cursor whose statements together take a limited time. Raises OperationalError after that."""

    def __init__(self, cursor: CursorWrapper, seconds: float) -> None:
        self.cursor = cursor
        self._end = time.monotonic() + seconds
        self._before = ""

    def __enter__(self) -> "_Limited":
        self.cursor.execute("SHOW statement_timeout")
        self._before = self.cursor.fetchone()[0]
        self.check()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.cursor.execute("SELECT set_config('statement_timeout', %s, true)", [self._before])

    def check(self) -> None:
        """The next statement may take as long as is left."""
        left = int(1000 * (self._end - time.monotonic()))
        if left <= 0:
            raise OperationalError("the search for keys took too long")
        self.cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(left)])

    def execute(self, statement: str) -> None:
        self.check()
        self.cursor.execute(statement)
