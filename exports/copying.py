"""Lines of CSV and JSON Lines that PostgreSQL writes itself (COPY), from the queryset of an export (docs/adr/0116).

They have the same bytes as those that `exports.writers` makes of the rows. A column that PostgreSQL would write in
another way has no cell here, and the program then makes the whole file.
"""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TypeAlias

from django.db import connections
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable
from psycopg2 import sql

from exports import tables
from exports.copied_cells import Cell, Stored, end_of_row, in_csv, in_json, marked
from exports.copied_lines import CsvLines, JsonLines, Lines
from exports.tables import ColumnType
from exports.writers.delimited import lines_of
from exports.writers.json_lines import line_of
from exports.writers.spooled import ShortFile
from standards.translation import gettext as _

LONGEST_NAME = 63  # of an identifier of PostgreSQL, in bytes
_MADE_AT_ONCE = 500
_CSV = sql.SQL("COPY ({rows}) TO STDOUT (FORMAT csv)")
# What quotes and separates does not occur in JSON, so that each line is the object as it is.
_JSON = sql.SQL(
    "COPY (SELECT row_to_json(line) FROM ({rows}) line ({names})) TO STDOUT"
    " (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
)
Cells: TypeAlias = Mapping[str, Cell | Stored]


@dataclass(frozen=True)
class CopiedRows:
    """Rows of a queryset in the order of their keys, with a cell for each column, in their order.

    `made` chooses rows whose lines the program makes: it reads their values by `values_of`, in the same order. `cells`
    is called in the transaction of the rows, because they may contain what it reads.
    """

    queryset: QuerySet[Model]
    cells: Callable[[], Cells]
    values_of: Callable[[QuerySet[Model]], Iterator[Sequence[tables.Value]]]
    made: Q | None = None

    def write_csv(self, file: IO[bytes]) -> int:
        cells, mark = self.cells(), secrets.token_hex(16)
        ends = self._ends(cells)
        rows = self._statement([*(in_csv(cell, mark) for cell in cells.values()), *(marked(e, mark) for e in ends)])
        types = [cell.type if isinstance(cell, Cell) else ColumnType.STRUCTURE for cell in cells.values()]
        with tempfile.TemporaryFile() as later:
            lines = CsvLines(file, later, mark, _finish(cells), types, has_end=bool(ends))
            self._copy(_CSV.format(rows=rows), lines)
            return self._with_made(lines, lambda values: lines_of([values]))

    def write_json_lines(self, file: IO[bytes]) -> int:
        cells, mark = self.cells(), secrets.token_hex(16)
        ends = self._ends(cells)
        rows = self._statement([*(in_json(cell, mark) for cell in cells.values()), *ends])
        names = sql.SQL(", ").join(map(sql.Identifier, [*cells, *(mark for _end in ends)]))
        with tempfile.TemporaryFile() as later:
            lines = JsonLines(file, later, mark, _finish(cells), has_end=bool(ends))
            self._copy(_JSON.format(rows=rows, names=names), lines)
            return self._with_made(lines, lambda values: line_of(list(cells), values))

    def _ends(self, cells: Cells) -> list[Combinable]:
        """One expression, or none where every line is as PostgreSQL writes it."""
        stored = _stored(cells)
        return [] if self.made is None and stored is None else [end_of_row(stored, self.made)]

    def _statement(self, columns: Sequence[Combinable]) -> sql.SQL:
        called = {f"copied_{place}": column for place, column in enumerate(columns)}
        rows = self.queryset.order_by("pk").annotate(**called).values_list(*called)
        statement, params = rows.query.get_compiler(rows.db).as_sql()
        with connections[rows.db].cursor() as cursor:
            return sql.SQL(cursor.mogrify(statement, params).decode())

    def _copy(self, statement: sql.Composed, lines: Lines) -> None:
        with connections[self.queryset.db].cursor() as cursor:
            cursor.copy_expert(statement, lines)
        lines.flush()

    def _with_made(self, lines: Lines, made: Callable[[Sequence[tables.Value]], bytes]) -> int:
        """Put the lines that the program makes between those that are there; the number of rows."""
        lines.later.seek(0)
        moved = written = 0
        for start in range(0, len(lines.ids), _MADE_AT_ONCE):
            ids, places = (part[start : start + _MADE_AT_ONCE] for part in (lines.ids, lines.places))
            rows = self.values_of(self.queryset.filter(pk__in=list(ids)).order_by("pk"))
            for place, values in zip(places, rows, strict=False):
                _move(lines.later, lines.file, place - moved)
                lines.file.write(made(values))
                moved, written = place, written + 1
        shutil.copyfileobj(lines.later, lines.file)
        if written != len(lines.ids):
            raise ShortFile(_("%(rows)s rows were written of %(total)s.") % {"rows": written, "total": len(lines.ids)})
        return lines.rows


def is_copied(names: Collection[str]) -> bool:
    """Whether a table with columns of these names can be copied. A single column cannot: its empty cells are quoted."""
    return len(names) > 1 and all(len(name.encode()) <= LONGEST_NAME for name in names)


def _stored(cells: Cells) -> Stored | None:
    return next((cell for cell in cells.values() if isinstance(cell, Stored)), None)


def _finish(cells: Cells) -> Callable[[dict[str, str]], tables.Value]:
    stored = _stored(cells)
    return stored.finish if stored else lambda _stored: None


def _move(source: IO[bytes], target: IO[bytes], size: int) -> None:
    while size > 0 and (block := source.read(min(size, 1 << 18))):
        target.write(block)
        size -= len(block)
