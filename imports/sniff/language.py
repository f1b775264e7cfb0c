"""The language of texts, for the stemmer of the search. Pure. The detector knows the languages of the consortium and
their neighbours; a text of which it is not sure has no language (docs/adr/0097).
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# The languages of the partners, those that are easily taken for one of them, and those of other alphabets: a detector
# that knows none of these takes every text in them for a language of the others. "no" is both forms of Norwegian.
LANGUAGES = (
    "da", "de", "en", "es", "et", "fr", "it", "nl", "ro", "sk",
    "ca", "cs", "fi", "hr", "hu", "lt", "lv", "no", "pl", "pt", "sl", "sv",
    "ar", "bg", "el", "ru", "sr", "tr", "uk",
)  # fmt: skip
MOST = 300  # characters that are read of one text; more hardly changes the result
_LEAST = 20  # characters; of a shorter text the detector is too rarely sure
_SURE = 0.8  # the probability that the likeliest of these languages must have
_TOGETHER = 2_000  # characters of texts that are read as one
# Letters of alphabets in which none of these languages is written, such as Hebrew, Thai, Hindi, Georgian and Chinese.
_OTHER_LETTERS = re.compile("[\u0530-\u05ff\u0700-\u1c7f\u2e80-\ua63f\ua6a0-\ud7ff\uf900-\ufaff]")
_FEW = 0.2  # the share of such letters up to which they are quotations
_MOSTLY = 0.8  # the share of the texts with a language that the main language must have


def likely_language(text: str) -> str:
    """ISO 639-1 code of the language of a text, from its beginning; empty where the text is short or it is not sure."""
    return _sure_language(text[:MOST])


def language_of_all(texts: Iterable[str]) -> str:
    """The language of texts that are read as one, such as titles or the distinct values of a column; empty where it is
    not sure."""
    return _sure_language(" ".join(texts)[:_TOGETHER])


def main_language(texts: Iterable[str]) -> str:
    """The language of most of the texts; empty where they are in several languages, or where it is not sure.

    Texts of which none is long enough to have a language of its own are read as one.
    """
    read = list(texts)
    found = Counter(filter(None, map(likely_language, read)))
    if not found:
        return language_of_all(read)
    language, times = found.most_common(1)[0]
    return language if times >= _MOSTLY * found.total() else ""


def _sure_language(text: str) -> str:
    if len(text.strip()) < _LEAST or (not text.isascii() and _is_in_another_alphabet(text)):
        return ""
    language, probability = _detector().classify(text)
    return str(language) if probability >= _SURE else ""


def _is_in_another_alphabet(text: str) -> bool:
    return len(_OTHER_LETTERS.findall(text)) > _FEW * len(text)


@cache
def _detector() -> LanguageIdentifier:
    """Made once in a process, when the first text is read: a second and 80 MB."""
    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages(list(LANGUAGES))
    return detector
