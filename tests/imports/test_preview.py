"""The first rows as they would become. No database."""

import pytest

from imports.mapping import Definition, Rule
from imports.preview import Preview, PreviewCell, preview
from imports.readers.table import ReadOptions
from imports.recipe import RecipeField
from tests.imports.recipes import FIELDS, recipe_of
from tests.imports.sentences import is_sentence

RULES = {
    "reference": Rule(column="Id"),
    "received_on": Rule(column="Day", format="%d.%m.%Y"),
    "finding": Rule(constant="upheld"),
    "subject": Rule(column="Topic", missing=("-",)),
}


def previewed(*rows, rules=None, columns=("Topic", "Day", "Id"), **changes):
    definition = Definition(ReadOptions(), rules or RULES, {"Id": ("?",)}, 2026)
    shown = preview(definition, recipe_of("reference", "received_on", "finding", "subject", **changes), columns, rows)
    assert all(is_sentence(cell.problem) for row in shown.rows for cell in row if cell.problem)
    return shown


def test_rows_become_the_fields_of_the_recipe_that_columns_fill():
    assert previewed([" Water ", "31.12.2019", "A1"], ["-", "", "A2"]) == Preview(
        ["Reference", "Received", "Subject"],
        [
            [PreviewCell("Reference", "A1"), PreviewCell("Received", "2019-12-31"), PreviewCell("Subject", "Water")],
            [PreviewCell("Reference", "A2"), PreviewCell("Received"), PreviewCell("Subject")],
        ],
    )


def test_an_empty_cell_is_a_problem_only_where_every_record_needs_one():
    shown = previewed(["", "", "?"])

    assert [bool(cell.problem) for cell in shown.rows[0]] == [True, False, False]
    assert "Id" in shown.rows[0][0].problem


def test_a_cell_that_fits_nothing_says_so_with_its_column_and_text():
    shown = previewed(["Water", "soon", "A1"])

    (problem,) = [cell for cell in shown.rows[0] if cell.problem]
    assert (problem.label, problem.value) == ("Received", "")
    assert ("“soon”" in problem.problem, "31.12.2019" in problem.problem) == (True, True)


def test_a_word_that_is_no_value_names_its_column():
    rules = {"finding": Rule(column="Outcome")}

    (row,) = previewed(["won"], rules=rules, columns=["Outcome"]).rows

    assert all(part in row[0].problem for part in ("Outcome", "“won”", "upheld, not_upheld"))


@pytest.mark.parametrize(("length", "is_bad"), [(200, False), (201, True)])
def test_a_text_longer_than_its_field_is_a_problem(length, is_bad):
    cell = previewed(["Water", "", "x" * length]).rows[0][0]

    assert (cell.label, bool(cell.problem)) == ("Reference", is_bad)
    assert all(part in cell.problem for part in ("Id", "201", "200")) or not is_bad


def test_text_that_a_parser_takes_apart_may_be_longer_than_the_field():
    short = RecipeField("words", "Words", type="list", max_length=3)

    (row,) = previewed(
        ["a | b"], rules={"words": Rule(column="w", separator="|")}, columns=["w"], fields_too=(short,)
    ).rows

    assert row == [PreviewCell("Words", "a; b")]


def test_long_values_are_cut():
    rules = {"narrative": Rule(column="story")}

    (row,) = previewed(["x" * 500], rules=rules, columns=["story"], fields_too=(FIELDS["narrative"],)).rows

    assert row == [PreviewCell("Narrative", "x" * 120)]


def test_rows_with_any_problem_are_counted_once():
    assert previewed(["Water", "soon", ""], ["Water", "", "A1"], ["Water", "never", "A2"]).bad == 2
