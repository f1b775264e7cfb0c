"""Several tables of the same columns, such as a sheet or a file for each year, read as one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from imports.readers.table import BATCH, Batch, LeftOut, ReadOptions, Table, Understood, named_columns
from standards.translation import gettext as _

Opener = Callable[[], Table]
_SHOWN = 12


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


class TogetherTable:
    """The rows of all parts, with the columns of the first one and a last column for the name of the part. Record
    numbers go on from part to part; lines are those of the part."""

    def __init__(self, parts: Sequence[Part], label: str, options: ReadOptions) -> None:
        self._parts = parts
        self._columns = list(parts[0].columns)
        self.understood = Understood(options, named_columns([*self._columns, label]), is_together=True)

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        """`start` is looked for from the first part on."""
        wanted = start[1] if start else 1
        first = 1
        said: list[LeftOut] = []
        for part in self._parts:
            table = part.open()
            try:
                for batch in table.batches(size):
                    if first + len(batch.rows) > wanted:
                        yield self._named(batch, part, first, max(0, wanted - first))
                    first += len(batch.rows)
                said += [LeftOut(o.kind, f"{part.name}: {o.name}", o.rows, o.why) for o in table.understood.left_out]
                self.pass_on(part.name, table.understood.notes)
            finally:
                table.close()
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

    def _named(self, batch: Batch, part: Part, first: int, skip: int) -> Batch:
        places = _order(self._columns, part.columns)
        rows = [
            [*(row if places is None or len(row) != len(places) else [row[place] for place in places]), part.name]
            for row in batch.rows[skip:]
        ]
        return Batch(first + skip, batch.lines[skip:], rows)


def _order(columns: Sequence[str], own: Sequence[str]) -> list[int] | None:
    """The position in a part of each column of the first part; None if they have one order."""
    if list(columns) == list(own):
        return None
    places = {" ".join(name.casefold().split()): place for place, name in enumerate(own)}
    return [places[" ".join(name.casefold().split())] for name in columns]
