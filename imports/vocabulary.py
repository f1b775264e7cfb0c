"""The words that head columns of files, by field, in the languages of the consortium: `header_words.toml`. Pure.

An operator adds words of his own in a file of the same form.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from imports.values import header_words

_OWN = Path(__file__).with_name("header_words.toml")
_added: list[Path] = []


def add_words(path: Path) -> None:
    """Use the words of one more file. Raises ValueError, naming the file, if it is not of the form of
    `header_words.toml`."""
    _read(path)
    if path not in _added:
        _added.append(path)
    _known.cache_clear()


def words_for(field: str) -> tuple[str, ...]:
    """The words for a field, in the form of `header_words`, without accents."""
    return _known().get(field, ())


def plain(name: str) -> str:
    """The name of a column in the form of `header_words`, without accents: `Date de réception` is `date de
    reception`."""
    return without_accents(header_words(name))


def without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(character for character in apart if not unicodedata.combining(character))


@cache
def _known() -> Mapping[str, tuple[str, ...]]:
    known: dict[str, dict[str, None]] = {}
    for path in (_OWN, *_added):
        for field, words in _read(path).items():
            known.setdefault(field, {}).update(dict.fromkeys(words))
    return {field: tuple(words) for field, words in known.items()}


def _read(path: Path) -> dict[str, list[str]]:
    try:
        written = tomllib.loads(path.read_text("utf-8"))
        found: dict[str, list[str]] = {}
        for field, languages in written.items():
            words = [plain(word) for key, some in languages.items() if key != "also" for word in _strings(some)]
            for name in (field, *_strings(languages.get("also", []))):
                found.setdefault(name, []).extend(words)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        message = f"{path} is not a file of header words: {error}"
        raise ValueError(message) from error
    return found


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise TypeError(f"{value!r} is not a list of words")
    return value
