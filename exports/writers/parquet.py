"""Parquet: typed columns, exact times, what explains the columns as metadata. Pure.

A child process writes the file, with limits on memory and time, so that the processes that answer requests need not
load a database engine (docs/adr/0102).
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, cast

import orjson

from exports.cells import text
from exports.tables import Column, ColumnType, Copied, MissingKind, Table
from exports.unfit import Unfit, unfit
from exports.writers.spooled import Profile, ShortFile, Spool, Storage, Stored, spooled
from standards.translation import gettext
from standards.translation import gettext_noop as _

MOST_COLUMNS = 10_000
LONGEST_ROW = 16 * 1024**2
MEMORY = 512 * 1024**2  # 160 MB for records of 3 kB; about 300 MB where rows have 20 kB on average, which is the bound
SECONDS = 600
_GROUP_BYTES = 16 * 1024**2
_LEAST_GROUP, _MOST_GROUP = 2_048, 122_880
_CHILD = Path(__file__).parent / "parquet_child.py"
_INTEGER, _DOUBLE, _TEXT = "BIGINT", "DOUBLE", "VARCHAR"
_TYPES = {Storage.TRUTH: "BOOLEAN", Storage.DAY: "DATE", Storage.TIME: "TIMESTAMPTZ"}
# The type of a column of lines that the database writes. DECIMAL without digits: the child looks for them.
_COPIED_TYPES = {
    ColumnType.WHOLE_NUMBER: _INTEGER, ColumnType.DECIMAL: "DECIMAL", ColumnType.TRUTH: "BOOLEAN",
    ColumnType.DAY: "DATE", ColumnType.TIME: "TIMESTAMPTZ",
}  # fmt: skip
_INTEGER_DIGITS, _DECIMAL_DIGITS = 18, 38
_MEMORY_WORDS = ("out of memory", "memoryerror", "memory allocation", "bad_alloc")


@dataclass(frozen=True, slots=True)
class _Field:
    """A column as it is stored. `missing_name` is that of the column beside it with kinds of missing, or empty."""

    name: str
    missing_name: str
    column: Column
    profile: Profile

    @property
    def type(self) -> str:
        storage, profile = self.profile.storage, self.profile
        if self.column.type in (ColumnType.TEXT, ColumnType.STRUCTURE):
            return _TEXT
        if storage != Storage.NUMBER:
            return _TYPES.get(storage, _TEXT)
        is_integer = profile.is_whole and not profile.has_float and profile.whole_digits <= _INTEGER_DIGITS
        if self.column.type == ColumnType.WHOLE_NUMBER and is_integer:
            return _INTEGER
        if profile.is_exact:
            return _DOUBLE
        digits = profile.whole_digits + profile.decimals
        return f"DECIMAL({_DECIMAL_DIGITS}, {profile.decimals})" if digits <= _DECIMAL_DIGITS else _TEXT


@dataclass(frozen=True, slots=True)
class _Source:
    """Lines of JSON for the child: `columns` are (key in a line, name in the file, type), `longest` is in bytes."""

    path: Path
    columns: Sequence[tuple[str, str, str]]
    rows: int
    size: int
    longest: int


def write(table: Table, file: IO[bytes]) -> int:
    """Write the whole table; the number of rows. Raises Unfit for what Parquet cannot contain here."""
    if len(table.columns) > MOST_COLUMNS:
        reason = _("Parquet files have at most %(most)s columns here; this table has %(columns)s.")
        raise unfit(reason, {"most": MOST_COLUMNS, "columns": len(table.columns)}, "csv", "jsonl")
    with tempfile.TemporaryDirectory(prefix="lipse-export-") as folder:
        path, target = Path(folder) / "rows.json", Path(folder) / "rows.parquet"
        if table.copied is not None:
            fields = list(_fields(table, [Profile(column) for column in table.columns]))
            source = _copied(table, table.copied, fields, path)
        else:
            with spooled(table) as spool:
                fields = list(_fields(table, spool.profiles))
                source = _from_rows(spool, fields, path)
        rows = _convert(source, target, _metadata(table, source.rows, fields))
        if rows != source.rows:
            raise ShortFile(gettext("%(rows)s rows were written of %(total)s.") % {"rows": rows, "total": source.rows})
        with target.open("rb") as made:
            shutil.copyfileobj(made, file)
    return rows


def _copied(table: Table, copied: Copied, fields: Sequence[_Field], path: Path) -> _Source:
    """The lines that the database writes. Only of decimal numbers the type is not known: the child looks for it."""
    with path.open("wb") as file:
        lines = _Lines(file, table)
        rows = copied.write_json_lines(cast("IO[bytes]", lines))
    columns = [(one.column.name, one.name, _COPIED_TYPES.get(one.column.type, _TEXT)) for one in fields]
    return _Source(path, columns, rows, path.stat().st_size, lines.longest)


class _Lines:
    """A file that is written some whole lines at a time."""

    def __init__(self, file: IO[bytes], table: Table) -> None:
        self._file, self._table = file, table
        self.rows = self.longest = 0

    def write(self, data: bytes) -> int:
        sizes = list(map(len, data.split(b"\n")))[:-1]
        longest = max(sizes, default=0)
        if longest > LONGEST_ROW:
            raise _too_long(self.rows + 1 + sizes.index(longest), longest)
        self.longest = max(self.longest, longest + 1)
        self.rows += len(sizes)
        if self._table.written is not None:
            for _line in sizes:
                self._table.written()
        return self._file.write(data)


def _fields(table: Table, profiles: Sequence[Profile]) -> Iterator[_Field]:
    """Names are made different whatever their case, because many programs that read Parquet ignore it."""
    taken: set[str] = set()
    names = [_free(name, taken) for name in table.names]
    for name, column, profile in zip(names, table.columns, profiles, strict=True):
        yield _Field(name, _free(f"{name}_missing", taken) if profile.kinds else "", column, profile)


def _free(name: str, taken: set[str]) -> str:
    while name.casefold() in taken or not name:
        name += "_"
    taken.add(name.casefold())
    return name


def _from_rows(spool: Spool, fields: Sequence[_Field], path: Path) -> _Source:
    """Lines whose keys are places of columns."""
    columns = []
    for place, one in enumerate(fields):
        columns.append((f"c{place}", one.name, one.type))
        if one.missing_name:
            columns.append((f"m{place}", one.missing_name, _TEXT))
    return _Source(path, columns, spool.n, spool.size, _write_lines(spool, fields, path))


def _write_lines(spool: Spool, fields: Sequence[_Field], path: Path) -> int:
    """The bytes of the longest line."""
    longest = 0
    types = [one.type for one in fields]
    with path.open("wb") as lines:
        for n, values in enumerate(spool.rows(), start=1):
            row: dict[str, object] = {}
            for place, (value, kind) in enumerate(zip(values, types, strict=True)):
                if isinstance(value, MissingKind):
                    row[f"m{place}"] = value.code
                elif value is not None:
                    row[f"c{place}"] = _plain(value, kind)
            line = orjson.dumps(row) + b"\n"
            longest = max(longest, len(line))
            if longest > LONGEST_ROW:
                raise _too_long(n, longest)
            lines.write(line)
    return longest


def _too_long(row: int, size: int) -> Unfit:
    reason = _("A row of a Parquet file has at most %(most)s bytes here; row %(row)s has %(size)s.")
    return unfit(reason, {"most": LONGEST_ROW, "row": row, "size": size}, "csv", "jsonl")


def _plain(value: Stored, kind: str) -> object:
    """A value as JSON that the child reads as this type without loss."""
    if kind in (_INTEGER, "BOOLEAN"):
        return int(value) if isinstance(value, Decimal) else value
    if kind == _DOUBLE and isinstance(value, int | float | Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else text(value)


def _metadata(table: Table, rows: int, fields: Sequence[_Field]) -> str:
    """What explains the file, as a JSON object under the key `lipse` of the metadata."""
    described = [
        {
            "name": one.name,
            "column": one.column.name,
            "label": one.column.label,
            "unit": one.column.unit,
            "type": one.column.type,
            "labels": dict(one.column.labels),
            "missing": {code: kind.label for code, kind in one.profile.kinds.items()},
            "missing_name": one.missing_name,
        }
        for one in fields
    ]
    made = table.made_at.isoformat(timespec="seconds") if table.made_at else ""
    about = {"rows": rows, "query": table.query, "filter": dict(table.filter), "made_at": made}
    return json.dumps(about | {"notes": list(table.notes), "columns": described})


def _convert(source: _Source, target: Path, metadata: str) -> int:
    """Let the child write the file; the number of rows that it then reads from it."""
    average = max(1, source.size // max(1, source.rows))
    group = min(max(_GROUP_BYTES // average, _LEAST_GROUP), _MOST_GROUP)
    spec = {"columns": source.columns, "metadata": metadata, "longest": source.longest, "group": group}
    command = [sys.executable, "-I", str(_CHILD), str(source.path), str(target), str(MEMORY), str(SECONDS)]
    done = subprocess.run(command, input=orjson.dumps(spec), capture_output=True, check=False, timeout=2 * SECONDS)
    if done.returncode == 0:
        return int(done.stdout)
    output = done.stderr.decode(errors="replace").strip()
    if any(word in output.casefold() for word in _MEMORY_WORDS):
        reason = _("Writing this table as Parquet needs more memory than is allowed here.")
        raise unfit(reason, {}, "csv", "jsonl")
    raise RuntimeError(f"The child that writes Parquet ended with {done.returncode}: {output[:2000]}")
