"""Exports: all rows of a filtered list in one file, with its row count, checksum and query in the headers.

The file is written to disk first and then streamed. So the status can still say no, one statement reads one state of
the data, memory stays flat, and a download that was cut is told by its length and its digest.
"""

import base64
import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from http import HTTPStatus
from typing import IO, Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from rest.answers import is_named
from rest.problems import TooLarge
from rest.renderers import to_json
from rest.serializers import RowReader

LIMIT = 100_000
MEMORY = 5_000_000
CHUNK = 2_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


def format_of(text: str) -> str:
    """The export's format out of those known here."""
    if text not in FORMATS:
        message = f"Allowed: {', '.join(FORMATS)}."
        raise ValidationError({"format": ValidationError(message, code="invalid_choice")})
    return text


def export(
    request: HttpRequest, *, name: str, fmt: str, queryset: QuerySet[Any], reader: RowReader, limit: int = LIMIT
) -> HttpResponseBase:
    """The rows as a file called after `name` and the day. More than `limit` rows is 413, saying how many."""
    check_size(queryset, limit)
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.SpooledTemporaryFile(max_size=MEMORY))
        rows, digest = write(file, fmt, reader.names, _rows(queryset, reader))
        etag = f'"{digest.hex()[:24]}"'
        headers = {
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Repr-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
            "Lipse-Rows": str(rows),
            "Lipse-Query": request.get_full_path(),
            "Lipse-Made-At": timezone.now().isoformat(timespec="seconds"),
            "Link": '</api/v1/schema/>; rel="describedby"',
        }
        if is_named(etag, request.META.get("HTTP_IF_NONE_MATCH", "")):
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers["Content-Length"] = str(file.tell())
        file.seek(0)
        answer = FileResponse(
            file, content_type=FORMATS[fmt], as_attachment=True, filename=f"{name}-{timezone.localdate()}.{fmt}"
        )
        for header, value in headers.items():
            answer[header] = value
        closing.pop_all()  # from here on the response closes it
    return answer


def check_size(queryset: QuerySet[Any], limit: int) -> None:
    """Raise TooLarge with the true number of rows when there are more than `limit`."""
    bare = queryset.order_by()
    if bare[: limit + 1].count() > limit:
        rows = bare.count()
        raise TooLarge(
            f"This would be {rows} rows; up to {limit} are given at once. Narrow the filters, or start an export job.",
            code="export_too_large",
            rows=rows,
            limit=limit,
            exports="/api/v1/exports/",
        )


def _rows(queryset: QuerySet[Any], reader: RowReader) -> Iterator[dict[str, Any]]:
    return reader.stream(queryset, chunk_size=CHUNK)


def write(file: IO[bytes], fmt: str, names: list[str], rows: Iterable[dict[str, Any]]) -> tuple[int, bytes]:
    """Write the rows; how many there were, and the SHA-256 of the bytes."""
    digest, count = hashlib.sha256(), 0
    for block, held in _blocks(WRITERS[fmt](names, rows)):
        file.write(block)
        digest.update(block)
        count += held
    return count, digest.digest()


def _blocks(lines: Iterable[tuple[bytes, int]]) -> Iterator[tuple[bytes, int]]:
    """Lines gathered to some 64 kB, each with how many rows it holds."""
    parts: list[bytes] = []
    size = held = 0
    for line, rows in lines:
        parts.append(line)
        size += len(line)
        held += rows
        if size > 65_536:
            yield b"".join(parts), held
            parts, size, held = [], 0, 0
    yield b"".join(parts), held


def _jsonl(names: list[str], rows: Iterable[dict[str, Any]]) -> Iterator[tuple[bytes, int]]:
    for row in rows:
        yield to_json(row) + b"\n", 1


def _csv(names: list[str], rows: Iterable[dict[str, Any]]) -> Iterator[tuple[bytes, int]]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(map(cell, names))
    yield b"\xef\xbb\xbf" + _taken(buffer), 0
    for row in rows:
        writer.writerow([cell(value) for value in row.values()])
        yield _taken(buffer), 1


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def cell(value: Any) -> Any:
    """A value as a cell that no spreadsheet runs as a formula: such texts get an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | dict | tuple):
        return cell(orjson.dumps(value, default=str).decode())
    return value


WRITERS: dict[str, Callable[[list[str], Iterable[dict[str, Any]]], Iterator[tuple[bytes, int]]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
}
