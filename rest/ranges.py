"""A stored file as an answer, whole or from any byte on (RFC 9110, Range), so that a download can be resumed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from rest.answers import is_named
from rest.problems import problem_response


@dataclass(frozen=True)
class Whole:
    """A whole file: its bytes, a strong ETag, and what to do when an answer with it has ended, however it ends."""

    size: int
    etag: str
    media_type: str
    headers: Mapping[str, str]
    on_close: Callable[[], None]


_BLOCK = 1 << 18
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def in_ranges(request: HttpRequest, file: IO[bytes], whole: Whole) -> HttpResponseBase:
    """The bytes of the file that the caller asks for; 304 where they have it already, 416 where it has no such bytes.

    A request for several ranges, or with an `If-Range` of another file, gets the whole file. The answer closes the
    file, also when it needs none of it.
    """
    common = {"Accept-Ranges": "bytes", "ETag": whole.etag, **whole.headers}
    if is_named(whole.etag, request.META.get("HTTP_IF_NONE_MATCH", "")):
        return _without_bytes(file, whole, HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=common))
    asked = _asked(request, whole)
    if asked is None:
        return _without_bytes(file, whole, _no_such_bytes(whole))
    is_part = asked != range(whole.size)
    common["Content-Length"] = str(len(asked))
    if is_part:
        common["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{whole.size}"
    status = HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK
    part: Iterable[bytes] = _Part(file, asked, whole.on_close)
    if request.method == "HEAD":
        file.close()
        whole.on_close()
        part = ()
    return StreamingHttpResponse(part, content_type=whole.media_type, status=status, headers=common)


def _without_bytes(file: IO[bytes], whole: Whole, answer: HttpResponse) -> HttpResponse:
    file.close()
    whole.on_close()
    return answer


def _no_such_bytes(whole: Whole) -> HttpResponse:
    message = _("The file has %(size)s bytes, and none of those that Range names.") % {"size": whole.size}
    headers = {"Accept-Ranges": "bytes", "ETag": whole.etag, "Content-Range": f"bytes */{whole.size}"}
    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    return problem_response(status, message, code="range_not_satisfiable", headers=headers)


def _asked(request: HttpRequest, file: Whole) -> range | None:
    """The bytes that the request names, all of them where it names none that can be given; None for none there are."""
    size, whole = file.size, range(file.size)
    match = _RANGE.fullmatch(request.META.get("HTTP_RANGE", "").replace(" ", ""))
    if request.META.get("HTTP_IF_RANGE", file.etag) != file.etag or match is None or not any(match.groups()):
        return whole
    first, last = match.groups()
    if not first:
        found = range(max(0, size - int(last)), size)
    else:
        found = range(int(first), min(int(last) + 1, size) if last else size)
        if last and int(last) < int(first):
            return whole
    return found or None


class _Part:
    """The content of the answer. Django closes it when the answer ends, however it ends."""

    def __init__(self, file: IO[bytes], asked: range, on_close: Callable[[], None]) -> None:
        self._file, self._asked, self._on_close = file, asked, on_close

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._asked.start)
        left = len(self._asked)
        while left and (block := self._file.read(min(_BLOCK, left))):
            left -= len(block)
            yield block

    def close(self) -> None:
        self._file.close()
        self._on_close()
