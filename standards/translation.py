"""Translation for files that know no Django: the same functions, which Django's fill in when the program starts.

A sentence that is made at once is `_("%(count)s rows ...") % {...}`, with `gettext as _`. One that is kept as data (a
dictionary of sentences, the label of a recipe's field) is marked by `gettext_noop` where it is written, and given to
`gettext` where it is shown. Without Django, in tests of pure files and in child processes, sentences stay in English.
"""

from typing import Protocol


class Translator(Protocol):
    """What `django.utils.translation` offers."""

    def gettext(self, message: str) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int) -> str: ...


class _English:
    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return singular if number == 1 else plural


_translators: list[Translator] = [_English()]


def translate_by(translator: Translator) -> None:
    """From now on sentences are translated by this; the language is the one that is active where it is asked."""
    _translators[:] = [translator]


def gettext(message: str) -> str:
    """The sentence in the language of whoever reads it."""
    return _translators[0].gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the sentence that fits the number."""
    return _translators[0].ngettext(singular, plural, number)


def gettext_noop(message: str) -> str:
    """Marks a sentence for translation and leaves it in English."""
    return message
