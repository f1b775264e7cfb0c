"""Lists that people paste or type as lines: what is indented or marked with a dash belongs to the line above. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

MARKS = "-*•–"
TAB = 4


@dataclass(frozen=True)
class Entry:
    """A line without its indent and mark. depth: 0 for the outermost; number: that of the line, from 1."""

    text: str
    depth: int
    number: int


def entries_of(text: str) -> list[Entry]:
    """The lines that say something, in their order.

    A line is one deeper than the line above it that is indented less, however much less.
    """
    found: list[Entry] = []
    indents: list[int] = []
    for number, indent, words in _lines(text):
        while indents and indent <= indents[-1]:
            indents.pop()
        found.append(Entry(words, len(indents), number))
        indents.append(indent)
    return found


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Number, indent and words of each line; a mark counts as an indent, also without a space before it."""
    for number, line in enumerate(text.expandtabs(TAB).splitlines(), start=1):
        bare = line.lstrip()
        indent = len(line) - len(bare)
        if bare[:1] in MARKS and bare[1:2] in (" ", ""):
            bare, indent = bare[1:].strip(), indent + 1
        if bare.strip():
            yield number, indent, bare.strip()
