"""Lines of CSV and JSON Lines that PostgreSQL writes itself (COPY), from the queryset of an export (docs/adr/0116).

They have the same bytes as those that `exports.writers` makes of the rows. A column that PostgreSQL would write in
another way has no cell here, and the program then makes the whole file.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from psycopg2 import sql

from exports.copied_cells import BETWEEN, Cell, Part, csv_parts, in_sql, json_parts, marked
from exports.copied_csv import CsvLines
from exports.copied_json import JsonLines
from exports.copied_lines import Lines, random_mark
from exports.limits import count_at_most
from exports.states import in_one_state, named_in, state_of

_CHILD = Path(__file__).parent / "copy_child.py"
_BLOCK = 1 << 18
_CSV = sql.SQL("COPY ({rows}) TO STDOUT (FORMAT csv, NULL {nothing})")
_JSON = sql.SQL("COPY ({rows}) TO STDOUT (FORMAT text, DELIMITER {between})")
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

    @property
    def using(self) -> str:
        return self.queryset.db

    def count(self, most: int) -> int:
        return count_at_most(self.queryset, most)

    def state(self, form: str) -> str | None:
        """Of `cells`, the names of the columns are a part of `form`."""
        rows = self._sql(self.queryset.order_by("pk").values_list("pk"))
        others = [self._sql(one.order_by().values_list("pk")) for one in self.sources.querysets()]
        names = self.sources.tables.union(*map(named_in, [rows, *others]))
        key = "\0".join([form, rows, *others, *self.sources.facts()])
        return state_of(names, self.sources.stamps, key, using=self.using)

    def write_csv(self, file: IO[bytes]) -> int:
        nothing, end, mark = random_mark("\x1e"), random_mark(), random_mark()
        cells = marked(self.cells().values(), mark)
        rows = self._statement([*csv_parts(cells), end])
        if not rows.string:
            return 0
        lines = CsvLines(file, cells, is_waiting=self._is_waiting, nothing=nothing, end=end, mark=mark)
        return self._copy(_CSV.format(rows=rows, nothing=sql.Literal(nothing)), lines)

    def write_json_lines(self, file: IO[bytes]) -> int:
        mark = random_mark()
        stored = self.cells()
        cells = dict(zip(stored, marked(stored.values(), mark), strict=True))
        rows = self._statement(json_parts(cells))
        if not rows.string:
            return 0
        lines = JsonLines(file, cells, is_waiting=self._is_waiting, mark=mark)
        return self._copy(_JSON.format(rows=rows, between=sql.Literal(BETWEEN)), lines)

    @property
    def _is_waiting(self) -> bool:
        """Whether COPY has the only connection that reads this state: so inside a transaction, as in tests."""
        return not in_one_state(connections[self.using])

    def _copy(self, statement: sql.Composed, lines: Lines) -> int:
        with connections[self.using].cursor() as cursor:
            if lines.is_waiting:
                cursor.copy_expert(statement, lines)
            else:
                cursor.execute("SELECT pg_export_snapshot()")
                [snapshot] = cursor.fetchone()
                _copy_in_child(connections[self.using], snapshot, statement.as_string(cursor.cursor), lines)
        lines.finish()
        return lines.rows

    def _statement(self, columns: Sequence[Part]) -> sql.SQL:
        called = {f"copied_{place}": in_sql(column) for place, column in enumerate(columns)}
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


def _copy_in_child(connection: BaseDatabaseWrapper, snapshot: str, statement: str, lines: Lines) -> None:
    known = connection.get_connection_params()
    params = {name: value for name, value in known.items() if isinstance(value, str | int)}
    asked = json.dumps({"connection": params, "snapshot": snapshot, "statement": statement})
    command = [sys.executable, "-I", str(_CHILD)]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0) as child,
    ):
        try:
            _receive(child, asked.encode(), lines)
        except BaseException:
            child.kill()
            raise
        if child.wait() != 0:
            errors.seek(0)
            raise RuntimeError(f"The child that copies ended with {child.returncode}: {errors.read(2000)!r}")


def _receive(child: "subprocess.Popen[bytes]", asked: bytes, lines: Lines) -> None:
    source, target = cast("IO[bytes]", child.stdout), cast("IO[bytes]", child.stdin)
    target.write(asked)
    target.close()
    while data := source.read(_BLOCK):
        lines.write(data)
