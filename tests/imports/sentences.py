"""What every sentence for people has in common, whatever its words are."""

import re

ABBREVIATIONS = {"CR", "LF", "JSON", "NUL", "ISO"}


def is_sentence(text: str) -> bool:
    """Whether each sentence of a text begins with a capital, a number or a quoted name and ends with a full stop, and
    it `is_written`."""
    begins = bool(re.match(r"[A-Z0-9“\"']", text)) and not re.search(r"\. [a-z]", text)
    return begins and text.endswith(".") and is_written(text)


def is_written(text: str) -> bool:
    """Whether words are in small letters, save their first one, abbreviations and what is quoted, and lists of names
    are written out."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"“[^”]*”|\"[^\"]*\"|'[^']*'", " ", text))
    return "[" not in text and all(map(_is_word, words))


def _is_word(word: str) -> bool:
    return word in ABBREVIATIONS or word in (word.lower(), word.capitalize())


def without_numbers(text: str) -> str:
    """A sentence without its numbers: what is left of one row and of several rows differs where the plural does."""
    return re.sub(r"[\d,]*\d", "", text)
