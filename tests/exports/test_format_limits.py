"""What a format cannot contain is said in a sentence that names formats that can; nothing is cut silently."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.tables import Column, ColumnType, MissingKind, Table
from exports.unfit import Unfit
from exports.writers import AGGREGATES, WRITERS, sav, xlsx
from tests.exports.reading import excel, naive, parquet, spss, stata, stata_by_pandas, written

TYPED = ["xlsx", "parquet", "sav", "dta"]


def refusal(fmt, columns, rows):
    with pytest.raises(Unfit) as refused:
        written(fmt, columns, rows)
    return refused.value


def test_a_text_too_long_for_a_cell_is_refused_with_its_place():
    columns = [Column("id"), Column("narrative")]
    assert excel(written("xlsx", columns, [["1", "x" * 32_767]])[0])[1][1] == "x" * 32_767
    refused = refusal("xlsx", columns, [["1", "x"], ["2", "x" * 33_000]])
    assert refused.code == "format_unfit"
    assert refused.message == (
        "A cell of an Excel sheet has at most 32767 characters; column “narrative” has 33000 in row 2. "
        "Choose another format: csv, jsonl, parquet, dta."
    )


def test_characters_of_a_cell_are_counted_as_excel_does():
    assert excel(written("xlsx", [Column("a")], [["😀" * 16_383]])[0])[1] == ["😀" * 16_383]
    assert "has 32768 in row 1" in refusal("xlsx", [Column("a")], [["😀" * 16_384]]).message
    # A control character is seven characters in the file.
    assert "has 35000 in row 1" in refusal("xlsx", [Column("a")], [["\x01" * 5_000]]).message


def test_a_text_too_long_for_spss_is_refused_with_its_place():
    fits = "é" * 16_383 + "x"
    assert spss(written("sav", [Column("a")], [[fits]])[0])[0]["a"] == [fits]
    assert refusal("sav", [Column("a")], [["x"], [fits + "y"]]).message == (
        "A text in an SPSS file has at most 32767 bytes; column “a” has one of 32768 bytes in row 2. "
        "Choose another format: csv, jsonl, parquet, dta."
    )


@pytest.mark.parametrize("size", [1, 8, 9, 252, 255, 256, 503, 504, 505, 765, 2_044, 2_045, 2_046, 33_000])
def test_texts_of_every_width_are_read_back(size):
    text = ("0123456789" * 3_300)[: size - 1] + "x"
    rows = [[text, 1], ["", 2], ["a", 3]]
    columns = [Column("text"), Column("n", type=ColumnType.WHOLE_NUMBER)]
    assert stata(written("dta", columns, rows)[0])[0] == {"text": [text, "", "a"], "n": [1, 2, 3]}
    if size <= sav.LONGEST_TEXT:
        assert spss(written("sav", columns, rows)[0])[0] == {"text": [text, "", "a"], "n": [1.0, 2.0, 3.0]}


def test_long_texts_of_stata_are_distinct_for_each_column_and_row():
    rows = [[f"{n} a" * 900, f"{n} b" * 900, "" if n % 2 else f"{n} c" * 900] for n in range(20)]
    columns = [Column("a"), Column("b"), Column("c")]
    found, *_ = stata_by_pandas(written("dta", columns, rows)[0])
    assert [list(row) for row in found.itertuples(index=False)] == rows
    values, _ = stata(written("dta", columns, rows)[0])
    assert [list(row) for row in zip(*values.values(), strict=True)] == rows


@pytest.mark.parametrize("fmt", ["xlsx", "sav", "dta"])
def test_nul_is_refused_where_a_program_cannot_read_it(fmt):
    message = refusal(fmt, [Column("id"), Column("a")], [["1", "x"], ["2", "a\0b"]]).message
    assert "column “a” contains the character nul in row 2" in message.casefold()
    assert message.endswith("Choose another format: jsonl, parquet.")


def test_parquet_contains_nul():
    assert parquet(written("parquet", [Column("a")], [["a\0b"]])[0])["a"].to_pylist() == ["a\0b"]


@pytest.mark.parametrize("fmt", [*TYPED, "json-stat"])
def test_half_of_a_surrogate_pair_is_refused_in_every_typed_format(fmt):
    columns = [Column("a"), Column("n", type=ColumnType.WHOLE_NUMBER)]
    refused = refusal(fmt, columns, [["a\ud800", 1]])
    assert refused.code == "not_text"
    assert "“a”" in refused.message


def test_early_dates_are_text_in_excel_and_others_stay_dates():
    columns = [Column("day", type=ColumnType.DAY), Column("time", type=ColumnType.TIME)]
    early, late = date(1900, 2, 28), date(1900, 3, 1)
    rows = [
        [early, datetime(1500, 1, 1, tzinfo=UTC)],
        [late, datetime(1900, 3, 1, 1, tzinfo=UTC)],
        [date(9999, 12, 31), naive(2024, 1, 1)],
    ]
    assert excel(written("xlsx", columns, rows)[0])[1:] == [
        ["1900-02-28", "1500-01-01T00:00:00+00:00"],
        [naive(1900, 3, 1), naive(1900, 3, 1, 1)],
        [naive(9999, 12, 31), naive(2024, 1, 1)],
    ]
    about = excel(written("xlsx", columns, rows)[0], "about")
    assert ["note", "Numbers of more than 15 digits and dates before 1 March 1900 are text in this file."] in about


def test_early_dates_make_a_column_of_spss_text_and_its_label_says_so():
    columns = [Column("day", "Founded", type=ColumnType.DAY)]
    values, known = spss(written("sav", columns, [[date(1582, 10, 15)]])[0])
    assert (values["day"], known.column_names_to_labels["day"]) == ([date(1582, 10, 15)], "Founded")
    values, known = spss(written("sav", columns, [[date(1582, 10, 14)], [date(2024, 1, 1)]])[0])
    assert values["day"] == ["1582-10-14", "2024-01-01"]
    assert known.column_names_to_labels["day"] == "Founded [text, because of dates before 1582-10-15]"


@pytest.mark.parametrize(("fmt", "read"), [("sav", spss), ("dta", stata)])
def test_dates_without_a_day_stay_as_they_are_and_the_label_says_so(fmt, read):
    columns = [Column("day", type=ColumnType.DAY), Column("n", type=ColumnType.WHOLE_NUMBER)]
    values, known = read(written(fmt, columns, [["2024-05", "many"], [date(2024, 1, 2), 3]])[0])
    assert values == {"day": ["2024-05", "2024-01-02"], "n": ["many", "3"]}
    assert known.column_names_to_labels["day"] == "day [text, because not all values are dates]"
    assert known.column_names_to_labels["n"] == "n [text, because not all values are numbers]"


@pytest.mark.parametrize(("fmt", "read"), [("sav", spss), ("dta", stata)])
def test_numbers_that_a_double_would_change_are_text_and_the_label_says_so(fmt, read):
    columns = [Column("n", type=ColumnType.WHOLE_NUMBER), Column("d", type=ColumnType.DECIMAL)]
    row = [9_007_199_254_740_993, Decimal("0.1234567890123456")]
    values, known = read(written(fmt, columns, [row])[0])
    assert values == {"n": ["9007199254740993"], "d": ["0.1234567890123456"]}
    assert known.column_names_to_labels["n"] == "n [text, because of numbers of more than 15 digits]"
    exact = [[123_456_789_012_345_000, Decimal("0.123456789012345")]]
    assert read(written(fmt, columns, exact)[0])[0] == {"n": [123_456_789_012_345_000.0], "d": [0.123456789012345]}


def test_numbers_that_a_spreadsheet_would_change_are_text():
    columns = [Column("n", type=ColumnType.WHOLE_NUMBER)]
    rows = [[9_007_199_254_740_993], [123_456_789_012_345], [float("inf")], [Decimal("NaN")]]
    assert excel(written("xlsx", columns, rows)[0])[1:] == [
        ["9007199254740993"], [123_456_789_012_345], ["inf"], ["NaN"],
    ]  # fmt: skip


@pytest.mark.parametrize(("fmt", "most"), [("xlsx", 16_384), ("parquet", 10_000), ("sav", 32_767), ("dta", 32_767)])
def test_too_many_columns_are_refused_before_a_row_is_read(fmt, most):
    def rows():
        raise AssertionError("a row was read")
        yield

    columns = [Column(f"c{n}") for n in range(most + 1)]
    with pytest.raises(Unfit, match=f"at most {most} columns.* {most + 1}.*csv, jsonl"):
        WRITERS[fmt].write(Table(columns, rows()), io.BytesIO())


def test_too_many_rows_for_a_sheet_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    assert written("xlsx", [Column("a")], [["1"], ["2"]])[1] == 2
    message = refusal("xlsx", [Column("a")], [["1"], ["2"], ["3"]]).message
    assert message.startswith("An Excel sheet has at most 2 rows below its heading; this table has more.")


def test_a_row_too_long_for_parquet_is_refused():
    message = refusal("parquet", [Column("a")], [["x"], ["x" * 17_000_000]]).message
    assert "A row of a Parquet file has at most 16777216 bytes here; row 2 has 17000010." in message


def test_names_are_made_short_and_different_and_labels_keep_the_long_ones():
    names = ["if", "ID", "id", "a" * 40, "a" * 40, "Größe in m²", "2nd", "_x", "", "str5", "by"]
    columns = [Column(name) for name in names]
    rows = [[str(n) for n in range(len(names))]]
    values, known = stata(written("dta", columns, rows)[0])
    assert list(values) == [
        "v_if", "ID", "id_2", "a" * 32, "a" * 30 + "_2", "Groe_in_m2", "v_2nd", "v__x", "column", "v_str5", "by",
    ]  # fmt: skip
    assert [column for [column] in values.values()] == rows[0]
    assert known.column_names_to_labels["v_if"] == "if [column if]"
    assert known.column_names_to_labels["Groe_in_m2"] == "Größe in m² [column Größe in m²]"
    values, known = spss(written("sav", columns, rows)[0])
    assert list(values) == [
        "if", "ID", "id_2", "a" * 40, "a" * 40 + "_2", "Groe_in_m2", "v_2nd", "v__x", "column", "str5", "v_by",
    ]  # fmt: skip
    assert [column for [column] in values.values()] == rows[0]


def test_labels_that_are_too_long_end_with_an_ellipsis_and_are_whole_in_a_note():
    column = Column("a", "Bürger " * 60, labels={"1": "é" * 200})
    _, known = spss(written("sav", [column], [["1"]])[0])
    assert known.column_names_to_labels["a"].endswith("…")
    assert len(known.column_names_to_labels["a"].encode()) <= 252
    assert "".join("".join(known.notes).split()).count("Bürger") == 60
    assert known.variable_value_labels["a"] == {1.0: "é" * 58 + "…"}


# Every character but NUL and surrogates; Windows line ends, right-to-left text, formulas, escapes of XLSX, emoji.
ODD = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.text(st.sampled_from("=+-@'\"\t\r\n\x1b\ufffe _x0041\u202eא😀"), max_size=20),
    st.sampled_from(["_x0041_", "_x005F_", "x" * 300, "😀" * 600]),
)
CELL = st.one_of(st.none(), ODD)
TABLE = st.lists(st.tuples(CELL, CELL, st.one_of(st.none(), st.integers(-(10**14), 10**14))), max_size=5)
ODD_COLUMNS = [Column("a"), Column("b"), Column("n", type=ColumnType.WHOLE_NUMBER)]


def as_rows(values):
    return [list(row) for row in zip(*values.values(), strict=True)]


def texts(rows, change=lambda text: text):
    return [[*(change(cell or "") for cell in row[:2]), row[2]] for row in rows]


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_odd_texts_are_read_back_from_excel(rows):
    found = excel(
        written("xlsx", [*ODD_COLUMNS, Column("one", type=ColumnType.WHOLE_NUMBER)], [(*row, 1) for row in rows])[0]
    )[1:]
    assert texts([row[:3] for row in found]) == texts(rows)


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_odd_texts_are_read_back_from_spss_but_for_blanks_at_their_end(rows):
    values, _ = spss(written("sav", ODD_COLUMNS, rows)[0])
    assert as_rows(values) == texts(rows, lambda text: text.rstrip(" "))


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_odd_texts_are_read_back_from_stata(rows):
    data = written("dta", ODD_COLUMNS, rows)[0]
    assert as_rows(stata(data)[0]) == texts(rows)
    found, *_ = stata_by_pandas(data)
    assert [list(row)[:2] for row in found.itertuples(index=False)] == [row[:2] for row in texts(rows)]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, st.one_of(st.none(), st.integers(-(10**14), 10**14))), min_size=1, max_size=40))
def test_odd_texts_are_read_back_from_parquet(rows):
    found = parquet(written("parquet", ODD_COLUMNS, rows)[0])
    assert [list(row.values()) for row in found.to_pylist()] == [list(row) for row in rows]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.dates(), ODD,
                  st.datetimes(timezones=st.just(UTC)), st.just(MissingKind(".r", "Refused"))), max_size=6,
    ),
    st.sampled_from(ColumnType),
    st.sampled_from(["xlsx", "sav", "dta", "json-stat"]),
)  # fmt: skip
def test_no_value_of_any_column_is_an_error(values, kind, fmt):
    columns = [Column("id"), Column("a", type=kind, labels={"1": "One", "x": "Ex"})]
    rows = [[str(n), value] for n, value in enumerate(values)]
    try:
        assert AGGREGATES[fmt].write(Table(columns, iter(rows)), io.BytesIO()) == len(rows)
    except Unfit as refused:
        assert fmt == "json-stat", refused.message
