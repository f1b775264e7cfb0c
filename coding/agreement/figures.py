"""The figures of a round, computed by `measures.agreement`. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from coding.agreement.coded import Compared, codes_at, compared, passages, readings
from coding.agreement.questions import DISTANCES
from measures.agreement.bootstrap import Bootstrap, Interval
from measures.agreement.breakdowns import by_code, by_pair, by_window
from measures.agreement.code_trees import TreeLevel
from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance
from measures.agreement.estimates import Agreement, agreement
from measures.agreement.passages import FORMULA, SOURCE, Passage, PassageAgreement, passage_agreement
from measures.agreement.reasons import Excluded, NoInterval, Undefined

PASSAGES = "passages"
# Texts x different lengths of passages x codes that are held at once: 480 MB.
MOST_PASSAGE_CELLS = 30_000_000
TOO_MANY_PASSAGES = "not computed here: too many texts and lengths of passages; use the command line"
TOO_MANY_SETS = "not computed here: too many different sets of codes"
NOT_BOTH = "unit not coded by both"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: either `value` or the reason why it is `undefined`.

    `code`, `first` and `second` (coders), `window` (first day) are empty where the figure is of all. `percent` is the
    share of pairs of coders with the same value. `low` and `high` are the 95 % interval, or `no_interval` says why
    there is none. `n_used` and `n_excluded` count submissions; of passages they count units.
    """

    measure: str
    distance: str
    level: str
    value: float | None
    undefined: str
    percent: float | None
    low: float | None
    high: float | None
    no_interval: str
    units: int
    n_used: int
    excluded: Mapping[str, int]
    formula: str
    source: str
    code: str = ""
    first: str = ""
    second: str = ""
    window: str = ""

    @property
    def n_excluded(self) -> int:
        return sum(self.excluded.values())


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures for one question.

    `headline`: every coefficient for all codes as sets. `levels`: the coefficient of the question at leaf, parent and
    top level. `codes`: each code seen alone, the worst first. `pairs`: each pair of coders. `windows`: each window of
    time. `passages`: alpha for unitizing, of all codes and of each.
    """

    headline: Sequence[Figure]
    levels: Sequence[Figure]
    codes: Sequence[Figure]
    pairs: Sequence[Figure]
    windows: Sequence[Figure]
    passages: Sequence[Figure]
    counts: Mapping[str, int] = field(default_factory=dict)

    def all(self) -> Iterator[Figure]:
        """Every figure, in the order of the page."""
        for part in (self.headline, self.levels, self.codes, self.pairs, self.windows, self.passages):
            yield from part


PARTS = 6
Step = Callable[[], None]


def figures_of(whole: Compared, step: Step = lambda: None) -> Figures:
    """All figures of a round for one question. `step` is called after each of the PARTS parts.

    The same data and question give the same figures, to the digit those of `python -m measures` on the files of
    `files.py`.
    """
    bootstrap = Bootstrap(whole.question.draws, whole.question.seed)
    made: list[Sequence[Figure]] = []
    for part in (_headline, _levels, _codes, _pairs, _windows, _passages):
        made.append(part(whole, bootstrap))
        step()
    headline, levels, codes, pairs, windows, marked = made
    present = Counter(key for value in whole.values if value is not None for key in value)
    return Figures(headline, levels, codes, pairs, windows, marked, dict(present))


def _headline(whole: Compared, bootstrap: Bootstrap) -> list[Figure]:
    asked = [
        (coefficient, distance)
        for coefficient in Coefficient
        for distance in (DISTANCES if coefficient is Coefficient.ALPHA else [Distance.NOMINAL])
    ]
    return [_of_all(whole, coefficient, distance, bootstrap) for coefficient, distance in asked]


def _levels(whole: Compared, bootstrap: Bootstrap) -> list[Figure]:
    found = []
    for level in TreeLevel:
        question = replace(whole.question, level=level)
        at_level = whole if level is whole.question.level else compared(whole.coded, question)
        found.append(_of_all(at_level, question.coefficient, question.distance, bootstrap))
    return found


def _of_all(whole: Compared, coefficient: Coefficient, distance: Distance, bootstrap: Bootstrap) -> Figure:
    excluded = Counter(reason for reason in whole.why if reason)
    try:
        found = agreement(whole.ratings, coefficient, distance, bootstrap)
    except ValueError:
        return replace(_nothing(whole, coefficient, distance, TOO_MANY_SETS), excluded=dict(sorted(excluded.items())))
    return _figure(whole, found, excluded)


def _codes(whole: Compared, bootstrap: Bootstrap) -> list[Figure]:
    """Each code as present or absent, undefined ones last."""
    codes = codes_at(whole.coded, whole.question)
    excluded = Counter(reason for reason in whole.why if reason)
    found = by_code(whole.ratings, whole.question.coefficient, bootstrap, codes)
    figures = [replace(_figure(whole, one, excluded), code=code) for code, one in found.items()]
    return sorted(figures, key=lambda one: (one.value is None, one.value or 0.0))


def _pairs(whole: Compared, bootstrap: Bootstrap) -> list[Figure]:
    """Each pair of the coders whose values were compared, also one without a unit in common."""
    question = whole.question
    try:
        pairs = by_pair(whole.ratings, question.coefficient, question.distance, bootstrap)
    except ValueError:
        return []
    coders = np.array(whole.coded.coder_names)
    found = []
    for pair in pairs:
        of_both = np.flatnonzero((coders == pair.first) | (coders == pair.second)).tolist()
        excluded = Counter(whole.why[place] or NOT_BOTH for place in of_both)
        excluded[NOT_BOTH] += excluded.pop(Excluded.ONE_CODER.value, 0) - pair.agreement.values
        figure = _figure(whole, pair.agreement, +excluded)
        found.append(replace(figure, first=pair.first, second=pair.second))
    return found


def _windows(whole: Compared, bootstrap: Bootstrap) -> list[Figure]:
    question = whole.question
    try:
        windows = by_window(whole.ratings, whole.windows, question.coefficient, question.distance, bootstrap)
    except ValueError:
        return []
    reasons: dict[date, Counter[str]] = {}
    for unit, why in zip(whole.coded.unit_names, whole.why, strict=True):
        if why:
            reasons.setdefault(whole.windows[unit], Counter())[why] += 1
    return [
        replace(_figure(whole, found, reasons.get(start, Counter())), window=start.isoformat())
        for start, found in windows.items()
    ]


def _figure(whole: Compared, found: Agreement, excluded: Mapping[str, int]) -> Figure:
    low, high = _ends(found.interval)
    return Figure(
        measure=found.coefficient.value,
        distance=found.distance.value,
        level=whole.question.level.value,
        value=found.value,
        undefined=_words(found.undefined),
        percent=found.percent,
        low=low,
        high=high,
        no_interval=_words(found.no_interval),
        units=found.units,
        n_used=found.values,
        excluded=dict(sorted(excluded.items())),
        formula=found.formula,
        source=found.source,
    )


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _words(reason: Undefined | NoInterval | None) -> str:
    return "" if reason is None else reason.value


def _nothing(whole: Compared, measure: str, distance: str, why: str) -> Figure:
    return Figure(
        measure=str(measure),
        distance=str(distance),
        level=whole.question.level.value,
        value=None,
        undefined=why,
        percent=None,
        low=None,
        high=None,
        no_interval="",
        units=0,
        n_used=0,
        excluded={},
        formula="",
        source="",
    )


def _passages(whole: Compared, bootstrap: Bootstrap) -> list[Figure]:
    """Alpha for unitizing of all codes together, then of each code that somebody marked."""
    coded, question = whole.coded, whole.question
    marked = passages(coded, question)
    lengths = {str(one.unit): one.length for one in coded.units}
    read = list(readings(coded, question))
    codes = sorted({one.code for one in marked})
    if _cells(marked, len({unit for unit, _ in read}), len(codes)) > MOST_PASSAGE_CELLS:
        return [replace(_nothing(whole, PASSAGES, "", TOO_MANY_PASSAGES), formula=FORMULA, source=SOURCE)]
    chosen: list[tuple[str, Sequence[str] | None]] = [("", None), *((code, [code]) for code in codes)]
    found = [
        (code, passage_agreement(lengths, read, marked, codes=which, bootstrap=None if code else bootstrap))
        for code, which in chosen
    ]
    return [replace(_of_passages(whole, one), code=code) for code, one in found]


def _cells(marked: Sequence[Passage], texts: int, codes: int) -> int:
    return texts * len({one.end - one.start for one in marked}) * codes


def _of_passages(whole: Compared, found: PassageAgreement) -> Figure:
    """Units that two coders read are used, those that one read are not."""
    alone = {"unit read by one coder": found.excluded} if found.excluded else {}
    low, high = _ends(found.interval)
    return replace(
        _nothing(whole, PASSAGES, "", _words(found.undefined)),
        value=found.value,
        low=low,
        high=high,
        no_interval=_words(found.no_interval),
        units=found.texts,
        n_used=found.texts,
        excluded=alone,
        formula=found.formula,
        source=found.source,
    )
