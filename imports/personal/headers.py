"""What the name of a column says about its cells: names of people, addresses, dates of birth, phone numbers."""

import re
from collections.abc import Callable, Sequence

_DIVIDERS = re.compile(r"[_\-.:/?()\[\]*\s]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Words that always mean the name of a person, and words that may mean the name of anything.
_SURE = re.compile(
    r"\b(author|autor|auteur|auteurs|executive director|director|officer|contact person|first name|last name|surname"
    r"|family name|given name|full name|forename|voornaam|achternaam|vorname|nachname|familienname|prénom|prenom"
    r"|apellidos?|sobrenome|cognome|complainant name|claimant|consumer name|citizen name|applicant|petitioner"
    r"|name of complainant|etunimi|sukunimi|imię|nazwisko|fornavn|etternavn|efternavn|förnamn|efternamn|user ?name"
    r"|nome e cognome|nume și prenume|nume si prenume|prenume|eesnimi|perekonnanimi|priezvisko|příjmení)\b"
)
_MAYBE = re.compile(r"^(name|names|naam|nom|nombre|nome|navn|namn|nimi|nume|contact|posted by|reported by|melder)$")
_NOT = re.compile(r"\b(type|kind|gender|age|id|count|number|no|role|state|city|code|email|phone|organi[sz]ation)\b")
_ADDRESS = re.compile(
    r"\b(street|house number|address|adresse|adres|anschrift|straße|strasse|straat|huisnummer|dirección|direccion"
    r"|endereço|endereco|indirizzo|rue|osoite|apartment|apt)\b"
)
_BIRTH = re.compile(
    r"\b(date of birth|birth date|birthdate|dob|birthday|geburtsdatum|geboortedatum|date de naissance"
    r"|fecha de nacimiento|data de nascimento|data di nascita|fødselsdato|födelsedatum|syntymäaika|sünniaeg"
    r"|sünnikuupäev|data nașterii|data nasterii|dátum narodenia|datum narození)\b"
)
_PHONE = re.compile(
    r"\b(phone|telephone|mobile|telefoon|telefon|telefone|teléfono|telefono|téléphone|gsm|puhelin|fax|cell)\b"
)
_POSTCODE = re.compile(
    r"\b(post ?code|postal code|zip|zip code|plz|postleitzahl|code postal|código postal|codigo postal|cap|postnummer"
    r"|postnr|sihtnumber|cod poștal|cod postal|psč)\b"
)
_COMPANY = re.compile(
    r"\b(company (?:number|no|id|registration)|registration (?:number|no)|chamber of commerce|kvk|kbo|bce|cnpj|siren"
    r"|siret|cif|vat|btw|ust ?id|handelsregister\w*|partita iva|p iva|cvr|cui|ičo|ico|registrikood|lei|duns"
    r"|charity number|organisationsnummer|y tunnus)\b"
)
_BODY = re.compile(
    r"\b(ltd|limited|inc|llc|plc|gmbh|ag|bv|nv|sa|council|university|bank|association|society|institute|ministry|centre"
    r"|center|foundation|agency|department|trust|group|company|office|project|committee|network|stichting|verein)\b",
    re.IGNORECASE,
)
_ANSWERS = frozenset(["y", "n", "yes", "no", "true", "false", "0", "1", "ja", "nein", "nee", "nej", "oui", "non", "si",
                      "sí"])  # fmt: skip
_DIGITS_OF_PHONE = 4  # as in the masked numbers of some sources
_SOME = 0.2
# Each run of letters is taken whole (++): cut in all ways, five long words and a sign would take hours.
_PERSON = re.compile(r"\A(?:[^\W\d_]++\.?[-'’]?){1,4}(?:,? (?:[^\W\d_]++\.?[-'’]?){1,4}){1,4}")


def is_company_number(header: str) -> bool:
    """Whether a column holds numbers of companies, which have the form of numbers of people."""
    return bool(_COMPANY.search(_words(header)))


def is_postcode(header: str) -> bool:
    return bool(_POSTCODE.search(_words(header)))


def _words(header: str) -> str:
    return " ".join(_DIVIDERS.sub(" ", _CAMEL.sub(" ", header)).casefold().split())


def kind_of(header: str, sample: Sequence[str]) -> str:
    """`name`, `address`, `birth_date`, `phone` or empty. sample: some of the different cells of the column."""
    words = _words(header)
    for kind, pattern in (("birth_date", _BIRTH), ("phone", _PHONE), ("address", _ADDRESS)):
        if pattern.search(words) and "e mail" not in words and "email" not in words and "ip " not in words:
            return kind if not any(sample) or _share(sample, _TELLS[kind]) >= _SOME else ""
    if _NOT.search(words):
        return ""
    if _SURE.search(words):
        return "name" if _share(sample, _no_digits) >= 0.5 else ""
    return "name" if _MAYBE.search(words) and _share(sample, looks_like_a_person) >= 0.6 else ""


def _is_no_answer(text: str) -> bool:
    return text.strip().casefold() not in _ANSWERS


def _has_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _DIGITS_OF_PHONE


def looks_like_a_person(text: str) -> bool:
    """Two to five words, two of them with a capital first letter, without digits and words of companies."""
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > 60 or not _PERSON.fullmatch(text) or _BODY.search(text):
        return False
    return sum(word[0].isupper() for word in words) >= 2


def _no_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) * 2 < len(text) and len(text) <= 100


_TELLS: dict[str, Callable[[str], bool]] = {
    "birth_date": _is_no_answer, "address": _is_no_answer, "phone": _has_digits,
}  # fmt: skip


def _share(sample: Sequence[str], holds: Callable[[str], bool]) -> float:
    filled = [text for text in sample if text]
    return sum(map(holds, filled)) / len(filled) if filled else 0.0
