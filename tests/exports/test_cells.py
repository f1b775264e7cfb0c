"""No spreadsheet program runs a text of a file, whichever separator it opens the file with; all else is untouched."""

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exports.cells import cell
from exports.tables import Column, ColumnType, MissingKind, Table, text_columns
from exports.writers import delimited
from measures.cells import guarded, unguarded

STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?([eE][+-]?\d+)?)?")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NASTY = st.text(st.sampled_from("=+-@＝\"' ;|,\t\n\r1aé"), max_size=12)


def cells_of(line, separator):
    """The cells a program sees that splits a file at `separator` and, as the eager ones do, at every line break."""
    return [part for row in re.split(r"[\r\n\v\f\x85\u2028\u2029]", line) for part in row.split(separator)]


def is_formula(text):
    """As the most tolerant program reads it: text in quotation marks first, then the rest as it is; blanks and
    quotation marks before the sign do not count. A number with further cells behind a comma goes on as a formula unless
    they are numbers or the next is quoted."""
    quoted = re.match(r'\s*"((?:[^"]|"")*)"', text)
    if quoted:
        text = quoted[1].replace('""', '"') + text[quoted.end() :]
    bare = text.strip('\ufeff\u200b" \t\r\n')
    first, *others = bare.split(",")
    if first[:1] not in STARTS or NUMBER.fullmatch(bare):
        return False
    following = next((other for other in others if not NUMBER.fullmatch(other)), '"')
    return not NUMBER.fullmatch(first) or following[:1] != '"'


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@cmd", "'@cmd"),
        ("+31 6 1234", "'+31 6 1234"),
        ("a;=cmd()", "a;'=cmd()"),
        ("a\n=1+1", "a\n'=1+1"),
        ("a\r\n- point", "a\r\n'- point"),
        ("\t=1", "\t'=1"),
        (" =1", " '=1"),
        ('a;"=1"', 'a;"\'=1"'),
        ('a; " \t=1', "a; \" \t'=1"),
        ("a|@b", "a|'@b"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("-5;-6", "'-5;'-6"),
        ("-1+2", "'-1+2"),
    ],
)
def test_what_would_run_gets_an_apostrophe(text, safe):
    assert guarded(text) == safe
    assert unguarded(safe) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "+",
        "-5",
        "+5",
        "-5.25",
        "-5,25",
        "1e-5",
        "-1E+5",
        "a - b",
        "x=1",
        "a, -b",
        "well-known",
        "2024-01-01",
        "a@b.eu",
        "'t Hof",
    ],
)
def test_numbers_signs_and_plain_text_are_left_alone(text):
    assert guarded(text) == text


@given(st.one_of(TEXT, NASTY))
@example("\t" * 50 + "=")
def test_the_guard_can_be_taken_off_again(text):
    assert unguarded(guarded(text)) == text


@given(st.one_of(TEXT, NASTY))
def test_only_apostrophes_are_added_and_only_once(text):
    assert guarded(text).replace("'", "") == text.replace("'", "")
    assert len(guarded(text)) <= len(text) + sum(map(text.count, "=+-@＝＋－＠"))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-5, -5),
        (-0.5, -0.5),
        (Decimal("-1.50"), "-1.50"),
        (Decimal("1E-10"), "0.0000000001"),
        (Decimal("1E+3"), "1000"),
        (date(2024, 2, 1), "2024-02-01"),
        (datetime(2024, 2, 1, 3, 4, tzinfo=UTC), "2024-02-01T03:04:00+00:00"),
        (MissingKind(".r", "Refused"), ".r"),
        (["=a", 1], '["=a",1]'),
        (("a", date(2024, 2, 1), Decimal("1.50")), '["a","2024-02-01","1.50"]'),
        ({1: True, 2: False}, '{"1":true,"2":false}'),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        ({"a": None}, '{"a":null}'),
        ("=a", "'=a"),
    ],
)
def test_values_as_cells(value, written):
    assert cell(value) == written
    assert type(cell(value)) is type(written)


def test_columns_of_text_are_text_but_for_those_that_are_whole_numbers():
    columns = text_columns(["a", "n", "b"], numbers=["n"])
    assert columns == [Column("a"), Column("n", type=ColumnType.WHOLE_NUMBER), Column("b")]
    assert Table(columns, iter(())).names == ["a", "n", "b"]
    assert [column.type for column in text_columns("ab")] == [ColumnType.TEXT, ColumnType.TEXT]


def csv_of(rows):
    file = io.BytesIO()
    names = [f"c{n}" for n in range(len(rows[0]))] if rows else ["c0"]
    count = delimited.write(Table(text_columns(names), iter(rows)), file)
    assert count == len(rows)
    return file.getvalue().decode("utf-8-sig")


VALUE = st.one_of(NASTY, TEXT, st.integers(-99, 99), st.decimals(-9, 9, places=2), st.none())


@settings(max_examples=400)
@given(st.lists(st.tuples(VALUE, VALUE, VALUE), max_size=4), st.sampled_from(";|\t"))
@example([("-5", "3+cmd|' /C calc'!A0", "")], ";")
@example([(-5, "3+cmd", "")], ";")
@example([("a", 'b";=1', "c")], ";")
def test_no_cell_of_a_file_is_a_formula_whatever_the_separator(rows, separator):
    body = csv_of(rows)
    for text in cells_of(body, separator):
        assert not is_formula(text)
    # Opened as what it is, each cell is the value again.
    for row, values in zip(list(csv.reader(io.StringIO(body, newline="")))[1:], rows, strict=True):
        assert [unguarded(text) for text in row] == ["" if v is None else str(v) for v in values]


@given(st.lists(st.tuples(NASTY, NASTY), max_size=4))
def test_the_file_opened_as_what_it_is_holds_no_formula(rows):
    for row in csv.reader(io.StringIO(csv_of(rows), newline="")):
        assert not any(is_formula(text) for text in row)
