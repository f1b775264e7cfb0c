"""The coefficients: each is 1 - observed disagreement / disagreement expected by chance.

They differ in the chance. All are computed for many resamples at once: `weights` (d, p) says how often each of p
patterns is in each of d resamples; the data themselves are the one resample with `patterns.times`.

Only units with values of two coders or more are used, for the chance too. Disagreement is the distance of
`distances.py`; with the nominal one it is the share of pairs of coders with different values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from measures.agreement.distances import FORMULAS, Distance, check_number, distance_of, numbers_of
from measures.agreement.patterns import Patterns

Floats = NDArray[np.float64]
# Observed and expected disagreement, (d,) each.
Disagreement = tuple[Floats, Floats]
# Entries of a dense block of patterns x values.
BLOCK = 4_000_000


class Coefficient(StrEnum):
    """The coefficients by the names of the command line."""

    PERCENT = "percent"
    COHEN = "cohen-kappa"
    SCOTT = "scott-pi"
    FLEISS = "fleiss-kappa"
    ALPHA = "krippendorff-alpha"
    GWET = "gwet-ac1"
    BRENNAN_PREDIGER = "brennan-prediger"


@dataclass(frozen=True)
class Compared:
    """Patterns with the distances between their values."""

    patterns: Patterns
    distance: Distance

    @cached_property
    def matrix(self) -> Floats:
        """The distances (q, q); those of ordinal values are from how often the values were chosen in the data."""
        if self.distance is Distance.ORDINAL:
            check_number(self.patterns.values)
            rank = _midranks(self.patterns.times @ self.patterns.counts)
            return (rank[:, None] - rank) ** 2
        return distance_of(self.patterns.values, self.distance)

    @cached_property
    def apart(self) -> Floats:
        """The mean distance between two coders of a unit, for each pattern (p,).

        sum over values c, k of d(c, k) n_c n_k / (n (n - 1)), n_c coders of the unit with value c, n all of them.
        """
        counts, coders = self.patterns.counts, self.patterns.coders
        rows = max(1, BLOCK // max(1, counts.shape[1]))
        blocks = [counts[start : start + rows] for start in range(0, counts.shape[0], rows)]
        sums = [np.asarray(block.multiply(block @ self.matrix).sum(axis=1)).ravel() for block in blocks]
        return np.concatenate(sums) / (coders * (coders - 1)) if sums else np.zeros(0)

    @cached_property
    def largest(self) -> float:
        """The largest distance between two values; 1 where there is one value."""
        return float(self.matrix.max(initial=0)) or 1.0

    @cached_property
    def shares(self) -> csr_array:
        """For each pattern the share of the coders with each value (p, q)."""
        return _by_rows(self.patterns.counts, 1 / self.patterns.coders)


def percent(compared: Compared, weights: Floats) -> Disagreement:
    """Percent agreement: nothing is expected by chance, so that 1 - D_o is the agreement itself.

    The mean over units of the share of their pairs of coders that agree.
    """
    return _observed(compared, weights), np.ones(weights.shape[0])


def fleiss(compared: Compared, weights: Floats) -> Disagreement:
    """Fleiss' kappa, and Scott's pi of two coders: chance has the shares of the values over all coders.

    D_e = sum d(c, k) p_c p_k, p_c the mean over units of the share of coders with value c.
    """
    share = _shares(weights, compared.shares) / _units(weights)
    return _observed(compared, weights), _quadratic_form(share, compared.matrix) / compared.largest


def cohen(compared: Compared, weights: Floats) -> Disagreement:
    """Cohen's kappa of two coders, also weighted: chance has the shares of the values of each coder.

    D_e = sum d(c, k) p_1c p_2k, p_ic the share of units to which coder i gave value c. Raises ValueError where the
    units were not all coded by the same two coders.
    """
    if compared.patterns.first is None or compared.patterns.second is None:
        raise ValueError("Cohen's kappa is for two coders.")
    first = _shares(weights, compared.patterns.first) / _units(weights)
    second = _shares(weights, compared.patterns.second) / _units(weights)
    expected = np.einsum("dk,dk->d", first @ compared.matrix, second) / compared.largest
    return _observed(compared, weights), expected


def gwet(compared: Compared, weights: Floats) -> Disagreement:
    """Gwet's AC1, and AC2 with distances other than nominal.

    1 - D_e = T / (q (q - 1)) * sum p_c (1 - p_c), T = sum of the q x q weights 1 - d(c, k) / max d.
    """
    share = _shares(weights, compared.shares) / _units(weights)
    values = compared.matrix.shape[0]
    total = (1 - compared.matrix / compared.largest).sum()
    expected = 1 - total / max(values * (values - 1), 1) * (share * (1 - share)).sum(axis=1)
    return _observed(compared, weights), expected


def brennan_prediger(compared: Compared, weights: Floats) -> Disagreement:
    """Brennan and Prediger's coefficient: by chance each of the q values is equally likely; D_e = mean of d(c, k)."""
    expected = compared.matrix.mean() / compared.largest if compared.matrix.size else 0.0
    return _observed(compared, weights), np.full(weights.shape[0], expected)


