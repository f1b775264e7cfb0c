"""Letters: an archive of texts becomes a table of one row a file, beside the columns of a table about them if there is
one."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from imports.problems import Refused
from imports.readers.child import batched
from imports.readers.letter_texts import DOCUMENTS, HTML, PLAIN, Texts
from imports.readers.table import BATCH, Batch, LeftOut, ReadOptions, Table, Understood, named_columns
from standards.translation import gettext as _
from standards.translation import ngettext

MAX_LETTERS = 50_000
MAX_TABLE = 64 * 1024**2  # characters of the table beside the letters, which is held in memory
MAX_NAMED = 1_000
_LETTERS = (*PLAIN, *HTML, *DOCUMENTS)
_ABOUT = re.compile(r"(read ?me|licen[cs]e|about|codebook|liesmich|lis ?ez ?moi|leggimi|leeme|leesmij)", re.IGNORECASE)
_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Beside:
    """A table about letters. place: of the column with the names of their files. rows: by member, and those of no
    letter under the empty name."""

    name: str
    columns: Sequence[str]
    place: int
    rows: Mapping[str, Sequence[Sequence[str]]]
    left_out: Sequence[LeftOut] = field(default_factory=list)

    def row_for(self, name: str, reference: str) -> Sequence[str]:
        """The cells of a letter of which the table says nothing."""
        written = next((rows[0][self.place] for member, rows in self.rows.items() if member and rows), "")
        has_suffix = PurePosixPath(written).suffix.lower() in _LETTERS
        return [("" if i != self.place else PurePosixPath(name).name if has_suffix else reference)
                for i in range(len(self.columns))]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letters:
    """path: of the archive. names: of the members that are letters. others: of those that are not read."""

    path: Path
    names: Sequence[str]
    others: Sequence[str]
    beside: Beside | None = None


class LettersTable:
    """One record for each letter and each row about it; lines are the places of files in the archive. Letters without a
    text are named as left out."""

    def __init__(self, found: Letters, options: ReadOptions) -> None:
        self._path, self._letters, self._beside = found.path, found.names, found.beside
        self._others, letters, beside = found.others[:MAX_NAMED], found.names, found.beside
        if len(letters) > MAX_LETTERS:
            text = _("The archive holds %(count)s letters; %(most)s are read at once at most. Split it.")
            facts = {"count": f"{len(letters):,}", "most": f"{MAX_LETTERS:,}"}
            raise Refused("too_many_letters", text % facts)
        self._references = references_of(letters)
        own = [*beside.columns, "file", "text"] if beside else ["reference", "file", "text"]
        resolved = options.having(kind="letters", counts_blanks=True)
        self.understood = Understood(resolved, named_columns(own), left_out=self._beside_letters())
        self.understood.notes.append(self._described())

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        """`start` is looked for from the first letter on."""
        wanted = start[1] if start else 1
        rows = (row for number, row in enumerate(self._rows(), start=1) if number >= wanted)
        yield from batched(rows, size, wanted)

    def close(self) -> None:
        return None

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        texts = Texts(self._path, self.understood.options.encoding)
        unread: list[LeftOut] = []
        count = 0
        for line, (name, text, why) in enumerate(texts.of(self._letters), start=1):
            about = self._beside.rows.get(name, ()) if self._beside else ()
            if why:
                unread.append(LeftOut("member", name, None if about else 1, why))
            for cells in about if why or about else self._alone(name):
                count += 1
                yield line, [*cells, name, text]
        if self._beside:
            for cells in self._beside.rows.get("", ()):
                count += 1
                yield len(self._letters) + 1, [*cells, "", ""]
        if not count:
            text = _("None of the %(count)s files has a text: %(name)s: %(why)s")
            first = unread[0]
            raise Refused("no_letters", text % {"count": f"{len(unread):,}", "name": first.name, "why": first.why})
        self.understood.left_out[:] = [*self._beside_letters(), *unread[:MAX_NAMED]]
        self._note_encodings(texts)

    def _alone(self, name: str) -> list[Sequence[str]]:
        reference = self._references[name]
        return [self._beside.row_for(name, reference) if self._beside else [reference]]

    def _beside_letters(self) -> list[LeftOut]:
        more = self._beside.left_out if self._beside else ()
        why = _("Letters are read from .txt, .md, .html, .docx and .pdf.")
        others = [(name, "" if name.lower().endswith(_LETTERS) else why) for name in self._others]
        return [*more, *(LeftOut("member", name, None, reason) for name, reason in others)]

    def _described(self) -> str:
        if self._beside is None:
            text = ngettext(
                "%(count)s file of texts is read as a record, with its name as its reference.",
                "%(count)s files of texts are read as records, with their names as references.",
                len(self._letters),
            )
            return text % {"count": f"{len(self._letters):,}"}
        with_row = sum(name in self._beside.rows for name in self._letters)
        text = _(
            "The texts of %(count)s files are read beside the rows of “%(table)s”, whose column “%(column)s” names "
            "them. Files that no row names: %(files)s. Rows that name no file: %(rows)s."
        )
        return text % {
            "count": f"{len(self._letters):,}", "table": self._beside.name,
            "column": self._beside.columns[self._beside.place], "files": f"{len(self._letters) - with_row:,}",
            "rows": f"{len(self._beside.rows.get('', ())):,}",
        }  # fmt: skip

    def _note_encodings(self, texts: Texts) -> None:
        if not texts.guessed:
            return
        found = ", ".join(f"{name} ({count:,})" for name, count in texts.encodings.most_common())
        text = _(
            "Encodings of the texts: %(found)s. %(guessed)s of them are a guess from the letters used: check accents."
        )
        note = text % {"found": found, "guessed": f"{texts.guessed:,}"}
        if note not in self.understood.notes:
            self.understood.notes.append(note)


def letters_among(names: Sequence[str]) -> list[str]:
    """The members that are texts of a letter each, without those about the delivery."""
    found = [name for name in names if name.lower().endswith(_LETTERS)]
    return [name for name in found if not _ABOUT.match(PurePosixPath(name).stem.replace("_", " "))] or found


def references_of(letters: Sequence[str]) -> dict[str, str]:
    """A reference for each letter: the name of its file without its ending; with its folders, and then with its ending
    too, where that is needed to tell letters apart."""
    for reference in (_stem, _without_ending, str):
        found = {name: reference(name) for name in letters}
        if len(set(found.values())) == len(found):
            break
    return found


def joined(table: Table, name: str, letters: Sequence[str]) -> Beside | None:
    """A table that names the files of letters in one of its columns; None if it names fewer than half of them, and
    fewer than half of its rows name one. Raises Refused for one that cannot be held in memory."""
    keys = _keys(letters)
    rows: list[list[str]] = []
    held, place = 0, -1
    width = len(table.understood.columns)
    for batch in table.batches():
        rows += [row if len(row) == width else [*row, *[""] * width][:width] for row in batch.rows]
        held += sum(len(cell) for row in batch.rows for cell in row)
        if place < 0:
            place = _place(rows[:_SAMPLE], keys, len(letters))
        if place < 0:
            return None
        if held > MAX_TABLE:
            text = _("The table “%(name)s” beside the letters is larger than %(size)s MB. Choose it to read it alone.")
            facts = {"name": name, "size": MAX_TABLE // 1024**2}
            raise Refused("table_too_large", text % facts, {"member": [name]})
    if place < 0:
        return None
    by_letter: dict[str, list[Sequence[str]]] = {}
    for row in rows:
        by_letter.setdefault(keys.get(_key(row[place]), ""), []).append(row)
    return Beside(name, table.understood.columns, place, by_letter, list(table.understood.left_out))


def _place(rows: Sequence[Sequence[str]], keys: Mapping[str, str], count: int) -> int:
    """The column that names most files; -1 if none names enough."""
    named: Counter[int] = Counter()
    for row in rows:
        named.update(place for place, cell in enumerate(row) if keys.get(_key(cell)))
    if not named:
        return -1
    place, most = named.most_common(1)[0]
    return place if 2 * most >= min(len(rows), count) else -1


def _keys(letters: Sequence[str]) -> dict[str, str]:
    """What a cell can say to name a letter, to its member; what names several of them names none."""
    found: dict[str, str] = {}
    for name in letters:
        for key in {_key(one) for one in (name, _without_ending(name), PurePosixPath(name).name, _stem(name))}:
            found[key] = "" if found.get(key, name) != name else name
    return {key: name for key, name in found.items() if name}


def _key(cell: str) -> str:
    return cell.strip().replace("\\", "/").removeprefix("./").casefold()


def _stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem


def _without_ending(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    return str(path.with_suffix("")) if path.stem else name
