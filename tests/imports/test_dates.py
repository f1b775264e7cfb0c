"""Dates in words, with less precision than a day, and of Japan, by example. No database."""

import pytest

from imports.calendar_words import _MONTHS, MONTHS
from imports.dates import DATE_EXAMPLES, JAPANESE, QUARTER, end_of, read_date

LATEST = 2026


def read(text, format_):
    found = read_date(text, format_, LATEST)
    return (str(found.day), found.given) if found.day else found.code


@pytest.mark.parametrize(
    "text",
    ["3. Januar 2019", "3 januari 2019", "den 3. januar 2019", "torsdag den 3 januari 2019", "le 3 janvier 2019",
     "3 de enero de 2019", "3 d'enero de 2019", "giovedì 3 gennaio 2019", "3 ianuarie 2019", "3. jaanuar 2019",
     "3. januára 2019", "3. ledna 2019", "3 stycznia 2019 r.", "3. tammikuuta 2019", "Thu, 3 January 2019",
     "3rd of January, 2019", "3.Jan.2019", "3 janeiro 2019"],
)  # fmt: skip
def test_a_day_in_words_is_read_in_the_languages_of_offices(text):
    assert read(text, "%d %B %Y") == ("2019-01-03", "")


def test_the_first_of_a_month_has_an_ending_in_french_and_italian():
    assert read("1er février 2019", "%d %B %Y") == read("1° febbraio 2019", "%d %B %Y") == ("2019-02-01", "")


def test_months_have_their_austrian_names():
    assert read("3. Jänner 2019", "%d %B %Y") == read("3. Jän 2019", "%d %B %Y") == ("2019-01-03", "")
    assert read("3. Feber 2019", "%d %B %Y") == ("2019-02-03", "")


def test_november_is_read_in_polish_and_czech():
    assert read("11 listopada 2019 r.", "%d %B %Y") == read("11. listopadu 2019", "%d %B %Y") == ("2019-11-11", "")


def test_a_time_zone_may_be_whole_hours():
    assert read("2016/01/25 00:00:00+00", "%Y/%m/%d") == ("2016-01-25", "")
    assert read("2016/01/25 14:05:00-05", "%Y/%m/%d") == ("2016-01-25", "2016-01-25T14:05-05")


def test_a_year_may_come_first():
    assert read("2019. január 3.", "%Y %B %d") == ("2019-01-03", "")


@pytest.mark.parametrize("text", ["before 3 January 2019", "3 Januember 2019", "3 January", "31 February 2019"])
def test_other_words_make_no_date(text):
    assert read(text, "%d %B %Y") == "not_a_date"


def test_no_name_of_a_month_means_two_months():
    words = [word for line in _MONTHS.strip().splitlines() for word in line.split()[1:]]

    assert len(words) == len(MONTHS)
    assert set(MONTHS.values()) == set(range(1, 13))


@pytest.mark.parametrize(
    ("text", "format_", "day", "given"),
    [
        ("2019-03", "%Y-%m", "2019-03-01", "2019-03"), ("03/2019", "%m/%Y", "2019-03-01", "2019-03"),
        ("3.2019", "%m/%Y", "2019-03-01", "2019-03"), ("März 2019", "%B %Y", "2019-03-01", "2019-03"),
        ("marzo de 2019", "%B %Y", "2019-03-01", "2019-03"), ("Mar-19", "%B %y", "2019-03-01", "2019-03"),
        ("2019-Q2", QUARTER, "2019-04-01", "2019-Q2"), ("Q2 2019", QUARTER, "2019-04-01", "2019-Q2"),
        ("2. Quartal 2019", QUARTER, "2019-04-01", "2019-Q2"), ("T2 2019", QUARTER, "2019-04-01", "2019-Q2"),
        ("2e trimestre 2019", QUARTER, "2019-04-01", "2019-Q2"), ("II. kvartal 2019", QUARTER, "2019-04-01", "2019-Q2"),
        ("2019", "%Y", "2019-01-01", "2019"), ("2018/19", "%Y", "2018-01-01", "2018/2019"),
        ("2018-2019", "%Y", "2018-01-01", "2018/2019"),
    ],
)  # fmt: skip
def test_a_month_a_quarter_and_a_year_keep_their_precision(text, format_, day, given):
    assert read(text, format_) == (day, given)


