"""Numbers as people write them, by example. No database."""

from decimal import Decimal

import pytest

from imports.numbers import MOST_DIGITS, is_too_long, is_two_ways, number_of, only_mark, written

POINT, COMMA = ".", ","


@pytest.mark.parametrize(
    ("text", "mark", "found"),
    [
        ("1.234", POINT, "1.234"), ("1.234", COMMA, "1234"), ("1,234", POINT, "1234"), ("1,234", COMMA, "1.234"),
        ("0,0004", COMMA, "0.0004"), ("1\u00a0234,50", COMMA, "1234.50"),
        ("1\u202f000\u202f000,01", COMMA, "1000000.01"),
        ("1'234.50", POINT, "1234.50"), ("1’234’567", COMMA, "1234567"), ("12,34,567.89", POINT, "1234567.89"),
        ("(1.234,50)", COMMA, "-1234.50"), ("(€ 5)", POINT, "-5"), ("€ (5)", POINT, "-5"), ("12.50-", POINT, "-12.50"),
        ("−5", POINT, "-5"), ("-€ 5", POINT, "-5"), ("€-5", POINT, "-5"), ("5,-", COMMA, "5"),
        ("1.234,-", COMMA, "1234"),
        ("1 234 567 kč", COMMA, "1234567"), ("R$ 1.234,00", COMMA, "1234.00"), ("Fr. 12.50", POINT, "12.50"),
        ("USD1,000", POINT, "1000"), ("1.234 EUR", COMMA, "1234"), ("5 %", POINT, "5"), ("1e-05", POINT, "0.00001"),
    ],
)  # fmt: skip
def test_a_number_is_read_with_all_of_its_decimals(text, mark, found):
    assert written(number_of(text, mark)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "€",
        "--5",
        "(-5)",
        "1 23",
        "1,23,4",
        "1.2.3",
        "12,345,67",
        "1E5",
        "٣",
        "5€5",
        "1 234'567",
        "x",
        "0x1",
        "1..5",
        "1" * 201,
    ],
)
def test_what_is_no_number_with_either_mark(text):
    assert number_of(text, POINT) is None
    assert number_of(text, COMMA) is None


@pytest.mark.parametrize(
    ("text", "mark"),
    [("0.123", POINT), ("0,123", COMMA), ("1.5", POINT), ("1,50", COMMA), ("1.234.567", COMMA), ("1.234,-", COMMA),
     ("1234.567", POINT), ("1.234", ""), ("12", ""), ("1 234", ""), ("x", "")],
)  # fmt: skip
def test_one_mark_will_do(text, mark):
    assert only_mark(text) == mark


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.234", True), ("€ 12,000", True), ("(999.000)", True), ("0.123", False), ("1234.567", False), ("12.50", False),
     ("1.234.567", False), ("12", False), ("1 234", False)],
)  # fmt: skip
def test_one_mark_before_three_digits_can_be_read_two_ways(text, expected):
    assert is_two_ways(text) is expected


def test_digits_beyond_the_limit_are_too_many():
    most = "9" * MOST_DIGITS

    assert not is_too_long(Decimal(f"{most}.{most}"))
    assert is_too_long(Decimal(f"1{most}"))
    assert is_too_long(Decimal(f"0.{most}1"))
