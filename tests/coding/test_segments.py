"""Whole sentences and paragraphs: the same places for every coder."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.segments import is_whole, paragraphs_of, segments_of, sentences_of, whole_around

LETTERS = st.text(alphabet=st.sampled_from(list("ab Z.!?…。\n\t\"'»)3😡\u0301\u05e9")), max_size=120)


def words(text, segments):
    return [text[start:end] for start, end in segments]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It took a year. Nobody wrote!", ["It took a year.", "Nobody wrote!"]),
        ("Mr. Brown of St. Mary paid 3.50 euros. Then?", ["Mr. Brown of St. Mary paid 3.50 euros.", "Then?"]),
        ("She said: “No.” I left.", ["She said: “No.”", "I left."]),
        ("J. Smith wrote, e.g. twice... and again.", ["J. Smith wrote, e.g. twice... and again."]),
        ("1. First point. Second.", ["1. First point.", "Second."]),
        ("很慢。没人回答！", ["很慢。", "没人回答！"]),
        ("لماذا؟ لا أحد.", ["لماذا؟", "لا أحد."]),
        ("No end\n\nNew paragraph", ["No end", "New paragraph"]),
        ("😡 Why? 😡", ["😡 Why?", "😡"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, sentences):
    assert words(text, sentences_of(text)) == sentences


def test_paragraphs_are_between_blank_lines_and_lines_where_there_is_none():
    assert words("a\nb\n \n\nc\n", paragraphs_of("a\nb\n \n\nc\n")) == ["a\nb", "c"]
    assert words("a\nb\n", paragraphs_of("a\nb\n")) == ["a", "b"]


@given(LETTERS, st.sampled_from(["sentences", "paragraphs"]))
def test_segments_hold_all_that_is_not_white_space_once(text, passages):
    segments = segments_of(text, passages)
    assert all(start < end for start, end in segments)
    assert all(before[1] <= after[0] for before, after in pairwise(segments))
    assert all(part == part.strip() for part in words(text, segments))
    inside = {place for start, end in segments for place in range(start, end)}
    assert all(text[place].isspace() for place in range(len(text)) if place not in inside)


@given(LETTERS, st.data())
def test_any_selection_becomes_whole_segments(text, data):
    segments = sentences_of(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole = whole_around(segments, start, end)
    if whole is None:
        assert not text[start:end].strip()
    else:
        assert is_whole(segments, *whole)
        assert len(text[start:end].strip()) <= whole[1] - whole[0]


@given(LETTERS, st.integers(0, 130), st.integers(0, 130))
def test_a_passage_is_whole_where_its_edges_are_those_of_segments(text, start, end):
    segments = sentences_of(text)
    expected = start < end and start in {s for s, _ in segments} and end in {e for _, e in segments}
    assert is_whole(segments, start, end) == expected
