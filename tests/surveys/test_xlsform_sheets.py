"""Sheets of an XLSForm: columns by every spelling, texts by language, lists of choices."""

import pytest

from surveys.definition import ChoiceDef
from surveys.languages import tag_of
from surveys.validation import Problem
from surveys.xlsform_sheets import Row, Table, read_choices, read_table
from tests.translating import in_brackets


@pytest.mark.parametrize(
    ("spelled", "tag"),
    [("Dutch (nl)", "nl"), ("nl", "nl"), ("Nederlands", "nl"), ("english", "en"), ("pt-BR", "pt-br"), ("Klingon", "")],
)
def test_languages_are_known_by_name_and_tag(spelled, tag):
    assert tag_of(spelled) == tag


@pytest.mark.parametrize(
    ("spelled", "column", "languages"),
    [
        ("type", "type", ()),
        ("  List   Name ", "list_name", ()),
        ("value", "name", ()),
        ("Caption", "label", ()),
        ("caption::nl", "label", ("nl",)),
        ("label::Dutch (nl)", "label", ("nl",)),
        ("LABEL : nl", "label", ("nl",)),
        ("hint:nl", "hint", ("nl",)),
        ("required message::nl", "required_message", ("nl",)),
        ("bind:relevant", "relevant", ()),
        ("bind::relevance", "relevant", ()),
        ("Bind:jr:requiredMsg", "required_message", ()),
        ("bind::jr:constraintMsg::nl", "constraint_message", ("nl",)),
        ("control:appearance", "appearance", ()),
        ("read_only", "readonly", ()),
        ("media::image", "image", ()),
        ("image::nl", "image", ()),
        ("media:Image::Dutch (nl)", "image", ()),
        ("body:accuracyThreshold", "body:accuracythreshold", ()),
        ("My Column", "my column", ()),
    ],
)
def test_a_column_has_one_name_whatever_its_spelling(spelled, column, languages):
    table = read_table([[spelled], ["x"]], "survey")
    assert (table.columns, table.languages) == ((column,), languages)
    assert table.rows[0].get(column) == "x"


def test_a_sheet_is_read_from_its_first_row_that_is_not_empty():
    rows = [
        [],
        ["", ""],
        ["name", "label", "", "name", "name"],
        ["a", "A", "x", "b"],
        ["", ""],
        ["c"],
        ["", "", "", "d"],
    ]
    assert read_table(rows, "survey") == Table(
        columns=("name", "label"),
        languages=(),
        default_language="en",
        rows=(
            Row(4, {"name": "a", "label": "A"}, {"label": {"en": "A"}}),
            Row(6, {"name": "c"}, {}),
            Row(7, {"name": "d"}, {}),
        ),
    )


def test_texts_are_kept_by_language_and_the_first_counts():
    rows = [
        ["label::Dutch (nl)", "label", "label::nl", "label::da", "hint"],
        ["Een", "One", "Twee", "", "Hint"],
    ]
    table = read_table(rows, "survey")
    assert (table.languages, table.default_language) == (("nl", "da"), "en")
    [row] = table.rows
    assert row.texts("label") == {"nl": "Een", "en": "One"}
    assert row.texts("hint") == {"en": "Hint"}
    assert row.texts("constraint_message") == {}
    assert row.get("label") == "Een"
    assert row.get("other") == ""


@pytest.mark.parametrize(
    ("header", "stated", "language"),
    [
        (["label::nl", "label::en"], "", "en"),
        (["label::nl", "label::da"], "", "nl"),
        (["label::nl", "label"], "", "en"),
        (["label::nl", "hint"], "", "nl"),
        (["name"], "", "en"),
        (["label::nl", "label::en"], "Danish", "da"),
        (["label::nl"], "Klingon", "nl"),
        ([], "Danish", "da"),
        ([], "Klingon", "en"),
    ],
)
def test_texts_without_a_language_have_the_default_language(header, stated, language):
    assert read_table([header, ["x"] * len(header)], "survey", stated).default_language == language


