"""Findings that follow from what was counted while a file was read. No database."""

import re
from collections import Counter
from datetime import date

import pytest

from imports.findings.columns import column_findings, line_end_findings, missing_findings
from imports.findings.finding import Example
from imports.sniff.profile import Column
from imports.sniff.traces import Traces
from tests.imports.sentences import is_sentence, without_numbers

TODAY = date(2026, 11, 28)
PROSE = ["a text of several words", "another text"]


def found(column, trace=None, *, header=False):
    """Code, columns and count of each finding about one column."""
    return [(f.code, f.columns, f.count) for f in findings(column, trace, header=header)]


def findings(column, trace=None, *, header=False):
    result = column_findings([column], [trace or Traces()], header=header, today=TODAY)
    assert all(is_sentence(finding.sentence) for finding in result), result
    return result


def shown(finding):
    return [(example.value, example.look_for) for example in finding.examples]


def without_names(finding):
    """Its sentence without what it quotes."""
    return re.sub("“[^”]*”(, )?", "", finding.sentence)


def named(*names):
    return [Column(name, rows=9) for name in names]


def of_header(columns):
    result = column_findings(columns, [Traces() for _ in columns], header=True, today=TODAY)
    assert all(is_sentence(finding.sentence) for finding in result), result
    return result


def test_a_column_that_is_called_by_its_own_place_has_no_name():
    one, two = of_header(named("id", "Column 2", "Column 4")), of_header(named("Column 1", "Column 2"))

    assert [(f.code, f.columns, f.count) for f in one] == [("nameless_column", ["Column 2"], 1)]
    assert [(f.code, f.columns, f.count) for f in two] == [("nameless_column", ["Column 1", "Column 2"], 2)]
    assert "“Column 2”" in one[0].sentence
    assert without_numbers(without_names(one[0])) != without_numbers(without_names(two[0]))


def test_a_name_with_a_number_behind_repeats_another_one_only_where_that_stands_too():
    (finding,) = of_header(named("title", "note (2)", "title (2)", "title (3)"))

    assert (finding.code, finding.columns, finding.count) == ("repeated_header", ["title (2)", "title (3)"], 2)
    assert "“title (2)”, “title (3)”" in finding.sentence


def test_names_that_nobody_wrote_are_not_reported():
    assert found(Column("Column 1", rows=9)) == []


def test_columns_without_a_single_value_are_one_finding():
    columns = [Column("note", rows=9, empty=9), Column("id", rows=9), Column("remark", rows=9, empty=9)]

    (one,) = of_header(columns[:2])
    (two,) = of_header(columns)

    assert (one.code, one.columns, one.count) == ("empty_column", ["note"], 1)
    assert (two.code, two.columns, two.count) == ("empty_column", ["note", "remark"], 2)
    assert ("“note”" in one.sentence, "“note”, “remark”" in two.sentence) == (True, True)
    assert without_names(one) != without_names(two)


def test_findings_stand_in_the_order_of_the_columns_after_those_about_all():
    columns = [
        Column("amount", rows=50, type="integer", fails=1),
        Column("Column 2", rows=50, empty=50),
        Column("case number", rows=50, repeats=2),
    ]

    assert [finding.code for finding in of_header(columns)] == [
        "nameless_column", "empty_column", "mixed_types", "repeated_key",
    ]  # fmt: skip


def test_every_column_needs_its_traces():
    with pytest.raises(ValueError, match="shorter"):
        column_findings(named("a", "b"), [Traces()], header=True, today=TODAY)


@pytest.mark.parametrize("line_ends", [(0, 0), (0, 99), (1, 1), (99, 99)])
def test_line_ends_that_are_all_alike_are_no_finding(line_ends):
    assert line_end_findings(line_ends) == []


@pytest.mark.parametrize(
    ("line_ends", "count", "numbers"),
    [((1, 2), 1, ["1", "1"]), ((2, 1_236), 2, ["2", "1,234"]), ((5_000, 5_002), 2, ["5,000", "2"]),
     ((5, 3), 2, ["5", "3"]), ((2_000, 1), 1_999, ["2,000", "1"]), ((1, 0), 1, ["1", "0"])],
)  # fmt: skip
def test_line_ends_of_two_kinds_are_counted(line_ends, count, numbers):
    (finding,) = line_end_findings(line_ends)

    assert (finding.code, finding.columns, finding.count) == ("mixed_line_ends", [], count)
    assert is_sentence(finding.sentence)
    assert [word for word in finding.sentence.split() if word[0].isdigit()] == numbers


def test_one_line_that_ends_otherwise_is_not_several():
    ends = ((1, 9), (2, 9), (9, 2), (2, 3))
    one, several, turned, fewest = (without_numbers(line_end_findings(each)[0].sentence) for each in ends)

    assert len({one, several, turned}) == 3
    assert fewest == several


