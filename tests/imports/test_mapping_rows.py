"""What the mapping page shows of each column. No database."""

import pytest

from imports.judging import Failing, Outcome
from imports.mapping import Rule
from imports.mapping_rows import (
    ColumnRow,
    Marker,
    WordChoice,
    first_words,
    grouped,
    markers_of,
    word_choices,
    words_of,
)  # fmt: skip
from imports.sniff.profile import Column
from tests.imports.recipes import FIELDS

FINDING = FIELDS["finding"]


def row_of(column=None, **changes):
    usual = {"position": 3, "column": column or Column("a"), "label": "", "field": "", "rule": Rule()}
    return ColumnRow(**usual | changes)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("received_on", {"is_date"}), ("amount", {"is_decimal"}), ("subject", {"takes_separator"}),
     ("tags", {"takes_separator"}), ("finding", {"is_open_ended"}), ("pages", set()), (None, set())],
)  # fmt: skip
def test_a_row_has_the_controls_of_its_field(name, shown):
    row = row_of(target=FIELDS.get(name))

    controls = {"is_date", "is_decimal", "takes_separator", "is_open_ended"}
    assert {control for control in controls if getattr(row, control)} == shown


def test_a_column_whose_words_are_all_listed_is_not_open_ended():
    assert not row_of(Column("a", values={}), target=FINDING).is_open_ended


@pytest.mark.parametrize(
    ("filled", "share"), [(0, 0), (1, 1), (10, 1), (19, 1), (20, 2), (500, 50), (999, 99), (1_000, 100)]
)
def test_the_share_is_0_or_100_only_where_no_or_every_cell_is_filled(filled, share):
    assert row_of(Column("a", rows=1_000, empty=1_000 - filled)).share == share


def test_cells_that_mean_missing_are_not_filled():
    markers = [Marker("-", 30, True), Marker("?", 20, False), Marker("n/a", 20, True)]

    assert row_of(Column("a", rows=100, empty=10), markers=markers).share == 40


def test_markers_are_the_words_that_look_like_missing_and_those_that_are_said_to_be():
    column = Column("a", missing={"-": 3, "n/a": 1}, values={"-": 3, "n/a": 1, "9": 7, "x": 5})
    rule = Rule(missing=("9", "-", "elsewhere"))

    markers = markers_of(column, rule)

    assert markers == [Marker("-", 3, True), Marker("n/a", 1, False), Marker("9", 7, True)]
    assert row_of(column, rule=rule, markers=markers).missing == "elsewhere"
    assert row_of(column, rule=Rule(missing=("a", "b"))).missing == "a | b"
    assert markers_of(Column("a", missing={"?": 1}), Rule(missing=("9",))) == [Marker("?", 1, False)]


@pytest.mark.parametrize(
    ("values", "head", "labels", "words"),
    [
        ({"Won": 1, "Lost": 2}, ["Unseen"], {}, ["Won", "Lost"]),
        (None, ["b", "a", "", "b"], {}, ["b", "a"]),
        ({}, ["b"], {}, ["b"]),
        ({"Won": 1, "WON": 1, " won ": 1, "Lost": 2}, [], {}, ["Won", "Lost"]),
        ({"1": 4}, [], {"1": "Won", "2": "Lost"}, ["1", "2"]),
        ({"": 4, "1": 1}, [], {"": "x"}, ["1"]),
    ],
)
def test_words_to_be_mapped_are_those_of_the_column_and_of_its_labels_once_each(values, head, labels, words):
    assert words_of(Column("a", values=values), FINDING, head, labels) == words


def test_a_field_without_choices_has_no_words_to_be_mapped():
    assert words_of(Column("a", values={"x": 1}), FIELDS["subject"], ["y"], {}) == []


def test_each_word_stands_for_what_the_mapping_says_or_for_a_value_that_it_is():
    column = Column("a", values={"Upheld": 5, "NOT  upheld": 2, "won": 3, "not_upheld": 1})
    row = row_of(column, rule=Rule(words={"won": "upheld", "offen": "", "not_upheld": "upheld"}))
    words = ["Upheld", "NOT  upheld", "Won", "Offen", "not_upheld", "?"]

    choices = word_choices(row, FINDING, words, {"Won": "Case won", "?": "Unknown"})

    assert choices == [
        WordChoice("word-3-0", "Upheld", 5, "upheld"),
        WordChoice("word-3-1", "NOT  upheld", 2, "not_upheld"),
        WordChoice("word-3-2", "Won", 0, "upheld", "Case won"),
        WordChoice("word-3-3", "Offen", 0, "(empty)"),
        WordChoice("word-3-4", "not_upheld", 1, "upheld"),
        WordChoice("word-3-5", "?", 0, "", "Unknown"),
    ]
    assert row_of(column, words=choices).unmapped == 1
    assert row_of(column, words=choices, rule=Rule(missing=("?",))).unmapped == 0


def test_words_of_a_column_of_many_values_have_no_counts():
    assert word_choices(row_of(), FINDING, ["Upheld"], {}) == [WordChoice("word-3-0", "Upheld", 0, "upheld")]


def test_the_first_guess_of_words_is_by_what_the_recipe_and_the_file_say():
    words = ["Begründet", "7", "8", "Upheld"]

    assert first_words(FINDING, words, {"7": "not upheld", "8": "?"}) == {"begründet": "upheld", "7": "not_upheld"}


def test_columns_that_ask_something_come_first_and_the_others_fold_where_they_are_many():
    def mapped(**changes):
        return row_of(Column("a", type="text"), field="subject", target=FIELDS["subject"], **changes)

    asking = [
        mapped(doubt="Check it."), mapped(outcome=Outcome(failing=[Failing("required", "Empty", 3)])),
        mapped(words=[WordChoice("word-3-0", "so so", 4, "")]),
        row_of(Column("b", two_ways=["date %m/%d/%Y"]), field="received_on"),
    ]  # fmt: skip
    plain = [mapped() for _ in range(5)]
    other, empty = row_of(Column("c", type="text")), row_of(Column("d", type="empty"), doubt="")

    groups = grouped([*plain[:2], *asking, other, empty, *plain[2:]])

    assert [(group.title, len(group.rows), group.is_open, group.folds) for group in groups] == [
        ("Columns to check", 4, True, False), ("Columns that become fields", 5, True, True),
        ("Other columns, stored as text", 1, False, False), ("Empty columns", 1, False, False),
    ]  # fmt: skip
    assert [group.folds for group in grouped(plain[:4])] == [False]
    assert grouped([other])[0].is_open