@pytest.mark.parametrize(
    ("text", "format_", "given"),
    [
        ("03.01.2019 - 15.01.2019", "%d.%m.%Y", "2019-01-03/2019-01-15"),
        ("2019-01-03/2019-01-15", "%Y-%m-%d", "2019-01-03/2019-01-15"),
        ("3 January 2019 to 5 March 2019", "%d %B %Y", "2019-01-03/2019-03-05"),
        ("01/2019 – 03/2019", "%m/%Y", "2019-01/2019-03"),
    ],
)  # fmt: skip
def test_a_range_keeps_both_ends(text, format_, given):
    day = f"{given.partition('/')[0]}-01"[:10]
    assert read(text, format_) == (day, given)


@pytest.mark.parametrize("text", ["15.01.2019 - 03.01.2019", "03.01.2019 - ", "1.1.2019 - 2.1.2019 - 3.1.2019"])
def test_what_does_not_end_after_it_began_is_no_range(text):
    assert read(text, "%d.%m.%Y") == "not_a_date"


@pytest.mark.parametrize(
    ("text", "day", "given"),
    [
        ("令和3年4月1日", "2021-04-01", ""), ("令和元年5月1日", "2019-05-01", ""),
        ("平成31年4月30日", "2019-04-30", ""), ("R3.4.1", "2021-04-01", ""),
        ("昭和64年1月7日", "1989-01-07", ""),
        ("２０２１年４月１日（木）", "2021-04-01", ""),
        ("平成31年4月", "2019-04-01", "2019-04"), ("令和3年", "2021-01-01", "2021"),
    ],
)  # fmt: skip
def test_dates_of_japan_are_read(text, day, given):
    assert read(text, JAPANESE) == (day, given)


def test_czech_dates_have_blanks():
    assert read("3. 1. 2019", "%d.%m.%Y") == ("2019-01-03", "")


@pytest.mark.parametrize("format_", DATE_EXAMPLES)
def test_a_long_text_is_not_looked_at(format_):
    assert read("1 " * 100_000, format_) == "not_a_date"


@pytest.mark.parametrize(
    ("text", "format_", "given"),
    [
        ("12.–14.3.2019", "%d.%m.%Y", "2019-03-12/2019-03-14"),
        ("01.03.2019-14.03.2019", "%d.%m.%Y", "2019-03-01/2019-03-14"),
        ("3.–5. März 2019", "%d %B %Y", "2019-03-03/2019-03-05"),
        ("vom 3. bis 5. März 2019", "%d %B %Y", "2019-03-03/2019-03-05"),
        ("du 3 au 5 mars 2019", "%d %B %Y", "2019-03-03/2019-03-05"),
        ("den 28. februar til den 2. marts 2019", "%d %B %Y", "2019-02-28/2019-03-02"),
        ("March 3–5, 2019", "%B %d %Y", "2019-03-03/2019-03-05"),
        ("March–May 2019", "%B %Y", "2019-03/2019-05"),
        ("2019-03-01/14", "%Y-%m-%d", "2019-03-01/2019-03-14"),
        ("Q1–Q3 2019", QUARTER, "2019-Q1/2019-Q3"),
        ("2019年4月1日から5月2日まで", JAPANESE, "2019-04-01/2019-05-02"),
    ],
)
def test_a_range_names_its_month_or_year_once_or_twice(text, format_, given):
    assert read_date(text, format_, LATEST).given == given
    assert str(read_date(text, format_, LATEST).last) == str(end_of(given))


@pytest.mark.parametrize(
    ("text", "format_"),
    [("12-2019", "%d-%m-%Y"), ("2021-0034", "%Y-%m-%d"), ("5.–3. März 2019", "%d %B %Y"), ("0171-1234567", "%Y%m%d")],
)
def test_numbers_with_a_dash_are_no_range(text, format_):
    assert read(text, format_) == "not_a_date"