def test_words_for_missing_are_reported_where_the_mapping_keeps_them():
    columns = [
        Column("topic", missing={"None": 1_234, "-": 1, "?": 2}),
        Column("office", missing={"n/a": 3}),
        Column("all covered", missing={"null": 4}),
        Column("none"),
    ]

    first, second = missing_findings(columns, {"topic": {"?"}, "all covered": {"null"}})

    assert (first.code, first.columns, first.count) == ("missing_words", ["topic"], 1_235)
    assert first.examples == [Example("None", None, "None"), Example("-", None, "-")]
    assert (second.columns, second.count, second.examples) == (["office"], 3, [Example("n/a", None, "n/a")])
    for finding in (first, second):
        assert is_sentence(finding.sentence)
        assert f"“{finding.columns[0]}”" in finding.sentence
    assert ("“None”" in first.sentence, "1,234 " in first.sentence, "“-”" in first.sentence) == (True, True, True)


def test_one_row_that_holds_a_word_is_not_several():
    one, several = (missing_findings([Column("topic", missing={"-": n})], {})[0].sentence for n in (1, 2))

    assert without_numbers(one) != without_numbers(several)


def test_of_many_words_for_missing_the_sentence_shows_five_and_counts_all():
    (finding,) = missing_findings([Column("topic", missing={f"word{n}": 1 for n in range(7)})], {})

    assert (finding.count, finding.sentence.count("word"), len(finding.examples)) == (7, 5, 7)


def text_column(**changes):
    return Column(**{"name": "narrative", "rows": 400, "examples": PROSE} | changes)


@pytest.mark.parametrize(
    ("lengths", "count"),
    [
        ({}, 0), ({29: 20}, 0), ({30: 20}, 20), ({30: 19}, 0), ({31: 20}, 0), ({33: 20}, 0), ({127: 20}, 20),
        ({26: 4, 27: 4, 28: 4, 29: 4, 30: 4}, 20), ({25: 4, 26: 4, 27: 4, 28: 4, 29: 3, 30: 4}, 0),
        ({10: 200, 40: 21}, 0), ({10: 199, 40: 22}, 22),
        ({10: 5, 127: 1}, 1), ({10: 5, 126: 18, 127: 1}, 1), ({10: 5, 4_000: 3}, 3), ({10: 5, 125: 1}, 0),
    ],
)  # fmt: skip
def test_texts_pile_up_where_a_source_cut_them(lengths, count):
    expected = [("cut_off", ["narrative"], count)] if count else []

    assert found(text_column(), Traces(lengths=Counter(lengths))) == expected


@pytest.mark.parametrize(("dotted", "count"), [(19, 0), (20, 20), (1_234, 1_234)])
def test_texts_that_end_in_dots_were_cut(dotted, count):
    result = findings(text_column(), Traces(lengths=Counter({45: 20}), dotted=dotted))

    assert [(f.code, f.count) for f in result] == ([("cut_off", count)] if count else [])
    assert all(f"{count:,} " in f.sentence and "“narrative”" in f.sentence for f in result)


def test_dots_say_more_than_the_pile_below_a_length():
    assert found(text_column(), Traces(lengths=Counter({50: 20}), dotted=21)) == [("cut_off", ["narrative"], 21)]


def test_a_pile_is_named_by_its_lengths():
    (finding,) = findings(text_column(), Traces(lengths=Counter({1_996: 600, 2_000: 600})))

    assert finding.count == 1_200
    assert all(part in finding.sentence for part in ("1,200 ", " 1,996 ", " 2,000 ", "“narrative”"))


def test_the_longest_text_of_a_usual_limit_is_named_by_that_limit():
    (one,) = findings(text_column(), Traces(lengths=Counter({4_000: 1})))
    (several,) = findings(text_column(), Traces(lengths=Counter({4_000: 1_300, 9: 20_000})))

    assert all(part in one.sentence for part in (" 4,000 ", "“narrative”"))
    assert all(part in several.sentence for part in (" 1,300 ", " 4,000 ", "“narrative”"))
    assert without_numbers(one.sentence) != without_numbers(several.sentence).replace("  ", " ")


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"type": "date"}, False),
        ({"examples": ["a b", "c"]}, True),
        ({"examples": ["a b", "c", "d"]}, False),
        ({"examples": ["a b", "c d", "e"]}, True),
        ({"values": {"a b": 1, "c d": 1}, "rows": 6}, True),
        ({"values": {"a b": 1, "c d": 1}, "rows": 7}, False),
        ({"values": {"a b": 1, "c d": 1}, "rows": 7, "empty": 1}, True),
    ],
)
def test_only_texts_that_people_wrote_are_cut_off(changes, is_told):
    assert bool(found(text_column(**changes), Traces(lengths=Counter({30: 20})))) is is_told


