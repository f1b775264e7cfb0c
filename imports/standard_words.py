"""Values, headers and labels that recipes of all rooms use: for countries and for choices."""

from django.db import models
from django.utils.translation import override

from standards.countries import country_words

COUNTRY_WORDS = country_words()
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
