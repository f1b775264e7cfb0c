"""Passages of one code as arrays, and what lies between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from measures.agreement.ratings import Integers

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Readings:
    """The texts that two coders or more have read, and who they are.

    `length` and `coders` (t,): characters and number of coders of each text; `has_read` (t, c). `text_place` and
    `coder_place` number the names. `excluded` texts were read by one coder.
    """

    length: Floats
    coders: Floats
    has_read: NDArray[np.bool_]
    text_place: Mapping[str, int]
    coder_place: Mapping[str, int]
    excluded: int

    @classmethod
    def of(cls, lengths: Mapping[str, int], readings: Iterable[tuple[str, str]]) -> "Readings":
        """From (text, coder) pairs, which may repeat. Raises ValueError for a text without a length."""
        readers: dict[str, set[str]] = {}
        for text, coder in readings:
            readers.setdefault(text, set()).add(coder)
        if unknown := readers.keys() - lengths.keys():
            raise ValueError(f"The length of the text “{min(unknown)}” is not known.")
        texts = sorted(text for text, coders in readers.items() if len(coders) > 1)
        coders = sorted(set().union(*(readers[text] for text in texts)))
        place = {coder: number for number, coder in enumerate(coders)}
        has_read = np.zeros((len(texts), len(coders)), dtype=bool)
        for number, text in enumerate(texts):
            has_read[number, [place[coder] for coder in readers[text]]] = True
        return cls(
            length=np.array([lengths[text] for text in texts], dtype=np.float64),
            coders=has_read.sum(axis=1).astype(np.float64),
            has_read=has_read,
            text_place={text: number for number, text in enumerate(texts)},
            coder_place=place,
            excluded=len(readers) - len(texts),
        )


@dataclass(frozen=True, slots=True)
class Marks:
    """Passages of one code (n,), sorted by coder, text and start; those of a coder in a text do not overlap.

    `joined`: how many fewer there are because overlapping ones of a coder were joined.
    """

    text: Integers
    coder: Integers
    start: Integers
    end: Integers
    joined: int = 0

    @property
    def length(self) -> Integers:
        """Characters of each passage (n,)."""
        return self.end - self.start

    def of_coder(self, coder: int) -> "Marks":
        """The passages of one coder."""
        return self._where(self.coder == coder)

    def within(self, texts: NDArray[np.bool_]) -> "Marks":
        """The passages in the texts for which `texts` (t,) is true."""
        return self._where(texts[self.text])

    def _where(self, keep: NDArray[np.bool_]) -> "Marks":
        return Marks(self.text[keep], self.coder[keep], self.start[keep], self.end[keep])

    def gaps(self, readings: Readings) -> tuple[Integers, Integers]:
        """The text and the length of each stretch that a coder of a text did not mark, none of length 0."""
        read = np.argwhere(readings.has_read.T)
        edge = np.full(read.shape[0], 0, dtype=np.int64)
        # Every text of a coder has a passage of length 0 at its start and at its end.
        coder = np.concatenate((read[:, 0], self.coder, read[:, 0]))
        text = np.concatenate((read[:, 1], self.text, read[:, 1]))
        ends = readings.length[read[:, 1]].astype(np.int64)
        start = np.concatenate((edge, self.start, ends))
        end = np.concatenate((edge, self.end, ends))
        order = np.lexsort((end, start, text, coder))
        gap = start[order][1:] - end[order][:-1]
        is_gap = (gap > 0) & (np.diff(coder[order]) == 0) & (np.diff(text[order]) == 0)
        return text[order][1:][is_gap], gap[is_gap]


def marks_of(readings: Readings, passages: Sequence[tuple[str, str, int, int]]) -> Marks:
    """The passages (text, coder, start, end) of one code in texts that were read by two coders.

    Passages of a coder that overlap become one; those that only touch remain two.
    """
    rows = [
        (readings.coder_place[coder], readings.text_place[text], start, end)
        for text, coder, start, end in passages
        if text in readings.text_place
    ]
    coder, text, start, end = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4).T
    # Each text of a coder has a stretch of its own on one line, so that the largest end so far is of the same text.
    base = (coder * max(len(readings.text_place), 1) + text) * (int(readings.length.max(initial=0)) + 1)
    reached = np.maximum.accumulate(base + end)
    begins = np.ones(start.size, dtype=bool)
    begins[1:] = (base + start)[1:] >= reached[:-1]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], start.size) - 1 if first.size else first
    return Marks(text[first], coder[first], start[first], (reached - base)[last], start.size - first.size)


def meeting(one: Marks, other: Marks) -> tuple[Integers, Integers]:
    """The places of the passages of two coders that overlap, as pairs (k,) and (k,)."""
    width = int(max(one.end.max(initial=0), other.end.max(initial=0))) + 1
    from_start = np.searchsorted(other.text * width + other.end, one.text * width + one.start, side="right")
    to_end = np.searchsorted(other.text * width + other.start, one.text * width + one.end, side="left")
    many = np.maximum(to_end - from_start, 0)
    first = np.repeat(np.arange(many.size), many)
    offset = np.arange(first.size) - np.repeat(np.cumsum(many) - many, many)
    return first, from_start[first] + offset
