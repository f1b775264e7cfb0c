"""Lines that belong to the line above."""

import pytest

from rest.outlines import entries_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one\n\n  \ntwo", [("one", 0), ("two", 0)]),
        ("one\n  two\n    three\nfour", [("one", 0), ("two", 1), ("three", 2), ("four", 0)]),
        ("one\n    two\n  three", [("one", 0), ("two", 1), ("three", 1)]),
        ("one\n\ttwo\n\tthree", [("one", 0), ("two", 1), ("three", 1)]),
        ("one\n- two\n- three\nfour", [("one", 0), ("two", 1), ("three", 1), ("four", 0)]),
        ("- one\n- two\n  - three", [("one", 0), ("two", 0), ("three", 1)]),
        ("-5 degrees\n- \n* two", [("-5 degrees", 0), ("two", 1)]),
    ],
)
def test_indents_and_marks_say_what_belongs_to_what(text, expected):
    assert [(entry.text, entry.depth) for entry in entries_of(text)] == expected


def test_a_line_keeps_its_number():
    assert [entry.number for entry in entries_of("one\n\ntwo")] == [1, 3]
