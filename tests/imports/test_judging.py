"""What the values of a column would become under a rule, counted. No database."""

import pytest

from imports.judging import Example, Failing, Outcome, Sample, outcome
from imports.mapping import Rule
from imports.problems import sentence, title
from imports.recipe import RecipeField
from imports.sniff.profile import Column
from tests.imports.recipes import FIELDS
from tests.imports.test_guess import DUTCH, GERMAN

SHORT = RecipeField("place", "Place", max_length=10, required=True)


def failing(column, target, rule, sample=None):
    """Code and rows of what fails, and how many rows were judged where that was not all."""
    target = FIELDS.get(target, target) if isinstance(target, str) else target
    found = outcome(column, target, rule, 2026, lambda: sample)
    assert [entry.title for entry in found.failing] == [title(entry.code) for entry in found.failing]
    assert found.fails == sum(entry.rows for entry in found.failing)
    return {entry.code: entry.rows for entry in found.failing}, found.looked_at


def test_rows_that_lack_what_every_record_needs_fail():
    column = Column("a", rows=100, empty=3, longest=10, missing={"?": 7, "-": 2}, values={"-": 2, "x": 4})

    assert failing(column, SHORT, Rule(column="a")) == ({"required": 3}, 0)
    assert failing(column, SHORT, Rule(column="a", missing=("x", "?", "unseen"))) == ({"required": 14}, 0)
    assert failing(Column("a", rows=9, longest=10), SHORT, Rule(column="a")) == ({}, 0)
    assert failing(column, "subject", Rule(column="a")) == ({}, 0)


def test_a_column_whose_longest_text_is_too_long_fails_once_at_least():
    assert failing(Column("a", longest=11), SHORT, Rule(column="a")) == ({"too_long": 1}, 0)
    assert failing(Column("a", longest=99_999), "narrative", Rule(column="a")) == ({}, 0)
    assert failing(Column("a", longest=11, values={"x": 1}), SHORT, Rule(column="a", separator="|")) == ({}, 0)


def test_every_value_of_a_column_of_few_values_is_judged():
    column = Column("a", values={"Upheld": 5, "won": 3, "": 9, "lost": 4, "-": 7, "2019-12-31": 1})

    assert failing(column, "finding", Rule(column="a", missing=("-",))) == ({"unknown_choice": 8}, 0)
    assert failing(column, "received_on", Rule(column="a", format="%Y-%m-%d")) == ({"not_a_date": 19}, 0)


def test_rows_that_lack_a_value_and_rows_that_hold_a_wrong_one_are_both_counted():
    kind = RecipeField("kind", "Kind", type="choice", required=True, choices={"a": "A"})
    pages = RecipeField("pages", "Pages", type="integer", required=True)
    day = RecipeField("day", "Day", type="date", required=True)
    wrong_kind = Column("k", rows=9, empty=2, values={"x": 3})
    wrong_pages = Column("p", rows=9, empty=2, type="integer", fails=1, missing={"-": 1})
    first_days = Sample({"x": 3}, 9)

    assert failing(wrong_kind, kind, Rule()) == ({"required": 2, "unknown_choice": 3}, 0)
    assert failing(wrong_pages, pages, Rule()) == ({"required": 2, "not_a_whole_number": 2}, 0)
    assert failing(Column("d", rows=9, empty=2), day, Rule(format="%Y%m%d"), first_days) == (
        {"required": 2, "not_a_date": 3}, 9,
    )  # fmt: skip


def test_two_digit_years_are_judged_by_the_latest_year():
    column = Column("a", examples=["31/12/26", "31/12/27"])

    shown = examples(column, "received_on", Rule(format="%d/%m/%y"))

    assert [example.value for example in shown] == ["2026-12-31", "1927-12-31"]


