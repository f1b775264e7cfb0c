"""Values, headers and labels that recipes of all rooms use: for countries and for choices."""

from django.db import models
from django.utils.translation import override

from standards.countries import country_names

_ELSEWHERE = {
    "uk": "GB", "united kingdom": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "el": "GR", "usa": "US", "united states": "US", "united states of america": "US",
    "russia": "RU", "south korea": "KR", "korea": "KR", "iran": "IR", "venezuela": "VE", "bolivia": "BO",
    "tanzania": "TZ", "taiwan": "TW", "czech republic": "CZ", "moldova": "MD", "syria": "SY", "vietnam": "VN",
    "the netherlands": "NL", "netherlands": "NL", "macedonia": "MK", "kosovo": "XK", "palestine": "PS",
    "turkey": "TR", "cape verde": "CV", "palestinian territory": "PS", "palestinian territories": "PS",
    "vereinigte staaten": "US", "kanada": "CA", "burma": "MM", "swaziland": "SZ",
    "ivory coast": "CI", "congo": "CG", "democratic republic of the congo": "CD", "laos": "LA",
    "deutschland": "DE", "österreich": "AT", "schweiz": "CH", "niederlande": "NL", "belgien": "BE", "frankreich": "FR",
    "italien": "IT", "spanien": "ES", "dänemark": "DK", "estland": "EE", "rumänien": "RO", "slowakei": "SK",
    "nederland": "NL", "belgië": "BE", "duitsland": "DE", "frankrijk": "FR", "belgique": "BE", "allemagne": "DE",
    "royaume-uni": "GB", "pays-bas": "NL", "espagne": "ES", "italie": "IT", "danemark": "DK", "españa": "ES",
    "reino unido": "GB", "países bajos": "NL", "brasil": "BR", "méxico": "MX", "italia": "IT", "danmark": "DK",
    "eesti": "EE", "românia": "RO", "slovensko": "SK", "polska": "PL", "portugal": "PT", "suomi": "FI",
    "sverige": "SE", "norge": "NO",
}  # fmt: skip

COUNTRY_WORDS = {
    **{code.casefold(): code for code in country_names()},
    **{word: code for word, code in _ELSEWHERE.items() if code in country_names()},
}
COUNTRY_HEADERS = ("country code", "land", "pays", "país", "paese", "maa", "nation", "content country")
LANGUAGES = (
    "bg", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "hr", "hu", "is", "it",
    "lb", "lt", "lv", "mk", "mt", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk",
)  # fmt: skip
LANGUAGE_HEADERS = ("lang", "locale", "original language", "sprache", "taal", "langue", "idioma", "lingua", "sprog")


def labels_of(choices: type[models.TextChoices]) -> dict[str, str]:
    """Value to label, in English: files are matched with English labels, whatever the language of the server."""
    with override(None):
        return {str(value): str(label) for value, label in choices.choices}
