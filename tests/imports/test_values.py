"""One cell to one value, by example and by property. No database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dates import DATE_EXAMPLES, DATE_FORMATS, EXCEL_SERIAL
from imports.values import (
    Verdict,
    folded,
    header_words,
    looks_like_data,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_list,
    parse_word,
    whole_number,
)

LATEST = 2026
OF_DAYS = [format_ for format_ in DATE_FORMATS if "%d" in format_]
BY_NUMBERS = [format_ for format_ in OF_DAYS if "%B" not in format_ and "%y" not in format_]


@pytest.mark.parametrize("format_", OF_DAYS)
def test_the_example_of_each_format_is_read_with_that_format(format_):
    assert parse_date(DATE_EXAMPLES[format_], format_, LATEST) == Verdict("2019-12-31")


@pytest.mark.parametrize("format_", DATE_FORMATS)
@pytest.mark.parametrize("text", ["soon", "99 99 9999", "2019-12-31x", "x31.12.2019"])
def test_what_is_no_date_gets_an_example_of_one(format_, text):
    assert parse_date(text, format_, LATEST) == Verdict("", "not_a_date", DATE_EXAMPLES[format_])


@given(st.dates(date(1000, 1, 1), date(2200, 12, 31)), st.sampled_from(BY_NUMBERS))
def test_a_date_written_in_a_format_is_read_back(day, format_):
    text = format_.replace("%Y", f"{day.year:04}").replace("%m", f"{day.month:02}").replace("%d", f"{day.day:02}")
    assert parse_date(text, format_, LATEST) == Verdict(day.isoformat())


@pytest.mark.parametrize(
    ("text", "time"),
    [("2019-12-31T10:20", "10:20"), ("2019-12-31 10:20:30.5+02:00", "10:20:30+02:00"), ("2019-12-31, 9.05", "09:05"),
     ("2019-12-31 10h20 Z", "10:20Z"), ("2019-12-31 10:20 PM", "22:20"), ("2019-12-31 10:20 p.m. UTC", "22:20Z"),
     ("2019-12-31 12:05 AM", "00:05")],
)  # fmt: skip
def test_a_time_after_the_date_is_kept_beside_it(text, time):
    assert parse_date(text, "%Y-%m-%d", LATEST) == Verdict("2019-12-31", detail=f"2019-12-31T{time}")


@pytest.mark.parametrize("text", ["2019-12-31 00:00:00", "2019-12-31T00:00Z", "2019-12-31 24:00"])
def test_midnight_is_how_programs_write_a_day(text):
    assert parse_date(text, "%Y-%m-%d", LATEST) == Verdict("2019-12-31")


@pytest.mark.parametrize("text", ["2019-12-31 25:00", "2019-12-31 10:61", "2019-12-31 14:05 PM"])
def test_a_time_that_does_not_exist_is_no_date(text):
    assert parse_date(text, "%Y-%m-%d", LATEST).code == "not_a_date"


@pytest.mark.parametrize(
    ("text", "format_", "found"),
    [
        ("1st of January 2019", "%d %B %Y", "2019-01-01"),
        ("2nd March, 2019", "%d %B %Y", "2019-03-02"),
        ("31 de DICIEMBRE de 2019", "%d %B %Y", "2019-12-31"),
        ("sept. 3rd, 2019", "%B %d %Y", "2019-09-03"),
        ("4-Août-2019", "%d-%B-%Y", "2019-08-04"),
    ],
)
def test_names_of_months_are_read_in_many_languages(text, format_, found):
    assert parse_date(text, format_, LATEST) == Verdict(found)


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("31 Foo 2019", "%d %B %Y"),
        ("30 February 2019", "%d %B %Y"),
        ("2019-02-29", "%Y-%m-%d"),
        ("2019-00-10", "%Y-%m-%d"),
    ],
)
def test_a_day_that_is_in_no_calendar_is_no_date(text, format_):
    assert parse_date(text, format_, LATEST) == Verdict("", "not_a_date", DATE_EXAMPLES[format_])


@pytest.mark.parametrize(
    ("year", "is_good"), [("0999", False), ("1000", True), ("2200", True), ("2201", False), ("0001", False)]
)
def test_years_from_1000_to_2200_are_taken(year, is_good):
    found = parse_date(f"{year}-06-01", "%Y-%m-%d", LATEST)
    assert found == (Verdict(f"{year}-06-01") if is_good else Verdict("", "date_out_of_range"))


@given(st.integers(0, 99), st.integers(1950, 2099))
def test_two_digits_are_a_year_of_the_hundred_up_to_the_latest(digits, latest):
    year = int(parse_date(f"01/01/{digits:02}", "%d/%m/%y", latest).value[:4])
    assert year % 100 == digits
    assert latest - 100 < year <= latest


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1", Verdict("1899-12-31")),
        ("43830", Verdict("2019-12-31")),
        ("43830.75", Verdict("2019-12-31", detail="2019-12-31T18:00")),
        ("999999", Verdict("", "date_out_of_range")),
        ("1234567", Verdict("", "not_a_date", "an Excel day number")),
        ("-5", Verdict("", "not_a_date", "an Excel day number")),
        ("43830.", Verdict("", "not_a_date", "an Excel day number")),
        ("43830.1.2", Verdict("", "not_a_date", "an Excel day number")),
    ],
)
def test_excel_counts_days_from_the_end_of_1899(text, found):
    assert parse_date(text, EXCEL_SERIAL, LATEST) == found


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.sampled_from(["", ".0", ".000"]))
def test_a_whole_number_is_read_with_or_without_zeros_behind(number, behind):
    assert parse_integer(f"{number}{behind}") == Verdict(str(number))


@pytest.mark.parametrize(("text", "found"), [("+12", "12"), ("007", "7"), ("-0", "0"), ("１２", "12")])
def test_signs_zeros_and_wide_digits_of_a_whole_number(text, found):
    assert parse_integer(text) == Verdict(found)


@pytest.mark.parametrize("text", ["12.5", "1" * 19, "12.", "1e3", "1,00", "--1", "x"])
def test_what_is_no_whole_number(text):
    assert parse_integer(text) == Verdict("", "not_a_whole_number")


@pytest.mark.parametrize(
    ("text", "found"),
    [("17.0", "17"), ("007.00", "007"), ("17.5", "17.5"), ("a17.0", "a17.0"), ("17.0b", "17.0b"), ("-1.0", "-1.0")],
)
def test_only_a_whole_number_written_with_a_point_loses_it(text, found):
    assert whole_number(text) == found


@given(
    st.decimals(-(10**9), 10**9, places=2),
    st.sampled_from([".", ","]),
    st.sampled_from([" ", "\u00a0", "\u202f", "'", "’", "other", ""]),
)
def test_a_decimal_is_read_whatever_groups_its_thousands(number, mark, group):
    other = "," if mark == "." else "."
    text = f"{number:,}".replace(",", "G").replace(".", mark).replace("G", other if group == "other" else group)
    assert parse_decimal(text, mark) == Verdict(str(number))


@given(st.text("0123456789٣.,+- \u00a0\u202f'’€%", max_size=24), st.sampled_from([".", ","]))
def test_every_text_is_a_number_without_an_exponent_or_has_a_code(text, mark):
    found = parse_decimal(text, mark)
    assert found.code or f"{Decimal(found.value):f}" == found.value


@pytest.mark.parametrize(
    ("text", "mark", "found"),
    [("€ 5", ".", "5"), ("5 %", ",", "5"), ("£1,234.5", ".", "1234.5"), (".5", ".", "0.5"), (",5", ",", "0.5"),
     ("0.125", ".", "0.125"), ("0,0004", ",", "0.0004"), ("1 234,5", ",", "1234.5"), ("+7", ".", "7"),
     ("1" * 60, ".", "1" * 60), ("12.50", ".", "12.50"), ("1e-07", ".", "0.0000001")],
)  # fmt: skip
def test_money_and_shares_are_numbers(text, mark, found):
    assert parse_decimal(text, mark) == Verdict(found)


@pytest.mark.parametrize("text", ["12;5", "abc", "€", "12.345.67", "1,2,345", "1.2,3.4", "5€5"])
def test_what_is_no_number_says_which_mark_was_looked_for(text):
    assert parse_decimal(text, ".") == Verdict("", "not_a_number", "point")
    assert parse_decimal(text, ",") == Verdict("", "not_a_number", "comma")


def test_a_mark_groups_thousands_only_before_three_digits():
    assert parse_decimal("12.50", ",") == Verdict("", "not_a_number", "comma")
    assert parse_decimal("12,50", ".") == Verdict("", "not_a_number", "point")
    assert Decimal(parse_decimal("12.500", ",").value) == 12500


@pytest.mark.parametrize("text", ["1" * 61, f"-{'1' * 61}", f"0.{'1' * 61}"])
def test_a_number_with_more_digits_than_are_stored_is_too_large(text):
    assert parse_decimal(text, ".") == Verdict("", "number_too_large")


@pytest.mark.parametrize("keep_raw", [True, False])
def test_a_word_is_compared_without_case_and_with_single_spaces(keep_raw):
    assert parse_word(" Not  UPHELD ", {"not upheld": "no"}, keep_raw=keep_raw, label="Finding") == Verdict("no")


def test_an_unknown_word_is_empty_where_the_source_keeps_it_and_wrong_elsewhere():
    assert parse_word("?", {}, keep_raw=True, label="Finding") == Verdict()
    assert parse_word("?", {}, keep_raw=False, label="Finding") == Verdict("", "unknown_choice", "Finding")


def test_a_list_is_cut_at_its_separator_and_empty_parts_go():
    assert parse_list(" a , b,, c,", ",") == Verdict("a; b; c")
    assert parse_list("a, b|c", "|") == Verdict("a, b; c")


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("name", "words"),
    [("DateReceived", "date received"), ("date_received", "date received"),
     ("Date-received (UTC)", "date received utc"), ("a.b:c/d?e[f]*g", "a b c d e f g"), ("ID", "id"), ("__x__", "x")],
)  # fmt: skip
def test_the_words_of_a_column_name_are_apart(name, words):
    assert header_words(name) == words


@pytest.mark.parametrize("text", ["12", "-1,234.5", " 2019-12-31 ", "1/2/19", "31.12.2019 10:00", "2019-12-31T09:00"])
def test_numbers_and_dates_are_no_column_names(text):
    assert looks_like_data(text)


@pytest.mark.parametrize("text", ["Received", "", "2019-12-31x", "Q1", "1-2", "12 monkeys"])
def test_other_texts_may_be_column_names(text):
    assert not looks_like_data(text)
