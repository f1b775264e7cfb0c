"""The interface of every reader: columns, and rows of text in batches with record and line numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Protocol, Self

from standards.json_values import JsonObject
from standards.translation import gettext as _
from standards.translation import gettext_noop, ngettext

MAX_COLUMNS = 1_000
MAX_CELL = 8 * 1024 * 1024
MAX_LINE = 16 * 1024 * 1024
BATCH = 5_000
BATCH_CHARACTERS = 8 * 1024 * 1024  # a batch ends early if its cells have more characters together


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is read. Empty text, 0 or None: detect it. header_row: the first row of names as a spreadsheet counts
    it, with blank rows; 0 means none. header_rows: the number of rows that name the columns. footer: `keep` reads
    totals and notes below the table as rows. periods: `rows` makes a row of each column that is a year or a period.
    counts_blanks: False in options stored before header_row counted blank rows. is_quick: a text that begins as UTF-8
    is taken to be UTF-8 to its end; whoever reads it all finds out."""

    kind: str = ""
    member: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str | None = None
    escape: str = ""
    header_row: int | None = None
    sheet: str = ""
    table: str = ""
    header_rows: int = 0
    footer: str = ""
    periods: str = ""
    counts_blanks: bool = True
    is_quick: bool = False

    @classmethod
    def of(cls, options: JsonObject) -> Self:
        """Options as they are stored or were chosen. Of a file that was read before there were header_rows, the same
        rows are read again."""
        known = {f.name for f in fields(cls)}
        before: JsonObject = {"header_rows": 1, "footer": "keep", "counts_blanks": False}
        stored: JsonObject = before if options.get("kind") and "header_rows" not in options else {}
        return cls(**stored | {name: value for name, value in options.items() if name in known})

    def as_json(self) -> JsonObject:
        """The options as they are stored."""
        return {name: value for name, value in asdict(self).items() if name != "is_quick"}

    def having(self, **changes: Any) -> Self:
        return replace(self, **changes)


READING_OPTIONS = (
    "member", "sheet", "table", "encoding", "delimiter", "quote", "header_row", "header_rows", "footer", "periods",
)  # fmt: skip
DELIMITERS = (
    (",", gettext_noop("Comma ,")), (";", gettext_noop("Semicolon ;")), ("\t", gettext_noop("Tab")),
    ("|", gettext_noop("Bar |")),
)  # fmt: skip
QUOTES = (('"', gettext_noop('Double "')), ("'", gettext_noop("Single '")), ("none", gettext_noop("No quoting")))


def chosen_options(values: Mapping[str, Any]) -> JsonObject:
    """The reading options among the values of a form, a request or a command. Those left to be detected are absent. As
    a quotation mark, `none` means that there is none."""
    chosen = {name: values[name] for name in READING_OPTIONS if values.get(name) not in ("", None)}
    return chosen | {"quote": ""} if chosen.get("quote") == "none" else chosen


@dataclass(slots=True)
class Batch:
    """Consecutive records.

    first: number of the first record, from 1 below the header. lines: the physical line on which each record begins.
    offset: lets the reader return to the first record, if it can. next_line: where the next batch begins, for readers
    of lines. joined: optionally the rows again, each as one text with its cells separated by `quick_split.CELL`; no
    cell then contains a NUL or a mark of that module.
    """

    first: int
    lines: list[int]
    rows: Sequence[list[str]]
    offset: int | None = None
    next_line: int = 0
    joined: list[str] | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of what was delivered that is not read. kind: `sheet`, `member` (of an archive), `table`, `beside` (in a
    JSON text), `title`, `total` or `note`. rows: None where they cannot be counted. why: a sentence, where the kind
    does not say it."""

    kind: str
    name: str
    rows: int | None = None
    why: str = ""

    def as_json(self) -> JsonObject:
        return {"kind": self.kind, "name": self.name, "rows": self.rows, "why": self.why}


@dataclass(slots=True)
class Understood:
    """How a file was read. labels: what the file says about its columns, such as questions. value_labels: what it says
    about their codes. line_ends: the numbers of carriage returns and line feeds of a text that was read to its end.
    left_out: what the delivery holds beside the table; complete when all rows were read. is_together: it is several
    tables of the same columns."""

    options: ReadOptions
    columns: list[str]
    notes: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    line_ends: tuple[int, int] = (0, 0)
    left_out: list[LeftOut] = field(default_factory=list)
    is_together: bool = False


class Table(Protocol):
    """An open file. batches: streams all records, or those from start = (offset, record, line)."""

    understood: Understood

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]: ...

    def close(self) -> None: ...


def named_columns(cells: list[str]) -> list[str]:
    """Names of columns: trimmed; columns without a name and repeated names are numbered."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        name = base = " ".join(cell.replace("\0", "").split())[:200] or f"Column {position}"
        again = 2
        while name in taken:
            name = f"{base} ({again})"
            again += 1
        taken.add(name)
        names.append(name)
    return names


def skipped_above(lines: Sequence[tuple[int, list[str]]], header_row: int) -> list[str]:
    """A note about the rows above the header, which are left out. lines: filled rows with their numbers."""
    above = [row for number, row in lines if number < header_row and any(cell.strip() for cell in row)]
    if not above:
        return []
    texts = [" ".join(" ".join(cell for cell in row if cell).split()) for row in above]
    shown = "”, “".join(text[:80] for text in texts[:3])
    if len(texts) > 3:
        text = _(
            "The %(count)s rows above the header are left out: “%(texts)s” and more. Row %(row)s names the columns; if "
            "another one does, choose it."
        )
    else:
        text = ngettext(
            "The row above the header is left out: “%(texts)s”. Row %(row)s names the columns; if another one does, "
            "choose it.",
            "The %(count)s rows above the header are left out: “%(texts)s”. Row %(row)s names the columns; if another "
            "one does, choose it.",
            len(texts),
        )
    return [text % {"count": len(texts), "texts": shown, "row": header_row}]