def test_codes_stand_in_the_order_of_how_often_they_are():
    column = Column("a", values={"0001-01-01": 2, "soon": 1, "never": 4})

    found = outcome(column, FIELDS["received_on"], Rule(column="a", format="%Y-%m-%d"), 2026)

    assert found.failing == [
        Failing("not_a_date", title("not_a_date"), 5), Failing("date_out_of_range", title("date_out_of_range"), 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "column", "rule", "code"),
    [
        ("received_on", {"type": "date", "format": "%d.%m.%Y"}, Rule(format="%d.%m.%Y"), "not_a_date"),
        ("received_on", {"type": "integer", "also": ["date %Y%m%d"]}, Rule(format="%Y%m%d"), "not_a_date"),
        ("pages", {"type": "integer"}, Rule(), "not_a_whole_number"),
        ("amount", {"type": "decimal", "format": ","}, Rule(decimal=","), "not_a_number"),
        ("amount", {"type": "integer", "also": ["decimal ."]}, Rule(), "not_a_number"),
    ],
)
def test_what_was_counted_over_the_whole_file_is_told_without_the_first_rows(target, column, rule, code):
    counted = Column("a", rows=9_000, fails=12, missing={"-": 5, "?": 3}, **column)
    sound = Column("a", rows=9_000, **column)
    sample = Sample({"x": 1}, 100)

    assert failing(counted, target, rule, sample) == ({code: 20}, 0)
    assert failing(sound, target, rule, sample) == ({}, 0)


def test_words_that_mean_missing_do_not_fail():
    column = Column("a", type="integer", missing={"-": 5, "?": 3})

    assert failing(column, "pages", Rule(missing=("-",))) == ({"not_a_whole_number": 3}, 0)
    assert failing(column, "pages", Rule(missing=("-", "?"))) == ({}, 0)


@pytest.mark.parametrize(
    ("target", "column", "rule"),
    [
        ("received_on", {"type": "date", "format": "%d.%m.%Y"}, Rule(format="%Y-%m-%d")),
        ("amount", {"type": "decimal", "format": ","}, Rule()),
        ("pages", {"type": "decimal", "format": "."}, Rule()),
        ("finding", {"type": "text"}, Rule()),
    ],
)
def test_where_a_rule_asks_for_something_else_the_first_rows_are_judged(target, column, rule):
    counted = Column("a", rows=9_000, fails=12, **column)

    code, rows = failing(counted, target, rule, Sample({"?!": 2, "": 5, "!!": 1}, 100))

    assert (list(code.values()), rows) == ([3], 100)
    assert failing(counted, target, rule) == ({}, 0)
    assert outcome(counted, FIELDS[target], rule, 2026).failing == []


def test_a_language_that_is_detected_never_fails():
    detected = Rule(column="a", format="detected")

    assert failing(Column("a"), "language", detected, Sample({"?": 1}, 9)) == ({}, 0)


def examples(column, target, rule):
    return outcome(column, FIELDS[target], rule, 2026).examples


def test_the_first_three_values_are_shown_with_what_they_become():
    column = Column("a", examples=["-", "Upheld", "not upheld", "Upheld", "UPHELD"])

    assert examples(column, "finding", Rule(column="a", missing=("-",))) == [
        Example("Upheld", "upheld"), Example("not upheld", "not_upheld"), Example("UPHELD", "upheld"),
    ]  # fmt: skip


def test_the_first_value_that_fails_is_shown_in_the_place_of_the_third():
    column = Column("a", examples=["1", "2", "3", "4"], fail_examples=["x", "y"])
    problem = sentence("not_a_whole_number", label="a", value="x")

    shown = [Example("1", "1"), Example("2", "2"), Example("x", problem=problem)]
    assert examples(column, "pages", Rule(column="a")) == shown
    assert examples(Column("a", examples=["x", "1", "2", "3"]), "pages", Rule(column="a")) == [
        Example("x", problem=problem), Example("1", "1"), Example("2", "2"),
    ]  # fmt: skip


def test_a_value_that_fails_names_its_column_and_what_was_looked_for():
    (shown,) = examples(Column("a", examples=["x" * 61]), "finding", Rule(column="Outcome"))

    assert shown == Example(
        "x" * 60,
        problem=sentence("unknown_choice", label="Outcome", value="x" * 60, detail="upheld, not_upheld"),
    )


def test_long_texts_are_shown_cut_but_judged_whole():
    text = "a" * 70

    assert examples(Column("a", examples=[text]), "subject", Rule()) == [Example("a" * 60, "a" * 60)]
    assert examples(Column("a", examples=[f"{text}|b"]), "tags", Rule(separator="|")) == [Example("a" * 60, "a" * 60)]
    assert examples(Column("a", examples=["1" + " " * 70 + "x"]), "pages", Rule())[0].problem


def test_the_language_of_a_text_is_that_of_its_beginning():
    text = (DUTCH * 9)[:300] + f" {GERMAN}" * 99

    assert examples(Column("a", examples=[text]), "language", Rule(format="detected")) == [Example(text[:60], "nl")]


def test_an_outcome_begins_without_anything_wrong():
    assert (Outcome().fails, Outcome().looked_at, Outcome().examples) == (0, 0, [])