def alpha(compared: Compared, weights: Floats) -> Disagreement:
    """Krippendorff's alpha: chance draws two of the N values that were compared, without putting the first back.

    D_o = 1/N sum over units and pairs of values of d(c, k) n_uc n_uk / (n_u - 1);
    D_e = 1/(N (N - 1)) sum d(c, k) n_c n_k.
    """
    chosen = _shares(weights, compared.patterns.counts)
    pairable = chosen.sum(axis=1)
    if compared.distance is Distance.ORDINAL:
        observed, expected = _squares(compared.patterns, weights, chosen, _midranks(chosen))
    elif compared.distance is Distance.INTERVAL:
        number = numbers_of(compared.patterns.values)
        number = number - (number.mean() if number.size else 0)
        observed, expected = _squares(compared.patterns, weights, chosen, number[None, :])
    else:
        observed = weights @ (compared.apart * compared.patterns.coders)
        expected = _quadratic_form(chosen, compared.matrix)
    return observed / pairable, expected / (pairable * (pairable - 1))


def _squares(patterns: Patterns, weights: Floats, chosen: Floats, scale: Floats) -> Disagreement:
    """Sums of squared differences on a scale (1 or d, q), without a matrix of all pairs of values.

    sum over c, k of n_c n_k (s_c - s_k)^2 = 2 (n sum n_c s_c^2 - (sum n_c s_c)^2).
    """
    inverse = 1 / (patterns.coders - 1)
    sums = _shares(scale, csr_array(patterns.counts.T))
    squares = _shares(weights * (patterns.coders * inverse), patterns.counts)
    observed = 2 * ((squares * scale**2).sum(axis=1) - (weights * inverse * sums**2).sum(axis=1))
    expected = 2 * (chosen.sum(axis=1) * (chosen * scale**2).sum(axis=1) - (chosen * scale).sum(axis=1) ** 2)
    return np.maximum(observed, 0), expected


def _midranks(chosen: Floats) -> Floats:
    """The rank in the middle of equal values, from how often each value was chosen (..., q)."""
    return np.cumsum(chosen, axis=-1) - chosen / 2


def _observed(compared: Compared, weights: Floats) -> Floats:
    return weights @ compared.apart / weights.sum(axis=1) / compared.largest


def _units(weights: Floats) -> Floats:
    return weights.sum(axis=1, keepdims=True)


def _shares(weights: Floats, rows: csr_array) -> Floats:
    return np.asarray(weights @ rows)


def _quadratic_form(share: Floats, matrix: Floats) -> Floats:
    return np.asarray(np.einsum("dk,dk->d", share @ matrix, share))


def _by_rows(counts: csr_array, factor: Floats) -> csr_array:
    return csr_array(counts.multiply(factor[:, None]))


OBSERVED = "D_o mean over units of the mean of d over pairs of coders, d divided by its largest value"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a coefficient is: title, its two disagreements in words, source, and the function that computes them."""

    title: str
    chance: str
    source: str
    disagreement: Callable[[Compared, Floats], Disagreement]
    observed: str = OBSERVED
    of_two_coders: bool = False

    def formula(self, distance: Distance) -> str:
        """The formula in words, with that of the distance."""
        return f"1 - D_o / D_e; {self.observed}; {self.chance}; {FORMULAS[distance]}"


GWET_2014 = "Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed."
DEFINITIONS: dict[Coefficient, Definition] = {
    Coefficient.PERCENT: Definition(
        title="Percent agreement",
        chance="D_e = 1",
        source="Fleiss (1971), Psychological Bulletin 76, 378-382",
        disagreement=percent,
    ),
    Coefficient.COHEN: Definition(
        title="Cohen's kappa",
        chance="D_e = sum d(c, k) p_1c p_2k, p_ic share of value c of coder i",
        source="Cohen (1960), Educational and Psychological Measurement 20, 37-46; weighted: Cohen (1968),"
        " Psychological Bulletin 70, 213-220",
        disagreement=cohen,
        of_two_coders=True,
    ),
    Coefficient.SCOTT: Definition(
        title="Scott's pi",
        chance="D_e = sum d(c, k) p_c p_k, p_c share of value c of both coders",
        source="Scott (1955), Public Opinion Quarterly 19, 321-325",
        disagreement=fleiss,
        of_two_coders=True,
    ),
    Coefficient.FLEISS: Definition(
        title="Fleiss' kappa",
        chance="D_e = sum d(c, k) p_c p_k, p_c mean over units of the share of coders with value c",
        source="Fleiss (1971), Psychological Bulletin 76, 378-382; units with different numbers of coders:"
        f" {GWET_2014}",
        disagreement=fleiss,
    ),
    Coefficient.ALPHA: Definition(
        title="Krippendorff's alpha",
        observed="D_o = 1/N sum over units u of d(c, k) n_uc n_uk / (n_u - 1)",
        chance="D_e = 1/(N (N - 1)) sum d(c, k) n_c n_k; N values of units with two or more",
        source="Krippendorff (2011), Computing Krippendorff's alpha-reliability; sets: Passonneau (2006), LREC",
        disagreement=alpha,
    ),
    Coefficient.GWET: Definition(
        title="Gwet's AC1 (AC2 where values are weighted)",
        chance="1 - D_e = T / (q (q - 1)) sum p_c (1 - p_c), p_c mean over units of the share of coders with value c,"
        " T sum of the q x q weights 1 - d, q values",
        source=f"Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48; AC2: {GWET_2014}",
        disagreement=gwet,
    ),
    Coefficient.BRENNAN_PREDIGER: Definition(
        title="Brennan and Prediger's coefficient",
        chance="D_e = mean of d(c, k) over the q x q pairs of values",
        source="Brennan and Prediger (1981), Educational and Psychological Measurement 41, 687-699",
        disagreement=brennan_prediger,
    ),
}
