"""An export as a table: its columns, a stream of its rows, and the query it comes from. Pure.

Every room makes one of these; a writer of `exports.writers` turns it into a file of one format.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, Protocol, TypeAlias
from uuid import UUID


class ColumnType(StrEnum):
    """The type of the values of a column, in every format."""

    TEXT = "text"
    WHOLE_NUMBER = "whole-number"
    DECIMAL = "decimal"
    TRUTH = "truth"
    DAY = "day"
    TIME = "time"
    STRUCTURE = "structure"


@dataclass(frozen=True, slots=True)
class MissingKind:
    """Why there is no value, such as `.r` (refused). It is in the row in place of the value."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `unit` as the field writes it (days, EUR); `labels` are the labels of coded values."""

    name: str
    label: str = ""
    unit: str = ""
    type: ColumnType = ColumnType.TEXT
    labels: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[MissingKind] = ()


Scalar: TypeAlias = bool | int | float | Decimal | str | date | datetime | UUID | MissingKind | None
Value: TypeAlias = "Scalar | Sequence[Value] | Mapping[str, Value]"


class Copied(Protocol):
    """The rows of a table as lines that the database writes itself: the same bytes as from `rows`, sooner."""

    @property
    def using(self) -> str:
        """The database."""

    def before(self) -> None:
        """Called before the rows leave."""

    def count(self, most: int) -> int:
        """The number of rows; raises TooLarge where there are more than `most`."""

    def starting(self) -> "AbstractContextManager[Copied]":
        """The same rows, while that which has to start before they can be written is starting."""

    def state(self, form: str) -> str | None:
        """A name of the state of the rows in this form, another one after each change; None where it has none."""

    def write_csv(self, file: IO[bytes]) -> int:
        """Write every row without the header; the number of rows."""

    def write_json_lines(self, file: IO[bytes]) -> int:
        """Write every row as one line; the number of rows."""


@dataclass(frozen=True)
class Table:
    """Columns, and rows in their order, each with one value a column. The rows are read once, as they are written.

    `copied` writes the same rows where the database can. `written` is called for each row that a format reads again
    after it has seen all of them. `n` is the number of rows where it is known beforehand;
    `filter` holds the parameters that chose the rows, `query` the address that returns them again, `made_at` when they
    were read, `notes` what a reader must know besides.
    """

    columns: Sequence[Column]
    rows: Iterator[Sequence[Value]]
    n: int | None = None
    filter: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    made_at: datetime | None = None
    notes: Sequence[str] = ()
    copied: Copied | None = None
    written: Callable[[], None] | None = None

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def text_columns(names: Sequence[str], *, numbers: Sequence[str] = ()) -> list[Column]:
    """Columns of text without labels, whose `numbers` are whole numbers."""
    return [Column(name, type=ColumnType.WHOLE_NUMBER if name in numbers else ColumnType.TEXT) for name in names]
