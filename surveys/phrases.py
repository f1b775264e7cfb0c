"""What the pages for respondents say beside the questionnaire's own words, in the languages of phrases.json.

English is complete and checked; the others were written with care and wait for the eye of a native reader. A
questionnaire in another language shows these few words in English.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def _all() -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / "phrases.json").read_text(encoding="utf-8"))


def languages() -> tuple[str, ...]:
    return tuple(_all())


def phrases(language: str) -> Mapping[str, str]:
    """Phrase name to words, in the language or else in English."""
    return _all().get(language.partition("-")[0], _all()["en"])
