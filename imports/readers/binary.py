"""Parquet, SPSS and Stata files, each read in a child process with limits on memory and time."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from imports.problems import Refused
from imports.readers.child import ChildReader, numbered
from imports.readers.table import BATCH, Batch, ReadOptions, Understood, named_columns
from imports.sniff import encoding as encodings
from standards.json_values import JsonObject
from standards.translation import gettext as _

_PARQUET = ChildReader(
    "parquet_child.py", _("The Parquet file"), "broken_parquet", "parquet_too_large",
    _("Write it again, with smaller row groups if it is large, or export it as CSV."),
)  # fmt: skip
_STATISTICS = ChildReader(
    "statistics_child.py", _("The SPSS or Stata file"), "broken_statistics_file", "statistics_file_too_large",
    _("Save it again in the statistics program, or export it as CSV."),
)  # fmt: skip
STATISTICS = {"spss", "spss_portable", "stata"}


class ParquetTable:
    """Rows in the order in which they are stored; record and line are both the position of the row."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        with _PARQUET.opened(path) as (found, _):
            self.understood = Understood(options.having(kind="parquet"), named_columns(found["columns"]))

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        with _PARQUET.opened(self._path) as (_, rows):
            yield from numbered(rows, start, size)

    def close(self) -> None:
        return None


class StatisticsTable:
    """Cases in the order in which they are stored. A variable with value labels gives two columns: labels and codes."""

    def __init__(self, path: Path, kind: str, options: ReadOptions) -> None:
        self._path, self._kind = path, kind
        self._encoding = encodings.checked(options.encoding) if options.encoding else ""
        with self._opened() as (found, _rows):
            columns = found["columns"]
        if not columns:
            raise Refused("no_rows", _("The file has no variables. Check that it is the file you mean."))
        self.understood = Understood(
            options.having(kind=kind), named_columns(columns), labels=found["labels"],
            value_labels=found["value_labels"],
        )  # fmt: skip
        coded = sum(name.endswith(" (code)") for name in columns)
        if coded:
            self.understood.notes.append(
                _("Variables with value labels: %(coded)s. Their labels are read, with the codes in a second column.")
                % {"coded": coded}
            )

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        with self._opened() as (_, rows):
            yield from numbered(rows, start, size)

    def close(self) -> None:
        return None

    def _opened(self) -> AbstractContextManager[tuple[JsonObject, Iterator[list[str]]]]:
        return _STATISTICS.opened(self._path, kind=self._kind, encoding=self._encoding)
