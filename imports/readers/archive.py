"""An archive: the member that is chosen, or those of the same columns as one; the others are named with their rows."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from imports.problems import Refused
from imports.readers.binary import STATISTICS
from imports.readers.kinds import EXTENSIONS
from imports.readers.letters import Beside, Letters, LettersTable, joined, letters_among
from imports.readers.shaped import ShapedTable, has_footer
from imports.readers.streams import DOCUMENTS
from imports.readers.table import BATCH, Batch, LeftOut, ReadOptions, Table, Understood
from imports.readers.together import Part, largest, read_together, same_columns
from standards.translation import gettext as _

MAX_COMPARED = 1_000
MAX_COUNTED = 256 * 1024**2  # bytes of members that are read only to count their rows
MAX_NAMED = 1_000
COLUMN = "file"
_FIRST = 3
_FIRST_ROWS = 200
Open = Callable[[ReadOptions], Table]


@dataclass(frozen=True, slots=True)
class Archive:
    """path: of the ZIP file. names: of its members. opened: opens the member that the options name."""

    path: Path
    names: Sequence[str]
    options: ReadOptions
    opened: Open

    def open(self, name: str) -> Table:
        return self.opened(self.options.having(member=name))


@dataclass(frozen=True, slots=True)
class Member:
    """A member that was looked at. size: declared, in bytes. why: where it is not a table, a sentence that says so."""

    name: str
    size: int
    understood: Understood | None
    why: str = ""


class ArchiveTable:
    """A table of an archive. After its last row the rows of the other members are counted, of documents none."""

    def __init__(self, table: Table, others: Sequence[str], archive: Archive) -> None:
        self._table, self._others, self._archive = table, others[:MAX_NAMED], archive
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
            table = _shaped(self._archive.open(name))
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


def open_archive(archive: Archive) -> Table:
    """The member that was chosen or is the only one; else letters, if there are no tables or one about them; else the
    members of the same columns that are largest together. Documents beside tables, such as a readme, are left out."""
    names, wanted = archive.names, archive.options.member
    tables = [name for name in names if not name.lower().endswith(DOCUMENTS)]
    letters = [] if wanted or len(tables) > 1 else letters_among(names)
    if letters and (table := _letters(archive, letters, tables)):
        return table
    tables = tables or list(names)
    if wanted or len(tables) == 1:
        chosen = [wanted or tables[0]]
        _check_holds(names, chosen[0])
        table = archive.open(chosen[0])
    else:
        members = _largest(_looked(archive, tables))
        chosen = [member.name for member in members]
        table = _together(archive, members)
    others = [name for name in names if name not in set(chosen)]
    free = replace(archive, options=archive.options.having(sheet="", table=""))
    return ArchiveTable(table, others, free) if others else table


def _letters(archive: Archive, letters: list[str], tables: Sequence[str]) -> Table | None:
    """A record for each letter; None where the texts are tables, or stand beside a table that does not name them."""
    beside = None
    if tables:
        beside = _beside(archive, tables[0], letters)
        if beside is None:
            return None
    elif _are_tables(archive, letters):
        return None
    read = {*letters, *tables}
    others = [name for name in archive.names if name not in read]
    return LettersTable(Letters(archive.path, letters, others, beside), archive.options)


def _beside(archive: Archive, name: str, letters: Sequence[str]) -> Beside | None:
    try:
        table = _shaped(archive.open(name))
    except Refused:
        return None
    try:
        return joined(table, name, letters)
    finally:
        table.close()


def _are_tables(archive: Archive, names: Sequence[str]) -> bool:
    """Whether the first files have the same columns, and as many cells in every row: texts never do."""
    found: set[frozenset[str]] = set()
    for name in names[:_FIRST]:
        columns = _columns(archive, name)
        if columns is None:
            return False
        found.add(same_columns(columns))
    return len(found) == 1


def _columns(archive: Archive, name: str) -> Sequence[str] | None:
    """The names of the columns of a text that is a table; None if it is none."""
    if name.lower().endswith((".docx", ".pdf", ".md")):
        return None
    try:
        table = archive.open(name)
    except Refused:
        return None
    try:
        columns = table.understood.columns
        rows = next(iter(table.batches(_FIRST_ROWS)), Batch(1, [], [])).rows
    except Refused:
        return None
    finally:
        table.close()
    is_table = len(columns) > 1 and rows and all(len(row) == len(columns) for row in rows)
    return columns if is_table and table.understood.options.header_row != 0 else None


def _looked(archive: Archive, tables: Sequence[str]) -> list[Member]:
    if len(tables) > MAX_COMPARED:
        text = _("At most %(most)s files are compared with each other.")
        raise _choose(archive.names, text % {"most": f"{MAX_COMPARED:,}"})
    with zipfile.ZipFile(archive.path) as file:
        sizes = {info.filename: info.file_size for info in file.infolist()}
    looked = [_look(archive, name, sizes[name]) for name in tables]
    if not any(member.understood for member in looked):
        raise _choose(archive.names, _("None of them can be read by itself: %(why)s") % {"why": looked[0].why})
    return looked


def _look(archive: Archive, name: str, size: int) -> Member:
    try:
        table = archive.open(name)
    except Refused as refused:
        return Member(name, size, None, refused.message)
    table.close()
    return Member(name, size, table.understood)


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


def _largest(looked: Sequence[Member]) -> list[Member]:
    def columns(member: Member) -> Sequence[str] | None:
        found = member.understood
        return found.columns if found and found.options.header_row != 0 else None

    return largest(_described(looked) or [m for m in looked if m.understood], columns, lambda member: member.size)


def _described(looked: Sequence[Member]) -> list[Member]:
    """The files of statistics programs, which say what their codes mean, where all else is text without the name of a
    table: the same data in fixed columns, and programs that describe them."""
    found = [member for member in looked if member.understood and member.understood.options.kind in STATISTICS]
    others = (member.name for member in looked if member not in found)
    return [] if any(PurePosixPath(name).suffix.lower() in EXTENSIONS for name in others) else found


def _together(archive: Archive, members: Sequence[Member]) -> Table:
    understood = [member.understood for member in members if member.understood]
    if len(members) == 1:
        return archive.opened(understood[0].options)
    parts = [
        Part(member.name, found.columns, _opener(archive, found.options))
        for member, found in zip(members, understood, strict=True)
    ]
    kinds = {found.options.kind for found in understood}
    table = read_together(
        parts,
        COLUMN,
        archive.options.having(kind=kinds.pop() if len(kinds) == 1 else "zip"),
        [found.options.header_row for found in understood],
        _(
            "Files of the same columns are read as one (%(count)s: %(names)s), with their names in the column "
            "“%(column)s”. Choose a file to read it alone."
        ),
    )
    for member, found in zip(members, understood, strict=True):
        table.pass_on(member.name, found.notes)
    return table


def _opener(archive: Archive, options: ReadOptions) -> Callable[[], Table]:
    return lambda: _shaped(archive.opened(options.having(periods="")))


def _shaped(table: Table) -> Table:
    return ShapedTable(table, has_footer=has_footer(table.understood))
