"""Errors of files that compute without Django: data until a page or the API translates them. Pure.

A sentence that is marked by `standards.translation.gettext_noop` is kept with its values, since whoever reads it may
read it later and in another language than whoever caused it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Translate = Callable[[str], str]
"""From an English text to the text in the language of the reader, as Django's gettext does it."""


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
