"""Answers are compressed as the caller accepts, and never where their size could betray something."""

import zlib

import pytest
from backports import zstd
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from rest.compression import LEAST_BYTES, Compression, coding_for

BODY = b'{"a": "' + b"word " * 500 + b'"}'


def answer(response, *, accept="gzip", cookie=False, method="GET", **headers):
    request = getattr(RequestFactory(), method.lower())(
        "/api/v1/places/", headers={"Accept-Encoding": accept} | headers
    )
    request.META["SERVER_PROTOCOL"] = "HTTP/1.1"
    if cookie:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    return Compression(lambda _request: response)(request)


def json(body=BODY, **headers):
    return HttpResponse(body, content_type="application/json", headers={"ETag": '"abc"'} | headers)


def decoded(response):
    data = b"".join(response.streaming_content) if response.streaming else response.content
    return zlib.decompress(data, 31) if response["Content-Encoding"] == "gzip" else zstd.decompress(data)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, zstd", "zstd"),
        ("zstd;q=0.5, gzip;q=0.8", "gzip"),
        ("gzip;q=0, br", ""),
        ("*", "zstd"),
        ("*;q=0", ""),
        ("", ""),
        ("identity", ""),
        ("gzip;q=nonsense", ""),
    ],
)
def test_the_coding_is_the_one_that_the_caller_prefers(header, coding):
    request = RequestFactory().get("/", headers={"Accept-Encoding": header})
    request.META["SERVER_PROTOCOL"] = "HTTP/1.1"
    assert coding_for(request) == coding


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_json_is_compressed_and_says_so(coding):
    response = answer(json(**{"Content-Length": str(len(BODY))}), accept=coding)
    assert response["Content-Encoding"] == coding
    assert response["ETag"] == f'"abc-{coding}"'
    assert response["Vary"] == "Accept-Encoding"
    assert response["Content-Length"] == str(len(response.content))
    assert len(response.content) < len(BODY) / 3
    assert decoded(response) == BODY


def test_a_session_of_a_browser_gets_json_as_it_is():
    response = answer(json(), cookie=True)
    assert not response.has_header("Content-Encoding")
    assert (response.content, response["ETag"], response["Vary"]) == (BODY, '"abc"', "Accept-Encoding")


def test_other_answers_are_left_as_they_are():
    response = answer(HttpResponse(BODY, content_type="image/png"))
    assert response.content == BODY
    assert not response.has_header("Vary")


def page_for(address="/my-work/", method="get", status=200, accept="gzip, zstd", body=BODY):
    request = getattr(RequestFactory(), method)(address, headers={"Accept-Encoding": accept})
    request.META["SERVER_PROTOCOL"] = "HTTP/1.1"
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    page = HttpResponse(body, content_type="text/html; charset=utf-8", status=status)
    page["Content-Length"] = str(len(body))
    return Compression(lambda _request: page)(request)


def test_a_page_whose_address_asks_for_nothing_is_compressed_for_a_session_too():
    response = page_for()
    assert decoded(response) == BODY
    assert (response["Content-Encoding"], response["Vary"]) == ("gzip", "Accept-Encoding")
    assert response["Content-Length"] == str(len(response.content))
    assert len(response.content) < len(BODY) / 3


def test_the_length_of_a_compressed_page_is_blurred():
    assert len({len(page_for().content) for _ in range(50)}) > 10


@pytest.mark.parametrize(
    "asked",
    [
        {"address": "/search/?q=token"},
        {"method": "post"},
        {"status": 404},
        {"accept": "zstd"},
        {"body": b"x" * (LEAST_BYTES - 1)},
    ],
    ids=str,
)
def test_a_page_that_may_repeat_words_of_the_request_or_cannot_be_read_is_left_as_it_is(asked):
    response = page_for(**asked)
    assert response.content == asked.get("body", BODY)
    assert not response.has_header("Content-Encoding")
    assert response["Vary"] == "Accept-Encoding"


def test_a_small_answer_is_left_as_it_is():
    assert not answer(json(b"x" * (LEAST_BYTES - 1))).has_header("Content-Encoding")
    assert answer(json(b"x" * LEAST_BYTES)).has_header("Content-Encoding")


def test_a_file_is_compressed_for_a_browser_too_and_keeps_the_digest_of_its_rows():
    file = StreamingHttpResponse(iter([BODY, BODY]), content_type="text/csv; charset=utf-8")
    file["Repr-Digest"], file["Content-Length"] = "sha-256=:x:", str(2 * len(BODY))
    response = answer(file, cookie=True, accept="zstd")
    assert decoded(response) == BODY + BODY
    assert response["Unencoded-Digest"] == "sha-256=:x:"
    assert not response.has_header("Repr-Digest")
    assert not response.has_header("Content-Length")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_file_that_was_cut_off_cannot_be_decompressed(coding):
    whole = b"".join(answer(StreamingHttpResponse([BODY], content_type="text/csv"), accept=coding).streaming_content)
    if coding == "gzip":
        reader = zlib.decompressobj(31)
        reader.decompress(whole[:-1])
        assert not reader.eof
    else:
        with pytest.raises(zstd.ZstdError):
            zstd.decompress(whole[:-1])


def test_the_etag_with_its_coding_is_the_same_answer():
    seen = {}

    def unchanged(request):
        seen.update(request.META)
        return HttpResponse(status=304, headers={"ETag": '"abc"'})

    request = RequestFactory().get("/", headers={"If-None-Match": 'W/"x", "abc-gzip"', "If-Match": '"abc-zstd"'})
    response = Compression(unchanged)(request)
    assert (seen["HTTP_IF_NONE_MATCH"], seen["HTTP_IF_MATCH"]) == ('W/"x", "abc"', '"abc"')
    assert response["ETag"] == '"abc-gzip"'


def test_head_has_the_headers_of_get_and_no_body():
    response = answer(StreamingHttpResponse((), content_type="text/csv"), method="HEAD")
    assert response["Content-Encoding"] == "gzip"
    assert b"".join(response.streaming_content) == b""
