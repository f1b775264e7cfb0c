"""Answers compressed as the caller accepts: zstd, else gzip (docs/adr/0116).

JSON of the API, files of exports, and pages. An answer that a browser asks for by its cookie may hold what the caller
may read beside what somebody else put into the address, and its size would betray the one by the other. So JSON is
compressed only for callers that name themselves with a token, and a page only where its address asks for nothing: then
it repeats nothing of the request, its tokens are other ones each time, and its length is blurred by random bytes
(docs/adr/0155). A file of an export repeats nothing of the request.
"""

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Protocol, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEAST_BYTES = 1_024
GZIP, ZSTD = "gzip", "zstd"
_GZIP_LEVEL, _ZSTD_LEVEL = 4, 3
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS
_JSON = ("application/json", "application/problem+json", "application/vnd.lipse.explanation+json")
_FILES = ("text/csv", "application/jsonl")
_PAGE = "text/html"
# As many as Django adds, which follows "Heal the Breach" (https://ieeexplore.ieee.org/document/9754554).
_MOST_RANDOM_BYTES = 100
_CODED_ETAG = re.compile(rf'-(?:{GZIP}|{ZSTD})"')


class Compressor(Protocol):
    """What zlib and zstd have in common."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class Compression:
    """Compresses answers. Their ETag says how, so that a caller's copy is recognised in each coding."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        named = request.META.get("HTTP_IF_NONE_MATCH", "")
        for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"):
            if name in request.META:
                request.META[name] = _CODED_ETAG.sub('"', request.META[name])
        response = self.get_response(request)
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            _name_as_before(response, named)
            return response
        kind = response.get("Content-Type", "").partition(";")[0]
        if kind == _PAGE:
            _compress_page(request, response)
            return response
        # A part of a file is a part of its bytes as they are.
        if (
            kind not in _JSON + _FILES
            or response.has_header("Content-Encoding")
            or response.has_header("Accept-Ranges")
        ):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        coding = coding_for(request)
        is_safe = kind in _FILES or settings.SESSION_COOKIE_NAME not in request.COOKIES
        if coding and is_safe and _is_worth_it(response):
            _compress(response, coding, is_head=request.method == "HEAD")
        return response


def _name_as_before(response: HttpResponseBase, named: str) -> None:
    """Give an unchanged answer the ETag that the caller named, with its coding."""
    for coding in (GZIP, ZSTD):
        if response.has_header("ETag") and (coded := _coded(response["ETag"], coding)) in named:
            response["ETag"] = coded
            patch_vary_headers(response, ["Accept-Encoding"])


def _coded(etag: str, coding: str) -> str:
    return etag.removesuffix('"') + f'-{coding}"'


def coding_for(request: HttpRequest, among: tuple[str, ...] = (ZSTD, GZIP)) -> str:
    """The coding that the caller prefers of those there are; the first of equal ones. Empty for none."""
    accepted = _accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if request.META.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return ""
    qualities = {coding: accepted.get(coding, accepted.get("*", 0.0)) for coding in among}
    best = max(qualities, key=lambda coding: qualities[coding])
    return best if qualities[best] > 0 else ""


def _accepted(header: str) -> dict[str, float]:
    found = {}
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameter)
        if name.strip():
            found[name.strip()] = float(quality[1]) if quality else 0.0 if parameter else 1.0
    return found


def _is_worth_it(response: HttpResponseBase) -> bool:
    if response.streaming:
        return int(response.get("Content-Length", str(LEAST_BYTES))) >= LEAST_BYTES
    return len(cast(HttpResponse, response).content) >= LEAST_BYTES


def compressor(coding: str) -> Compressor:
    """A stream of this coding. Both end with a checksum of what was compressed."""
    if coding == GZIP:
        return cast(Compressor, zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _WITH_GZIP_HEADER))
    parameter = zstd.CompressionParameter
    options: dict[int, int] = {parameter.compression_level: _ZSTD_LEVEL, parameter.checksum_flag: 1}
    return cast(Compressor, zstd.ZstdCompressor(options=options))


def _compress(response: HttpResponseBase, coding: str, *, is_head: bool) -> None:
    response["Content-Encoding"] = coding
    if response.has_header("ETag"):
        response["ETag"] = _coded(response["ETag"], coding)
    if response.has_header("Repr-Digest"):
        # The digest of the file as it is without the coding.
        response["Unencoded-Digest"] = response["Repr-Digest"]
        del response["Repr-Digest"]
    if response.streaming:
        del response["Content-Length"]
        if not is_head:
            streamed = cast(StreamingHttpResponse, response)
            streamed.streaming_content = _compressed(cast("Iterable[bytes]", streamed.streaming_content), coding)
        return
    whole, stream = cast(HttpResponse, response), compressor(coding)
    whole.content = stream.compress(whole.content) + stream.flush()
    if whole.has_header("Content-Length"):
        whole["Content-Length"] = str(len(whole.content))


def _compress_page(request: HttpRequest, response: HttpResponseBase) -> None:
    if response.streaming or response.has_header("Content-Encoding"):
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    repeats = bool(request.META.get("QUERY_STRING")) or request.method not in ("GET", "HEAD")
    is_found = response.status_code == HTTPStatus.OK
    if repeats or not is_found or not _is_worth_it(response) or not coding_for(request, (GZIP,)):
        return
    page = cast(HttpResponse, response)
    response["Content-Encoding"] = GZIP
    if response.has_header("ETag"):
        response["ETag"] = _coded(response["ETag"], GZIP)
    page.content = compress_string(page.content, max_random_bytes=_MOST_RANDOM_BYTES)
    if page.has_header("Content-Length"):
        page["Content-Length"] = str(len(page.content))


def _compressed(blocks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    stream = compressor(coding)
    for block in blocks:
        if data := stream.compress(block):
            yield data
    yield stream.flush()
