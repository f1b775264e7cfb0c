"""Several tables of the same columns, such as a sheet or a file for each year, read as one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from imports.readers.table import BATCH, Batch, LeftOut, ReadOptions, Table, Understood, named_columns
from standards.translation import gettext as _

Opener = Callable[[], Table]
Found = TypeVar("Found")
_SHOWN = 12
_BITS = 50  # of an offset in a part, or of the number of its first record


@dataclass(frozen=True, slots=True)
class Part:
    """name: of the sheet or file. columns: its own, in its order. open: opens its rows."""

    name: str
    columns: Sequence[str]
    open: Opener


def named_parts(parts: Sequence[Part]) -> str:
    """The names of the first parts, for a sentence."""
    return ", ".join(f"“{part.name}”" for part in parts[:_SHOWN]) + ("…" if len(parts) > _SHOWN else "")


def same_columns(columns: Sequence[str]) -> frozenset[str]:
    """What is equal for tables that can be read as one: the names of their columns, in any order."""
    return frozenset(" ".join(name.casefold().split()) for name in columns)


def largest(
    found: Sequence[Found], columns: Callable[[Found], Sequence[str] | None], size: Callable[[Found], int]
) -> list[Found]:
    """Those of the same columns that are largest together. columns: None where a table does not name its own, so that
    it stays alone."""
    groups: dict[object, list[Found]] = {}
    for place, one in enumerate(found):
        names = columns(one)
        groups.setdefault(place if names is None else same_columns(names), []).append(one)
    return max(groups.values(), key=lambda group: sum(map(size, group)), default=[])


def read_together(
    parts: Sequence[Part], label: str, options: ReadOptions, header_rows: Sequence[int | None], text: str
) -> "TogetherTable":
    """The parts as one table, with a note. label: the column for their names. header_rows: of the parts. text: the
    note, with the places count, names and column."""
    rows = set(header_rows)
    table = TogetherTable(parts, label, options.having(header_row=rows.pop() if len(rows) == 1 else None))
    facts = {"count": len(parts), "column": table.understood.columns[-1], "names": named_parts(parts)}
    table.understood.notes.append(text % facts)
    return table


class TogetherTable:
    """The rows of all parts, with the columns of the first one and a last column for the name of the part. Record
    numbers go on from part to part; lines are those of the part."""

    def __init__(self, parts: Sequence[Part], label: str, options: ReadOptions) -> None:
        self._parts = parts
        self._columns = list(parts[0].columns)
        self.understood = Understood(options, named_columns([*self._columns, label]), is_together=True)

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        """A `start` leads into the part in which an earlier batch began; the parts before it are not opened. Where it
        names no part, the records before its own are read and left out."""
        place, own, first = _resumed(start) if start and start[0] else (0, None, 1)
        wanted = start[1] if start and not start[0] else 1
        said: list[LeftOut] = []
        for at, part in enumerate(self._parts[place:], start=place):
            table, began = part.open(), first
            if own:
                began = start[1] - own[1] + 1 if start else 1
            try:
                for batch in table.batches(size, own):
                    first = began + batch.first - 1 + len(batch.rows)
                    if first > wanted:
                        yield _from(wanted, self._named(batch, part, _Place(at, began)))
                said += [LeftOut(o.kind, f"{part.name}: {o.name}", o.rows, o.why) for o in table.understood.left_out]
                self.pass_on(part.name, table.understood.notes)
            finally:
                table.close()
            own = None
        kinds = {part.kind for part in said}
        self.understood.left_out[:] = [one for one in self.understood.left_out if one.kind not in kinds] + said

    def close(self) -> None:
        return None

    def pass_on(self, name: str, notes: Sequence[str]) -> None:
        """Take over the notes of a part, once."""
        known = self.understood.notes
        known += [
            note
            for note in (_("%(part)s: %(note)s") % {"part": name, "note": note} for note in notes)
            if note not in known
        ]

    def _named(self, batch: Batch, part: Part, place: "_Place") -> Batch:
        places = _order(self._columns, part.columns)
        rows = [
            [*(row if places is None or len(row) != len(places) else [row[place] for place in places]), part.name]
            for row in batch.rows
        ]
        return Batch(place.began + batch.first - 1, batch.lines, rows, place.offset(batch))


@dataclass(frozen=True, slots=True)
class _Place:
    """at: of a part among the parts. began: the number of its first record among those of all parts."""

    at: int
    began: int

    def offset(self, batch: Batch) -> int:
        """Where to go on: the part with the offset of its batch, or, where the part has none, with `began`."""
        is_known = bool(batch.offset and batch.offset < 1 << _BITS)
        return (self.at << 1 | is_known) << _BITS | (batch.offset if is_known and batch.offset else self.began)


def _from(record: int, batch: Batch) -> Batch:
    """The batch from the record of this number on; one that was cut has no offset."""
    before = record - batch.first
    return Batch(record, batch.lines[before:], batch.rows[before:], 0) if before > 0 else batch


def _resumed(start: tuple[int, int, int]) -> tuple[int, tuple[int, int, int], int]:
    """The place of the part, the start in it, and the number of the record."""
    offset, record, line = start
    head, value = offset >> _BITS, offset & ((1 << _BITS) - 1)
    own = (value, record, line) if head & 1 else (0, record - value + 1, line)
    return head >> 1, own, record


def _order(columns: Sequence[str], own: Sequence[str]) -> list[int] | None:
    """The position in a part of each column of the first part; None if they have one order."""
    if list(columns) == list(own):
        return None
    places = {" ".join(name.casefold().split()): place for place, name in enumerate(own)}
    return [places[" ".join(name.casefold().split())] for name in columns]
