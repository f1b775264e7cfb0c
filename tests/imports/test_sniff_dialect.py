"""Delimiter, quoting and header row of the first part of a text. No database."""

import csv

import pytest

from imports.sniff.dialect import Dialect, csv_arguments, detect, head_records
from imports.sniff.header import header_row

COMMA = Dialect(",", '"', "")


def test_records_span_lines_and_blank_lines_are_none():
    assert head_records('a,"b\r\nc"\r\n\r\nd,e', COMMA) == [["a", "b\r\nc"], ["d", "e"]]


def test_no_more_than_500_records_are_looked_at():
    text = "".join(f"{n},x\n" for n in range(502))

    assert head_records(text, COMMA) == [[str(n), "x"] for n in range(500)]


def test_records_before_one_that_cannot_be_read_are_kept():
    usual = csv.field_size_limit(10)
    try:
        assert head_records(f"a,b\n1,{'x' * 11}\n2,y\n", COMMA) == [["a", "b"]]
    finally:
        csv.field_size_limit(usual)


@pytest.mark.parametrize(
    ("dialect", "arguments"),
    [
        (Dialect(";", '"', ""), (";", '"', csv.QUOTE_MINIMAL, None, True)),
        (Dialect("\t", "", ""), ("\t", None, csv.QUOTE_NONE, None, True)),
        (Dialect("|", "'", "\\"), ("|", "'", csv.QUOTE_MINIMAL, "\\", False)),
    ],
)
def test_a_dialect_in_the_words_of_the_csv_module(dialect, arguments):
    words = ("delimiter", "quotechar", "quoting", "escapechar", "doublequote")

    assert csv_arguments(dialect) == dict(zip(words, arguments, strict=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", COMMA),
        ("one\ntwo\n", COMMA),
        ("a;b\n1;2\n", Dialect(";", '"', "")),
        ("a\tb\n1\t2\n", Dialect("\t", '"', "")),
        ("a|b\n1|2\n", Dialect("|", '"', "")),
        # Every record has two cells by one mark and three by the other.
        ("a;b,c;d\n1;2,3;4\n", Dialect(";", '"', "")),
        # Three of four records with four cells beat four with two; two of four with eight do not.
        ("a,b;c;d;e\n1,2;3;4;5\n1,2;3;4;5\n1,x\n", Dialect(";", '"', "")),
        ("a,b;;;;;;;c\n1,2;;;;;;;3\n1,x\n2,y\n", COMMA),
        ("a,b;c\n", COMMA),
    ],
)  # fmt: skip
def test_most_records_have_the_same_number_of_cells(text, found):
    assert detect(text) == found


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a,b,'x,y'\n1,2,3\n4,5,'6,7'\n", "'"),
        ("a,b,c\n1,2,'3,4'\n5,6,7\n", "'"),
        ("a,b,'x,y'\n1,2\",3\n4,5,'6,7'\n", "'"),
        ("a,b,'x,y'\n1,2\",3\"\n4,5,'6,7'\n", '"'),
        ("a,b,c\n1,2,'3,4\n", '"'),
        ("don't,won't\nit's,isn't\n", '"'),
    ],
)
def test_single_quotes_are_quotes_where_there_are_no_pairs_of_double_ones(text, quote):
    assert detect(text) == Dialect(",", quote, "")


@pytest.mark.parametrize(
    ("text", "escape"),
    [
        ('a,b\n"he said \\"no, no\\" twice",1\n"x",2\n', "\\"),
        ('a,b\n"C:\\",1\n"D:\\",2\n', ""),
        ('a,b\nx\\"y,1\n', ""),
        ("a,b\nx\\,y,1\nu\\,v,2\n", ""),
    ],
)
def test_a_backslash_escapes_where_that_makes_rows_equal(text, escape):
    assert detect(text) == Dialect(",", '"', escape)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"delimiter": ","}, COMMA),
        ({"delimiter": "#"}, Dialect("#", '"', "")),
        ({"quote": ""}, Dialect(";", "", "")),
        ({"quote": "'"}, Dialect(";", "'", "")),
        ({"escape": "\\"}, Dialect(";", '"', "\\")),
        ({"delimiter": "|", "quote": "", "escape": "/"}, Dialect("|", "", "/")),
    ],
)
def test_what_a_person_chose_is_kept(chosen, found):
    assert detect("a;b\n1;2\n", **chosen) == found


@pytest.mark.parametrize(
    ("records", "row"),
    [
        ([], 0),
        ([["id", "title"], ["1", "a"], ["2", "b"]], 1),
        ([["id", "title"]], 1),
        ([["1", "2"], ["3", "4"]], 0),
        ([["id", "2019"], ["3", "4"]], 0),
        ([["", " "], [" ", ""]], 0),
        ([[" "], ["title"], ["a"], ["b"]], 2),
        ([["Report"], ["id", "title"], ["1", "a"], ["2", "b"]], 2),
        ([["Report", " "], ["id", "title"]], 2),
        ([["Report", "2019", "", "", ""], ["id", "a", "b", "c", "d"]], 2),
        # Half of the usual width is enough, rounded up.
        ([["Report", "of", "", "", ""], [*"abcde"], [*"12345"], [*"67890"]], 2),
        ([["id", "name", "", ""], [*"1234"], [*"5678"]], 1),
        # Three rows tell what is usual: one of them is wider.
        ([["id", "title"], ["1", "a"], ["2", *"bcdefg"]], 1),
        ([[*"xxx"]] + [["t"]] * 29, 1),
        ([["t"]] * 29 + [["a", "b"]] + [["c", "d"]] * 40, 30),
        ([["t"]] * 30 + [["a", "b"]] + [["c", "d"]] * 40, 0),
    ],
)  # fmt: skip
def test_the_first_record_of_the_usual_width_names_the_columns(records, row):
    assert header_row(records) == row


@pytest.mark.parametrize(
    ("below", "is_header"),
    [
        ([["yes", "x", "u"]], True),
        ([["yes", "no", "u"]], False),
        ([["no", "yes", "yes"]], True),
        ([["yes"], ["u", "no"]], False),
        ([["u", "v", "w"]] * 499 + [["yes", "no", "w"]], False),
        ([["u", "v", "w"]] * 500 + [["yes", "no", "w"]], True),
    ],
)
def test_cells_that_come_again_below_are_values(below, is_header):
    assert header_row([["yes", "no", "perhaps"], *below]) == int(is_header)


def test_half_of_the_cells_again_are_too_many_and_empty_ones_do_not_count():
    assert header_row([["a", "b"], ["a", "x"], ["u", "v"]]) == 0
    assert header_row([["a", "b", "", "", ""], ["x", "y", "", "", ""], ["u", "v", "", "", ""]]) == 1


@pytest.mark.parametrize(
    ("cells", "known", "row"),
    [
        (["2019", "2020"], {"2019", "2020"}, 1),
        (["2019", "2020"], {"2019"}, 0),
        (["2019", "2020", "2021"], {"2019", "2021"}, 1),
        (["2019"], {"2019"}, 1),
        ([" NARRATIVE ", "2019"], {"narrative", "2019"}, 1),
    ],
)
def test_known_names_settle_it(cells, known, row):
    assert header_row([cells, cells], frozenset(known)) == row


@pytest.mark.parametrize(("length", "row"), [(150, 1), (151, 0)])
def test_a_long_text_is_no_name(length, row):
    assert header_row([["id", "x" * length], ["1", "y"]]) == row
