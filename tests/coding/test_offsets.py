"""Offsets are code points, whatever the browser counts."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.offsets import from_utf16, frozen, sha256_of, to_utf16

CASES = json.loads((Path(__file__).parents[1] / "js" / "coding-offsets.json").read_text())


@given(st.text(), st.data())
def test_utf16_and_back_is_the_same_place(text, data):
    offset = data.draw(st.integers(0, len(text)))
    assert from_utf16(text, to_utf16(text, offset)) == offset


@given(st.text())
def test_utf16_length_is_that_of_the_encoded_text(text):
    assert to_utf16(text, len(text)) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_shared_cases_of_browser_and_server(case):
    assert to_utf16(case["text"], case["start"]) == case["utf16_start"]
    assert to_utf16(case["text"], case["end"]) == case["utf16_end"]
    assert from_utf16(case["text"], case["utf16_start"]) == case["start"]
    assert case["text"][case["start"] : case["end"]] == case["passage"]


def test_freezing_makes_line_ends_lf_and_drops_the_byte_order_mark():
    assert frozen("\ufeffOne\r\ntwo\rthree\n") == "One\ntwo\nthree\n"


@given(st.text())
def test_freezing_twice_is_freezing_once_for_text_without_marks(text):
    once = frozen(text.replace("\ufeff", ""))
    assert frozen(once) == once
    assert "\r" not in once


def test_combining_accents_are_not_composed():
    assert frozen("cafe\u0301") == "cafe\u0301"
    assert sha256_of("cafe\u0301") != sha256_of("café")