def test_a_sheet_without_rows_has_nothing():
    assert read_table([[], [""]], "survey") == Table((), (), "en", ())


def test_an_unknown_language_is_named_with_its_column():
    table = read_table([[], ["label::Klingon", "hint::", "label::nl"], ["x"]], "choices")
    text = "The language “{}” is not known. Add its tag, for example “Dutch (nl)”."
    assert table.problems == (
        Problem(text.format("Klingon"), name="label", line=2, sheet="choices"),
        Problem(text.format(""), name="hint", line=2, sheet="choices"),
    )
    assert table.languages == ("nl",)


def choices_of(header, *rows):
    return read_choices(read_table([header, *rows], "choices"))


def test_choices_come_by_list_with_their_values():
    lists, problems = choices_of(
        ["list name", "name", "label", "missing", "number", "image"],
        ["l", "a", "A", "", "1.5", "a.png"],
        ["m", "a", "A"],
        ["", "", "Nothing"],
        ["l", "b", "B", "refused", "-2"],
        ["", "c", "C"],
        ["l", "", "D"],
    )
    assert problems == []
    assert lists == {
        "l": (
            ChoiceDef("a", {"en": "A"}, value=1.5, line=2),
            ChoiceDef("b", {"en": "B"}, missing="refused", value=-2.0, line=5),
            ChoiceDef("", {"en": "D"}, line=7),
        ),
        "m": (ChoiceDef("a", {"en": "A"}, line=3),),
        "": (ChoiceDef("c", {"en": "C"}, line=6),),
    }


def test_a_choice_under_several_filter_values_is_one_choice():
    lists, _ = choices_of(
        ["list_name", "name", "label", "zone", "area", "number"],
        ["l", "a", "A", "n", "1", "7"],
        ["l", "b", "B", "", ""],
        ["l", "a", "A", "s", "", "8"],
        ["l", "a", "Other", "e", ""],
        ["l", "a", "A", "", ""],
        ["l", "b", "B", "n", ""],
        ["l", "c", "C", "", "2"],
    )
    assert lists == {
        "l": (
            ChoiceDef(
                "a", {"en": "A"}, value=7.0, columns=({"zone": "n", "area": "1"}, {"zone": "s", "area": ""}), line=2
            ),
            ChoiceDef("b", {"en": "B"}, line=3),
            ChoiceDef("c", {"en": "C"}, columns=({"zone": "", "area": "2"},), line=8),
            ChoiceDef("a", {"en": "Other"}, columns=({"zone": "e", "area": ""},), line=5),
            ChoiceDef("a", {"en": "A"}, line=6),
            ChoiceDef("b", {"en": "B"}, columns=({"zone": "n", "area": ""},), line=7),
        )
    }


KINDS = "refused, dont-know, not-applicable, not-asked, no-answer"


@pytest.mark.parametrize(
    ("missing", "number", "message"),
    [
        ("bored", "", f"“bored” is not a missing value. Use one of these: {KINDS}."),
        ("", "many", "The value “many” in the column “number” must be a number."),
        ("", "nan", "The value “nan” in the column “number” must be a number."),
        ("", "-inf", "The value “-inf” in the column “number” must be a number."),
        ("", "1e999", "The value “1e999” in the column “number” must be a number."),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_choice(missing, number, message):
    lists, problems = choices_of(["list_name", "name", "missing", "number"], ["l", "a", missing, number])
    assert problems == [Problem(message, name="a", line=2, sheet="choices")]
    assert lists["l"] == (ChoiceDef("a", {}, missing=missing, line=2),)


def test_problems_of_sheets_are_in_the_language_of_the_reader():
    with in_brackets():
        table = read_table([["list_name", "name", "label::Klingon", "number"], ["l", "a", "A", "x"]], "choices")
        assert [problem.message for problem in read_choices(table)[1]] == [
            "[The language “Klingon” is not known. Add its tag, for example “Dutch (nl)”.]",
            "[The value “x” in the column “number” must be a number.]",
        ]
