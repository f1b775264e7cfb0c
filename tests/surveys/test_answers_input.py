"""Answers as they are sent: what each type of item accepts, and the reason why not."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers_input import MAX_TEXT, AnswerError, AnswerInput, read_posted, read_values
from surveys.definition import ChoiceDef, ItemDef
from surveys.kinds import ItemType

CHOICES = (ChoiceDef("a", {}), ChoiceDef("b", {}), ChoiceDef("dk", {}, missing="dont-know"))
ITEMS = {
    ItemType.SELECT_ONE: ItemDef("x", ItemType.SELECT_ONE, offers=("refused", "dont-know")),
    ItemType.SELECT_MULTIPLE: ItemDef("x", ItemType.SELECT_MULTIPLE, offers=("refused",)),
    **{kind: ItemDef("x", kind, offers=("refused",)) for kind in ("text", "integer", "decimal", "date")},
}


def number(text):
    return AnswerInput(number=Decimal(text))


def codes(*chosen, missing=""):
    return AnswerInput(codes=chosen, missing=missing)


def refused(code, typed=""):
    return AnswerError(code, typed)


@pytest.mark.parametrize(
    ("kind", "values", "outcome"),
    [
        ("text", [], AnswerInput()),
        ("text", ["so it is"], AnswerInput(text="so it is")),
        ("text", ["x" * MAX_TEXT], AnswerInput(text="x" * MAX_TEXT)),
        ("text", ["x" * (MAX_TEXT + 1)], refused("too-long", "x" * (MAX_TEXT + 1))),
        ("text", ["one", "two"], refused("unknown-choice", "one")),
        ("integer", ["-12"], number("-12")),
        ("integer", ["+12"], number("12")),
        ("integer", ["1 000"], number("1000")),
        ("integer", ["1\u00a0000"], number("1000")),
        ("integer", ["−5"], number("-5")),
        ("integer", ["9" * 15], number("9" * 15)),
        ("integer", ["9" * 16], refused("not-integer", "9" * 16)),
        ("integer", ["1 0,5"], refused("not-integer", "1 0,5")),
        ("integer", ["٣"], refused("not-integer", "٣")),
        ("integer", ["1", "2"], refused("unknown-choice", "1")),
        ("decimal", ["12,5"], number("12.5")),
        ("decimal", ["−1 000.25"], number("-1000.25")),
        ("decimal", [",5"], number("0.5")),
        ("decimal", ["5."], number("5")),
        ("decimal", ["1.1234567"], refused("not-number", "1.1234567")),
        ("decimal", ["1,000.5"], refused("not-number", "1,000.5")),
        ("decimal", ["many"], refused("not-number", "many")),
        ("decimal", ["1", "2"], refused("unknown-choice", "1")),
        ("date", ["2026-11-24"], AnswerInput(day=date(2026, 11, 24))),
        ("date", ["20261124"], refused("not-date", "20261124")),
        ("date", ["24-11-2026"], refused("not-date", "24-11-2026")),
        ("date", ["2026-02-30"], refused("not-date", "2026-02-30")),
        ("select-one", ["b"], codes("b")),
        ("select-one", ["b", "b"], codes("b")),
        ("select-one", ["dk"], codes("dk", missing="dont-know")),
        ("select-one", ["a", "b"], refused("both")),
        ("select-one", ["c"], refused("unknown-choice")),
        ("select-one", ["a", "c"], refused("unknown-choice")),
        ("select-multiple", ["b", "a", "b"], codes("a", "b")),
        ("select-multiple", ["dk"], codes("dk", missing="dont-know")),
        ("select-multiple", ["b", "dk"], refused("both")),
    ],
)
def test_each_type_reads_its_values(kind, values, outcome):
    assert read_values(ITEMS[kind], CHOICES, values) == outcome


@pytest.mark.parametrize(
    ("kind", "posted", "outcome"),
    [
        ("text", {}, AnswerInput()),
        ("text", {"q.x": ["", " \x00 "], "m.x": [""]}, AnswerInput()),
        ("text", {"q.x": [" a\x07b\tc\ud800 "]}, AnswerInput(text="ab\tc")),
        ("text", {"q.x": ["missing:refused"]}, refused("both", "missing:refused")),
        ("text", {"q.y": ["other"], "m.y": ["refused"]}, AnswerInput()),
        ("integer", {"m.x": ["refused"]}, AnswerInput(missing="refused")),
        ("integer", {"m.x": ["refused", "refused"]}, AnswerInput(missing="refused")),
        ("integer", {"m.x": ["bored"]}, refused("unknown-choice")),
        ("integer", {"q.x": ["4"], "m.x": ["bored"]}, refused("unknown-choice")),
        ("integer", {"q.x": ["4", "5"], "m.x": ["refused"]}, refused("both", "4")),
        ("select-one", {"q.x": ["missing:refused"]}, AnswerInput(missing="refused")),
        ("select-one", {"q.x": ["a", "missing:refused"]}, refused("both", "a")),
        ("select-one", {"q.x": ["missing:refused"], "m.x": ["dont-know"]}, refused("both")),
        ("select-one", {"q.x": ["missing:not-applicable"]}, refused("unknown-choice")),
        ("select-multiple", {"q.x": ["b", "a"]}, codes("a", "b")),
    ],
)
def test_a_sent_form_gives_one_answer_or_one_reason(kind, posted, outcome):
    assert read_posted(ITEMS[kind], CHOICES, posted) == outcome


@pytest.mark.parametrize(
    ("answer", "is_empty", "value"),
    [
        (AnswerInput(), True, ""),
        (AnswerInput(codes=()), True, ()),
        (AnswerInput(missing="refused"), False, ""),
        (AnswerInput(text="x"), False, "x"),
        (AnswerInput(number=Decimal("0")), False, 0.0),
        (AnswerInput(day=date.min), False, date.min),
        (codes("a", "b"), False, ("a", "b")),
        (codes("dk", missing="dont-know"), False, ("dk",)),
    ],
)
def test_an_answer_has_a_value_for_expressions(answer, is_empty, value):
    assert answer.is_empty is is_empty
    assert answer.as_expression_value == value
    assert type(answer.as_expression_value) is type(value)


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=6, allow_nan=False))
def test_a_decimal_is_read_with_a_point_or_a_comma(value):
    typed = f"{value:f}"
    read = {read_values(ITEMS["decimal"], (), [spelled]) for spelled in (typed, typed.replace(".", ","))}
    assert read == {AnswerInput(number=value)}
