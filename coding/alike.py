"""Alike texts: identical and nearly identical letters, as a campaign sends them.

Texts are compared without differences of case, white space and Unicode compatibility forms (NFKC); nothing is left out,
greetings neither. Identical texts are equal after that. Nearly identical ones have a Jaccard index of at least LEAST
between their sets of five successive words. Candidates are found by MinHash in bands (Broder 1997, "On the resemblance
and containment of documents"; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3), and each is
then compared exactly. Nothing is random: the same texts in the same order give the same groups.

At the threshold the bands miss a pair with a chance of (1 - 0.8^4)^16, about 2 in 10,000.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Words = tuple[str, ...]
Shingles = frozenset[Words]
Read = Callable[[Sequence[int]], Mapping[int, str]]
Signatures = NDArray[np.uint32]
Hashes = NDArray[np.uint64]

LEAST = 0.8
SHINGLE = 5
BANDS, ROWS = 16, 4
AT_ONCE = 500
# Texts filled in on one form share much without being alike. At most so many are considered in a bucket, and so many
# of those with the highest estimates are compared exactly.
MOST_IN_BUCKET, MOST_COMPARED = 200, 8
# An estimate from 64 hashes has a standard error of 0.05 at the threshold; this is four of them below it.
LEAST_ESTIMATE = 0.6
_WORD = re.compile(r"\w+")
_RANDOM = np.random.default_rng(20)
_FACTORS = _RANDOM.integers(2**62, 2**63, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
_PLACES = _RANDOM.integers(2**62, 2**63, size=SHINGLE, dtype=np.uint64) | np.uint64(1)
_BITS = np.uint64(32)


class Alike(NamedTuple):
    """A text like an earlier one, the first of its group, with their Jaccard index: 1 for identical texts."""

    key: int
    first: int
    similarity: float


def normalised(text: str) -> str:
    """The text as it is compared: NFKC, without case, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def words_of(text: str) -> list[str]:
    """The words of a text as it is compared, without punctuation."""
    return _WORD.findall(normalised(text))


def shingles_of(words: Sequence[str]) -> Shingles:
    """Every five successive words; all words where there are fewer."""
    return frozenset(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))


def similarity(one: Shingles, other: Shingles) -> float:
    """The Jaccard index: shingles of both divided by those of either."""
    return len(one & other) / len(one | other)


def signature_of(words: Sequence[str]) -> Signatures:
    """The MinHash signature of a text (BANDS x ROWS,): the smallest value of each of 64 hash functions."""
    word = np.fromiter((crc32(one.encode()) for one in words), dtype=np.uint64, count=len(words))
    if len(word) < SHINGLE:
        word = np.pad(word, (0, SHINGLE - len(word)))
    number = len(word) - SHINGLE + 1
    shingle = sum((word[at : at + number] * _PLACES[at] for at in range(SHINGLE)), np.zeros(number, dtype=np.uint64))
    mixed = (shingle ^ (shingle >> np.uint64(29))) * _PLACES[0]
    mixed ^= mixed >> _BITS
    return ((mixed[:, None] * _FACTORS) >> _BITS).min(axis=0).astype(np.uint32)


def alike(keys: Sequence[int], read: Read) -> list[Alike]:
    """Each text that is like an earlier one, with the first text of its group that is most similar to it.

    Every text of a group is alike to its first one, not only to another of the group: the first can stand for all.
    `read` gives texts by their keys, at most AT_ONCE x (1 + MOST_COMPARED) at a time; each is read once or twice and
    not kept. Memory: about 700 bytes a text.
    """
    same, signatures = _read_all(keys, read)
    search = _Search(keys, read, signatures, set(same))
    like = search.run()
    found = [Alike(keys[place], keys[first], value) for place, (first, value) in like.items()]
    for place, first in same.items():
        # Identical to a text that is itself only nearly identical to the first of its group.
        leader, value = like.get(first, (first, 1.0))
        found.append(Alike(keys[place], keys[leader], value))
    return sorted(found)


