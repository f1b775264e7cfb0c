"""Values of the questionnaire language, each conversion and operation against what XPath 1.0 says."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.xpath_values import FUNCTIONS, arithmetic, compare, date_of, number_of, text_of, truth_of

DAY = date(2026, 11, 24)
NAN, INF = math.nan, math.inf


def same(one, other):
    """Equal and of one type; no number is the same as no number, and the zeros differ."""
    return type(one) is type(other) and repr(one) == repr(other)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (DAY, DAY),
        ("2026-11-24", DAY),
        (("2026-11-24",), DAY),
        ("20261124", None),
        ("2026-11-24T00", None),
        ("2026-13-01", None),
        ("", None),
        (20261124.0, None),
    ],
)
def test_a_day_is_ten_characters_of_iso_8601(value, day):
    assert date_of(value) == day


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (DAY, 739944.0),
        (True, 1.0),
        (False, 0.0),
        (3, 3.0),
        (-2.5, -2.5),
        (" 12.5 ", 12.5),
        ("-.5", -0.5),
        ("7.", 7.0),
        (("7",), 7.0),
        (("7", "8"), NAN),
        ((), NAN),
        ("", NAN),
        (".", NAN),
        ("--1", NAN),
        ("+1", NAN),
        ("1_000", NAN),
        ("1e3", NAN),
        ("inf", NAN),
        ("Infinity", NAN),
        ("nan", NAN),
        ("٣", NAN),
        ("three", NAN),
    ],
)
def test_a_number_is_what_xpath_reads_as_one(value, number):
    assert same(number_of(value), number)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (-3.0, "-3"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (NAN, ""),
        (INF, "Infinity"),
        (-INF, "-Infinity"),
        (("a", "b"), "a b"),
        ((), ""),
        (DAY, "2026-11-24"),
        ("as it is ", "as it is "),
    ],
)
def test_a_value_has_one_text(value, text):
    assert text_of(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_survives_being_text(number):
    assert number_of(text_of(number)) == number


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (True, True),
        (False, False),
        (0.0, False),
        (NAN, False),
        (-0.5, True),
        (1, True),
        ("", False),
        ("false", True),
        ((), False),
        (("a",), True),
        (date.min, True),
    ],
)
def test_a_value_is_true_as_xpath_has_it(value, truth):
    assert truth_of(value) is truth


LESS, EQUAL, GREATER, UNORDERED = "< <= !=", "<= = >=", "> >= !=", "!="


@pytest.mark.parametrize(
    ("left", "right", "holding"),
    [
        (1.0, 2.0, LESS),
        (2.0, 2, EQUAL),
        (3.0, 2.0, GREATER),
        (NAN, NAN, UNORDERED),
        ("", 0.0, UNORDERED),
        ("10", 10.0, EQUAL),
        (9.0, "10", LESS),
        ("9", "10", LESS),
        ("10", "9", GREATER),
        ("b", "a", UNORDERED),
        ("a", "a", "="),
        (("a", "b"), "a b", "="),
        ("10", "10.0", "<= >= !="),
        (True, "x", EQUAL),
        ("", True, LESS),
        (False, 0.0, EQUAL),
        (-7.0, False, GREATER),
        (DAY, "2026-11-25", LESS),
        ("2026-11-25", DAY, GREATER),
        (DAY, DAY, EQUAL),
        (DAY, ("2026-11-24",), EQUAL),
        (DAY, "today", UNORDERED),
        ("", DAY, UNORDERED),
        (DAY, 739944.0, UNORDERED),
    ],
)
def test_values_compare_as_in_xpath_and_days_with_days(left, right, holding):
    symbols = ["<", "<=", "=", "!=", ">", ">="]
    assert {symbol for symbol in symbols if compare(symbol, left, right)} == set(holding.split())


@pytest.mark.parametrize(
    ("symbol", "left", "right", "result"),
    [
        ("+", 2.0, 3.0, 5.0),
        ("-", 2.0, 3.0, -1.0),
        ("*", 2.0, 3.0, 6.0),
        ("div", 3.0, 2.0, 1.5),
        ("div", 1.0, 0.0, INF),
        ("div", -2.0, 0.0, -INF),
        ("div", 1.0, -0.0, -INF),
        ("div", -1.0, -0.0, INF),
        ("div", 0.0, 0.0, NAN),
        ("div", NAN, 0.0, NAN),
        ("mod", 7.0, 3.0, 1.0),
        ("mod", -7.0, 3.0, -1.0),
        ("mod", 7.0, 1.0, 0.0),
        ("mod", 7.0, INF, 7.0),
        ("mod", 7.0, 0.0, NAN),
        ("mod", INF, 3.0, NAN),
        ("mod", NAN, 3.0, NAN),
    ],
)
def test_arithmetic_follows_ieee_754(symbol, left, right, result):
    assert same(arithmetic(symbol, left, right), result)


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("selected", (("a", "b"), " b "), True),
        ("selected", ("a bc", "b"), False),
        ("count-selected", ("a b c",), 3.0),
        ("count-selected", ((),), 0.0),
        ("boolean", ("x",), True),
        ("number", ("1.50",), 1.5),
        ("string", (1.50,), "1.5"),
        ("int", (-2.7,), -2.0),
        ("int", ("2.7",), 2.0),
        ("int", ("x",), NAN),
        ("int", (-INF,), -INF),
        ("round", (2.5,), 3.0),
        ("round", (2.49,), 2.0),
        ("round", (0.5,), 1.0),
        ("round", (1250.0, "-2"), 1300.0),
        ("round", (1.005, 2.0), 1.01),
        ("round", (0.1234567890123456, 99.0), 0.123456789012346),
        ("round", (5e15, -99.0), 5e15),
        ("round", (1e300, 15.0), 1e300),
        ("round", (INF,), NAN),
        ("round", (1.0, NAN), NAN),
        ("min", (3.0, "", "1", 2.0), 1.0),
        ("min", ("", "x"), NAN),
        ("max", (3.0, "", "10"), 10.0),
        ("max", ("x",), NAN),
        ("coalesce", ("", (), 0.0, "x"), 0.0),
        ("coalesce", ("", NAN), ""),
        ("concat", ("a", 1.0, True, DAY), "a1true2026-11-24"),
        ("string-length", (12.5,), 4.0),
        ("contains", ("abc", "bc"), True),
        ("contains", ("abc", "cb"), False),
        ("starts-with", ("abc", "ab"), True),
        ("starts-with", ("abc", "bc"), False),
        ("ends-with", ("abc", "bc"), True),
        ("ends-with", ("abc", "ab"), False),
    ],
)
def test_functions_compute_as_the_form_standard_says(name, arguments, result):
    assert same(FUNCTIONS[name].run(*arguments), result)
