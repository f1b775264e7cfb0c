"""The questionnaire language: what it computes, what it refuses, and that no answer can make it fall over."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.expressions import MAX_DEPTH, MAX_LENGTH, Context, ExpressionError, fill, parse
from surveys.xpath_values import FUNCTIONS, number_of, text_of, truth_of

TODAY = date(2026, 11, 24)


def value(source, own="", **values):
    return parse(source).value(Context(values=values, own=own, today=TODAY))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("10 - 4 - 3", 3.0),
        ("7 div 2", 3.5),
        ("7 mod 3", 1.0),
        ("-7 mod 3", -1.0),
        ("--2", 2.0),
        ("1 < 2 and 2 < 1 or 3 = 3", True),
        ("'a' = \"a\"", True),
        ("'10' > 9", True),
        ("'b' > 'a'", False),
        ("true() != false()", True),
        ("not(1 = 1)", False),
        ("if(2 > 1, 'yes', 'no')", "yes"),
        ("concat('a', 1, true())", "a1true"),
        ("coalesce('', 'x')", "x"),
        ("string-length('abc')", 3.0),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("round(1.005, 2)", 1.01),
        ("int(-2.7)", -2.0),
        ("min(3, 1, 2)", 1.0),
        ("max('', 4)", 4.0),
        ("today() = '2026-11-24'", True),
        ("today() >= '2026-11-25'", False),
        (".5 + .5", 1.0),
    ],
)
def test_it_computes_as_xpath_does(source, expected):
    assert value(source) == expected


def test_division_by_zero_is_infinite_or_no_number():
    assert value("1 div 0") == math.inf
    assert value("-1 div 0") == -math.inf
    assert math.isnan(value("0 div 0"))
    assert math.isnan(value("1 mod 0"))


def test_it_sees_items_and_the_own_answer():
    assert value("${age} >= 18", age=18.0) is True
    assert value(". < ${limit}", own=3.0, limit=5.0) is True
    assert value("selected(${uses}, 'phone')", uses=("web", "phone")) is True
    assert value("selected(., 'c') and selected(., 'd')", own=("c",)) is False
    assert value("count-selected(.)", own=("a", "b")) == 2.0


@pytest.mark.parametrize("comparison", ["${x} > 1", "${x} < 1", "${x} = 0", "${x} >= 0"])
def test_an_unanswered_item_compares_false_with_a_number(comparison):
    assert value(comparison, x="") is False


def test_an_unanswered_item_is_the_empty_text():
    assert value("${x} = ''") is True
    assert value("${x} != ''", x="no") is True


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("regex(., 'a+')", "regex"),
        ("pulldata('a', 'b')", "pulldata"),
        ("jr:choice-name(${a}, 'a')", "jr:choice-name"),
        ("../a = 1", ".."),
        ("/data/a", "/data/a"),
        ("__import__('os')", "__import__"),
        ("1 +", "not complete"),
        ("(1", ")"),
        ("selected(.)", "1 arguments"),
        ("1 2", "2"),
        ("'open", "'open"),
        ("and", "and"),
        ("", "not complete"),
        ("a[1]", "[1]"),
        ("1; 2", "; 2"),
    ],
)
def test_what_it_cannot_read_is_named(source, word):
    with pytest.raises(ExpressionError) as refusal:
        parse(source)
    assert word in str(refusal.value)


def test_length_and_depth_are_limited():
    with pytest.raises(ExpressionError, match="characters"):
        parse("1" * (MAX_LENGTH + 1))
    with pytest.raises(ExpressionError, match="parts"):
        parse("1" + " + 1" * 300)
    with pytest.raises(ExpressionError, match="more than 40 levels"):
        parse("(" * (MAX_DEPTH + 5) + "1" + ")" * (MAX_DEPTH + 5))


def test_it_tells_what_it_depends_on():
    expression = parse("${a} = cf and selected(., ${b})")
    assert expression.items == {"a", "b"}
    assert expression.columns == {"cf"}
    assert expression.uses_own


def test_answers_are_put_into_labels():
    assert fill("Dear ${name}, you are ${age}; ${none}", {"name": "Ada", "age": 36.0}) == "Dear Ada, you are 36; …"


VALUES = st.one_of(
    st.text(max_size=12),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.lists(st.from_regex(r"[a-z]{1,3}", fullmatch=True), max_size=3).map(tuple),
)
NUMBERS = st.floats(min_value=-1e6, max_value=1e6)


def _sources():
    leaves = st.sampled_from(["${a}", "${b}", ".", "1", "2.5", "'x'", "''", "today()", "true()"])

    def grow(inner):
        operators = st.sampled_from(["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"])
        binary = st.tuples(inner, operators, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        unary = st.tuples(
            st.sampled_from([name for name, function in FUNCTIONS.items() if function.arity[0] == 1]), inner
        ).map(lambda t: f"{t[0]}({t[1]})")
        chosen = st.tuples(inner, inner, inner).map(lambda t: f"if({t[0]}, {t[1]}, {t[2]})")
        return st.one_of(binary, unary, chosen, inner.map(lambda s: f"-{s}"))

    return st.recursive(leaves, grow, max_leaves=12)


@given(_sources(), VALUES, VALUES, VALUES)
def test_no_answer_makes_it_fall_over(source, a, b, own):
    result = parse(source).value(Context(values={"a": a, "b": b}, own=own, today=TODAY))
    assert isinstance(result, str | float | bool | date | tuple)
    assert isinstance(text_of(result), str)
    assert isinstance(truth_of(result), bool)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(source):
    try:
        parse(source)
    except ExpressionError as refusal:
        assert str(refusal)


@given(NUMBERS, NUMBERS)
def test_comparison_agrees_with_arithmetic(a, b):
    assert value("${a} < ${b}", a=a, b=b) == (a < b)
    assert value("${a} >= ${b}", a=a, b=b) == (not a < b)
    assert value("${a} + ${b} * 2", a=a, b=b) == a + b * 2


@given(VALUES, VALUES)
def test_unequal_is_the_opposite_of_equal(a, b):
    assert value("${a} = ${b}", a=a, b=b) != value("${a} != ${b}", a=a, b=b)


@given(st.lists(st.from_regex(r"[a-z]{1,3}", fullmatch=True), max_size=4).map(tuple), st.text("abc", max_size=2))
def test_selected_is_membership(codes, code):
    assert value("selected(${a}, ${b})", a=codes, b=code) == (code in codes)


@given(NUMBERS)
def test_a_number_survives_being_text(number):
    assert number_of(text_of(number)) == number


@given(st.booleans(), st.booleans())
def test_not_and_or_follow_de_morgan(a, b):
    assert value("not(${a} and ${b})", a=a, b=b) == value("not(${a}) or not(${b})", a=a, b=b)
