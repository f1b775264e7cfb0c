"""Which column is guessed to tell rows apart, and which one says that rows belong together. No database."""

import pytest

from imports.guess import guess_mapping
from imports.mapping import Rule
from imports.readers.table import ReadOptions
from imports.recipe import RecipeField
from imports.sniff.profile import Column
from tests.imports.recipes import recipe_of
from tests.imports.sentences import is_sentence


def guessed(columns, *fields, **changes):
    fields = ("reference", *fields) if "subject" not in fields else fields
    recipe = recipe_of(*fields, **changes)
    guess = guess_mapping(columns, recipe, ReadOptions(), latest_year=2026, constants={})
    assert all(map(is_sentence, guess.notes)), guess.notes
    return guess


def reference_of(columns, *fields, **changes):
    return guessed(columns, *fields, **changes).definition.rules.get("reference")


def unique(name, **changes):
    return Column(**{"name": name, "rows": 100, "repeats": 0, "examples": ["A1", "A2"]} | changes)


def test_a_recipe_without_a_reference_gets_none():
    assert reference_of([unique("id")], "subject") is None


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        ([unique("b"), unique("code"), unique("case id"), unique("id"), unique("reference")], "reference"),
        ([unique("b"), unique("code"), unique("case id")], "case id"),
        ([unique("b"), unique("code")], "code"),
        ([unique("price", type="decimal"), unique("b")], "b"),
        ([unique("page", examples=["https://example.org/" + "x" * 21]), unique("b")], "b"),
        ([unique("page", examples=["https://example.org/" + "x" * 20]), unique("b")], "page"),
        ([unique("page", examples=["x" * 41]), unique("b")], "page"),
        ([unique("name", examples=["A", "A b"]), unique("price", type="decimal")], "price"),
        ([unique("a"), unique("b")], "a"),
        ([unique("id", longest=200)], "id"),
        ([unique("id", longest=201)], None),
        ([unique("id", is_long=True)], None),
        ([unique("id", type="empty")], None),
        ([unique("id", type="date")], None),
        ([unique("id", empty=1)], None),
        ([unique("id", rows=0)], None),
        ([unique("id", repeats=None)], None),
    ],
)
def test_the_reference_is_the_unique_column_that_looks_most_like_an_identifier(columns, chosen):
    guess = guessed(columns)

    assert guess.definition.rules == ({"reference": Rule(column=chosen)} if chosen else {})
    assert guess.notes == []


def test_a_recipe_that_takes_whole_rows_takes_only_a_column_that_is_named_an_identifier():
    kept = guessed([unique("b")], identity="row_hash")
    named = guessed([unique("b"), unique("code")], identity="row_hash")

    assert kept.definition.rules == {"reference": Rule(from_="row_hash")}
    assert len(kept.notes) == 1
    assert named.definition.rules == {"reference": Rule(column="code")}
    assert named.notes == []


@pytest.mark.parametrize(
    ("rows", "repeats", "is_taken"),
    [(100, 1, True), (100, 3, True), (100, 4, False), (1_500, 15, True), (1_500, 16, False), (100, None, False)],
)
def test_a_column_that_repeats_few_values_comes_near(rows, repeats, is_taken):
    for name in ("id", "code", "docket"):
        guess = guessed([unique(name, rows=rows, repeats=repeats)])

        assert guess.definition.rules == ({"reference": Rule(column=name)} if is_taken else {})
        assert len(guess.notes) == is_taken
        parts = (f"“{name}”", f"({repeats} of {rows:,} ")
        assert all(part in note for note in guess.notes for part in parts)


def test_a_column_that_comes_near_is_full_and_named_an_identifier():
    assert reference_of([unique("id", repeats=1, empty=1)]) is None
    assert reference_of([unique("b", repeats=1)]) is None


def test_of_columns_that_come_near_the_one_with_fewest_repeats_is_taken_then_the_better_name():
    columns = [unique("code", repeats=2), unique("id", repeats=2), unique("key", repeats=3)]

    assert reference_of(columns) == Rule(column="id")
    assert reference_of([*columns, unique("no", repeats=1)]) == Rule(column="no")
    assert reference_of([*columns, unique("b")]) == Rule(column="b")
    assert reference_of([*columns, unique("b")], identity="row_hash") == Rule(column="id")


def test_a_reference_that_a_spreadsheet_wrote_with_a_point_is_a_whole_number():
    guess = guessed([unique("id", examples=["17.0", "18.0"])])

    assert guess.definition.rules == {"reference": Rule(column="id", format="whole-number")}
    assert ["“id”" in note for note in guess.notes] == [True]


def test_the_number_of_something_else_is_no_reference():
    assert reference_of([unique("first letter id")], "answers_to") is None
    assert reference_of([unique("case id")], "answers_to") == Rule(column="case id")
    assert reference_of([unique("id of it")], "answers_to") == Rule(column="id of it")
    assert reference_of([unique("answers to id")], "answers_to") is None


def test_a_column_that_is_named_as_much_for_the_reference_as_for_something_else_is_the_reference():
    number = RecipeField("number", "Number", points=True)

    assert reference_of([unique("reference number")], fields_too=(number,)) == Rule(column="reference number")


def shared(name="petition number", **changes):
    return unique(name, **{"repeats": 40} | changes)


def test_rows_that_share_a_number_belong_together():
    guess = guessed([unique("id"), shared(missing={"-": 2, "?": 1}, examples=["17.0"])], "petition")

    assert guess.definition.rules == {
        "reference": Rule(column="id"),
        "petition": Rule(column="petition number", missing=("-", "?"), format="whole-number"),
    }
    assert ["“petition number”" in note for note in guess.notes] == [True, True]
    assert "Petition" in guess.notes[1]


@pytest.mark.parametrize(
    ("column", "is_shared"),
    [
        (shared(), True),
        (shared(repeats=0), False),
        (shared(repeats=0, empty=1), True),
        (shared(repeats=None), True),
        (shared(repeats=99), True),
        (shared(repeats=100), False),
        (shared(repeats=60, empty=40), False),
        (shared(empty=99, repeats=0), True),
        (shared(empty=100, repeats=None), False),
        (shared(is_long=True), False),
        (shared("colour"), False),
    ],
)
def test_a_shared_number_is_named_as_one_and_does_not_stand_in_every_row_alone(column, is_shared):
    rules = guessed([unique("id"), column], "petition").definition.rules

    assert ("petition" in rules) is is_shared


def test_the_reference_is_not_shared_too():
    rules = guessed([unique("petition number", repeats=1)], "petition").definition.rules

    assert rules == {"reference": Rule(column="petition number")}


def test_of_shared_numbers_the_better_name_is_taken_then_the_one_with_more_values():
    columns = [shared("joint number", repeats=2), shared("petition number", repeats=40)]
    alike = [shared("old petition", repeats=50), shared("new petition", repeats=40), shared("own petition", repeats=60)]

    chosen = [guessed([unique("id"), *some], "petition").definition.rules["petition"] for some in (columns, alike)]

    assert [rule.column for rule in chosen] == ["petition number", "new petition"]


def test_without_a_reference_no_rows_belong_together():
    assert guessed([shared()], "petition").definition.rules == {}
