"""Offsets are code points, whatever the browser counts."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.offsets import frozen, sha256_of

CASES = json.loads((Path(__file__).parents[1] / "js" / "coding-offsets.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_cases_that_the_browser_is_tested_on_are_code_points_here(case):
    text = case["text"]
    assert text[case["start"] : case["end"]] == case["passage"]
    units = {name: len(text[: case[name]].encode("utf-16-le")) // 2 for name in ("start", "end")}
    assert units == {"start": case["utf16_start"], "end": case["utf16_end"]}


def test_freezing_makes_line_ends_lf_and_drops_the_byte_order_mark_and_nuls():
    assert frozen("\ufeffOne\r\n\r\ntwo\rthr\0ee\0\n") == "One\n\ntwo\nthree\n"
    assert frozen("a\ufeffb") == "a\ufeffb"


def test_the_hash_is_that_of_the_utf8_bytes():
    assert sha256_of("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


@given(st.text())
def test_freezing_twice_is_freezing_once_for_text_without_marks(text):
    once = frozen(text.replace("\ufeff", ""))
    assert frozen(once) == once
    assert "\r" not in once


def test_combining_accents_are_not_composed():
    assert frozen("cafe\u0301") == "cafe\u0301"
    assert sha256_of("cafe\u0301") != sha256_of("café")