@pytest.mark.parametrize(
    ("cut", "filled", "is_told"), [(2, 400, False), (3, 60, True), (3, 59, False), (20, 400, True), (21, 400, False)]
)
def test_few_texts_that_end_in_a_single_letter_were_cut_and_many_are_written_so(cut, filled, is_told):
    trace = Traces(cut=cut, cut_examples=["A leak of water in house s", "short t "])

    result = findings(text_column(rows=filled), trace)

    assert [(f.code, f.columns, f.count) for f in result] == ([("cut_word", ["narrative"], cut)] if is_told else [])
    for finding in result:
        assert shown(finding) == [("… ter in house s", "A leak of water in house s"), ("… short t", "short t ")]
        assert f"{cut} " in finding.sentence
        assert "“narrative”" in finding.sentence


def test_a_column_without_a_value_has_no_texts_that_were_cut():
    assert "cut_word" not in [code for code, _, _ in found(text_column(rows=0), Traces(cut=3))]


@pytest.mark.parametrize("type_", ["integer", "decimal", "date"])
def test_values_that_do_not_fit_a_columns_type_are_counted(type_):
    one, several = (
        findings(Column("amount", rows=5_000, type=type_, fails=n, fail_examples=["IL", "x"]))[0] for n in (1, 1_234)
    )

    assert (one.code, one.columns, one.count) == ("mixed_types", ["amount"], 1)
    assert (several.code, several.columns, several.count) == ("mixed_types", ["amount"], 1_234)
    assert shown(one) == [("IL", "IL"), ("x", "x")]
    assert all("“amount”" in finding.sentence for finding in (one, several))
    assert (" 1 " in one.sentence, " 1,234 " in several.sentence) == (True, True)
    assert without_numbers(one.sentence) != without_numbers(several.sentence)


@pytest.mark.parametrize("type_", ["integer", "decimal", "date"])
def test_a_text_column_that_is_mostly_of_a_type_is_reported(type_):
    (finding,) = findings(Column("amount", rows=5_000, partly=type_, partly_not=1_234))

    assert (finding.code, finding.columns, finding.count, finding.examples) == ("mixed_types", ["amount"], 1_234, [])
    assert ("“amount”" in finding.sentence, "1,234" in finding.sentence) == (True, True)


def test_each_type_has_its_own_words():
    types = ("integer", "decimal", "date")
    wrong = [Column("n", rows=9, type=type_, fails=1) for type_ in types]
    partly = [Column("n", rows=9, partly=type_, partly_not=1) for type_ in types]

    assert len({findings(column)[0].sentence for column in (*wrong, *partly)}) == 6


@pytest.mark.parametrize("column", [Column("n", rows=9, fails=3), Column("n", rows=9, type="integer")])
def test_texts_of_any_form_and_numbers_alone_are_not_mixed(column):
    assert found(column) == []


def years(name, values, **changes):
    column = Column(**{"name": name, "rows": 100, "type": "integer"} | changes)
    return findings(column, Traces(counts=values))


@pytest.mark.parametrize(
    ("name", "values", "wrong"),
    [
        ("birth_year", {"1900": 1, "1901": 1, "2026": 1, "2027": 2}, {"1900": 1, "2027": 2}),
        ("Jahr", {"1799": 1, "1800": 1, "2036": 1, "2037": 2}, {"1799": 1, "2037": 2}),
        ("year", {"2037": 1, "1799.0": 1, "-5": 1, "2019": 9}, {"-5": 1, "1799.0": 1, "2037": 1}),
        ("year", {"soon": 1, "--5": 1, "٣٣": 1, "1.2.3": 1, "7" * 5_000: 1, "": 1}, {"1.2.3": 1}),
        ("year", {"+1500": 2}, {"+1500": 2}),
        ("yearly amount", {"7": 1}, {}),
        ("day of year", {"7": 1}, {}),
        ("month and year", {"7": 1}, {}),
    ],
)
def test_years_that_no_file_can_speak_of_are_counted(name, values, wrong):
    result = years(name, values)

    count = sum(wrong.values())
    assert [(f.code, f.columns, f.count) for f in result] == ([("impossible_year", [name], count)] if wrong else [])
    assert [shown(finding) for finding in result] == ([[(value, value) for value in wrong]] if wrong else [])
    assert all(", ".join(f"“{value}”" for value in wrong) in finding.sentence for finding in result)


@pytest.mark.parametrize(("wrong", "is_told"), [(50, True), (51, False)])
def test_a_column_in_which_most_years_are_impossible_holds_something_else(wrong, is_told):
    assert bool(years("year", {"7": wrong, "2019": 100 - wrong})) is is_told
    assert bool(years("year", {"7": wrong - 10, "2019": 90 - wrong}, empty=20)) is is_told


