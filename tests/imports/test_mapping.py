"""Mappings as people and files write them: what is read and refused, what a rule makes of a cell. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.mapping import Definition, Rule, check_complete, is_number_of_records, parser_of, read_definition
from imports.problems import Refused
from imports.readers.table import ReadOptions
from imports.recipe import RecipeField
from imports.values import Verdict
from tests.imports.recipes import FIELDS, recipe_of
from tests.imports.sentences import is_sentence, is_written
from tests.imports.test_guess import DUTCH, GERMAN

RECIPE = recipe_of()
WRITTEN = {
    "source": {"encoding": "utf-8", "delimiter": ";", "header_row": 1, "unknown": "left out"},
    "fields": {
        "reference": {"column": "ID", "format": "whole-number", "missing": ["-", 0]},
        "received_on": {"column": "Eingang", "format": "%d.%m.%Y"},
        "finding": {"column": "Ergebnis", "words": {"  BEGRÜNDET ": "upheld", "offen": ""}},
        "amount": {"column": "Betrag", "decimal": ","},
        "tags": {"column": "Thema", "separator": "<->"},
        "language": {"column": "Text", "format": "detected"},
        "country": {"constant": "nl"},
    },
    "missing": {"Other": ["None", 1], "Empty": []},
    "latest_year": 2030,
}
RULES = {
    "reference": Rule(column="ID", format="whole-number", missing=("-", "0")),
    "received_on": Rule(column="Eingang", format="%d.%m.%Y"),
    "finding": Rule(column="Ergebnis", words={"begründet": "upheld", "offen": ""}),
    "amount": Rule(column="Betrag", decimal=","),
    "tags": Rule(column="Thema", separator="<->"),
    "language": Rule(column="Text", format="detected"),
    "country": Rule(constant="nl"),
}


def read(written):
    return read_definition(written, RECIPE, latest_year=2026)


def read_rule(field, **parts):
    return read({"fields": {field: parts}}).rules[field]


def refused(written):
    with pytest.raises(Refused) as caught:
        read(written)
    assert caught.value.code == "bad_mapping"
    assert is_written(caught.value.message)
    return caught.value.message


def test_a_mapping_is_read_part_by_part():
    source = ReadOptions(encoding="utf-8", delimiter=";", header_row=1)

    assert read(WRITTEN) == Definition(source, RULES, {"Other": ("None", "1"), "Empty": ()}, 2030)


def test_what_is_not_said_is_as_usual():
    given_up = {"source": None, "missing": None, "latest_year": None, "fields": {"tags": {"column": 7, "words": None}}}

    assert read({"fields": {}}) == Definition(ReadOptions(), {}, {}, 2026)
    assert read(given_up) == Definition(ReadOptions(), {"tags": Rule(column="7")}, {}, 2026)


def test_a_mapping_is_written_without_what_is_as_usual():
    written = read(WRITTEN).as_json()

    assert list(written) == ["source", "fields", "missing", "latest_year"]
    assert list(written["fields"]) == sorted(RULES)
    assert written["source"] == ReadOptions(encoding="utf-8", delimiter=";", header_row=1).as_json()
    assert (written["missing"], written["latest_year"]) == ({"Other": ["None", "1"]}, 2030)
    assert written["fields"] == WRITTEN["fields"] | {
        "reference": {"column": "ID", "format": "whole-number", "missing": ["-", "0"]},
        "finding": {"column": "Ergebnis", "words": {"begründet": "upheld", "offen": ""}},
    }


@pytest.mark.parametrize(
    "rule", [{"columns": ["Bank", "Quarter"]}, {"from": "row_hash"}, {"from": "record_number"}, {"constant": "7"}]
)
def test_each_kind_of_reference_is_written_as_it_was_read(rule):
    assert read({"fields": {"reference": rule}}).as_json()["fields"] == {"reference": rule}


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=9)


@given(
    columns=st.dictionaries(st.sampled_from(["subject", "narrative", "tags", "category"]), TEXTS),
    separator=st.sampled_from(["", "|", "<->"]),
    missing=st.dictionaries(TEXTS, st.lists(TEXTS, min_size=1)),
    year=st.integers(1900, 2100),
)
def test_what_is_written_is_read_back_and_does_the_same(columns, separator, missing, year):
    fields = {name: {"column": column, "separator": separator} for name, column in columns.items()}
    definition = read({"fields": fields, "missing": missing, "latest_year": year})

    again = read(definition.as_json())

    assert again == definition
    assert again.fingerprint == definition.fingerprint


def test_mappings_that_do_the_same_have_one_fingerprint():
    def turned(value):
        return {k: turned(v) for k, v in reversed(value.items())} if isinstance(value, dict) else value

    prints = {read(WRITTEN).fingerprint, read(turned(WRITTEN)).fingerprint}

    assert len(prints) == 1
    assert len(prints.pop()) == 64


@pytest.mark.parametrize("part", ["source", "fields", "missing", "latest_year"])
def test_mappings_that_differ_have_different_fingerprints(part):
    assert read({"fields": {}, part: WRITTEN[part]}).fingerprint != read({"fields": {}}).fingerprint


def test_columns_that_are_read_and_columns_that_became_fields():
    together = read({"fields": WRITTEN["fields"] | {"reference": {"columns": ["Bank", "ID"]}}})
    texts = {"Eingang", "Ergebnis", "Betrag", "Thema"}

    assert read(WRITTEN).used_columns == texts | {"ID"}
    assert read(WRITTEN).needed_columns == texts | {"ID", "Text"}
    assert together.used_columns == texts
    assert together.needed_columns == texts | {"Bank", "ID", "Text"}


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (None, ['"fields"']),
        ([], ['"fields"']),
        ({"fields": None}, ['"fields"']),
        ({"fields": {}, "zebra": 1, "extra": 1}, ["'extra'", "source, fields, missing and latest_year"]),
        ({"fields": {"colour": {}}}, ["'colour'", "Letters", ", ".join(FIELDS)]),
        ({"fields": {"tags": "Thema"}}, ["tags", '{"column": "Name"}']),
        (
            {"fields": {"tags": {"column": "a", "zebra": 1, "extra": 1}}},
            ["'extra'", "tags", "column, columns, constant, decimal, format, from, missing, separator, words"],
        ),
        ({"fields": {"tags": {}}}, ["tags"]),
        ({"fields": {"tags": {"column": "a", "constant": "b"}}}, ["tags"]),
        ({"fields": {"reference": {"column": "a", "columns": ["a", "b"]}}}, ["reference"]),
        ({"fields": {"reference": {"column": "a", "from": "row_hash"}}}, ["reference"]),
        ({"fields": {"reference": {"columns": []}}}, ["columns"]),
        ({"fields": {"reference": {"columns": "ab"}}}, ['"columns"']),
        ({"fields": {"reference": {"from": "elsewhere"}}}, ['"from"', '"row_hash"', '"record_number"']),
        ({"fields": {"tags": {"from": "row_hash"}}}, ['"columns"', '"from"']),
        ({"fields": {"tags": {"columns": ["a", "b"]}}}, ['"columns"', '"from"']),
        ({"fields": {"tags": {"column": "a", "format": "detected"}}}, ['"detected"']),
        ({"fields": {"tags": {"column": "a", "format": "whole-number"}}}, ['"whole-number"']),
        (
            {"fields": {"received_on": {"column": "a", "format": "%Q"}}},
            ["'%Q'", "%Y-%m-%d, %d.%m.%Y, ", "excel-serial"],
        ),
        ({"fields": {"received_on": {"column": "a"}}}, ["Received"]),
        ({"fields": {"finding": {"column": "a", "words": {"x": "won"}}}}, ["'won'", "finding", "upheld, not_upheld"]),
        ({"fields": {"received_on": {"constant": "soon"}}}, ["'soon'", "Received", "not_a_date"]),
        ({"fields": {"finding": {"constant": "won"}}}, ["'won'", "Finding", "unknown_choice"]),
    ],
)
def test_what_is_no_mapping_is_refused_by_name(written, parts):
    message = refused(written)

    assert is_sentence(message)
    assert [part for part in parts if part not in message] == []


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ({"fields": {}, "latest_year": "2026"}, "latest_year"),
        ({"fields": {"amount": {"column": "a", "decimal": ";"}}}, "decimal"),
    ],
)
def test_a_part_with_a_wrong_value_is_refused(written, name):
    assert refused(written).startswith(f"{name} ")


def test_a_column_of_dates_needs_a_format_and_one_date_for_all_rows_does_not():
    assert read_rule("received_on", constant="2019-12-31") == Rule(constant="2019-12-31")
    assert read_rule("received_on", constant="31/12/19", format="%d/%m/%y").format == "%d/%m/%y"
    assert read_rule("received_on", column="a", format="excel-serial").format == "excel-serial"


def test_a_whole_number_tells_or_names_records():
    assert {name for name in FIELDS if is_number_of_records(FIELDS[name])} == {"reference", "petition", "answers_to"}


def parsed(field, text, rule):
    return parser_of(FIELDS[field], rule, 2026)(text)


@pytest.mark.parametrize(
    ("field", "rule", "text", "verdict"),
    [
        ("received_on", Rule(), "2019-12-31", Verdict("2019-12-31")),
        ("received_on", Rule(format="%d/%m/%y"), "31/12/26", Verdict("2026-12-31")),
        ("received_on", Rule(format="%d/%m/%y"), "31/12/27", Verdict("1927-12-31")),
        ("received_on", Rule(), "soon", Verdict("", "not_a_date", "2019-12-31")),
        ("pages", Rule(), "12.0", Verdict("12")),
        ("pages", Rule(), "twelve", Verdict("", "not_a_whole_number")),
        ("amount", Rule(), "1,234.5", Verdict("1234.5")),
        ("amount", Rule(decimal=","), "1.234,5", Verdict("1234.5")),
        ("tags", Rule(separator="|"), "a | b", Verdict("a; b")),
        ("subject", Rule(separator="|"), "a|b", Verdict("a; b")),
        ("country", Rule(), "netherlands", Verdict("NL")),
        ("country", Rule(), "nl", Verdict("NL")),
        ("country", Rule(), "holland", Verdict("", "unknown_country")),
        ("country", Rule(words={"holland": "NL"}), "HOLLAND", Verdict("NL")),
        ("language", Rule(), "xx", Verdict("", "unknown_language")),
        ("finding", Rule(), "Not  upheld", Verdict("not_upheld")),
        ("finding", Rule(), "NOT_UPHELD", Verdict("not_upheld")),
        ("finding", Rule(words={"upheld": "not_upheld"}), "Upheld", Verdict("not_upheld")),
        ("finding", Rule(), "won", Verdict("", "unknown_choice", "upheld, not_upheld")),
        ("status", Rule(), "won", Verdict()),
        ("language", Rule(format="detected"), DUTCH, Verdict("nl")),
        ("language", Rule(format="detected"), (DUTCH * 9)[:300] + f" {GERMAN}" * 99, Verdict("nl")),
        ("language", Rule(format="detected"), "?", Verdict()),
    ],
)
def test_a_cell_becomes_what_its_field_and_rule_say(field, rule, text, verdict):
    assert parsed(field, text, rule) == verdict


@pytest.mark.parametrize("name", ["subject", "tags"])
def test_text_that_is_kept_as_it_is_needs_no_parser(name):
    assert parser_of(FIELDS[name], Rule(column="a"), 2026) is Verdict


def test_of_many_choices_the_first_twelve_are_named():
    many = RecipeField("office", "Office", type="choice", choices={f"v{n}": f"Value {n}" for n in range(14)})

    assert parser_of(many, Rule(column="a"), 2026)("x").detail == ", ".join(f"v{n}" for n in range(12))


def complete(fields, columns, **changes):
    recipe = recipe_of("reference", "petition", "subject", "tags", **changes)
    check_complete(read_definition({"fields": fields}, recipe, latest_year=2026), recipe, columns)


def lacking(fields, columns, **changes):
    with pytest.raises(Refused) as caught:
        complete(fields, columns, **changes)
    assert is_sentence(caught.value.message.replace("--mapping", ""))
    return caught.value.code, caught.value.message


SUBJECT = {"subject": {"column": "Topic"}}
REFERENCE = {"reference": {"columns": ["Bank", "Quarter"]}}


def test_a_mapping_with_all_that_is_needed_is_complete():
    complete(SUBJECT | REFERENCE, ["Topic", "Bank", "Quarter"])
    complete(SUBJECT | REFERENCE, ["Topic", "Bank", "Quarter"], one_of=("subject", "tags"))


def test_a_column_that_the_file_lacks_is_named_with_those_it_has():
    columns = [f"c{n}" for n in range(41)]

    code, message = lacking(SUBJECT | REFERENCE, columns)

    assert code == "column_not_found"
    assert "'Bank'" in message
    assert ", ".join(columns[:40]) in message
    assert "c40" not in message


def test_a_mapping_without_a_reference_is_not_complete():
    code, message = lacking(SUBJECT, ["Topic"])

    assert code == "mapping_incomplete"
    assert "--identifier" in message


def test_what_every_record_needs_is_named():
    other = RecipeField("office", "Office", required=True)
    more = RecipeField("place", "Place", required=True)
    two = recipe_of("reference", "subject", fields_too=(other, more))
    one = recipe_of("reference", "subject", fields_too=(other,))

    def message(recipe, fields):
        with pytest.raises(Refused) as caught:
            check_complete(read_definition({"fields": fields}, recipe, latest_year=2026), recipe, ["a"])
        assert caught.value.code == "mapping_incomplete"
        return caught.value.message

    reference = {"reference": {"column": "a"}}
    assert "Office, Place" in message(two, reference)
    assert "Office" in message(one, reference)
    assert "Reference, Office" in message(one, {})
    assert is_sentence(message(two, reference).replace("--mapping", ""))


def test_one_of_some_fields_is_needed_where_the_recipe_says_so():
    code, message = lacking(REFERENCE, ["Bank", "Quarter"], one_of=("tags", "subject"))

    assert code == "mapping_incomplete"
    assert "Subject, Tags" in message
