"""A part of a file is exactly that part, and what cannot be given is said."""

import io
import json

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from rest.ranges import Whole, in_ranges

DATA = bytes(range(256)) * 5


def answer_to(method="GET", data=DATA, closed=None, **headers):
    request = RequestFactory().generic(method, "/", headers=headers)
    closed = [] if closed is None else closed
    whole = Whole(len(data), '"one"', "text/csv", {"Lipse-Rows": "7"}, lambda: closed.append(True))
    file = io.BytesIO(data)
    answer = in_ranges(request, file, whole)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    assert closed == [True]
    assert file.closed
    return answer, content


@given(st.integers(0, len(DATA) - 1), st.integers(0, 2 * len(DATA)))
def test_each_part_has_its_bytes_and_says_where_they_are(first, length):
    last = first + length
    answer, content = answer_to(Range=f"bytes={first}-{last}")
    assert content == DATA[first : last + 1]
    is_whole = len(content) == len(DATA)
    assert answer.status_code == (200 if is_whole else 206)
    if not is_whole:
        assert answer["Content-Range"] == f"bytes {first}-{min(last, len(DATA) - 1)}/{len(DATA)}"
    assert answer["Content-Length"] == str(len(content))


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_file_that_broke_off_anywhere_is_completed(data, drawn):
    at = drawn.draw(st.integers(0, len(data) - 1))
    answer, rest = answer_to(data=data, Range=f"bytes={at}-", **{"If-Range": '"one"'})
    assert data[:at] + rest == data
    assert answer["Lipse-Rows"] == "7"


@pytest.mark.parametrize(
    ("headers", "status", "content"),
    [
        ({}, 200, DATA),
        ({"Range": "bytes=-3"}, 206, DATA[-3:]),
        ({"Range": "bytes=-9999999"}, 200, DATA),
        # What is no range, or more than one, is no reason to give nothing.
        ({"Range": "bytes=5-2"}, 200, DATA),
        ({"Range": "bytes=0-1,4-5"}, 200, DATA),
        ({"Range": "lines=0-1"}, 200, DATA),
        ({"Range": "bytes=-"}, 200, DATA),
        ({"Range": "bytes=²-3"}, 200, DATA),
        # Of another file, or of one that is only equivalent: the whole of this one.
        ({"Range": "bytes=3-", "If-Range": '"other"'}, 200, DATA),
        ({"Range": "bytes=3-", "If-Range": 'W/"one"'}, 200, DATA),
        ({"Range": "bytes=3-", "If-Range": "Sun, 29 Nov 2026 10:00:00 GMT"}, 200, DATA),
        ({"If-None-Match": '"one"'}, 304, b""),
    ],
)
def test_what_a_request_gets(headers, status, content):
    answer, got = answer_to(**headers)
    assert (answer.status_code, got) == (status, content)
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["ETag"] == '"one"'


@pytest.mark.parametrize("asked", ["bytes=1280-", "bytes=-0"])
def test_bytes_that_are_not_there_are_a_problem_that_says_how_many_there_are(asked):
    answer, got = answer_to(Range=asked)
    problem = json.loads(got)
    assert (answer.status_code, problem["status"]) == (416, 416)
    assert problem["type"] == "urn:lipse:problem:range_not_satisfiable"
    assert (answer["Content-Range"], answer["ETag"]) == (f"bytes */{len(DATA)}", '"one"')


def test_head_says_the_same_without_bytes():
    answer, content = answer_to("HEAD", Range="bytes=2-4")
    assert (answer.status_code, content, answer["Content-Length"]) == (206, b"", "3")


def test_an_empty_file_is_whole():
    answer, content = answer_to(data=b"")
    assert (answer.status_code, content) == (200, b"")
    assert answer_to(data=b"", Range="bytes=0-")[0].status_code in (200, 416)