def test_only_whole_numbers_that_were_all_counted_are_years():
    assert years("year", {"7": 1}, type="text") == years("year", None) == []


@pytest.mark.parametrize("name", ["birth_year", "year"])
def test_of_many_impossible_years_the_sentence_shows_five(name):
    (one,) = years(name, {"3": 1})
    (many,) = years(name, {str(n): 200 for n in range(7)}, rows=9_000)

    assert (many.count, len(many.examples)) == (1_400, 7)
    assert all(part in many.sentence for part in (f"“{name}”", " 1,400 ", "“0”, “1”, “2”, “3”, “4”"))
    assert "“5”" not in many.sentence
    assert all(part in one.sentence for part in (f"“{name}”", " 1 ", "“3”"))
    assert without_numbers(without_names(one)) != without_numbers(without_names(many))


def test_a_year_of_birth_is_judged_in_words_of_its_own():
    assert len({without_names(years(name, {"3": 1})[0]) for name in ("birth year", "year")}) == 2


@pytest.mark.parametrize(
    ("name", "rows", "repeats", "is_told"),
    [("case number", 12, 3, True), ("case number", 12, 4, False), ("case number", 10, 1, True),
     ("case number", 9, 1, False), ("case number", 50, 0, False), ("case number", 50, None, False),
     ("amount", 50, 1, False)],
)  # fmt: skip
def test_a_column_that_is_named_as_a_key_repeats_few_values(name, rows, repeats, is_told):
    result = found(Column(name, rows=rows, repeats=repeats))

    assert result == ([("repeated_key", [name], repeats)] if is_told else [])


def test_a_repeated_key_shows_the_values_that_repeat():
    counts = {"A1": 1} | {f"B{n}": 2 for n in range(7)}

    (one,) = findings(Column("case number", rows=9_000, repeats=1))
    (many,) = findings(Column("case number", rows=9_000, repeats=1_400), Traces(counts=counts))

    assert one.examples == []
    assert shown(many) == [(f"B{n}", f"B{n}") for n in range(5)]
    assert (" 1 " in one.sentence, " 1,400 " in many.sentence) == (True, True)
    assert all("“case number”" in finding.sentence for finding in (one, many))
    assert without_numbers(one.sentence) != without_numbers(many.sentence)


def spelled(counts, **changes):
    column = Column(**{"name": "city", "rows": 10, "repeats": 5} | changes)
    return findings(column, Traces(counts=counts))


@pytest.mark.parametrize(("name", "code"), [("city", "spellings"), ("key", "keys_differ_by_case")])
def test_values_that_differ_in_capitals_and_blanks_alone_are_one_word(name, code):
    counts = {"Oak Park": 3, "OAK PARK": 1, "Cicero": 4, "oak  park": 1, "oak park ": 1, "Straße": 1, "STRASSE": 1}

    (one,) = spelled({"a": 1, "A": 1}, name=name)
    (several,) = spelled(counts, name=name)

    assert (one.code, one.columns, one.count, shown(one)) == (code, [name], 1, [("a / A", "A")])
    assert (several.code, several.columns, several.count) == (code, [name], 4)
    assert shown(several) == [("Oak Park / OAK PARK / oak  park", "OAK PARK"), ("Straße / STRASSE", "STRASSE")]
    assert all(f"“{name}”" in finding.sentence for finding in (one, several))
    assert (" 1 " in one.sentence, " 4 " in several.sentence) == (True, True)
    assert without_numbers(one.sentence) != without_numbers(several.sentence)


def test_values_and_keys_have_their_own_words():
    assert len({without_names(spelled({"a": 1, "A": 1}, name=name)[0]) for name in ("city", "key")}) == 2


def test_of_many_spellings_five_are_shown_cut_to_a_hundred_characters():
    counts = {spelling: 1 for n in range(7) for spelling in (f"{n}" + "a" * 60, f"{n}" + "A" * 60)}

    (finding,) = spelled(counts, rows=14, repeats=7)

    assert finding.count == 7
    assert [value for value, _ in shown(finding)] == [f"{n}{'a' * 60} / {n}{'A' * 35}" for n in range(5)]


@pytest.mark.parametrize(
    ("counts", "changes"),
    [
        (None, {}),
        ({"a": 1, "b": 1}, {}),
        ({"a": 1, "A": 1}, {"type": "date"}),
        ({"a": 1, "A": 1}, {"repeats": 4}),
        ({"a": 1, "A": 1}, {"repeats": None}),
    ],
)
def test_words_are_compared_only_where_they_come_back(counts, changes):
    assert spelled(counts, **changes) == []
