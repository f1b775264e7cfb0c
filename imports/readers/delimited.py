"""Delimited text of any dialect and encoding, streamed; also inside .gz and .zip."""

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

from imports.problems import Refused
from imports.readers.heading import header_of, notes_on_header
from imports.readers.quick_split import JoinedRows, records_of
from imports.readers.streams import GuardedStream, unpacked
from imports.readers.table import (
    BATCH,
    BATCH_CHARACTERS,
    MAX_CELL,
    Batch,
    ReadOptions,
    Understood,
    named_columns,
)
from imports.readers.text_source import TextSource
from imports.sniff import dialect as dialects
from imports.sniff import encoding as encodings
from standards.translation import gettext as _

_HEAD = 512 * 1024
_END = "\0\0end of the file\0\0"  # a line behind the last one


class DelimitedTable:
    """Records of a text file. A record may span physical lines; both are counted."""

    def __init__(self, path: Path, container: str, options: ReadOptions, known_headers: frozenset[str]) -> None:
        self._path, self._container, self._member = path, container, options.member
        encoding = self._encoding(options)
        self._skip, self._encoding_name = encoding.skip, encoding.name
        head = self._head()
        self._dialect = dialects.detect(head, delimiter=options.delimiter, quote=options.quote, escape=options.escape)
        lines = dialects.head_lines(head, self._dialect)
        header = header_of(lines, options, known_headers)
        if not lines or header is None:
            raise Refused("no_rows", _("The file has no rows. Check that it is the file you mean."))
        self._last_of_header = header.last
        self.understood = Understood(
            options=options.having(
                kind="text", encoding=encoding.name, delimiter=self._dialect.delimiter, quote=self._dialect.quote,
                escape=self._dialect.escape, header_row=header.row, header_rows=header.rows, counts_blanks=True,
                is_quick=False,
            ),
            columns=named_columns(header.names), notes=notes_on_header(lines, header),
        )  # fmt: skip
        if not encoding.sure:
            self.understood.notes.append(
                _("The encoding %(name)s is a guess from the letters used: check the accents below.")
                % {"name": encoding.name}
            )

    def batches(self, size: int = BATCH, start: tuple[int, int, int] | None = None) -> Iterator[Batch]:
        """Records below the header, or from start = (offset, record, line) as returned by an earlier batch. A batch
        that the csv module has to split has at most `size` records."""
        csv.field_size_limit(MAX_CELL)
        with self._stream() as stream:
            offset, record, line = start or (self._skip, 1, 1)
            stream.seek(offset)
            source = TextSource(io.BufferedReader(stream, 1024 * 1024), self._encoding_name, offset)
            if not start:
                line = self._skip_header(source)
            while batch := self._next_batch(source, Batch(record, [], [], source.offset), line, size):
                if batch.rows:
                    yield batch
                record += len(batch.rows)
                line = batch.next_line
            if not self._encoding_name.startswith(("utf-16", "utf-32")):  # of these half a letter can be a line end
                self.understood.line_ends = (stream.carriage_returns, stream.line_feeds)

    def _next_batch(self, source: TextSource, batch: Batch, line: int, size: int) -> Batch | None:
        """The filled batch, or None at the end of the text. line: the physical line on which it begins."""
        if not self._dialect.escape:
            try:
                block = source.look_at_block(self._dialect.quote)
            except UnicodeDecodeError as error:
                raise self._wrongly_encoded(error, line + source.lines_left) from error
            records = records_of(block, self._dialect.delimiter, self._dialect.quote) if block else None
            if records is not None:
                source.take(block)
                is_plain = not (self._dialect.quote and self._dialect.quote in block)
                return _with_lines(batch, records, block, line, is_plain=is_plain)
        return self._read_rows(source, batch, line, size)

    def _read_rows(self, source: TextSource, batch: Batch, line: int, size: int) -> Batch | None:
        """Split with the csv module."""
        reader = csv.reader(
            itertools.chain(iter(source.read_line, ""), [_END]), **dialects.csv_arguments(self._dialect)
        )
        rows: list[list[str]] = []
        batch.rows = rows
        lines, length, last, spans = batch.lines, 0, 0, 0
        try:
            for row in reader:
                if row:
                    lines.append(line + last)
                    rows.append(row)
                    length += sum(map(len, row))
                spans, last = reader.line_num - last, reader.line_num
                if len(rows) >= size or length > BATCH_CHARACTERS:
                    break
        except csv.Error as error:
            raise _unreadable(error, line + last) from error
        except UnicodeDecodeError as error:
            raise self._wrongly_encoded(error, line + reader.line_num + source.lines_left) from error
        batch.next_line = line + last
        if rows and rows[-1][-1].endswith(_END):
            _check_closed(rows.pop(), lines.pop(), spans)
            return batch if rows else None
        return batch

    def _skip_header(self, source: TextSource) -> int:
        """Skip the header; returns the physical line after it."""
        reader = csv.reader(iter(source.read_line, ""), **dialects.csv_arguments(self._dialect))
        try:
            for _ in range(self._last_of_header):
                next(reader, None)
        except UnicodeDecodeError as error:
            raise self._wrongly_encoded(error, 1 + reader.line_num + source.lines_left) from error
        return 1 + reader.line_num

    def _wrongly_encoded(self, error: UnicodeDecodeError, line: int) -> Refused:
        line += error.object[: error.start].count(b"\n")
        return Refused(
            "wrong_encoding",
            _("From about line %(line)s on the file is not %(encoding_name)s. Choose another encoding.")
            % {"line": f"{line:,}", "encoding_name": self._encoding_name},
        )

    def close(self) -> None:
        return None

    def _encoding(self, options: ReadOptions) -> encodings.Encoding:
        if options.encoding:
            with self._bytes() as stream:
                marked = encodings.byte_order_mark(stream.read(4))
            name = encodings.checked(options.encoding)
            return encodings.Encoding(name, marked.skip if marked and marked.name.startswith(name[:5]) else 0)
        with self._bytes() as stream:
            return encodings.detect(stream, is_quick=options.is_quick)

    def _stream(self) -> GuardedStream:
        return unpacked(self._path, self._container, self._member, line_limit=1)

    def _bytes(self, raw: GuardedStream | None = None) -> io.BufferedReader:
        return io.BufferedReader(raw or self._stream(), 1024 * 1024)

    def _text(self, raw: GuardedStream | None = None) -> io.TextIOWrapper:
        stream = self._bytes(raw)
        stream.read(self._skip)
        return io.TextIOWrapper(stream, encoding=self._encoding_name, newline="")

    def _head(self) -> str:
        with self._text() as text:
            try:
                head = text.read(_HEAD)
            except UnicodeDecodeError as error:
                raise Refused(
                    "wrong_encoding",
                    _(
                        "The first part of the file is not %(encoding_name)s, or is cut in the middle of a "
                        "character. Choose another encoding, or copy the file again."
                    )
                    % {"encoding_name": self._encoding_name},
                ) from error
            return head if len(head) < _HEAD else head[: head.rfind("\n") + 1] or head


