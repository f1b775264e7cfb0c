"""What a column holds decides with its name which field it becomes. No database."""

import pytest

from complaints.recipes.records import COMPLAINT_RECORDS
from imports.guess import guess_mapping
from imports.mapping import Rule
from imports.readers.table import ReadOptions
from imports.recipe import RecipeField
from imports.sniff.profile import Column
from tests.imports.recipes import recipe_of
from tests.imports.test_guess_contents import columns_of, guess_of, rows


def column(name, **changes):
    return Column(**{"name": name, "rows": 100, "repeats": 90, "examples": ["North Street", "Mill Lane"]} | changes)


def rules_of(*columns, recipe=COMPLAINT_RECORDS, **changes):
    guess = guess_mapping(columns, recipe, ReadOptions(), latest_year=2026, constants={}, **changes)
    return guess.definition.rules, guess.notes


def field_of(one):
    """The field that a column becomes in a file with a number in front; None if it becomes none."""
    rules, _notes = rules_of(column("id", repeats=0, examples=["A1", "A2"]), one)
    return next((name for name, rule in rules.items() if rule.column == one.name), None)


def test_addresses_of_the_web_are_no_letter():
    addresses = [f"https://example.org/letters/{n}-{'x' * 90}" for n in range(3)]

    assert field_of(column("request_letter", is_long=True, longest=200, examples=addresses)) is None
    assert field_of(column("request_letter", is_long=True, longest=200)) == "narrative"


def test_points_of_the_compass_are_no_service():
    assert field_of(column("Direction", values={"N": 30, "S": 30, "E": 40})) is None


def test_dates_are_no_body_complained_about():
    assert field_of(column("ServiceDate", type="date", format="%Y-%m-%d")) != "respondent"


@pytest.mark.parametrize(
    ("name", "field"),
    [("categories", "category"), ("category", "category"), ("startdate", None), ("datereceived", "received_on"),
     ("request type", "category"), ("Firm Name", "respondent"), ("classification", "category")],
)  # fmt: skip
def test_plurals_and_words_written_as_one_are_known(name, field):
    is_date = "date" in name
    assert field_of(column(name, **({"type": "date", "format": "%Y-%m-%d"} if is_date else {}))) == (
        field or ("received_on" if is_date else None)  # the only date of a file is when a case came
    )


def test_a_disposition_of_a_case_is_its_finding():
    values = {"Unsubstantiated": 40, "Substantiated (Charges)": 30, "Exonerated": 30}
    rules, _notes = rules_of(column("id", repeats=0), column("CaseDisposition", values=values))

    assert rules["finding"].column == "CaseDisposition"
    assert rules["finding"].words == {"unsubstantiated": "not-upheld", "exonerated": "not-upheld"}


def test_of_two_texts_the_one_named_so_is_taken_though_some_rows_have_none():
    columns = [column("summary", is_long=True, longest=300), column("text", empty=45, longest=4_000)]
    recipe = recipe_of(
        "reference", fields_too=[RecipeField("text", "Text", max_length=200_000, headers=("body", "summary"))]
    )

    assert rules_of(*columns, recipe=recipe)[0]["text"].column == "text"


def test_a_nameless_count_of_rows_is_the_last_to_identify_them():
    count = column("Column 1", type="integer", repeats=0, examples=["0", "1"])
    page = column("page", repeats=0, examples=["https://example.org/" + "x" * 30])

    assert rules_of(count, page)[0]["reference"] == Rule(column="page")
    rules, notes = rules_of(count, column("topic"))
    assert rules["reference"] == Rule(column="Column 1")
    assert any("has no name and only numbers the rows" in note for note in notes)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("proposals-2026.csv", "proposal"), ("comments_and_proposals.csv", None), ("export.csv", None)],
)
def test_the_name_of_a_file_says_the_kind_that_no_column_says(name, kind):
    words = {"proposals": "proposal", "proposal": "proposal", "comments": "comment"}
    choices = {"proposal": "Proposal", "comment": "Comment"}
    field = RecipeField("kind", "Kind", "choice", required=True, choices=choices, words=words)

    rules, notes = rules_of(column("title"), recipe=recipe_of("subject", fields_too=[field]), file_name=name)

    assert rules.get("kind") == (Rule(constant=kind) if kind else None)
    assert [note for note in notes if "“proposals”, so Kind is “Proposal”" in note] == notes
    assert len(notes) == bool(kind)


@pytest.mark.parametrize(
    ("header", "years", "rule"),
    [
        ("date received", ["2019", "2020", "2021"], Rule("date received", format="%Y")),
        ("received", ["1998", "2003"], Rule("received", format="%Y")),
        ("date received", ["2019", "20"], None), ("letters received", ["2019", "2020"], None),
    ],
)  # fmt: skip
def test_years_are_dates_in_a_column_that_is_named_so(header, years, rule):
    numbers = column(header, type="integer", values=dict.fromkeys(years, 30), examples=years)
    rules, notes = rules_of(column("id", repeats=0, examples=["A1", "A2"]), numbers)

    assert rules.get("received_on") == rule
    assert any("read as years" in note for note in notes) == bool(rule)


def test_numbers_like_months_identify_rows_where_their_column_is_named_so():
    months = {"type": "date", "format": "%Y-%m", "examples": ["2021-01", "2021-02"], "repeats": 0}

    assert rules_of(column("Reference", **months))[0]["reference"] == Rule("Reference")
    assert "reference" not in rules_of(column("Month", **months))[0]


@pytest.mark.parametrize(
    ("name", "field"),
    [("Datum / Abschluss", "closed_on"), ("Date / closed", "closed_on"), ("Data / ricevuto", "received_on")],
)  # fmt: skip
def test_of_names_in_two_rows_the_lower_one_says_the_field(name, field):
    assert field_of(column(name, type="date", format="%d.%m.%Y", examples=["01.02.2020"])) == field


@pytest.mark.parametrize("name", ["Termen", "Due date", "Frist", "Response deadline"])
def test_a_day_by_which_something_is_to_be_done_is_no_day_of_a_case(name):
    dates = {"type": "date", "format": "%Y-%m-%d", "examples": ["2020-01-02"]}

    rules, _notes = rules_of(
        column("id", repeats=0, examples=["A1", "A2"]), column(name, **dates), column("Tag", **dates)
    )
    assert rules["received_on"].column == "Tag"
    assert "closed_on" not in rules


@pytest.mark.parametrize("words", [("Yes", "No"), ("oui", "non"), ("1", "0")])
def test_yes_and_no_are_no_text_unless_the_column_is_called_so(tmp_path, words):
    text = rows("id,title,Timely response?", lambda n: f"{n},Late bus {n},{words[n % 2]}")

    assert columns_of(guess_of(tmp_path, text)) == {"reference": "id", "subject": "title"}
    assert columns_of(guess_of(tmp_path, text.replace("Timely response?", "response")))["response"] == "response"


def test_a_word_is_known_in_a_longer_name_in_its_plural_too(tmp_path):
    text = rows("id,Complaints about the police", lambda n: f"{n},Rude officer {n}")

    assert columns_of(guess_of(tmp_path, text))["narrative"] == "Complaints about the police"
