"""CSV with semicolons and decimal commas: read as it was written, and no part of it runs, whatever cuts it."""

import csv
import io
import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from exports.tables import MissingKind, Table, text_columns
from exports.writers import WRITERS

NASTY = st.text(st.sampled_from("=+-@＝\"'\\ ;|,.\t\n\ra1é"), max_size=9)
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
SKIPPED = '"\t\r\n \ufeff\u200b'


def written(rows):
    file = io.BytesIO()
    names = [f"c{n}" for n in range(len(rows[0]))]
    assert WRITERS["csv2"].write(Table(text_columns(names), iter(rows)), file) == len(rows)
    return file.getvalue().decode()


def cells(text, delimiter=";"):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


def test_numbers_have_a_comma_and_accents_are_right():
    text = written([["Müller; Ärger, oben", 2.5, Decimal("-1234.50"), 7, None, MissingKind(".r", "refused"), True]])
    assert text.startswith("\ufeffc0;c1;")
    assert cells(text)[1] == ["Müller; Ärger, oben", "2,5", "-1234,50", "7", "", ".r", "true"]


def test_a_formula_behind_any_separator_is_text():
    assert cells(written([["=1+1", "a,=1+1", 'x, "=1+1', "-5,25", "a;=1"]]))[1] == [
        "'=1+1", "a,'=1+1", "x, \"'=1+1", "-5,25", "a;'=1",
    ]  # fmt: skip


@given(st.lists(NASTY, min_size=2, max_size=4))
def test_no_cell_runs_whichever_separator_a_program_expects(row):
    text = written([["x", *row]])
    for delimiter in (";", ","):
        for found in cells(text, delimiter)[1:]:
            for cell in found:
                begin = cell.lstrip(SKIPPED)
                assert not begin.startswith(("=", "+", "-", "@", "＝")) or NUMBER.fullmatch(begin.strip()) or (
                    begin.strip(SKIPPED) in ("+", "-")
                ), (delimiter, text)  # fmt: skip
