"""Differences between two texts for people to read: by paragraph, and by word within paragraphs that changed."""

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

# Comparing by word costs the product of the lengths; longer passages are shown as replaced.
MOST_WORDS = 3000


class Piece(NamedTuple):
    """A stretch of text that is `same`, `added` or `removed`."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Pieces of both texts in order: same and removed pieces make `before`, same and added pieces make `after`."""
    return list(_joined(_by_paragraph(before, after)))


def _by_paragraph(before: str, after: str) -> Iterator[Piece]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "replace":
            yield from _by_word(left, right)
        else:
            yield from _pieces(left, right, same=tag == "equal")


def _by_word(before: str, after: str) -> Iterator[Piece]:
    old, new = re.findall(r"\w+|\s+|[^\w\s]", before), re.findall(r"\w+|\s+|[^\w\s]", after)
    if max(len(old), len(new)) > MOST_WORDS:
        yield from _pieces(before, after, same=False)
        return
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield from _pieces("".join(old[i1:i2]), "".join(new[j1:j2]), same=tag == "equal")


def _pieces(left: str, right: str, *, same: bool) -> Iterator[Piece]:
    if same:
        yield Piece("same", left)
        return
    if left:
        yield Piece("removed", left)
    if right:
        yield Piece("added", right)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Adjacent pieces of one kind joined; empty pieces left out."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