def _read_all(keys: Sequence[int], read: Read) -> tuple[dict[int, int], Signatures]:
    """The places of texts identical to an earlier one, with the place of that; and the signatures of all."""
    signatures = np.zeros((len(keys), BANDS * ROWS), dtype=np.uint32)
    place_of: dict[bytes, int] = {}
    same: dict[int, int] = {}
    for start in range(0, len(keys), AT_ONCE):
        texts = read(keys[start : start + AT_ONCE])
        for place in range(start, min(start + AT_ONCE, len(keys))):
            content = normalised(texts[keys[place]])
            first = place_of.setdefault(blake2b(content.encode(), digest_size=16).digest(), place)
            if first == place:
                signatures[place] = signature_of(_WORD.findall(content))
            else:
                same[place] = first
    return same, signatures


class _Search:
    """Finds near matches among the texts that share a bucket with another one."""

    def __init__(self, keys: Sequence[int], read: Read, signatures: Signatures, left_out: set[int]) -> None:
        self.keys, self.read, self.signatures = keys, read, signatures
        self.buckets, self.places = _shared_buckets(signatures, left_out)
        self.firsts: dict[int, list[int]] = {}

    def run(self) -> dict[int, tuple[int, float]]:
        """The place of each text that is nearly identical to a first one, with the place of that and their index."""
        found: dict[int, tuple[int, float]] = {}
        for start in range(0, len(self.places), AT_ONCE):
            some = self.places[start : start + AT_ONCE]
            texts = dict(self.read([self.keys[place] for place in some]))
            before = {place for one in some for place in self._candidates(one)}
            missing = sorted({self.keys[place] for place in before} - texts.keys())
            texts.update(self.read(missing) if missing else {})
            for place in some:
                best = self._best(place, texts)
                if best is None:
                    self._begin(place)
                else:
                    found[place] = best
        return found

    def _candidates(self, place: int) -> list[int]:
        """The first texts in the same buckets whose estimates are high enough, the best ones first."""
        shared = sorted({first for bucket in self._buckets_of(place) for first in self.firsts.get(bucket, ())})
        if not shared:
            return []
        estimates = (self.signatures[shared] == self.signatures[place]).mean(axis=1)
        order = np.argsort(-estimates, kind="stable")[:MOST_COMPARED]
        return [shared[at] for at in order if estimates[at] >= LEAST_ESTIMATE]

    def _best(self, place: int, texts: Mapping[int, str]) -> tuple[int, float] | None:
        own = None
        best: tuple[int, float] | None = None
        for first in self._candidates(place):
            if self.keys[first] not in texts:
                continue
            own = own or shingles_of(words_of(texts[self.keys[place]]))
            value = similarity(own, shingles_of(words_of(texts[self.keys[first]])))
            if value >= LEAST and (best is None or value > best[1]):
                best = (first, value)
        return best

    def _begin(self, place: int) -> None:
        for bucket in self._buckets_of(place):
            firsts = self.firsts.setdefault(bucket, [])
            if len(firsts) < MOST_IN_BUCKET:
                firsts.append(place)

    def _buckets_of(self, place: int) -> Iterator[int]:
        return (int(bucket) for bucket in self.buckets[place] if bucket >= 0)


def _shared_buckets(signatures: Signatures, left_out: set[int]) -> tuple[NDArray[np.int32], list[int]]:
    """The number of each text's bucket in each band (n, BANDS), -1 where no other text is in it; and the places of the
    texts with a bucket."""
    buckets = np.full((len(signatures), BANDS), -1, dtype=np.int32)
    chosen = np.array([place for place in range(len(signatures)) if place not in left_out], dtype=np.int64)
    before = 0
    for band in range(BANDS):
        rows = np.ascontiguousarray(signatures[chosen, band * ROWS : (band + 1) * ROWS])
        keys = rows.view([("", np.uint32)] * ROWS).ravel()
        _, number, count = np.unique(keys, return_inverse=True, return_counts=True)
        buckets[chosen, band] = np.where(count[number] > 1, number + before, -1)
        before += len(count)
    return buckets, np.flatnonzero((buckets >= 0).any(axis=1)).tolist()
