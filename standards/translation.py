"""Translation for files that know no Django: the same functions, which Django's fill in when the program starts.

`gettext` and `ngettext` return a `Sentence`: text in the language that is active, which remembers what it was made of.
A sentence that a worker stores is therefore shown later in the language of whoever reads it
(`standards.sentences`). Text that is kept as data (a dictionary of sentences, the label of a recipe's
field) is marked by `gettext_noop` where it is written, and given to `gettext` where it is shown. Without Django, in
tests of pure files and in child processes, sentences stay in English.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, Self


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


class Sentence(str):
    """A sentence in the active language, with the English text and the values that it was made of.

    `gettext("%(count)s rows") % {"count": 3}` is a Sentence, too. Joined to other text it becomes plain text, which can
    no longer be translated: give the other text as a value instead.
    """

    english: str
    plural: str
    number: int
    values: Mapping[str, object] | None

    def __new__(
        cls, english: str, plural: str = "", number: int = 0, values: Mapping[str, object] | None = None
    ) -> Self:
        """Values may be sentences, too; those of a list or tuple are joined by commas."""
        translator = _translators[0]
        text = translator.ngettext(english, plural, number) if plural else translator.gettext(english)
        if values is not None:
            text %= {name: _shown(value) for name, value in values.items()}
        made = super().__new__(cls, text)
        made.english, made.plural, made.number, made.values = english, plural, number, values
        return made

    def translated(self) -> "Sentence":
        """The same sentence in the language that is active now."""
        return Sentence(self.english, self.plural, self.number, self.values)

    def __mod__(self, values: object) -> "Sentence":
        if not isinstance(values, Mapping):
            raise TypeError("A sentence names its values: give a mapping.")
        return Sentence(self.english, self.plural, self.number, values)


def _shown(value: object) -> object:
    if isinstance(value, list | tuple):
        return ", ".join(str(_shown(part)) for part in value)
    return value.translated() if isinstance(value, Sentence) else value


def translate_by(translator: Translator) -> None:
    """From now on sentences are translated by this; the language is the one that is active where it is asked."""
    _translators[:] = [translator]


def gettext(message: str) -> Sentence:
    """The sentence in the language of whoever reads it."""
    return Sentence(message)


def ngettext(singular: str, plural: str, number: int) -> Sentence:
    """The form of the sentence that fits the number."""
    return Sentence(singular, plural, number)


def together(sentences: Sequence[str]) -> Sentence:
    """Several sentences, one after the other."""
    values = {f"sentence{number}": sentence for number, sentence in enumerate(sentences)}
    return Sentence(" ".join(f"%({name})s" for name in values), values=values)


def gettext_noop(message: str) -> str:
    """Marks a sentence for translation and leaves it in English."""
    return message
