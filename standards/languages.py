"""Languages by their ISO 639-1 codes, as far as Django knows them."""

from functools import cache

from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_TWO_LETTERS = 2


@cache
def language_names() -> dict[str, str]:
    """Code to English name."""
    return {code: str(info["name"]) for code, info in LANG_INFO.items() if "name" in info}


def language_name(tag: str) -> str:
    """The English name of a tag such as `nl` or `pt-br`; the tag itself where it is not known."""
    names = language_names()
    return names.get(tag.lower()) or names.get(tag.partition("-")[0].lower(), tag)


@cache
def language_choices() -> list[tuple[str, str | Promise]]:
    """Languages of two letters for a select, in the order of their names."""
    named = [(code, name) for code, name in language_names().items() if len(code) == _TWO_LETTERS]
    return [("", _("not recorded")), *sorted(named, key=lambda choice: choice[1])]
