"""How kinds of personal data look, what a column's name says, and what is shown of them. No database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from imports.personal.headers import kind_of, looks_like_a_person
from imports.personal.kinds import RULES, Rule, signs
from imports.personal.masks import masked, masked_number

PEOPLE = ["Anna Berg", "Jan de Vries"]
CHECKS = {rule.kind: rule.check for rule in RULES}


def test_signs_keep_dividers_and_the_length_of_a_text():
    assert signs("aZ09mM .-/()+") == b"aA99aA .-/()+"
    assert signs("_,:'@[`{é€жéÿ") == b"_____________"


@given(st.text())
def test_signs_are_as_long_as_the_text_and_alike_for_all_digits(text):
    assert len(signs(text)) == len(text)
    assert signs(text.replace("1", "7").replace("B", "X")) == signs(text)


@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        ("[0-9]{2,3}", b"[9]{2,3}"),
        (r"[0-9]{2}\.?[A-Z]", rb"[9]{2}\.?[A]"),
        (r"[\-+A-F][0-9A-FHJ]", rb"[+\-A][9A]".replace(b"+", rb"\+")),
        ("(?:19|20)? ?2[AB]", b"(?:99|99)? ?9[A]"),
        (r"[ .\-/()]{0,2}", rb"[\ \(\)\-\./]{0,2}"),
        ("X-?[a-z]", b"A-?[a]"),
    ],
)
def test_a_form_over_signs_is_the_pattern_with_one_sign_for_each_class(pattern, form):
    assert Rule("x", re.compile(pattern), bool, 0.1).form.pattern == form


@pytest.mark.parametrize(
    ("first", "lengths"),
    [("2", {16}), ("3", {14, 15}), ("4", {13, 16, 19}), ("5", {16}), ("6", {16, 17, 18, 19}), ("7", set())],
)
def test_a_card_has_a_length_of_its_issuer_and_a_check_digit(first, lengths):
    bare = dict.fromkeys(range(10, 21), first + "12" * 9)
    numbers = {n: text[: n - 1] + luhn.calc_check_digit(text[: n - 1]) for n, text in bare.items()}

    assert {n for n, number in numbers.items() if CHECKS["card"](number)} == lengths
    assert not any(CHECKS["card"](f"{number[:-1]}{(int(number[-1]) + 1) % 10}") for number in numbers.values())


def test_a_card_may_be_written_in_groups_but_not_of_one_digit_alone():
    assert CHECKS["card"]("4111 1111-1111 1111")
    assert not any(CHECKS["card"](digit * length) for digit in "23456" for length in range(10, 21))


@pytest.mark.parametrize("prefix", ["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"])
def test_national_insurance_has_prefixes_that_are_never_given_out(prefix):
    assert not CHECKS["id_gb"](f"{prefix} 12 34 56 C")
    assert CHECKS["id_gb"]("AB 12 34 56 C")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1234567", False),
        ("12345678", True),
        ("123456789012345", True),
        ("1234567890123456", False),
        ("+31 (0)6-1234.567", True),
        ("11222211", False),
        ("11222213", True),
        ("04/05/2022 12", False),
        ("4.5.22 123456", False),
        ("1 04/05/2022", True),
    ],
)
def test_a_phone_number_has_eight_to_fifteen_digits_of_three_kinds_and_is_no_date(text, is_one):
    assert CHECKS["phone"](text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("12345678Z", True), ("12345678A", False), ("X1234567L", True), ("Y1234567X", True), ("Z1234567R", True),
     ("X1234567A", False), ("Z1234567L", False)],
)  # fmt: skip
def test_a_spanish_number_is_checked_as_what_its_first_letter_says(text, is_one):
    assert CHECKS["id_es"](text) is is_one


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("email", "anna@mail.example.org", "a•••@•••.org"),
        ("email", "@b@c.org", "•••@•••.org"),
        ("name", "Anna Maria van den Berg de Vries", "A••• M••• v••• d••• B••• d•••"),
        ("address", "Dorpsstraat 12", "D••• 1•••"),
        ("birth_date", "1961-02-03", "••••-••-03"),
        ("phone", "+" + "1 " * 40, "+" + "• " * 29 + "•"),
    ],
)
def test_examples_are_masked_by_their_kind(kind, text, shown):
    assert masked(kind, text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("123", "•23"), ("12", "12"), ("a-1", "a-1"), ("ab-12", "••-12"), ("", "")]
)
def test_of_a_number_the_last_two_characters_are_shown(text, shown):
    assert masked_number(text) == shown


@given(st.text("ab12 -./", max_size=60))
def test_a_masked_number_keeps_its_dividers_and_shows_two_characters_at_most(text):
    hidden = masked_number(text)

    assert len(hidden) == len(text)
    assert sum(map(str.isalnum, hidden)) == min(2, sum(map(str.isalnum, text)))
    assert all(a == b for a, b in zip(hidden, text, strict=True) if not b.isalnum())


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Anna Berg", True),
        ("Berg, Anna", True),
        ("Anna", False),
        ("A. B. C. D. Ee", True),
        ("Anna B C D E F", False),
        ("Anna berg", False),
        ("Anna berg Vries", True),
        ("Water Board Ltd", False),
        ("Anna Berg 2", False),
        ("A" * 29 + " " + "B" * 30, True),
        ("A" * 30 + " " + "B" * 30, False),
        ("Jean-Pierre O’Neil", True),
        ("", False),
    ],
)
def test_a_person_is_two_to_five_words_with_two_capitals(text, is_one):
    assert looks_like_a_person(text) is is_one


@pytest.mark.parametrize(
    ("header", "kind"),
    [("dateOfBirth", "birth_date"), ("Telephone (home)", "phone"), ("street_name", "address"), ("e-mail address", ""),
     ("emailAddress", ""), ("ip address", ""), ("phone email", ""), ("topic", ""), ("birthday/phone", "birth_date"),
     ("phone and address", "phone"), ("a[phone]b*c", "phone"), ("  PHONE  ", "phone")],
)  # fmt: skip
def test_a_name_of_a_column_says_what_it_holds_whatever_that_is(header, kind):
    assert kind_of(header, []) == kind


@pytest.mark.parametrize(
    ("header", "sample", "kind"),
    [
        ("author", ["a", "1"], "name"),
        ("author", ["a", "1", "2"], ""),
        ("author", ["", "", "a"], "name"),
        ("author", ["ab12"], ""),
        ("author", ["abc12"], "name"),
        ("author", ["a" * 100], "name"),
        ("author", ["a" * 101], ""),
        ("author", [], ""),
        ("author type", ["a"], ""),
        ("name", [*PEOPLE, "Noah Smit", "water", "noise"], "name"),
        ("name", [*PEOPLE, "water", "noise"], ""),
        ("name", [], ""),
        ("company name", PEOPLE, ""),
        ("reported_by", PEOPLE, "name"),
    ],
)
def test_a_column_named_for_people_holds_names_where_enough_cells_can_be_names(header, sample, kind):
    assert kind_of(header, sample) == kind
