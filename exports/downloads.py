"""A table as the response to a request: one file with its row count, checksum and query in the headers.

The file is written to disk first and then streamed (docs/adr/0012). So an error still changes the status, one statement
reads one state of the data, memory use is constant, and length and digest show whether a download is complete. Only a
file whose lines the database writes is sent while it is written, if it is large: see `exports.sending`.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http import HTTPStatus
from os import SEEK_END
from typing import IO

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from exports.at_once import Download, Place, TooManyExports
from exports.sending import described, etag_of_state, send, sent_before
from exports.states import one_state
from exports.tables import Table
from exports.unfit import Unfit
from exports.writers import AGGREGATES, WRITERS, Writer, write_table
from rest.answers import is_named

MEMORY = 5_000_000
_BLOCK = 1 << 18
_TEXT = "text/plain; charset=utf-8"


def format_of(text: str, writers: Mapping[str, Writer] = WRITERS) -> str:
    """The name of a format there is a writer for; raises ValidationError with those that exist."""
    if text not in writers:
        message = _("Allowed: %(formats)s.") % {"formats": ", ".join(writers)}
        raise ValidationError({"format": ValidationError(message, code="invalid_choice")})
    return text


def download(request: HttpRequest, table: Table, *, fmt: str, name: str, described_by: str = "") -> HttpResponseBase:
    """The table as a file called `name`, with the ending of its format.

    The answer is 304 where the caller names the ETag of the same rows or of the same bytes. HEAD makes no file.
    `described_by` is the address of what explains the columns. Raises ValidationError where the format cannot contain
    the table, and TooManyExports.
    """
    writer = AGGREGATES[fmt]
    made_at = table.made_at or timezone.now()
    table = replace(table, query=table.query or request.get_full_path(), made_at=made_at)
    headers = {
        "Cache-Control": "private, no-cache",
        "Lipse-Query": table.query,
        "Lipse-Made-At": made_at.isoformat(timespec="seconds"),
        "Content-Disposition": f'attachment; filename="{name}.{writer.ending}"',
    }
    if described_by:
        headers["Link"] = f'<{described_by}>; rel="describedby"'
    etag = etag_of_state(table, fmt)
    if etag:
        headers["ETag"] = etag
        if is_named(etag, request.META.get("HTTP_IF_NONE_MATCH", "")):
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    if request.method == "HEAD":
        return StreamingHttpResponse((), content_type=writer.media_type, headers=headers | sent_before(table, etag))
    with ExitStack() as closing:
        place = closing.enter_context(Place(request))
        way = send if table.copied is not None and writer.is_copied else _written_first
        answer = way(request, table, writer, headers, place)
        closing.pop_all()  # from here on the response gives the place back
    return answer


def _written_first(
    request: HttpRequest, table: Table, writer: Writer, headers: dict[str, str], place: Place
) -> HttpResponse | Download:
    with ExitStack() as closing:
        file: IO[bytes] = closing.enter_context(tempfile.SpooledTemporaryFile(max_size=MEMORY))
        with _one_state(table if writer.reads_lines else None):
            rows = _written(writer, table, file)
        size, digest = file.seek(0, SEEK_END), _sha256(file)
        all_headers = {"ETag": f'"{digest.hex()[:24]}"'} | headers | described(rows, digest, size)
        if is_named(all_headers["ETag"], request.META.get("HTTP_IF_NONE_MATCH", "")):
            place.close()
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=all_headers)
        file.seek(0)
        answer = Download(file, content_type=writer.media_type, headers=all_headers)
        answer.place = place
        closing.pop_all()  # from here on the response closes the file and gives its place back
    return answer


@contextmanager
def _one_state(table: Table | None) -> Iterator[None]:
    """Lines that the database writes are read by another connection, which sees the state of this one."""
    if table is None or table.copied is None:
        yield
        return
    table.copied.before()
    with one_state(table.copied.using):
        yield


def download_for_page(request: HttpRequest, table: Table, *, fmt: str, name: str) -> HttpResponseBase:
    """The same for a link on a page: a sentence and 400 where the format cannot contain the table, or 429."""
    try:
        return download(request, table, fmt=fmt, name=name)
    except ValidationError as error:
        text = "\n".join(error.messages)
        return HttpResponse(text, status=HTTPStatus.BAD_REQUEST, content_type=_TEXT)
    except TooManyExports as error:
        return HttpResponse(error.detail, status=error.status, content_type=_TEXT, headers=error.headers)


def _written(writer: Writer, table: Table, file: IO[bytes]) -> int:
    try:
        return write_table(writer, table, file)
    except Unfit as error:
        raise ValidationError({"format": ValidationError(error.message, code=error.code)}) from error


def _sha256(file: IO[bytes]) -> bytes:
    """Digest of the whole file. Afterwards the position is at its end."""
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.digest()
