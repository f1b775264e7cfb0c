"""The kinds of personal data that have a form: their pattern, their check, and how often chance passes the check.

Checksums are those of python-stdnum. A weak check needs more evidence: the country of the dataset, the name of the
column or a word before the number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.sk import rc
from stdnum.us import ssn

from standards.translation import gettext_noop as _

LABELS = {
    "email": _("Email address"), "phone": _("Phone number"), "iban": _("Bank account (IBAN)"),
    "card": _("Payment card"),
    "name": _("Name"), "address": _("Address"), "birth_date": _("Date of birth"),
    "id_be": _("National number (BE)"), "id_br": _("CPF (BR)"), "id_cz_sk": _("Rodné číslo (CZ, SK)"),
    "id_de": _("Tax number (DE)"), "id_dk": _("CPR number (DK)"), "id_ee_lt": _("Personal code (EE, LT)"),
    "id_es": _("DNI or NIE (ES)"), "id_fi": _("Personal code (FI)"), "id_fr": _("NIR (FR)"),
    "id_gb": _("National insurance (GB)"),
    "id_it": _("Codice fiscale (IT)"), "id_nl": _("BSN (NL)"), "id_pl": _("PESEL (PL)"), "id_ro": _("CNP (RO)"),
    "id_se": _("Personal number (SE)"), "id_us": _("Social security (US)"),
}  # fmt: skip

EMAIL = re.compile(
    r"[A-Za-z0-9._%+'\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.)+(?!pdf|jpe?g|png|gif|docx?|html?\b)[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_DATE = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of digits, capitals and separators.

    pattern: finds it in the text. check: whether a match is valid. chance: the probability that a random text of the
    form passes. words: if given, the rule applies only in a dataset of one of `countries`, or with such a word in the
    name of the column or shortly before the match.
    """

    kind: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool]
    chance: float
    countries: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None

    @property
    def form(self) -> re.Pattern[bytes]:
        """The pattern over `signs`, where all digits are alike and all capitals are alike."""
        return re.compile(_PART.sub(_as_signs, self.pattern.pattern).encode())


_KEPT = b" .-/()+"
_SIGNS = bytes(
    57 if 48 <= code <= 57 else 65 if 65 <= code <= 90 else 97 if 97 <= code <= 122 else code if code in _KEPT else 95
    for code in range(256)
)
_PART = re.compile(r"\\.|\{[0-9,]+\}|\[[^\]]+\]|.")


def signs(text: str) -> bytes:
    """The text with 9 for a digit, A for a capital, a for a small letter and _ for others except separators; same
    length."""
    return text.encode("latin-1", "replace").translate(_SIGNS)


def _as_signs(part: re.Match[str]) -> str:
    """A part of a pattern, for text in signs. A hyphen within a class is written `\\-` there."""
    token = part.group()
    if token[0] in "\\{":
        return token
    if token[0] != "[":
        return signs(token).decode() if token.isalnum() else token
    bare = token[1:-1].replace(r"\-", "").replace("-", "")
    members = {*signs(bare).decode()} | ({"-"} if r"\-" in token else set())
    return "[" + "".join(re.escape(member) for member in sorted(members)) + "]"


def _form(text: str) -> re.Pattern[str]:
    """A pattern that no letter or digit touches."""
    return re.compile(rf"(?<![0-9A-Za-z])(?:{text})(?![0-9A-Za-z])")


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{text})", re.IGNORECASE)


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    lengths = {"4": (13, 16, 19), "5": (16,), "2": (16,), "3": (14, 15), "6": (16, 17, 18, 19)}
    return len(digits) in lengths.get(digits[0], ()) and bool(luhn.is_valid(digits))


def _is_insurance(text: str) -> bool:
    return text[:2] not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return 8 <= len(digits) <= 15 and len(set(digits)) > 2 and not _DATE.match(text)


def _is_spanish(text: str) -> bool:
    return bool(nie.is_valid(text) if text[0] in "XYZ" else dni.is_valid(text))


