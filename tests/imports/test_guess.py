"""The first guess of a mapping, from names, types and contents of columns. No database."""

import pytest

from imports.guess import guess_mapping, guessed_word, names_a_key, number_format
from imports.mapping import Definition, Rule
from imports.readers.table import ReadOptions
from imports.recipe import RecipeField
from imports.sniff.profile import Column
from tests.imports.recipes import FIELDS, recipe_of
from tests.imports.sentences import is_sentence

SOURCE = ReadOptions(kind="text", delimiter=";")
DUTCH = "Het is een brief van mij die ik niet met de hand voor u op papier heb gezet maar te laat naar u heb gebracht"
GERMAN = "Der Brief ist nicht von mir und ich habe den für Sie auf dem Tisch mit der Hand und das wird bei uns sich zu"
ENGLISH = "The letter was not with the office and they have had this for a year from which we were to hear that it is"


def guessed(columns, recipe, **constants):
    """The guess for a file of ten columns or fewer, after looking at its sentences."""
    guess = guess_mapping(columns, recipe, SOURCE, latest_year=2026, constants=constants)
    assert all(map(is_sentence, guess.notes)), guess.notes
    return guess


def rules_of(columns, *fields, **changes):
    constants = changes.pop("constants", {})
    return guessed(columns, recipe_of(*fields, **changes), **constants).definition.rules


def column_of(columns, field):
    """The column that becomes a field."""
    rule = rules_of(columns, field).get(field)
    return rule and rule.column


def unique(name, **changes):
    return Column(**{"name": name, "rows": 100, "repeats": 0, "examples": ["A1", "A2"]} | changes)


def column(name, **changes):
    return Column(**{"name": name, "rows": 100, "repeats": 90} | changes)


def test_a_guess_says_how_the_file_is_read_and_which_words_mean_missing():
    columns = [unique("id"), column("topic", missing={"-": 3, "n/a": 1}), column("other", missing={"?": 1})]

    guess = guessed(columns, recipe_of("reference", "subject"))

    assert guess.notes == []
    assert guess.definition == Definition(
        SOURCE,
        {"reference": Rule(column="id"), "subject": Rule(column="topic", missing=("-", "n/a"))},
        {"topic": ("-", "n/a"), "other": ("?",)},
        2026,
    )


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["theme", "topic", "subject"], "subject"),
        (["theme", "Topic"], "Topic"),
        (["the old topic", "theme"], "theme"),
        (["their old topic", "old topic"], "old topic"),
        (["TopicOfLetter"], "TopicOfLetter"),
        (["topic_code", "theme_of_it"], "topic_code"),
        (["topical", "subjective"], None),
        (["topics", "subjects"], "subjects"),
        (["case letters"], None),
        (["case"], "case"),
        (["topic", "topic (2)"], "topic"),
        (["the-topics", "a.topic"], "a.topic"),
    ],
)
def test_a_field_takes_the_column_that_is_named_most_like_it(names, chosen):
    assert column_of([column(name) for name in names], "subject") == chosen


def test_of_columns_that_fit_alike_the_first_is_taken():
    assert column_of([column("topic a"), column("topic b")], "subject") == "topic a"


def test_a_column_becomes_one_field_and_a_field_has_one_column():
    rules = rules_of([column("subject category"), column("subject")], "subject", "category")

    assert {name: rule.column for name, rule in rules.items()} == {"subject": "subject", "category": "subject category"}


def test_the_name_of_a_field_may_be_that_of_a_column():
    sent = RecipeField("sent_to", "Addressee")

    assert rules_of([column("Sent-To")], "subject", fields_too=(sent,)) == {"sent_to": Rule(column="Sent-To")}


def test_an_empty_column_becomes_nothing():
    assert column_of([column("subject", type="empty")], "subject") is None


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        ([column("received", rows=10, empty=5, type="date"), column("date received", rows=10, type="date")],
         "date received"),
        ([column("received", empty=2, type="date"), column("date received", type="date")], "received"),
        ([column("received")], None),
        ([column("received", type="integer", also=["date %Y%m%d"])], "received"),
        ([column("Received-On", type="date")], "Received-On"),
        ([column("received", type="integer", also=["decimal ."])], None),
        ([column("received", rows=0, type="date")], "received"),
    ],
)  # fmt: skip
def test_a_date_is_a_column_of_dates_that_is_well_filled(columns, chosen):
    for entry in columns:
        entry.format = "%Y-%m-%d"

    assert column_of(columns, "received_on") == chosen


