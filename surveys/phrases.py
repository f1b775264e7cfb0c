"""The texts around the questions on pages for respondents, in the languages of phrases.json.

English is complete and checked; the other languages have not yet been checked by native speakers. A questionnaire in
any other language shows these texts in English.
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
    """Phrase name to text, in the language or else in English."""
    return _all().get(language.partition("-")[0], _all()["en"])
