"""Passages in a text: where marks begin and end when passages of several coders overlap. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A stretch of a text within which nothing begins or ends.

    numbers: the passages that it is part of; begins: those of them that begin with it.
    """

    text: str
    numbers: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


def numbered(spans: Iterable[Span]) -> dict[Span, int]:
    """Each different passage with its number, from 1, in the order of the text; of those that begin together the
    longest first."""
    return {span: n for n, span in enumerate(sorted(set(spans), key=lambda span: (span[0], -span[1])), start=1)}


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """The text cut at the start and end of each passage. Joined, the pieces are the text.

    Offsets are code points, start inclusive, end exclusive; what is beyond the text is left out.
    """
    known = numbered(spans)
    cuts = sorted({0, len(text), *(min(offset, len(text)) for span in known for offset in span)})
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for (start, end), number in known.items():
        opening.setdefault(start, []).append(number)
        closing.setdefault(end, []).append(number)
    found: list[Piece] = []
    current: set[int] = set()
    for start, end in pairwise(cuts):
        current -= set(closing.get(start, ()))
        begins = opening.get(start, [])
        current |= set(begins)
        found.append(Piece(text[start:end], tuple(sorted(current)), tuple(sorted(begins))))
    return found
