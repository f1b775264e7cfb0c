"""The work tables of an import, and SQL expressions over them. Their names consist of numbers, so they are safe in SQL.

A staging table has `record`, `line`, `flaw` and the first WIDE cells as `c0`, `c1` ... (NULL if empty). Further cells
are in the array `more`, so that a row of a thousand cells fits in a database page.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper

from imports.problems import Refused
from imports.readers.quick_split import CELL, ROW, JoinedRows
from imports.readers.table import Batch

WIDE = 300
Lines = str | Iterable[list[Any]]  # input of COPY: its text, or lines of cells
SCHEMA = "imports_work"
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))  # the first one first
_BLANKS = r"E' \t\n\r\f\u00a0\u3000\ufeff'"


def staging_name(import_id: int, fence: int) -> str:
    return f"{SCHEMA}.staging_{import_id:d}_{fence:d}"


def verdicts_name(import_id: int) -> str:
    return f"{SCHEMA}.verdicts_{import_id:d}"


def distinct_name(import_id: int) -> str:
    return f"{SCHEMA}.distinct_{import_id:d}"


def bad_name(import_id: int) -> str:
    return f"{SCHEMA}.bad_{import_id:d}"


def cell(position: int) -> str:
    """The unchanged cell of a column."""
    return f"s.c{position:d}" if position < WIDE else f"s.more[{position - WIDE + 1:d}]"


def trimmed(position: int) -> str:
    return f"btrim({cell(position)}, {_BLANKS})"


def literal(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def all_cells(width: int) -> str:
    """The unchanged cells as one text array, empty where NULL."""
    cells = ", ".join(f"coalesce(s.c{i}, '')" for i in range(min(width, WIDE))) or "''"
    return f"(ARRAY[{cells}] || coalesce(s.more, '{{}}'))"


def create_staging(cursor: CursorWrapper, name: str, width: int) -> None:
    cells = "".join(f", c{i} text" for i in range(min(width, WIDE)))
    cursor.execute(f"DROP TABLE IF EXISTS {name}")
    cursor.execute(
        f"CREATE UNLOGGED TABLE {name} (record bigint NOT NULL, line bigint NOT NULL, flaw text{cells}, more text[])"
        " WITH (autovacuum_enabled = off)"
    )


def finish_staging(cursor: CursorWrapper, name: str, *, is_in_order: bool = False) -> None:
    """is_in_order: rows are read by ranges of their numbers, in which they were written. A BRIN index takes a quarter
    of the time to build."""
    cursor.execute(f"CREATE INDEX ON {name} USING {'brin' if is_in_order else 'btree'} (record)")
    cursor.execute(f"ANALYZE {name} (record)")


def drop(cursor: CursorWrapper, *names: str) -> None:
    for name in filter(None, names):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def drop_all_of(cursor: CursorWrapper, import_id: int) -> None:
    """Drop every work table of an import, whichever lease created it."""
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename ~ %s",
        [SCHEMA, rf"^(staging_{import_id:d}_\d+|(distinct|verdicts|bad)_{import_id:d})$"],
    )
    drop(cursor, *(f"{SCHEMA}.{row[0]}" for row in cursor.fetchall()))


def holds_rows(cursor: CursorWrapper, name: str) -> bool:
    """Whether a staging table exists and has rows: a crash of the database empties unlogged tables."""
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
    if not cursor.fetchone()[0]:
        return False
    cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")
    return bool(cursor.fetchone()[0])


def staged(batch: Batch, width: int) -> tuple[Lines, Sequence[list[str]]]:
    """A batch in the form for COPY, and its rows without a flaw."""
    rows = batch.rows
    if width <= WIDE and _have(rows, width):
        if batch.joined is not None:
            numbered = zip(range(batch.first, batch.first + len(rows)), batch.lines, batch.joined, strict=True)
            lines = [f"{record}{CELL}{line}{CELL}{CELL}{row}{CELL}" for record, line, row in numbered]
            return _copied(ROW.join(lines)), rows
        if "\0" not in CELL.join(map("".join, rows)):
            numbers = zip(range(batch.first, batch.first + len(rows)), batch.lines, strict=True)
            return [[str(n), str(line), "", *row, ""] for (n, line), row in zip(numbers, rows, strict=True)], rows
    found = [
        staged_line(record, line, row, width)
        for record, (line, row) in enumerate(zip(batch.lines, rows, strict=True), start=batch.first)
    ]
    return found, [row for row, line in zip(rows, found, strict=True) if not line[2]]


def _have(rows: Sequence[list[str]], width: int) -> bool:
    """Whether each row has so many cells."""
    return rows.have(width) if isinstance(rows, JoinedRows) else set(map(len, rows)) == {width}


def staged_line(record: int, line: int, row: list[str], width: int) -> list[str]:
    """A row in the form for COPY: cells padded to the width, the name of its flaw, cells beyond WIDE as an array."""
    flaw = ""
    if len(row) != width:
        flaw = "wrong_width"
        row = row + [""] * (width - len(row))
    elif any("\0" in text for text in row):
        flaw = "nul_character"
    if flaw:
        row = [text.replace("\0", "␀") for text in row]
    numbers = [str(record), str(line)]
    if len(row) <= width <= WIDE:
        return [*numbers, flaw, *row, ""]
    edge = min(width, WIDE)
    return [*numbers, flaw, *row[:edge], _array(row[edge:])]


def _array(cells: list[str]) -> str:
    quoted = ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in cells)
    return "{" + ",".join(quoted) + "}"


class CopySource:
    """Lines of text for COPY, produced while PostgreSQL reads them."""

    def __init__(self, batches: Iterable[Lines]) -> None:
        self._blocks = (copy_text(batch).encode() for batch in batches)
        self._rest = memoryview(b"")
        self.error: Refused | OSError | None = None

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = memoryview(self._next_block())
        part = self._rest[:size] if size >= 0 else self._rest
        self._rest = self._rest[len(part) :]
        return bytes(part)

    def _next_block(self) -> bytes:
        """Store the first error: the driver replaces exceptions that are raised here by its own."""
        try:
            return next(filter(None, self._blocks), b"")
        except (Refused, OSError) as error:
            self.error = error
            raise


def copy_text(batch: Lines) -> str:
    """A batch in the text format of COPY. It is escaped as a whole, which is several times faster than cell by cell."""
    if isinstance(batch, str):
        return batch
    lines = list(batch)
    try:
        joined = ROW.join([CELL.join(line) for line in lines])
    except TypeError:
        return copy_text([["" if cell is None else str(cell) for cell in line] for line in lines])
    if not lines:
        return ""
    if joined.count(CELL) + joined.count(ROW) != sum(map(len, lines)) - 1:
        return "".join("\t".join(map(_escaped, line)) + "\n" for line in lines)
    return _copied(joined)


def _copied(joined: str) -> str:
    """The text format of COPY, from lines separated by ROW and cells separated by CELL."""
    return _escaped(joined).replace(CELL, "\t").replace(ROW, "\n") + "\n"


def _escaped(text: str) -> str:
    """`replace` counts before it replaces, which takes forty times as long as to see that there is nothing."""
    for sign, escape in _ESCAPES:
        if sign in text:
            text = text.replace(sign, escape)
    return text


def copy_rows(cursor: CursorWrapper, target: str, batches: Iterable[Lines], *, is_new: bool = False) -> None:
    """COPY rows into a table; an empty cell becomes NULL. The only place that calls the driver directly.

    is_new: the table was made in this transaction, so that the rows need not be marked as visible when they are read.
    """
    copy: Callable[..., None] = cursor.copy_expert
    source = CopySource(batches)
    try:
        with cursor.db.wrap_database_errors:
            copy(f"COPY {target} FROM STDIN WITH (FORMAT text, NULL '', FREEZE {is_new})", source, 1 << 18)
    except DatabaseError as error:
        if source.error:
            raise source.error from error
        raise
