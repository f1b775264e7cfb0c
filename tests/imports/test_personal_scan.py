"""Which texts and columns are taken for personal data, and which are not."""

import pytest
from stdnum import iban, luhn
from stdnum.nl import bsn

from imports.personal.headers import kind_of
from imports.personal.kinds import RULES, signs
from imports.personal.masks import masked
from imports.personal.scan import ColumnScan

MAIL = "anna.berg@example.org"


def scanned(*cells, name="narrative", country=""):
    scan = ColumnScan(name, country)
    scan.add(list(cells))
    return {found.kind: found for found in scan.finish(len(cells))}


RECOGNISED = [
    ("email", "please write to anna.berg@example.org or call"),
    ("iban", "my account NL91 ABNA 0417 1643 00, since May"),
    ("iban", "GB29NWBK60161331926819"),
    ("card", "paid with 4111 1111 1111 1111 in the shop"),
    ("phone", "reach me under +31 6 12345678 in the evening"),
    ("phone", "(312) 555-0199"),
    ("phone", "tel. 020 555 12 34"),
    ("phone", "call me on 0612345678"),
    ("id_nl", "my BSN 123456782 was on the letter"),
    ("id_es", "DNI 12345678Z"),
    ("id_es", "NIE X1234567L."),
    ("id_fr", "n° 2 95 10 99 126 111 93"),
    ("id_it", "codice RSSMRA85T10A562S del reclamante"),
    ("id_ee_lt", "isikukood 38001085718"),
    ("id_dk", "CPR 211062-5629"),
    ("id_br", "CPF 529.982.247-25"),
    ("id_gb", "NINO AB 12 34 56 C"),
    ("id_ro", "CNP 1630615123457"),
    ("id_cz_sk", "rodné číslo 710319/2745"),
    ("id_de", "Steuer-ID 36 574 261 809"),
    ("id_be", "rijksregisternummer 85.07.30-033 28"),
    ("id_fi", "henkilötunnus 131052-308T"),
    ("id_se", "personnr 880320-0016"),
    ("id_pl", "PESEL 44051401359"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), RECOGNISED)
def test_it_is_recognised_within_text(kind, text):
    found = scanned("Nothing here", text, "nor here")

    assert found[kind].rows == 1
    assert found[kind].cells[0][0] == text


@pytest.mark.parametrize(
    "text",
    [
        "On 2019-03-04 at 12:30 and until 04.05.2019 the office, room 12345, was closed.",
        "case 2019/123456 of 12 March 2019, 1,234,567.89 EUR",
        "BSN 123456789 does not pass the check",
        "NL92 ABNA 0417 1643 00 does not pass the check",
        "4111 1111 1111 1112 does not pass either",
        "order 123456782 without a word that says what it is",
        "XXXX account XXXX XXXX with {$1000.00}",
        "telefone 04/05/2022",
        "see figure@page and report@home.pdf",
        "phone",
    ],
)
def test_it_is_not_recognised_where_it_is_not(text):
    assert scanned(text) == {}


def test_a_national_number_needs_its_country_its_word_or_its_column():
    assert scanned("123456782") == {}
    assert scanned("123456782", country="NL")["id_nl"].rows == 1
    assert scanned("123456782", name="bsn")["id_nl"].rows == 1


def test_a_column_of_numbers_that_pass_by_chance_is_none():
    by_chance = [str(n) for n in range(900_000_001, 900_004_001)]
    real = [number for number in by_chance if bsn.is_valid(number)]

    assert len(real) > 300
    assert scanned(*by_chance, country="NL") == {}
    assert scanned(*real, country="NL")["id_nl"].rows == len(real)


def test_rows_are_counted_over_all_batches_and_once_each():
    scan = ColumnScan("narrative")
    for start in range(0, 5_000, 500):
        scan.add([f"text {n}" if n % 100 else f"{MAIL} and again {MAIL}" for n in range(start, start + 500)])

    assert [(f.kind, f.rows) for f in scan.finish(5_000)] == [("email", 50)]


def test_values_that_stand_in_many_rows_count_as_many():
    scan = ColumnScan("contact")
    scan.add_counted({"office": 900, MAIL: 40, "desk": 3})

    assert {found.kind: found.rows for found in scan.finish(943)}["email"] == 40


def test_letters_beyond_latin_do_not_shift_what_is_found():
    found = scanned("Ωμέγα — “жалоба” 📨 " * 50 + f"{MAIL} IBAN NL91 ABNA 0417 1643 00")

    assert found["email"].cells[0][1] == MAIL
    assert found["iban"].cells[0][1] == "NL91 ABNA 0417 1643 00"


def test_columns_are_known_by_their_names():
    people = ["Anna Berg", "Jan de Vries", "M. Rossi", "Ana Silva Costa"]

    assert kind_of("Executive Director", people) == "name"
    assert kind_of("complainant_name", people) == "name"
    assert kind_of("name", people) == "name"
    assert kind_of("name", ["Water Board Ltd", "City Council", "Housing Association"]) == ""
    assert kind_of("company_name", people) == ""
    assert kind_of("dateOfBirth", ["1961-02-03"]) == "birth_date"
    assert kind_of("apartment_number", ["12"]) == "address"
    assert kind_of("Telefon", ["030 1234"]) == "phone"
    assert kind_of("category", people) == kind_of("author_id", people) == ""


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("email", MAIL, "a•••@•••.org"),
        ("name", "Anna Berg", "A••• B•••"),
        ("iban", "NL91 ABNA 0417 1643 00", "•••• •••• •••• •••• 00"),
        ("phone", "+31 6 12345678", "+•• • ••••••78"),
        ("id_nl", "123456782", "•••••••82"),
    ],
)
def test_examples_are_masked(kind, text, shown):
    assert masked(kind, text) == shown


def test_every_form_over_signs_finds_what_its_pattern_finds():
    """The quick look must never leave out what the rule would take."""
    for _, text in RECOGNISED:
        for rule in RULES:
            if rule.pattern.search(text):
                assert rule.form.search(signs(text)), (rule.kind, text)


def test_checksums_are_those_of_the_library():
    assert iban.is_valid("NL91ABNA0417164300")
    assert luhn.is_valid("4111111111111111")
