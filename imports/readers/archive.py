"""An archive: the member that is chosen, or those of the same columns as one; the others are named with their rows."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from imports.problems import Refused
from imports.readers.shaped import ShapedTable, has_footer
from imports.readers.streams import DOCUMENTS
from imports.readers.table import BATCH, Batch, LeftOut, ReadOptions, Table, Understood
from imports.readers.together import Part, TogetherTable, named_parts, same_columns
from standards.translation import gettext as _

MAX_COMPARED = 1_000
MAX_COUNTED = 256 * 1024**2  # bytes of members that are read only to count their rows
MAX_NAMED = 1_000
COLUMN = "file"
Open = Callable[[ReadOptions], Table]


@dataclass(frozen=True, slots=True)
class Member:
    """A member that was looked at. size: declared, in bytes. why: where it is not a table, a sentence that says so."""

    name: str
    size: int
    understood: Understood | None
    why: str = ""


class ArchiveTable:
    """A table of an archive. After its last row the rows of the other members are counted, of documents none."""

    def __init__(self, table: Table, others: Sequence[str], options: ReadOptions, open_member: Open) -> None:
        self._table, self._others, self._options, self._open = table, others[:MAX_NAMED], options, open_member
        self.understood = table.understood
        self.understood.left_out += [LeftOut("member", name) for name in self._others]

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        yield from self._table.batches(size, start)
        if not start:
            kept = [part for part in self.understood.left_out if part.kind != "member"]
            self.understood.left_out[:] = kept + self._counted()

    def close(self) -> None:
        self._table.close()

    def _counted(self) -> list[LeftOut]:
        left = MAX_COUNTED
        found = []
        for name in self._others:
            rows, why = None, ""
            if not name.lower().endswith(DOCUMENTS) and left > 0:
                read, rows, why = self._rows(name, left)
                left -= read
            found.append(LeftOut("member", name, rows, why))
        return found

    def _rows(self, name: str, most: int) -> tuple[int, int | None, str]:
        """How much was read, how many rows a member has, and why it has none. Of one that is too large, None."""
        read = rows = 0
        try:
            table = _shaped(self._open(self._options.having(member=name)))
        except Refused as refused:
            return 0, None, refused.message
        try:
            for batch in table.batches():
                rows += len(batch.rows)
                read += sum(len(cell) for row in batch.rows for cell in row)
                if read > most:
                    return read, None, ""
        except Refused as refused:
            return read, None, refused.message
        finally:
            table.close()
        return read, rows, ""


def open_archive(path: Path, names: Sequence[str], options: ReadOptions, open_member: Open) -> Table:
    """The member that was chosen or is the only one; else the members of the same columns that are largest together.
    Documents beside tables, such as a readme, are left out."""
    tables = [name for name in names if not name.lower().endswith(DOCUMENTS)] or names
    if options.member or len(tables) == 1:
        chosen = [options.member or tables[0]]
        _check_holds(names, chosen[0])
        table = open_member(options.having(member=chosen[0]))
    else:
        members = _largest(_looked(path, tables, names, options, open_member))
        chosen = [member.name for member in members]
        table = _together(members, options, open_member)
    others = [name for name in names if name not in set(chosen)]
    return ArchiveTable(table, others, options.having(sheet="", table=""), open_member) if others else table


def _looked(
    path: Path, tables: Sequence[str], names: Sequence[str], options: ReadOptions, open_member: Open
) -> list[Member]:
    if len(tables) > MAX_COMPARED:
        raise _choose(names, _("At most %(most)s files are compared with each other.") % {"most": f"{MAX_COMPARED:,}"})
    with zipfile.ZipFile(path) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
    looked = [_look(name, sizes[name], options, open_member) for name in tables]
    if not any(member.understood for member in looked):
        raise _choose(names, _("None of them can be read by itself: %(why)s") % {"why": looked[0].why})
    return looked


def _check_holds(names: Sequence[str], wanted: str) -> None:
    if wanted not in names:
        raise Refused(
            "no_such_member",
            _("The archive has no file %(wanted)s. It holds: %(found)s.")
            % {"wanted": repr(wanted), "found": ", ".join(names[:20])},
        )


def _choose(names: Sequence[str], why: str) -> Refused:
    text = _("The archive holds %(count)s files: %(found)s. Choose one. %(why)s")
    facts = {"count": f"{len(names):,}", "found": ", ".join(names[:20]), "why": why}
    return Refused("several_members", text % facts, {"member": list(names[:MAX_NAMED])})


def _look(name: str, size: int, options: ReadOptions, open_member: Open) -> Member:
    try:
        table = open_member(options.having(member=name))
    except Refused as refused:
        return Member(name, size, None, refused.message)
    table.close()
    return Member(name, size, table.understood)


def _largest(looked: Sequence[Member]) -> list[Member]:
    groups: dict[object, list[Member]] = {}
    for place, member in enumerate(looked):
        if member.understood:
            has_names = member.understood.options.header_row != 0
            groups.setdefault(same_columns(member.understood.columns) if has_names else place, []).append(member)
    return max(groups.values(), key=lambda group: sum(member.size for member in group))


def _together(members: Sequence[Member], options: ReadOptions, open_member: Open) -> Table:
    understood = [member.understood for member in members if member.understood]
    if len(members) == 1:
        return open_member(understood[0].options)
    parts = [
        Part(member.name, found.columns, _opener(found.options, open_member))
        for member, found in zip(members, understood, strict=True)
    ]
    kinds = {found.options.kind for found in understood}
    rows = {found.options.header_row for found in understood}
    resolved = options.having(
        kind=kinds.pop() if len(kinds) == 1 else "zip", header_row=rows.pop() if len(rows) == 1 else None
    )
    table = TogetherTable(parts, COLUMN, resolved)
    text = _(
        "Files of the same columns are read as one (%(count)s: %(names)s), with their names in the column "
        "“%(column)s”. Choose a file to read it alone."
    )
    facts = {"count": len(parts), "column": table.understood.columns[-1], "names": named_parts(parts)}
    table.understood.notes.append(text % facts)
    for member, found in zip(members, understood, strict=True):
        table.pass_on(member.name, found.notes)
    return table


def _opener(options: ReadOptions, open_member: Open) -> Callable[[], Table]:
    return lambda: _shaped(open_member(options.having(periods="")))


def _shaped(table: Table) -> Table:
    return ShapedTable(table, has_footer=has_footer(table.understood))
