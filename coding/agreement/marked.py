"""A text cut where passages begin and end, so that it can be shown with marks without a script. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coding import marks


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
    labels: defaultdict[marks.Span, set[str]] = defaultdict(set)
    for one in spans:
        start, end = max(one.start, 0), min(one.end, len(text))
        if start < end:
            labels[start, end].add(one.label)
    of_number = {number: labels[span] for span, number in marks.numbered(labels).items()}
    cut = [
        Piece(piece.text, tuple(sorted(set().union(*(of_number[number] for number in piece.numbers)))))
        for piece in marks.pieces(text, labels)
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