def _check_closed(row: list[str], line: int, spans: int) -> None:
    """The marker after the last line is on a line of its own unless a quotation mark is still open."""
    if row != [_END] or spans != 1:
        raise Refused(
            "unclosed_quote",
            _(
                "A quotation mark that is opened in the row at line %(line)s is never closed: all that "
                "follows would be one cell. Close it, or choose “no quoting”."
            )
            % {"line": f"{line:,}"},
        )


def _with_lines(batch: Batch, records: list[str], block: str, line: int, *, is_plain: bool) -> Batch:
    """is_plain: no cell is quoted, so each record is one line that ends in a line feed."""
    batch.joined = [record for record in records if record]
    batch.rows = JoinedRows(batch.joined)
    ends = len(records) if is_plain else block.count("\n")
    single_returns = block.count("\r") - block.count("\r\n") if "\r" in block and not is_plain else 0
    batch.next_line = line + ends + single_returns
    if ends == len(records) and not single_returns:
        batch.lines = [number for number, record in enumerate(records, start=line) if record]
        return batch
    for record in records:
        if record:
            batch.lines.append(line)
        line += 1 + record.count("\n") + record.count("\r") - record.count("\r\n")
    return batch


def _unreadable(error: csv.Error, line: int) -> Refused:
    if "field larger" in str(error):
        return Refused(
            "cell_too_large",
            _(
                "A cell that begins at line %(line)s is longer than %(size)s MB. A quotation mark that "
                "is opened there and never closed is the usual reason; close it or choose “no quoting”."
            )
            % {"line": f"{line:,}", "size": MAX_CELL // 1024**2},
        )
    return Refused(
        "unreadable_row",
        _("The row at line %(line)s cannot be read (%(reason)s). Check quoting and delimiter.")
        % {"line": f"{line:,}", "reason": error},
    )
