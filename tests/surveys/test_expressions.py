"""The questionnaire language: what it computes, what it refuses, and that no answer can make it fall over."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.expressions import (
    MAX_LENGTH,
    Binary,
    Call,
    Column,
    Context,
    Expression,
    ExpressionError,
    ItemRef,
    Literal,
    Negative,
    Own,
    fill,
    parse,
)
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
    ("source", "message"),
    [
        ("regex(., 'a+')", "The function “regex” is not supported."),
        ("pulldata('a', 'b')", "The function “pulldata” is not supported."),
        ("jr:choice-name(${a}, 'a')", "The function “jr:choice-name” is not supported."),
        ("__import__('os')", "The function “__import__” is not supported."),
        ("../a = 1", "“../a = 1” cannot be read here."),
        ("/data/a", "“/data/a” cannot be read here."),
        ("'open", "“'open” cannot be read here."),
        ("a[1]", "“[1]” cannot be read here."),
        ("1 ;  one, two, three, four, five ", "“;  one, two, three, ” cannot be read here."),
        ("1 +", "The expression is not complete."),
        ("", "The expression is not complete."),
        ("   ", "The expression is not complete."),
        ("(1", "A “)” is missing."),
        ("concat(1 2)", "A “)” is missing."),
        ("selected(1, 2", "A “)” is missing."),
        ("1 2", "“2” is not expected here."),
        ("* 2", "“*” is not expected here."),
        ("and", "“and” is not expected here."),
        ("1 ${div} 2", "“div” is not expected here."),
        ("1)", "“)” is not expected here."),
        ("selected(.)", "The function “selected” does not accept 1 arguments."),
        ("not()", "The function “not” does not accept 0 arguments."),
        ("coalesce(1)", "The function “coalesce” does not accept 1 arguments."),
        ("if(1, 2, 3, 4)", "The function “if” does not accept 4 arguments."),
        (f"min({', '.join('1' * 21)})", "The function “min” does not accept 21 arguments."),
        ("1" * 2001, "The expression has 2001 characters; at most 2000 are allowed."),
        ("-1" + " + 1" * 199 + " 2", "The expression has 401 parts; at most 400 are allowed."),
        ("(" * 40 + "1" + ")" * 40, "The expression has more than 40 levels."),
    ],
)
def test_what_it_cannot_read_is_named(source, message):
    with pytest.raises(ExpressionError) as refusal:
        parse(source)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "source",
    [
        "1" * MAX_LENGTH,
        "-1" + " + 1" * 199,
        "(" * 39 + "1" + ")" * 39,
        " + ".join(["(1)"] * 80),
        f"max({', '.join('1' * 20)})",
    ],
)
def test_everything_up_to_the_limits_is_read(source):
    assert parse(source).source == source


@pytest.mark.parametrize(
    ("source", "grouped"),
    [
        ("1 or 2 and 3", "1 or (2 and 3)"),
        ("1 and 2 or 3", "(1 and 2) or 3"),
        ("1 or 2 or 3", "(1 or 2) or 3"),
        ("1 and 2 = 3", "1 and (2 = 3)"),
        ("1 = 2 < 3", "1 = (2 < 3)"),
        ("1 >= 2 != 3", "(1 >= 2) != 3"),
        ("1 < 2 + 3", "1 < (2 + 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 div 2 * 3 mod 4", "((1 div 2) * 3) mod 4"),
        ("-1 + 2", "(-1) + 2"),
        ("2 * ---1", "2 * (-1)"),
        ("--1", "1"),
        ("a and b", "(a) and (b)"),
    ],
)
def test_operators_bind_as_in_xpath(source, grouped):
    assert parse(source).root == parse(grouped).root


def test_a_tree_names_what_it_depends_on():
    assert parse(" ${a} = cf and not(selected(., -${ b-1 }))") == Expression(
        source=" ${a} = cf and not(selected(., -${ b-1 }))",
        root=Binary(
            "and",
            Binary("=", ItemRef("a"), Column("cf")),
            Call("not", (Call("selected", (Own(), Negative(ItemRef("b-1")))),)),
        ),
        items=frozenset({"a", "b-1"}),
        columns=frozenset({"cf"}),
        uses_own=True,
    )
    assert parse("1 < 'x'") == Expression(
        "1 < 'x'", Binary("<", Literal(1.0), Literal("x")), frozenset(), frozenset(), uses_own=False
    )


def test_columns_of_a_choice_are_read_by_name():
    context = Context(values={"region": "north"}, columns={"zone": "north"})
    assert parse("zone = ${region}").value(context) is True
    assert parse("other").value(context) == ""
    assert parse("zone").value(Context()) == ""
    assert parse("${zone}").value(context) == ""


def test_only_the_chosen_branch_of_a_condition_counts():
    assert value("if(${x}, ., 'none')", own="mine", x="yes") == "mine"
    assert value("if(${x}, ., 'none')", own="mine", x="") == "none"


def test_answers_are_put_into_labels():
    text = "Dear ${ name }, you are ${age}; ${none}, ${ways}, ${1}"
    answers = {"name": "Ada", "age": 36.0, "none": "", "ways": ("a", "b")}
    assert fill(text, answers) == "Dear Ada, you are 36; …, a b, ${1}"
    assert fill("${unknown}", answers) == "…"


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
