"""ISO 3166-1 alpha-2 codes with names. NUTS writes EL and UK where ISO, and so the casebook, writes GR and GB."""

import json
import unicodedata
from functools import cache
from pathlib import Path

from django_countries import countries

# Names by CLDR 46 in the languages of the consortium and in the official languages of each country, and alpha-3 codes.
_NAMES = Path(__file__).with_name("country_names.json")
# What files say that is in no list of names: earlier names, parts of countries, shorter and longer forms.
_USUAL = {
    "uk": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "united kingdom": "GB", "united kingdom of great britain and northern ireland": "GB",
    "u.k.": "GB", "grande-bretagne": "GB", "gran bretaña": "GB", "gran bretagna": "GB", "großbritannien": "GB",
    "inglaterra": "GB", "angleterre": "GB", "inghilterra": "GB", "groot-brittannië": "GB", "marea britanie": "GB",
    "el": "GR", "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states": "US", "united states of america": "US",
    "états-unis d'amérique": "US", "estados unidos de américa": "US", "russia": "RU", "russian federation": "RU",
    "south korea": "KR", "korea": "KR", "republic of korea": "KR", "korea, republic of": "KR", "north korea": "KP",
    "iran": "IR", "iran, islamic republic of": "IR", "venezuela": "VE", "bolivia": "BO", "tanzania": "TZ",
    "taiwan": "TW", "czech republic": "CZ", "czechia": "CZ", "tschechische republik": "CZ", "tschechei": "CZ",
    "république tchèque": "CZ", "república checa": "CZ", "repubblica ceca": "CZ", "česká republika": "CZ",
    "republica cehă": "CZ", "slovak republic": "SK", "slovenská republika": "SK", "moldova": "MD",
    "republic of moldova": "MD", "syria": "SY", "syrian arab republic": "SY", "vietnam": "VN", "viet nam": "VN",
    "the netherlands": "NL", "netherlands": "NL", "holland": "NL", "hollande": "NL", "holanda": "NL", "olanda": "NL",
    "koninkrijk der nederlanden": "NL", "macedonia": "MK", "north macedonia": "MK", "fyrom": "MK", "kosovo": "XK",
    "palestine": "PS", "palestinian territory": "PS", "palestinian territories": "PS", "turkey": "TR",
    "türkiye": "TR", "cape verde": "CV", "burma": "MM", "swaziland": "SZ", "ivory coast": "CI", "congo": "CG",
    "democratic republic of the congo": "CD", "dr congo": "CD", "drc": "CD", "congo-brazzaville": "CG", "laos": "LA",
    "brunei": "BN", "east timor": "TL", "vatican": "VA", "holy see": "VA", "macau": "MO", "hong kong": "HK",
    "republic of ireland": "IE", "eire": "IE", "bosnia": "BA", "bosnia and herzegovina": "BA",
    "federal republic of germany": "DE", "bundesrepublik deutschland": "DE", "belarus": "BY", "white russia": "BY",
    "republika srbija": "RS", "vereinigte staaten von amerika": "US", "verenigde staten van amerika": "US",
    "stati uniti d'america": "US", "weißrussland": "BY", "micronesia": "FM", "são tomé": "ST",
}  # fmt: skip


@cache
def country_names() -> dict[str, str]:
    """Alpha-2 code to English name."""
    return {code: str(name) for code, name in countries}


@cache
def country_words() -> dict[str, str]:
    """Every code and name of a country, casefolded, with and without accents, to its alpha-2 code."""
    listed: dict[str, list[str]] = json.loads(_NAMES.read_text("utf-8"))
    codes = country_names()
    words: dict[str, str] = {}
    for code, names in listed.items():
        if code in codes:
            words |= dict.fromkeys(_spellings(codes[code], *names), code)
    usual = {spelling: code for word, code in _USUAL.items() if code in codes for spelling in _spellings(word)}
    return words | usual | {code.casefold(): code for code in codes}


def _spellings(*names: str) -> list[str]:
    """Each name casefolded, with the apostrophe of keyboards, and also without accents."""
    plain = [" ".join(name.casefold().replace("’", "'").split()) for name in names]
    return [*plain, *map(_without_accents, plain), *(name.casefold() for name in names)]


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@cache
def country_choices() -> list[tuple[str, str]]:
    """Choices of a model or form field; a callable, so that migrations do not carry 250 names."""
    return sorted(country_names().items(), key=lambda item: item[1])
