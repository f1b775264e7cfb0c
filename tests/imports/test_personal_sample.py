"""A labelled sample of columns, made up: what is found of it (recall), and how much of that is right (precision).

docs/imports-measured.md states both.
"""

from stdnum import luhn
from stdnum.be import nn
from stdnum.dk import cpr

from imports.sniff.profile import Profile


def numbers(make, count=30):
    return [make(n) for n in range(count)]


def _with_check(make, is_valid):
    """The first number made of n that is valid."""
    return lambda n: next(text for text in (make(n, end) for end in range(100)) if is_valid(text))


CARD = _with_check(
    lambda n, end: f"4539 {1000 + n * 37} {2000 + n * 53} {3100 + end}",
    lambda text: luhn.is_valid(text.replace(" ", "")),
)
BELGIAN = _with_check(lambda n, end: f"85.0{n % 9 + 1}.1{n % 9}-{100 + n}.{end:02d}", nn.is_valid)
DANISH = _with_check(lambda n, end: f"0{n % 9 + 1}0{n % 9 + 1}85-{1000 + n + end}", cpr.is_valid)
NAMES = ["Anna de Vries", "Jan Peeters", "Mária Nováková", "Søren Holm", "Élise Durand"]

# Header, cells and the kind that a person gives the column; empty: no personal data.
PERSONAL = [
    ("e-mail", numbers(lambda n: f"person{n}@mail.example.org"), "email"),
    ("contact", numbers(lambda n: f"write to ann.{n}@example.net please"), "email"),
    ("phone", numbers(lambda n: f"+32 4{n + 10} 12 34 {n + 10}"), "phone"),
    ("Telefon", numbers(lambda n: f"030 {n + 100} {n + 1000}"), "phone"),
    ("note", numbers(lambda n: f"call me: tel. 020 {n + 100} {n + 1000}"), "phone"),
    ("letter", numbers(lambda n: f"my number is +31 6 12 34 {n + 10} {n + 20}"), "phone"),
    ("full name", numbers(lambda n: NAMES[n % 5]), "name"),
    ("naam", numbers(lambda n: NAMES[n % 5]), "name"),
    ("Nume și prenume", numbers(lambda n: NAMES[n % 5]), "name"),
    ("priezvisko", numbers(lambda n: NAMES[n % 5].split()[-1]), "name"),
    ("perekonnanimi", numbers(lambda n: NAMES[n % 5].split()[-1]), "name"),
    ("date of birth", numbers(lambda n: f"19{n + 50}-03-1{n % 9}"), "birth_date"),
    ("sünniaeg", numbers(lambda n: f"1{n % 9}.03.19{n + 50}"), "birth_date"),
    ("postcode", numbers(lambda n: f"{n + 1000} AB"), "address"),
    ("adresse", numbers(lambda n: f"Hauptstraße {n + 1}"), "address"),
    ("account", numbers(lambda _n: "BE68 5390 0754 7034"), "iban"),
    ("paid with", numbers(CARD), "card"),
    ("register", numbers(BELGIAN), "id_be"),
    ("cpr", numbers(DANISH), "id_dk"),
]
OTHER = [
    ("KvK", numbers(lambda n: f"{n + 12345678}")),
    ("company number", numbers(lambda n: f"0{n + 400}.{n + 100}.{n + 200}")),
    ("CNPJ", numbers(lambda n: f"{n + 10}.{n + 100}.{n + 200}/0001-{n + 10}")),
    ("partita iva", numbers(lambda n: f"{n + 12345678901}")),
    ("siren", numbers(lambda n: f"{n + 400} {n + 500} {n + 600}")),
    ("score", numbers(lambda n: f"{n}.{n * 7919 + 10000000000000}")),
    ("share", numbers(lambda n: f"0,{n * 104729 + 1000000000}")),
    ("amounts", numbers(lambda n: f"{2500 + n * 100} 3000 4500 5000")),
    ("budget", numbers(lambda n: f"{n + 1}.234.567.890")),
    ("turnover", numbers(lambda n: f"{n + 1},234,567.50")),
    ("case id", numbers(lambda n: f"2019-{n + 10000}")),
    ("complaint id", numbers(lambda n: str(3_000_000 + n * 17))),
    ("timestamp", numbers(lambda n: f"2020-01-{n % 28 + 1:02d} 12:30:{n + 10}")),
    ("website", numbers(lambda n: f"https://example.org/cases/{n + 100000000}")),
    ("version", numbers(lambda n: f"10.{n}.2.14")),
    ("coordinates", numbers(lambda n: f"52.{n + 370216000}, 4.{n + 895168000}")),
    ("subject", numbers(lambda n: f"Noise of works {n} in the street")),
    ("organisation name", numbers(lambda n: f"Council of Town {n}")),
    ("isbn", numbers(lambda n: f"978-3-16-1484{n + 10}-0")),
]


def found_in(columns):
    """Header to the kinds found, for columns of one table without a country."""
    profile = Profile([header for header, *_rest in columns])
    profile.add([list(row) for row in zip(*(cells for _header, cells, *_rest in columns), strict=True)])
    profile.finish(2026)
    kinds = {}
    for _position, entry in profile.personal():
        kinds.setdefault(entry.column, set()).add(entry.kind)
    return kinds


def measured():
    """Precision and recall over the columns of the sample."""
    personal, other = found_in(PERSONAL), found_in(OTHER)
    right = [header for header, _cells, kind in PERSONAL if kind in personal.get(header, ())]
    return len(right) / (len(personal) + len(other)), len(right) / len(PERSONAL), personal, other


def test_personal_data_is_found_and_numbers_of_companies_decimals_and_sums_are_not():
    precision, recall, personal, other = measured()

    assert other == {}
    assert {header for header, _cells, kind in PERSONAL if kind not in personal.get(header, ())} == set()
    assert (precision, recall) == (1.0, 1.0)


def test_a_postcode_alone_is_no_personal_data():
    assert found_in([("postcode", numbers(lambda n: f"{n + 1000} AB"))]) == {}
