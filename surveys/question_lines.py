"""Questions typed as lines: the lines below a question that are indented or marked are its choices. Pure."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from rest.outlines import entries_of

NAME_LENGTH = 24
MOST_WORDS = 4


@dataclass
class QuestionLine:
    """text: the question. choices: labels, none for a question that is answered in words."""

    text: str
    choices: list[str] = field(default_factory=list)


def questions_in(text: str) -> list[QuestionLine]:
    found: list[QuestionLine] = []
    for entry in entries_of(text):
        if entry.depth and found:
            found[-1].choices.append(entry.text)
        else:
            found.append(QuestionLine(entry.text))
    return found


def name_for(text: str, taken: Collection[str], otherwise: str = "question") -> str:
    """A variable name from the first words of a question, in letters that every program reads; none of the taken."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:MOST_WORDS]
    stem = "_".join(words)[:NAME_LENGTH].strip("_")
    if not stem or not stem[0].isalpha():
        stem = otherwise
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name
