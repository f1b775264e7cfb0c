"""Translated sentences are remembered.

A page asks for several hundred, and each that is English already would be looked up in catalog after catalog.
"""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import trans_real

# Sentences of the program and labels of fields are some thousands.
MOST_REMEMBERED = 20_000


def remembering(translate: Callable[[str], str], *, most: int = MOST_REMEMBERED) -> Callable[[str], str]:
    """The same function for texts without variants. Empty answers, by which libraries ask whether there is a
    translation at all, are not remembered."""
    known: dict[str, str] = {}

    def remembered(message: str) -> str:
        found = known.get(message)
        if found is None:
            found = translate(message)
            if found and len(known) < most:
                known[message] = found
        return found

    return remembered


def remember_sentences() -> None:
    """In all languages of the site, in this process."""
    for language, _name in settings.LANGUAGES:
        catalog = trans_real.translation(language)
        vars(catalog)["gettext"] = remembering(catalog.gettext)
