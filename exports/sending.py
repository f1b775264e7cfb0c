"""Files whose lines the database writes, sent while they are written, and ETags that are known before (docs/adr/0116).

A file that is complete within a moment is sent with its length and digest, like every other. A larger one begins at
once; its length is not known, so HTTP sends it in chunks, and a connection that ends without the last one shows that
the file is not complete. Afterwards HEAD has length and digest of the file with this ETag.
"""

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import IO, cast

import redis
from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language

from exports.at_once import Place
from exports.growing import GrowingFile
from exports.limits import LIMIT
from exports.states import one_state
from exports.tables import Copied, Table
from exports.writers import WRITERS, Writer, write_table
from rest import replica
from rest.answers import is_named
from rest.time_limits import hold_to

FIRST_SECONDS = 0.4
_KEPT_SECONDS = 24 * 3600


def name_of_state(table: Table, fmt: str) -> str:
    """The name of the rows of a table in this format, another one after each change; empty where they have none."""
    if table.copied is None:
        return ""
    form = " ".join([fmt, "" if WRITERS[fmt].is_copied else _words_of(table), *table.names])
    with one_state(table.copied.using):
        return table.copied.state(form) or ""


def _words_of(table: Table) -> str:
    """The words about the columns that a file has beside its rows, which change without them: a term that got another
    label."""
    columns = [
        (str(one.label), one.unit, [(value, str(label)) for value, label in one.labels.items()],
         [(kind.code, str(kind.label)) for kind in one.missing])
        for one in table.columns
    ]  # fmt: skip
    return f"{get_language()} {columns!r}"


def etag_of_state(table: Table, fmt: str) -> str:
    """The ETag of a table as a file, without making it; empty where the state of the rows has no name.

    It is weak for formats whose files contain when they were made.
    """
    state = name_of_state(table, fmt)
    if not state:
        return ""
    return f'"{state}"' if WRITERS[fmt].is_copied else f'W/"{state}"'


def described(rows: int, digest: bytes, size: int) -> dict[str, str]:
    """Headers that describe a complete file."""
    encoded = base64.b64encode(digest).decode()
    return {"Lipse-Rows": str(rows), "Repr-Digest": f"sha-256=:{encoded}:", "Content-Length": str(size)}


def sent_before(table: Table, etag: str) -> dict[str, str]:
    """What HEAD can say: the number of rows, and length and digest where this file was sent before."""
    found = None
    if etag:
        with contextlib.suppress(redis.RedisError):
            found = cache.get(f"export:{etag}")
    if found is not None:
        return described(*found)
    rows = table.n if table.copied is None else table.copied.count(LIMIT)
    return {} if rows is None else {"Lipse-Rows": str(rows)}


@dataclass(frozen=True)
class Head:
    """What is known of a file before its first byte."""

    etag: str
    rows: int


def send(
    request: HttpRequest, table: Table, writer: Writer, headers: dict[str, str], place: Place
) -> HttpResponse | StreamingHttpResponse:
    """The file. Raises TooLarge, and each error that happens before it begins. The response gives the place back."""
    copied = cast("Copied", table.copied)
    fmt = next(name for name, one in WRITERS.items() if one is writer)
    copied.before()

    def write(file: GrowingFile[Head]) -> None:
        if in_thread:
            hold_to("export")
        try:
            with replica.like(was_here=was_here), one_state(copied.using), copied.starting() as started:
                head = Head(etag_of_state(table, fmt), copied.count(LIMIT))
                file.begin(head)
                write_table(writer, replace(table, n=head.rows, copied=started), cast("IO[bytes]", file))
        finally:
            if in_thread:
                connections.close_all()

    in_thread = not connections[copied.using].in_atomic_block
    was_here = in_thread and replica.is_here()
    file: GrowingFile[Head] = GrowingFile(write, in_thread=in_thread)
    with contextlib.ExitStack() as closing:
        closing.callback(file.close)
        head = file.head()
        all_headers = {**headers, "Lipse-Rows": str(head.rows), **({"ETag": head.etag} if head.etag else {})}
        if file.is_complete(None if _wants_length(request) else FIRST_SECONDS):
            digest = file.whole_sha256()
            all_headers |= {"ETag": f'"{digest.hex()[:24]}"'} | all_headers | described(head.rows, digest, file.size)
            if is_named(all_headers["ETag"], request.META.get("HTTP_IF_NONE_MATCH", "")):
                place.close()
                return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=all_headers)
        answer = StreamingHttpResponse(_Sending(file, head, place), content_type=writer.media_type, headers=all_headers)
        closing.pop_all()  # from here on the response closes the file
    return answer


def _wants_length(request: HttpRequest) -> bool:
    """Whether the file must be complete first: the caller asks for its digest, or cannot receive it in chunks."""
    return "Want-Repr-Digest" in request.headers or request.META.get("SERVER_PROTOCOL", "") == "HTTP/1.0"


class _Sending:
    """The content of the response. Django closes it when the response ends, however it ends."""

    def __init__(self, file: GrowingFile[Head], head: Head, place: Place) -> None:
        self._file, self._head, self._place = file, head, place

    def __iter__(self) -> Iterator[bytes]:
        yield from self._file.blocks()
        if self._head.etag:
            known = (self._head.rows, self._file.sha256.digest(), self._file.size)
            with contextlib.suppress(redis.RedisError):
                cache.set(f"export:{self._head.etag}", known, _KEPT_SECONDS)

    def close(self) -> None:
        self._file.close()
        self._place.close()