_PHONE_WORDS = _words(
    r"tel\b|tel[eé]|phone|mobile|mobiel|mobil|gsm|handy|cell|celular|fax|whatsapp|fone|call(?:ed)? (?:me|us)|bel\b"
    r"|t[eé]l\b|telefon|puh|number is"
)
RULES = (
    Rule("iban", _form(r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"),
         lambda text: bool(iban.is_valid(text, check_country=False)), 0.01),
    Rule("card", _form(r"[2-6][0-9]{3}(?:[ \-]?[0-9]){9,15}"), _is_card, 0.1),
    Rule("id_fr", _form(r"[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}"),
         lambda text: bool(nir.is_valid(text)), 0.01),
    Rule("id_it", _form(r"[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]"),
         lambda text: bool(codicefiscale.is_valid(text)), 0.02),
    Rule("id_es", _form(r"[0-9]{8}-?[A-Z]|[XYZ]-?[0-9]{7}-?[A-Z]"), _is_spanish, 0.05),
    Rule("id_gb", _form(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]"),
         _is_insurance, 0.15),
    Rule("id_be", _form(r"(?:[0-9]{6}|[0-9]{2}\.[0-9]{2}\.[0-9]{2})[\- ]?[0-9]{3}[. ]?[0-9]{2}"),
         lambda text: bool(nn.is_valid(text)), 0.002),
    Rule("id_br", _form(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"), lambda text: bool(cpf.is_valid(text)), 0.01),
    Rule("id_br", _form(r"[0-9]{11}"), lambda text: bool(cpf.is_valid(text)), 0.01,
         frozenset({"BR"}), _words(r"cpf")),
    Rule("id_ee_lt", _form(r"[1-8][0-9]{10}"), lambda text: bool(ik.is_valid(text)), 0.004,
         frozenset({"EE", "LT"}), _words(r"isikukood|asmens kod")),
    Rule("id_pl", _form(r"[0-9]{11}"), lambda text: bool(pesel.is_valid(text)), 0.01,
         frozenset({"PL"}), _words(r"pesel")),
    Rule("id_ro", _form(r"[1-9][0-9]{12}"), lambda text: bool(cnp.is_valid(text)), 0.004),
    Rule("id_cz_sk", _form(r"[0-9]{6}/[0-9]{3,4}"), lambda text: bool(rc.is_valid(text)), 0.02),
    Rule("id_cz_sk", _form(r"[0-9]{9,10}"), lambda text: bool(rc.is_valid(text)), 0.02,
         frozenset({"CZ", "SK"}), _words(r"rodn[eé]")),
    Rule("id_fi", _form(r"[0-9]{6}[\-+A-F][0-9]{3}[0-9A-FHJ-NPR-Y]"), lambda text: bool(hetu.is_valid(text)), 0.003),
    Rule("id_se", _form(r"(?:19|20)?[0-9]{6}[\-+][0-9]{4}"), lambda text: bool(personnummer.is_valid(text)), 0.005),
    Rule("id_us", _form(r"[0-9]{3}-[0-9]{2}-[0-9]{4}"), lambda text: bool(ssn.is_valid(text)), 0.8),
    Rule("id_dk", _form(r"[0-9]{6}-[0-9]{4}"), lambda text: bool(cpr.is_valid(text)), 0.05,
         frozenset({"DK"}), _words(r"cpr|personnummer")),
    Rule("id_de", _form(r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}"), lambda text: bool(idnr.is_valid(text)), 0.03,
         frozenset({"DE"}), _words(r"steuer-?id|identifikationsnummer|idnr")),
    Rule("id_nl", _form(r"[0-9]{9}|[0-9]{4}\.[0-9]{2}\.[0-9]{3}"), lambda text: bool(bsn.is_valid(text)), 0.09,
         frozenset({"NL"}), _words(r"bsn|burgerservice|sofi")),
    Rule("phone", _form(r"\+[1-9][0-9]?(?:[ .\-/()]{0,2}[0-9]){7,12}"), _is_phone, 0.5),
    Rule("phone", _form(r"(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[\-.])[2-9][0-9]{2}[\-.][0-9]{4}"), _is_phone, 0.5),
    Rule("phone", _form(r"0[0-9]{1,4}(?:[ .\-/()]{0,2}[0-9]){6,10}"), _is_phone, 0.5,
         frozenset(), _PHONE_WORDS),
)  # fmt: skip
