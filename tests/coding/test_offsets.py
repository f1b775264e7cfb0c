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
