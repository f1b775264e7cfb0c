"""Lines of CSV and JSON Lines that PostgreSQL writes itself (COPY), from the queryset of an export (docs/adr/0116).

They have the same bytes as those that `exports.writers` makes of the rows. A column that PostgreSQL would write in
another way has no cell here, and the program then makes the whole file.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import IO, NamedTuple, TypeAlias, cast

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.expressions import Combinable
from psycopg2 import sql

from exports.copied_cells import Cell, Copies, csv_columns, json_columns, marked
from exports.copied_columns import SEPARATOR
from exports.copied_frames import frames, read_ahead
from exports.copied_later import FORMS, WithLater
from exports.limits import count_at_most
from exports.states import in_one_state, named_in, state_of
from standards.json_values import JsonObject

# In CSV an empty text has no quotation marks where it does not stand for NULL.
_COPY = {
    "csv": sql.SQL("COPY ({rows}) TO STDOUT (FORMAT csv, NULL {separator})"),
    "json": sql.SQL("COPY ({rows}) TO STDOUT (FORMAT text, DELIMITER {separator})"),
}
# Blocks of some hundred kilobytes are kept for the next ones, and not given back to the system each time.
_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "67108864", "OPENBLAS_NUM_THREADS": "1"}
# While parts of records are read from the database, the child goes on: so many of its frames, some megabytes, wait.
_MOST_AHEAD = 24
Cells: TypeAlias = Mapping[str, Cell]


def _nothing_before() -> None:
    """Rows that leave without a record of it."""


@dataclass(frozen=True)
class Sources:
    """What the lines depend on besides the rows: `tables`, what `querysets` would read, and `facts` as text. `stamps`:
    see `exports.states.state_of`."""

    tables: frozenset[str] = frozenset()
    querysets: Callable[[], Sequence[QuerySet[Model]]] = tuple
    facts: Callable[[], Sequence[str]] = tuple
    stamps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CopiedRows:
    """Rows of a queryset in the order of their keys, with a cell for each column, in their order.

    `cells` is called in the transaction of the rows, because they may contain what it reads.
    """

    queryset: QuerySet[Model]
    cells: Callable[[], Cells]
    sources: Sources = field(default_factory=Sources)
    before: Callable[[], None] = _nothing_before
    child: "_Child | None" = None

    @property
    def using(self) -> str:
        return self.queryset.db

    def count(self, most: int) -> int:
        return count_at_most(self.queryset, most)

    @contextlib.contextmanager
    def starting(self) -> Iterator["CopiedRows"]:
        with _copy_child() if in_one_state(connections[self.using]) else contextlib.nullcontext() as child:
            yield replace(self, child=child)

    def state(self, form: str) -> str | None:
        """Of `cells`, the names of the columns are a part of `form`."""
        rows = self._sql(self.queryset.order_by("pk").values_list("pk"))
        others = [self._sql(one.order_by().values_list("pk")) for one in self.sources.querysets()]
        names = self.sources.tables.union(*map(named_in, [rows, *others]))
        key = "\0".join([form, rows, *others, *self.sources.facts()])
        return state_of(names, self.sources.stamps, key, using=self.using)

    def write_csv(self, file: IO[bytes]) -> int:
        return self._write(file, "csv", lambda cells, mark: csv_columns([*cells.values()], mark))

    def write_json_lines(self, file: IO[bytes]) -> int:
        return self._write(file, "json", json_columns)

    def _write(self, file: IO[bytes], form: str, columns_of: Callable[[Cells, str], Copies]) -> int:
        connection = connections[self.using]
        # COPY has the only connection that reads this state: so inside a transaction, as in tests.
        is_waiting = not in_one_state(connection)
        mark = f"\x7f{secrets.token_hex(8)}"
        with contextlib.ExitStack() as ending, connection.cursor() as cursor:
            child = self.child if is_waiting or self.child else ending.enter_context(_copy_child())
            cells = marked(self.cells(), mark)
            columns, values, end = columns_of(cells, mark)
            rows = self._statement(values)
            if not rows.string:
                return 0
            copy = _COPY[form].format(rows=rows, separator=sql.Literal(SEPARATOR.decode()))
            laters = {place: cell.later for place, cell in enumerate(cells.values()) if cell.later}
            filled = WithLater(file, FORMS[form], laters, is_waiting=is_waiting)
            if child is None:
                lines = FORMS[form].lines(columns, end, mark, filled.take)
                cursor.copy_expert(copy, lines)
                lines.finish()
            else:
                cursor.execute("SELECT pg_export_snapshot()")
                [snapshot] = cursor.fetchone()
                asked = {
                    "connection": _parameters(connection), "snapshot": snapshot,
                    "statement": copy.as_string(cursor.cursor), "form": form,
                    "columns": [asdict(column) for column in columns], "end": end, "mark": mark,
                }  # fmt: skip
                _take_from(child, asked, filled)
        filled.finish()
        return filled.rows

    def _statement(self, columns: Sequence[Combinable]) -> sql.SQL:
        called = {f"copied_{place}": column for place, column in enumerate(columns)}
        return sql.SQL(self._sql(self.queryset.order_by("pk").annotate(**called).values_list(*called)))

    def _sql(self, rows: QuerySet[Model, tuple[object, ...]]) -> str:
        """The statement with its values in it; empty where Django knows that there are no rows."""
        try:
            statement, params = rows.query.get_compiler(self.using).as_sql()
        except EmptyResultSet:
            return ""
        with connections[self.using].cursor() as cursor:
            return bytes(cursor.mogrify(statement, params)).decode()


def tables_of(rows: QuerySet[Model], paths: Sequence[str]) -> set[str]:
    """The tables, among other names, that the rows and these columns of them are read from."""
    try:
        return named_in(rows.order_by().values_list(*paths).query.get_compiler(rows.db).as_sql()[0])
    except EmptyResultSet:
        return set()


def _parameters(connection: BaseDatabaseWrapper) -> dict[str, str | int]:
    known = connection.get_connection_params()
    return {name: value for name, value in known.items() if isinstance(value, str | int)}


class _Child(NamedTuple):
    process: "subprocess.Popen[bytes]"
    errors: IO[bytes]


@contextlib.contextmanager
def _copy_child() -> Iterator[_Child]:
    """The child that copies. It starts while the program finds out what to ask; one that was not asked is ended."""
    command = [sys.executable, "-m", "exports.copy_child"]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=os.environ | _MEMORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):  # fmt: skip
        try:
            yield _Child(process, errors)
        finally:
            if process.poll() is None:
                process.kill()


def _take_from(child: _Child, asked: JsonObject, filled: WithLater) -> None:
    source, target = cast("IO[bytes]", child.process.stdout), cast("IO[bytes]", child.process.stdin)
    ahead = read_ahead(frames(source), _MOST_AHEAD)
    is_complete = False
    try:
        # A child that has ended is told of below, with what it said.
        with contextlib.suppress(BrokenPipeError, EOFError):
            with target:
                target.write(json.dumps(asked).encode())
            for number, pieces in ahead:
                filled.take(number, pieces)
            is_complete = True
    except BaseException:
        child.process.kill()
        raise
    finally:
        ahead.close()
    if child.process.wait() != 0 or not is_complete:
        child.errors.seek(0)
        said = child.errors.read(2000)
        raise RuntimeError(f"The child that copies ended with {child.process.returncode}: {said!r}")
