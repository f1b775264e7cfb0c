"""JSON: an array of objects, one object on each line, or an object that contains such an array; also in .gz and
.zip."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from imports.problems import Refused
from imports.readers.child import batched
from imports.readers.json_beside import MAX_NAMED, described, described_list, described_object
from imports.readers.json_shapes import records_of, shape_of, tables_of
from imports.readers.json_stream import MAX_DEPTH, JsonStream, flattened, too_deep
from imports.readers.streams import unpacked
from imports.readers.table import BATCH, MAX_COLUMNS, Batch, LeftOut, ReadOptions, Understood, named_columns
from imports.sniff import encoding as encodings
from standards.translation import gettext as _

_LINES = "(one object a line)"
_WHOLE = "(the whole file)"
_LONE = re.compile("[\ud800-\udfff]")


class JsonTable:
    """Records are objects. Record numbers count them; line numbers are those on which they begin. The file is read
    twice, because all keys are known only at its end."""

    def __init__(self, path: Path, container: str, options: ReadOptions) -> None:
        self._path, self._container, self._member = path, container, options.member
        self._encoding = self._find_encoding(options.encoding)
        with self._text() as text:
            self._shape = _shape(JsonStream(text))
        counted, beside = self._tables()
        tables = list(counted)
        self._table = _chosen(tables, options.table)
        self._keys: dict[str, None] = {}
        replaced = 0
        for _line, cells in self._records():
            self._keys.update(dict.fromkeys(cells))
            replaced += any(not text.isascii() and not _can_be_kept(text) for text in cells.values())
            if len(self._keys) > MAX_COLUMNS:
                raise Refused(
                    "too_many_columns",
                    _(
                        "The objects have more than %(limit)s different keys. Keys are column names: export the "
                        "records so that all have the same ones."
                    )
                    % {"limit": f"{MAX_COLUMNS:,}"},
                )
        self.understood = Understood(
            options=options.having(
                kind="json", encoding=self._encoding.name, table=self._table if len(tables) > 1 else ""
            ),
            columns=named_columns(list(self._keys)),
            choices={"table": tables} if len(tables) > 1 else {},
            left_out=[
                *(LeftOut("table", name, rows) for name, rows in counted.items() if name != self._table),
                *(LeftOut("beside", name, None, what) for name, what in beside.items()),
            ],
        )
        if replaced:
            self.understood.notes.append(
                _("%(replaced)s records hold half of a character (a lone surrogate), shown and stored as �.")
                % {"replaced": f"{replaced:,}"}
            )

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        first = start[1] if start else 1
        keys = list(self._keys)
        rows = (
            (line, [_kept(cells.get(key, "")) for key in keys])
            for number, (line, cells) in enumerate(self._records(), start=1)
            if number >= first
        )
        yield from batched(rows, size, first)

    def close(self) -> None:
        return None

    def _find_encoding(self, wanted: str) -> encodings.Encoding:
        with self._bytes() as stream:
            if not wanted:
                return encodings.detect(stream)
            marked = encodings.byte_order_mark(stream.read(4))
            name = encodings.checked(wanted)
            return encodings.Encoding(name, marked.skip if marked and marked.name.startswith(name[:5]) else 0)

    def _bytes(self) -> io.BufferedReader:
        return io.BufferedReader(unpacked(self._path, self._container, self._member), 256 * 1024)

    def _text(self) -> io.TextIOWrapper:
        stream = self._bytes()
        stream.read(self._encoding.skip)
        return io.TextIOWrapper(stream, encoding=self._encoding.name)

    def _tables(self) -> tuple[dict[str, int], dict[str, str]]:
        """The arrays of objects in the file, by the path of their keys, with their lengths (0 if there is one), and
        what stands beside them."""
        with self._text() as text:
            stream = JsonStream(text)
            if self._shape:
                return tables_of(stream, self._shape)
            if stream.peek() == "[":
                return {_WHOLE: 0}, {}
            found: dict[str, int] = {}
            beside = _walk(stream, "", MAX_DEPTH, found)
            if stream.peek() or not found:
                return {_LINES: 0}, {}
        return found, beside

    def _records(self) -> Iterator[tuple[int, dict[str, str]]]:
        line = 1
        with self._text() as text:
            try:
                for line, item in self._items(JsonStream(text)):
                    if not isinstance(item, dict):
                        raise Refused(
                            "not_a_table",
                            _(
                                "At line %(line)s the JSON has a value that is not an object, so this is not a table. "
                                'Export one object a record: {"id": 1, "text": "..."}.'
                            )
                            % {"line": f"{line:,}"},
                        )
                    yield line, flattened(item)
            except RecursionError as error:
                raise too_deep(line) from error
            except UnicodeDecodeError as error:
                raise Refused(
                    "wrong_encoding",
                    _("Some bytes of the file are not %(name)s. Choose another encoding.")
                    % {"name": self._encoding.name},
                ) from error

    def _items(self, stream: JsonStream) -> Iterator[tuple[int, object]]:
        if self._shape:
            yield from records_of(stream, self._shape, self._table)
            return
        if self._table == _LINES:
            while stream.peek():
                yield stream.line, stream.value()
            return
        if self._table == _WHOLE:
            yield from stream.items()
            if stream.peek():
                raise Refused(
                    "broken_json",
                    _("At line %(line)s something follows the end of the array. Export the file again.")
                    % {"line": f"{stream.line:,}"},
                )
            return
        yield from _below(stream, "", self._table)


def _shape(stream: JsonStream) -> str:
    """A text with a member that is too large or broken has none: reading it again says where."""
    try:
        return shape_of(stream)
    except (Refused, UnicodeDecodeError, RecursionError):
        return ""


def _walk(stream: JsonStream, prefix: str, depth: int, found: dict[str, int]) -> dict[str, str]:
    """Add the arrays of objects to `found`; returns what stands beside them, each with what it is: of an object without
    such an array its own name."""
    beside: dict[str, str] = {}
    for key in stream.names():
        name = f"{prefix}.{key}" if prefix else key
        start = stream.peek()
        if start == "[":
            kinds = Counter(type(item) for _line, item in stream.items())
            if set(kinds) == {dict}:
                found[name] = kinds[dict]
                continue
            inside = {name: described_list(kinds.total())}
        elif start == "{" and depth > 1:
            known = len(found)
            inside = _walk(stream, name, depth - 1, found)
            if len(found) == known:
                inside = {name: described_object([path[len(name) + 1 :] for path in inside])}
        else:
            inside = {name: described(stream.value())}
        beside |= {path: what for path, what in inside.items() if what and len(beside) < MAX_NAMED}
    return beside


def _below(stream: JsonStream, prefix: str, wanted: str) -> Iterator[tuple[int, object]]:
    """The items of the array at the given path; everything else is skipped."""
    for key in stream.names():
        name = f"{prefix}.{key}" if prefix else key
        start = stream.peek()
        if name == wanted and start == "[":
            yield from stream.items()
        elif start == "{" and wanted.startswith(f"{name}."):
            yield from _below(stream, name, wanted)
        elif start == "[":
            for _ in stream.items():
                pass
        else:
            stream.value()


def _chosen(tables: list[str], wanted: str) -> str:
    if wanted and wanted not in tables:
        raise Refused(
            "no_such_table",
            _("There is no list %(wanted)s. The file has: %(tables)s.")
            % {"wanted": repr(wanted), "tables": ", ".join(tables[:20])},
        )
    if not wanted and len(tables) > 1:
        shown = ", ".join(tables[:20])
        raise Refused(
            "several_tables",
            _("The file has %(count)s lists of records: %(shown)s. Choose the one to import.")
            % {"count": len(tables), "shown": shown},
            {"table": tables[:1_000]},
        )
    return wanted or tables[0]


def _can_be_kept(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kept(text: str) -> str:
    """The text with lone surrogates, which no text column can store, replaced."""
    if text.isascii() or _can_be_kept(text):
        return text
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", text)