@pytest.mark.parametrize(
    ("field", "types"), [("pages", {"integer"}), ("amount", {"integer", "decimal"}), ("received_on", {"date"})]
)
def test_a_field_takes_only_columns_of_its_type(field, types):
    known = [column(field, type=type_, format="%Y-%m-%d") for type_ in ("text", "integer", "decimal", "date")]

    assert {entry.type for entry in known if column_of([entry], field)} == types


def test_numbers_are_preferred_to_names():
    """A name further down the list is worth half a point, a type ten."""
    columns = [column("sum", type="decimal", format="."), column("amount", type="text")]

    assert column_of(columns, "amount") == "sum"


@pytest.mark.parametrize(("longest", "chosen"), [(1_000, "subject"), (1_001, None)])
def test_a_text_that_would_not_fit_its_field_is_not_taken(longest, chosen):
    assert column_of([column("subject", longest=longest)], "subject") == chosen


def test_long_texts_are_preferred_where_the_field_is_long():
    columns = [column("narrative", longest=20), column("letter", longest=5_000, is_long=True)]
    short = [column("subject", longest=20), column("topic", longest=900, is_long=True)]

    assert column_of(columns, "narrative") == "letter"
    assert column_of(short, "subject") == "subject"


def test_a_date_is_a_short_text_only_where_nothing_else_is():
    dates = {"type": "date", "format": "%Y-%m-%d"}

    assert column_of([column("subject", **dates), column("theme")], "subject") == "theme"
    assert column_of([column("topic", **dates)], "subject") == "topic"
    assert column_of([column("the old topic of it", **dates)], "subject") is None
    assert column_of([column("narrative", **dates), column("story")], "narrative") == "narrative"


