"""Rows of a file as the fields they become. No database."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.mapped import FieldReader, MappedRows, differences, excerpts, field_readers
from imports.mapping import Definition, Rule
from imports.readers.table import ReadOptions
from imports.values import Verdict
from tests.imports.recipes import FIELDS, recipe_of
from tests.imports.test_guess import DUTCH, GERMAN

COLUMNS = ["id", "day", "story", "status", "spare"]


def definition_of(rules, missing=None, year=2026):
    return Definition(ReadOptions(), rules, missing or {}, year)


def mapped(rules, columns=COLUMNS, **changes):
    return MappedRows(definition_of(rules, **changes), recipe_of(), columns)


def md5(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def test_readers_stand_in_the_order_of_the_recipe_for_columns_that_the_file_has():
    rules = {
        "subject": Rule(column="gone"),
        "narrative": Rule(column="story", missing=("-",)),
        "status": Rule(column="status"),
        "received_on": Rule(column="day", format="%d/%m/%y"),
        "finding": Rule(constant="upheld"),
        "reference": Rule(column="id"),
    }

    readers = field_readers(definition_of(rules, {"story": ("?",), "id": ("0",)}, 2019), recipe_of(), COLUMNS)

    assert [(reader.field.name, reader.position) for reader in readers] == [
        ("reference", 0), ("received_on", 1), ("status", 3), ("narrative", 2),
    ]  # fmt: skip
    assert [reader.rule for reader in readers] == [rules[reader.field.name] for reader in readers]
    assert [reader.missing for reader in readers] == [{"0"}, frozenset(), frozenset(), {"-", "?"}]
    assert [reader.parser is None for reader in readers] == [True, False, False, True]
    assert readers[1].parser("31/12/20") == Verdict("1920-12-31")


def reader_of(rule, field="subject", missing=(), parser=None):
    return FieldReader(FIELDS[field], rule, 1, frozenset(missing), parser)


@pytest.mark.parametrize(
    ("rule", "cell", "text"),
    [
        (Rule(), "\ufeff\u3000 \t\na  b \r\f\u00a0", "a  b"),
        (Rule(), " - ", ""),
        (Rule(), "", ""),
        (Rule(), "17.0", "17.0"),
        (Rule(format="whole-number"), " 17.0 ", "17"),
        (Rule(format="whole-number"), "9.0", ""),
        (Rule(format="detected"), " " + "x" * 301, "x" * 300),
        (Rule(format="detected"), "-", "-"),
    ],
)
def test_a_cell_is_trimmed_and_empty_where_it_means_missing(rule, cell, text):
    assert reader_of(rule, missing={"-", "9"}).text(["other", cell, "other"]) == text


def test_each_text_is_parsed_once():
    seen = []

    def parser(text):
        seen.append(text)
        return Verdict(text.upper())

    reader = reader_of(Rule(), parser=parser)

    assert [reader.judged(text).value for text in ("a", "b", "a")] == ["A", "B", "A"]
    assert seen == ["a", "b"]
    assert reader_of(Rule()).judged("a") == Verdict("a")


def test_no_more_than_twenty_thousand_texts_are_remembered():
    seen = []
    reader = reader_of(Rule(), parser=lambda text: seen.append(text) or Verdict(text))

    for n in range(20_000):
        reader.judged(str(n))
    reader.judged("0")
    first = len(seen)
    reader.judged("new")
    reader.judged("0")

    assert (first, len(seen)) == (20_000, 20_002)


ROW = ["A1", "31.12.2019", "A text", "Open", "more"]


def test_a_row_becomes_its_fields_and_keeps_the_other_columns_beside():
    rules = {
        "reference": Rule(column="id"),
        "received_on": Rule(column="day", format="%d.%m.%Y"),
        "status": Rule(column="status"),
        "country": Rule(constant="netherlands"),
        "colour": Rule(constant="red"),
    }

    assert mapped(rules).values(ROW) == {
        "reference": "A1", "received_on": "2019-12-31", "status": "open", "status_raw": "Open", "country": "NL",
        "story": "A text", "spare": "more",
    }  # fmt: skip


def test_what_is_empty_or_fits_nothing_is_left_out():
    rules = {"reference": Rule(column="id"), "received_on": Rule(column="day", format="%Y-%m-%d"),
             "status": Rule(column="status"), "tags": Rule(column="story", missing=("A text",))}  # fmt: skip

    assert mapped(rules).values(["A1", "soon", "A text", "unknown", ""]) == {"reference": "A1", "status_raw": "unknown"}
    assert mapped(rules).values(["", "", "", "", "x"]) == {"spare": "x"}
    assert mapped(rules).values(["A1", "", "", ""]) == {"reference": "A1"}


def test_a_value_of_the_row_stands_before_one_for_all_rows():
    assert mapped({"status": Rule(column="status")}).values(["", "", "", "open", ""])["status"] == "open"
    assert (
        mapped({"received_on": Rule(constant="31/12/27", format="%d/%m/%y")}).values(ROW)["received_on"] == "1927-12-31"
    )


def test_the_words_of_the_source_are_not_kept_where_a_column_says_them():
    rules = {"status": Rule(column="status"), "status_raw": Rule(column="spare")}

    assert "status_raw" not in mapped(rules).values(ROW)


def test_a_text_whose_language_is_detected_is_kept_too():
    text = (DUTCH * 9)[:300] + f" {GERMAN}" * 99
    values = mapped({"language": Rule(column="story", format="detected")}).values(["", "", text, "", ""])

    assert values == {"language": "nl", "story": text}


def test_a_row_is_known_by_its_column():
    rows = mapped({"reference": Rule(column="id", format="whole-number", missing=("-",))})

    assert [rows.reference(7, [text, "", "", "", ""]) for text in (" 17.0 ", "-", "A")] == ["17", "", "A"]


@pytest.mark.parametrize(("length", "is_hashed"), [(195, False), (196, True)])
def test_columns_together_are_a_reference_and_a_hash_where_they_are_long(length, is_hashed):
    rows = mapped({"reference": Rule(columns=("day", "id"))})
    together = "b / " + "a" * length + "c"

    found = rows.reference(7, [f" {'a' * length}c\t", "\ufeff\u3000b ", "x", "x", "x"])

    assert found == (md5(together) if is_hashed else together)


def test_a_row_is_known_by_its_number_where_the_mapping_says_so():
    assert mapped({"reference": Rule(from_="record_number")}).reference(7, ROW) == "7"


@pytest.mark.parametrize("rules", [{}, {"reference": Rule(from_="row_hash")}])
def test_a_row_is_known_by_all_its_cells_where_nothing_else_tells_it_apart(rules):
    rows = mapped(rules)

    assert rows.reference(7, ROW) == md5("\x1f".join(ROW))
    assert rows.reference(7, ["é", "b"]) == rows.reference(8, ["é", "b", "", "", ""]) == md5("é\x1fb\x1f\x1f\x1f")


def test_differences_are_named_with_both_values():
    before, after = {"a": "1", "b": "2", "gone": "x"}, {"b": "3", "new": "y", "a": "1"}

    assert differences(before, after) == [("b", "2", "3"), ("gone", "x", ""), ("new", "", "y")]


def test_a_long_difference_is_shown_around_its_first_letter():
    before = "x" * 500 + "A" + "y" * 500
    after = "x" * 500 + "B" + "z" * 500

    assert differences({"a": before}, {"a": after}) == [
        ("a", "…" + "x" * 50 + "A" + "y" * 149 + "…", "…" + "x" * 50 + "B" + "z" * 149 + "…")
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("abcdefgh", "abXdefgh", ("abcdefgh", "abXdefgh")),
        ("abcdefgh", "abcdefX", ("abcdefgh", "abcdefX")),
        ("abcdefX", "abcdefgh", ("abcdefX", "abcdefgh")),
        ("abcdefghi", "Xbcdefghi", ("abcdefgh…", "Xbcdefgh…")),
        ("abcdefghi", "abcXefghi", ("…bcdefghi", "…bcXefghi")),
        ("abcdefghij", "abcXefghij", ("…bcdefghi…", "…bcXefghi…")),
        ("abc", "abcdefghij", ("…bc", "…bcdefghi…")),
        ("abcdefghij", "", ("abcdefgh…", "")),
        ("", "abcdefghij", ("", "abcdefgh…")),
        ("abcdefghi", "b", ("abcdefgh…", "b")),
        ("ab", "abcdefghi", ("ab", "abcdefgh…")),
    ],
)
def test_both_texts_are_cut_to_where_they_begin_to_differ(before, after, shown):
    assert excerpts(before, after, longest=8) == shown


@pytest.mark.parametrize(("length", "is_cut"), [(200, False), (201, True)])
def test_texts_of_two_hundred_characters_are_shown_whole(length, is_cut):
    assert excerpts("", "x" * length)[1].endswith("…") is is_cut
    assert excerpts("x" * length, "")[0].endswith("…") is is_cut


@given(st.text("ab", max_size=40), st.text("ab", max_size=40), st.integers(4, 12))
def test_excerpts_of_texts_that_differ_differ_too_and_are_short(before, after, longest):
    shown = excerpts(before, after, longest)

    assert (shown[0] == shown[1]) is (before == after)
    assert all(len(text.strip("…")) <= longest for text in shown)
    assert shown[0].strip("…") in before
    assert shown[1].strip("…") in after
