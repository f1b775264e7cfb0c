"""Names, labels and notes of variables of statistics programs."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.tables import Column, ColumnType, MissingKind, Table
from exports.writers.spooled import Storage, spooled
from exports.writers.variables import (
    Rules,
    about,
    as_text,
    cut,
    letters,
    seconds_since,
    short_names,
    variables,
)
from tests.exports.reading import naive

RULES = Rules(longest_name=8, reserved=frozenset({"if", "by"}), first_day=date(1900, 1, 1))


def variable(column, *values):
    with spooled(Table([column], iter([[value] for value in values]))) as spool:
        [found] = variables(spool, RULES)
    return found


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a", "b_2", "C3"], ["a", "b_2", "C3"]),
        (["if", "BY"], ["v_if", "v_BY"]),
        (["ä", "Straße", "α", ""], ["a", "Strae", "column", "column_2"]),
        (["a b", "a-b", "a.b"], ["a_b", "a_b_2", "a_b_3"]),
        (["1st", "_x", "x_"], ["v_1st", "v__x", "x"]),
        (["Name", "name", "NAME"], ["Name", "name_2", "NAME_3"]),
        (["longername1", "longername2"], ["longerna", "longer_2"]),
        (["12345678"], ["v_123456"]),
    ],
)
def test_names_are_short_allowed_and_different(names, found):
    assert short_names(names, RULES) == found


@given(st.lists(st.text(max_size=12), max_size=30))
def test_names_are_always_allowed_and_different_whatever_their_case(names):
    found = short_names(names, RULES)
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert name.isascii() and name.replace("_", "a").isalnum()
        assert name[0].isalpha() and len(name) <= 8
        assert name.casefold() not in RULES.reserved


@pytest.mark.parametrize(
    ("column", "value", "label"),
    [
        (Column("a"), "x", "a"),
        (Column("a", "A"), "x", "A"),
        (Column("a", "A", unit="EUR"), "x", "A (EUR)"),
        (Column("a", type=ColumnType.TIME), datetime(2024, 1, 1, tzinfo=UTC), "a (UTC)"),
        (Column("if", "A"), "x", "A [column if]"),
        (Column("a", type=ColumnType.DAY), "2024", "a [text, because not all values are dates]"),
        (Column("a", type=ColumnType.TRUTH), "x", "a [text, because not all values are truth values]"),
        (Column("a", type=ColumnType.TIME), "x", "a [text, because not all values are times]"),
        (Column("a", type=ColumnType.DAY), date(1899, 12, 31), "a [text, because of dates before 1900-01-01]"),
        (Column("a", type=ColumnType.DAY), date(1900, 1, 1), "a"),
        (Column("a", type=ColumnType.DECIMAL), 10**16 + 1, "a [text, because of numbers of more than 15 digits]"),
        (Column("a", type=ColumnType.STRUCTURE), [], "a"),
    ],
)
def test_a_label_says_unit_name_and_why_a_column_is_text(column, value, label):
    assert variable(column, value).label == label


def test_a_column_that_would_lose_something_is_stored_as_text():
    assert variable(Column("a", type=ColumnType.DAY), date(1899, 12, 31)).storage == Storage.TEXT
    assert variable(Column("a", type=ColumnType.DAY), date(1900, 1, 1)).storage == Storage.DAY
    assert variable(Column("a", type=ColumnType.DECIMAL), 10**16 + 1).storage == Storage.TEXT


def test_labels_of_numbers_and_of_texts():
    coded = variable(Column("a", labels={"1": "Yes", "-2": "No", "": "Blank"}), "1")
    assert (coded.codes, coded.words) == ({1: "Yes", -2: "No"}, {})
    text = variable(Column("a", labels={"y": "Yes", "": "Blank"}), "y")
    assert (text.codes, text.words) == ({}, {"y": "Yes"})
    number = variable(Column("a", type=ColumnType.WHOLE_NUMBER, labels={"1": "One", "x": "Ex"}), 1)
    assert number.codes == {1: "One"}
    assert variable(Column("a", type=ColumnType.TRUTH), True).codes == {0: "false", 1: "true"}


def test_numbers_of_values():
    number = variable(Column("a", labels={"1": "Yes"}), "1").number
    assert [number(value) for value in ("7", "", None, True, 2, 2.5)] == [7, None, None, 1, 2, 2.5]
    assert number(MissingKind(".r", "")) is None
    assert number(date(2024, 1, 1)) is None
    assert [as_text(value) for value in (None, True, date(2024, 1, 1), "a")] == ["", "true", "2024-01-01", "a"]


def test_kinds_of_missing_have_their_own_letter_or_a_free_one():
    kinds = [MissingKind(code, code) for code in (".r", "odd", ".a", ".B", "other")]
    assert letters(kinds) == {".r": "r", ".a": "a", "odd": "b", ".B": "c", "other": "d"}
    many = letters([MissingKind(f"k{n:02}", "") for n in range(30)])
    assert len(many) == len(set(many.values())) == 26
    assert "k26" not in many


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (datetime(1960, 1, 1, 0, 0, 1, tzinfo=UTC), 1),
        (naive(1960, 1, 1, 0, 0, 1), 1),
        (datetime(1960, 1, 1, 2, 0, 1, tzinfo=timezone(timedelta(hours=2))), 1),
        (datetime(1960, 1, 2, 0, 0, 0, 250_999, tzinfo=UTC), 86_400.25),
        (datetime(1959, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC), -0.5),
    ],
)
def test_seconds_since_an_epoch(value, seconds):
    assert seconds_since(datetime(1960, 1, 1, tzinfo=UTC), value) == seconds


@pytest.mark.parametrize(
    ("label", "most", "found"),
    [("abc", 3, "abc"), ("abcd", 3, "…"), ("abcdef", 5, "ab…"), ("ééé", 5, "é…"), ("éé", 4, "éé"), ("a\0b", 9, "a b")],
)
def test_a_label_is_cut_at_a_character(label, most, found):
    assert cut(label, most) == found


@given(st.text(), st.integers(3, 40))
def test_a_cut_label_always_fits(label, most):
    assert len(cut(label, most).encode()) <= most


def test_a_file_says_what_is_known_of_it():
    table = Table(
        [Column("a")],
        iter([["x"]]),
        query="/q",
        filter={"kind": "finding"},
        made_at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        notes=["A note."],
    )
    with spooled(table) as spool:
        assert about(spool) == [
            "Rows: 1",
            "Made at: 2026-01-02T03:04:05+00:00",
            "Query: /q",
            "Filter: kind=finding",
            "A note.",
        ]
    with spooled(Table([Column("a")], iter([]))) as spool:
        assert about(spool) == ["Rows: 0"]