@pytest.mark.parametrize(
    ("values", "chosen"),
    [
        ({"Upheld": 5, "?": 5}, "finding"),
        ({"Upheld": 4, "?": 5}, None),
        ({"NOT_UPHELD": 5, "BEGRÜNDET": 1, "no": 5}, "finding"),
        ({"Upheld": 1, "-": 90}, "finding"),
        ({"-": 90}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_field_of_words_takes_a_column_in_which_half_of_the_rows_hold_a_known_one(values, chosen):
    entry = column("finding", values=values, missing={"-": 90})

    assert column_of([entry], "finding") == chosen


def test_of_two_columns_of_words_the_better_known_one_is_taken():
    few, nearly, every = (column(name) for name in ("finding", "finding", "outcome"))
    few.values, nearly.values, every.values = {"Upheld": 6, "?": 4}, {"Upheld": 98, "?": 2}, {"Upheld": 10}

    assert column_of([few, every], "finding") == "outcome"
    assert column_of([nearly, column("result", values={"Upheld": 99})], "finding") == "finding"


@pytest.mark.parametrize(("values", "chosen"), [({"open": 1, "?": 90}, "status"), ({"?": 90}, None), ({"-": 90}, None)])
def test_where_the_source_words_are_kept_too_one_known_word_is_enough(values, chosen):
    assert column_of([column("status", values=values, missing={"-": 90})], "status") == chosen


def test_a_column_of_few_known_words_is_taken_last():
    columns = [column("status", values={"open": 1, "?": 90}), column("old status", values={"open": 90, "closed": 1})]

    assert column_of(columns, "status") == "status"
    assert column_of([*columns, column("state", values={"open": 1, "closed": 1})], "status") == "state"
    columns[0].values = {"?": 91}
    assert column_of(columns, "status") == "old status"


def test_source_words_are_translated_as_the_recipe_knows_them():
    columns = [
        column("finding", values={"Begründet": 5, "Upheld": 3}, missing={"-": 1}),
        column("country", values={"Holland": 5, "DE": 3}),
        column("language", values={"Nederlands": 5, "de": 3}, missing={"?": 1}),
    ]

    assert rules_of(columns, "finding", "country", "language") == {
        "finding": Rule(column="finding", words={"begründet": "upheld"}, missing=("-",)),
        "country": Rule(column="country", words={"holland": "NL"}),
        "language": Rule(column="language", words={"nederlands": "nl"}, missing=("?",)),
    }


@pytest.mark.parametrize(
    ("type_", "format_", "mark"),
    [("decimal", ",", ","), ("decimal", ".", "."), ("integer", "", "."), ("integer", ",", ".")],
)
def test_an_amount_is_read_with_the_mark_of_its_column(type_, format_, mark):
    entry = column("amount", type=type_, format=format_, missing={"-": 1})

    assert rules_of([entry], "amount") == {"amount": Rule(column="amount", decimal=mark, missing=("-",))}


def test_a_date_is_read_in_the_form_of_its_column():
    entry = column("received", type="date", format="%d.%m.%Y", also=["date %d.%m.%y", "integer"], missing={"-": 1})

    guess = guessed([entry], recipe_of("received_on"))

    assert guess.notes == []
    assert guess.definition.rules == {"received_on": Rule(column="received", format="%d.%m.%Y", missing=("-",))}


def test_days_written_as_whole_numbers_are_read_as_days():
    entry = column("received", type="integer", format="x", also=["decimal .", "date %Y%m%d"])

    assert rules_of([entry], "received_on")["received_on"].format == "%Y%m%d"
    entry.also = ["date %d %B %Y"]
    assert rules_of([entry], "received_on")["received_on"].format == "%d %B %Y"


@pytest.mark.parametrize(
    ("format_", "also", "is_noted"),
    [
        ("%d/%m/%Y", ["date %m/%d/%Y"], True),
        ("%m/%d/%Y", ["decimal .", "date %d/%m/%Y"], True),
        ("%d/%m/%Y", ["date %d/%m/%y"], False),
        ("%d/%m/%Y", [], False),
    ],
)
def test_a_date_that_can_be_read_in_two_ways_is_noted(format_, also, is_noted):
    guess = guessed([column("received", type="date", format=format_, also=also)], recipe_of("received_on"))

    assert len(guess.notes) == is_noted
    assert all("“received”" in note and format_ in note for note in guess.notes)
    assert guess.definition.rules["received_on"].format == format_


@pytest.mark.parametrize(
    ("values", "examples", "separator"),
    [
        ({"a<->b": 1}, [], "<->"), ({"a | b": 1}, [], " | "), ({"a||b": 1}, [], "||"), ({"a ; b;c": 1}, [], ""),
        ({"a||b<->c": 1}, [], "<->"), (None, ["a", "a||b"], "||"), ({"a": 1}, ["a||b"], ""), ({}, ["a||b"], "||"),
    ],
)  # fmt: skip
def test_several_values_in_one_cell_are_taken_apart_where_a_mark_divides_them(values, examples, separator):
    columns = [
        column(name, values=values, examples=examples, missing={"-": 1}) for name in ("category", "tags", "subject")
    ]

    assert rules_of(columns, "category", "tags", "subject") == {
        "category": Rule(column="category", separator=separator, missing=("-",)),
        "tags": Rule(column="tags", separator=separator, missing=("-",)),
        "subject": Rule(column="subject", missing=("-",)),
    }


def test_a_number_of_something_else_is_read_as_it_stands_or_without_its_point():
    plain = column("original id", missing={"-": 1}, examples=["007"])
    pointed = column("original id", missing={"-": 1}, examples=["17.0"])

    assert rules_of([plain], "answers_to") == {"answers_to": Rule(column="original id", missing=("-",))}
    guess = guessed([pointed], recipe_of("answers_to"))
    assert guess.definition.rules["answers_to"] == Rule(column="original id", format="whole-number", missing=("-",))
    assert ["“original id”" in note for note in guess.notes] == [True]


@pytest.mark.parametrize(
    ("values", "examples", "format_"),
    [(None, ["17.0"], "whole-number"), ({"17.0": 1}, ["17"], "whole-number"), ({"1": 1}, ["1", "2.00"], "whole-number"),
     ({"17": 1}, ["17.5", "a"], ""), (None, [], "")],
)  # fmt: skip
def test_numbers_that_a_spreadsheet_wrote_with_a_point_are_whole(values, examples, format_):
    assert number_format(Column("id", values=values, examples=examples)) == format_


@pytest.mark.parametrize("name", ["id", "case_id", "CaseNumber", "ref", "no", "Kennung", "Numéro (old)", "key"])
def test_names_that_call_a_column_a_key(name):
    assert names_a_key(Column(name))


@pytest.mark.parametrize("name", ["idea", "note", "normal", "topic"])
def test_names_that_do_not(name):
    assert not names_a_key(Column(name))


@pytest.mark.parametrize(
    ("word", "label", "value"),
    [("Begründet", "", "upheld"), ("7", " BEGRÜNDET ", "upheld"), ("7", "Not  Upheld", "not_upheld"),
     ("7", "NOT_UPHELD", "not_upheld"), ("begründet", "Not upheld", "upheld"), ("upheld", "", ""), ("7", "", "")],
)  # fmt: skip
def test_a_word_stands_for_what_the_recipe_or_the_file_says_of_it(word, label, value):
    assert guessed_word(FIELDS["finding"], word, label) == value


def detected(columns, **changes):
    return rules_of(columns, "language", "narrative", **changes).get("language")


def long(name, *examples):
    return column(name, is_long=True, examples=list(examples))


def test_texts_in_several_languages_are_detected_row_by_row():
    columns = [column("topic", examples=[DUTCH, GERMAN]), long("story", *[DUTCH] * 8, *[GERMAN] * 2, "?")]

    guess = guessed(columns, recipe_of("language", "narrative"))

    assert guess.definition.rules["language"] == Rule(column="story", format="detected")
    assert ["“story”" in note and "nl, de" in note for note in guess.notes] == [True]


def test_a_language_in_one_of_six_texts_is_a_quotation():
    assert detected([long("story", *[DUTCH] * 5, GERMAN)]) == Rule(constant="nl")
    assert detected([long("story", *[DUTCH] * 4, GERMAN)]) == Rule(column="story", format="detected")


def test_the_first_column_in_several_languages_says_the_language():
    columns = [long("note", DUTCH, DUTCH), long("story", DUTCH, ENGLISH), long("remark", GERMAN, ENGLISH)]
    guess = guessed(columns, recipe_of("language"))

    assert guess.definition.rules["language"].column == "story"
    assert len(guess.notes) == 1


def test_a_language_that_is_known_is_not_looked_for():
    columns = [long("story", DUTCH, GERMAN)]

    assert detected(columns, constants={"language": "nl"}) == Rule(constant="nl")
    assert detected([*columns, column("language", values={"nl": 90})]) == Rule(column="language")
    assert "language" not in rules_of(columns, "narrative")


def test_texts_in_one_language_say_it_for_all_rows():
    assert detected([long("story", DUTCH), column("topic", examples=[GERMAN] * 3)]) == Rule(constant="nl")
    assert detected([column("topic", examples=[GERMAN] * 3)]) is None


def test_what_a_dataset_says_of_its_records_stands_before_what_the_recipe_proposes():
    seen = []

    def hint(columns, values):
        seen.append((columns, values))
        return {"country": "DE", "status": "open", "finding": ""}

    columns = [unique("id"), column("topic", values={"Noise ": 2, "WATER": 1})]
    constants = {"country": "NL", "status": "", "unheard": "x", "subject": "y"}

    rules = rules_of(columns, "reference", "subject", "country", "status", "finding", hint=hint, constants=constants)

    assert seen == [({"reference": "id", "subject": "topic"}, {"id": frozenset(), "topic": {"noise", "water"}})]
    assert rules == {
        "reference": Rule(column="id"),
        "subject": Rule(column="topic"),
        "country": Rule(constant="NL"),
        "status": Rule(constant="open"),
    }
