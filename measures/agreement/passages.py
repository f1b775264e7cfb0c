"""Agreement on passages: which stretches of a text coders marked with a code (Krippendorff's alpha for unitizing)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from measures.agreement.bootstrap import Bootstrap, Interval, interval_of
from measures.agreement.marks import Marks, Readings, marks_of, meeting
from measures.agreement.ratings import Integers
from measures.agreement.reasons import NoInterval, Undefined

Floats = NDArray[np.float64]

FORMULA = (
    "1 - sum D_o / sum D_e over codes; D_o = sum over texts and ordered pairs of their m coders of d / (m (m - 1) L^2),"
    " d = (difference of starts)^2 + (difference of ends)^2 of passages that overlap, (length)^2 of a passage that"
    " overlaps none of the other; D_e = 2/L sum over passages of ((N - 1) (2 l^3 - 3 l^2 + l) / 3 + l^2 sum over gaps"
    " of max(0, g - l + 1)) / (M (M - 1) - sum l (l - 1)); N passages of the code, l their lengths, g lengths of gaps"
    " within a text, L characters of the texts, M characters x coders"
)
SOURCE = "Krippendorff (2004), Content Analysis, 2nd ed., section 11.6, pp. 251-256"


class Passage(NamedTuple):
    """A code on a stretch of a text: offsets in code points, start inclusive, end exclusive."""

    text: str
    coder: str
    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageAgreement:
    """Krippendorff's alpha for unitizing: either `value` or the reason why it is `undefined`.

    `texts` read by two coders or more went into it, with `passages` after overlapping ones of one coder and code were
    joined (`joined` is how many fewer that made). `excluded` texts were read by one coder. Disagreement is a share of
    the square of the length of the texts.
    """

    value: float | None
    undefined: Undefined | None
    observed_disagreement: float | None
    expected_disagreement: float | None
    texts: int
    excluded: int
    passages: int
    joined: int
    interval: Interval | None = None
    no_interval: NoInterval | None = None
    formula: str = FORMULA
    source: str = SOURCE


def passage_agreement(
    lengths: Mapping[str, int],
    readings: Iterable[tuple[str, str]],
    passages: Sequence[Passage],
    *,
    codes: Sequence[str] | None = None,
    bootstrap: Bootstrap | None = None,
) -> PassageAgreement:
    """Krippendorff's alpha for unitizing, of all codes together or of those in `codes`.

    `lengths`: code points of each text. `readings`: (text, coder) of those who finished a text, also where they marked
    nothing in it; who marked a passage has read the text. The interval resamples texts.

    Several texts count as one after the other; a gap between passages ends where its text ends. With one text this is
    the published formula. Memory: texts x different lengths of passages.

    Raises ValueError for a text without a length and for offsets outside of their text.
    """
    found = Readings.of(lengths, [*readings, *((one.text, one.coder) for one in passages)])
    _check(lengths, passages)
    wanted = sorted({one.code for one in passages}) if codes is None else codes
    of_code: dict[str, list[Passage]] = {code: [] for code in wanted}
    for one in passages:
        if one.code in of_code:
            of_code[one.code].append(one)
    continua = [
        Continuum(found, marks_of(found, [(one.text, one.coder, one.start, one.end) for one in of_code[code]]))
        for code in wanted
    ]
    return _agreement(found, continua, bootstrap)


@dataclass(frozen=True)
class Continuum:
    """The marks of one code in all texts, as sums for each text (t,), which resamples weight."""

    readings: Readings
    marks: Marks

    @cached_property
    def observed(self) -> Floats:
        """The sum of d over ordered pairs of coders / (m (m - 1)), m coders of the text."""
        sums = np.zeros(self.readings.length.size)
        by_coder = [self.marks.of_coder(coder) for coder in range(self.readings.has_read.shape[1])]
        for one, other in combinations(range(len(by_coder)), 2):
            both = self.readings.has_read[:, one] & self.readings.has_read[:, other]
            sums += both * _apart(by_coder[one].within(both), by_coder[other].within(both), sums.size)
        coders = self.readings.coders
        return 2 * sums / (coders * (coders - 1))

    @cached_property
    def distinct_lengths(self) -> Floats:
        """The different lengths of passages (l,), ascending."""
        return np.unique(self.marks.length).astype(np.float64)

    @cached_property
    def passages(self) -> Floats:
        """How many passages of each length are in each text (t, l)."""
        lengths = self.distinct_lengths
        place = self.marks.text * lengths.size + np.searchsorted(lengths, self.marks.length)
        texts = self.readings.length.size
        return np.bincount(place, minlength=texts * lengths.size).reshape(texts, lengths.size).astype(np.float64)

    @cached_property
    def room(self) -> Floats:
        """At how many offsets in gaps of each text a passage of each length would lie (t, l)."""
        text, gap = self.marks.gaps(self.readings)
        columns = [
            _sums_by(text, np.maximum(gap - length + 1, 0), self.readings.length.size)
            for length in self.distinct_lengths
        ]
        return np.stack(columns, axis=1) if columns else np.zeros((self.readings.length.size, 0))

    def disagreement(self, weights: Floats) -> tuple[Floats, Floats]:
        """Observed and expected disagreement (d,) of resamples, in which text i is `weights[:, i]` times."""
        length = self.distinct_lengths
        total = weights @ self.readings.length
        whole = weights @ (self.readings.length * self.readings.coders)
        passages = weights @ self.passages
        others = (passages.sum(axis=1) - 1) * (passages @ (2 * length**3 - 3 * length**2 + length)) / 3
        gaps = (passages * (weights @ self.room)) @ length**2
        places = whole * (whole - 1) - passages @ (length * (length - 1))
        expected = 2 * np.divide(others + gaps, total * places, out=np.zeros_like(total), where=places > 0)
        observed = np.divide(weights @ self.observed, total**2, out=np.zeros_like(total), where=total > 0)
        return observed, expected


def _apart(one: Marks, other: Marks, texts: int) -> Floats:
    """For each text the sum of d over the passages of two coders, each pair of passages once (t,)."""
    first, second = meeting(one, other)
    both = (one.start[first] - other.start[second]) ** 2 + (one.end[first] - other.end[second]) ** 2
    sums = _sums_by(one.text[first], both, texts)
    for marks, met in ((one, first), (other, second)):
        is_alone = np.ones(marks.start.size, dtype=bool)
        is_alone[met] = False
        sums += _sums_by(marks.text[is_alone], marks.length[is_alone] ** 2, texts)
    return sums


def _sums_by(text: Integers, values: NDArray[np.generic], texts: int) -> Floats:
    """The sum of the values of each text (t,). numpy gives integers where there are no values."""
    return np.bincount(text, weights=values, minlength=texts).astype(np.float64)


def _agreement(readings: Readings, continua: Sequence[Continuum], bootstrap: Bootstrap | None) -> PassageAgreement:
    nothing = PassageAgreement(
        value=None,
        undefined=None,
        observed_disagreement=None,
        expected_disagreement=None,
        texts=readings.length.size,
        excluded=readings.excluded,
        passages=sum(one.marks.start.size for one in continua),
        joined=sum(one.marks.joined for one in continua),
    )
    if not nothing.texts:
        return replace(nothing, undefined=Undefined.NO_SHARED_UNIT)
    if not nothing.passages:
        return replace(nothing, undefined=Undefined.NO_PASSAGE)
    times = np.ones(nothing.texts, dtype=np.int64)
    observed, expected = _sums(continua, times[None, :].astype(np.float64))
    if not expected[0]:
        return replace(nothing, undefined=Undefined.NO_VARIATION)
    interval = None if bootstrap is None else interval_of(times, _alpha(continua), bootstrap)
    return replace(
        nothing,
        value=float(1 - observed[0] / expected[0]),
        observed_disagreement=float(observed[0]),
        expected_disagreement=float(expected[0]),
        interval=interval if isinstance(interval, Interval) else None,
        no_interval=interval if isinstance(interval, NoInterval) else None,
    )


def _sums(continua: Sequence[Continuum], weights: Floats) -> tuple[Floats, Floats]:
    parts = [one.disagreement(weights) for one in continua]
    observed, expected = zip(*parts, strict=True)
    return np.sum(observed, axis=0), np.sum(expected, axis=0)


def _alpha(continua: Sequence[Continuum]) -> Callable[[Floats], Floats]:
    def values(weights: Floats) -> Floats:
        observed, expected = _sums(continua, weights)
        return 1 - np.divide(observed, expected, out=np.full(len(weights), np.nan), where=expected > 0)

    return values


def _check(lengths: Mapping[str, int], passages: Sequence[Passage]) -> None:
    for one in passages:
        if not 0 <= one.start < one.end <= lengths[one.text]:
            raise ValueError(f"The offsets {one.start} to {one.end} are not a passage of the text “{one.text}”.")
