"""A text cut where passages begin and end, so that it can be shown with marks without a script. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Span:
    """A passage of a coder: offsets in code points, start inclusive, end exclusive."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that the same passages cover; no labels where none does."""

    text: str
    labels: tuple[str, ...]


def pieces_of(text: str, spans: Iterable[Span]) -> list[Piece]:
    """The text in pieces that give it back when they are joined. Labels are in ascending order, each once.

    Offsets beyond the text are cut to it.
    """
    within = [
        Span(one.label, max(one.start, 0), min(one.end, len(text)))
        for one in spans
        if one.start < min(one.end, len(text))
    ]
    edges = sorted({0, len(text), *(one.start for one in within), *(one.end for one in within)})
    cut = [
        Piece(text[start:end], tuple(sorted({one.label for one in within if one.start <= start and end <= one.end})))
        for start, end in pairwise(edges)
    ]
    return _joined(cut)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].labels == piece.labels:
            found[-1] = Piece(found[-1].text + piece.text, piece.labels)
        else:
            found.append(piece)
    return found
