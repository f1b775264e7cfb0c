"""Sentences of the files that compute without Django: data until a page or the API translates them. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Translate = Callable[[str], str]
"""From an English text to the text in the language of the reader, as Django's gettext does it."""


def gettext_noop(text: str) -> str:
    """The text itself. `makemessages` knows this name and lists the text for translators."""
    return text


@dataclass(frozen=True)
class Sentence:
    """An English sentence with named placeholders, and their values, which may be sentences themselves."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.translated(str)

    def translated(self, translate: Translate) -> str:
        """The sentence and the sentences in it, translated and filled in."""
        values = {
            name: value.translated(translate) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        return translate(self.text) % values
