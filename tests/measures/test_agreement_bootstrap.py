"""Intervals resample units: the same seed gives the same interval, in blocks or at once."""

import numpy as np
import pytest

from measures.agreement import bootstrap as bootstrap_file
from measures.agreement.bootstrap import Bootstrap, Interval, interval_of, resampled
from measures.agreement.coefficients import DEFINITIONS, Coefficient, Compared
from measures.agreement.distances import Distance
from measures.agreement.estimates import agreement
from measures.agreement.patterns import patterns_of
from measures.agreement.reasons import NoInterval
from tests.measures.rated import FOUR_CODERS, PSYCHIATRISTS, TWO_CODERS, rated, table_of

C = Coefficient
HUNDRED = Bootstrap(draws=100, seed=7)


def by_rows(table, draws, seed):
    """Alpha of units that are drawn one by one."""
    random = np.random.default_rng(seed)
    drawn = [[table[place] for place in random.integers(len(table), size=len(table))] for _ in range(draws)]
    return [agreement(rated(one), C.ALPHA).value for one in drawn]


def test_patterns_and_single_units_are_resampled_alike():
    """Two ways to draw from one distribution, whose quantiles vary by less than this over 3,000 draws."""
    found = agreement(rated(PSYCHIATRISTS), C.ALPHA, bootstrap=Bootstrap(draws=3_000, seed=1)).interval
    expected = np.quantile(by_rows(PSYCHIATRISTS, 3_000, 2), [0.025, 0.975])
    assert [found.low, found.high] == pytest.approx(expected, abs=0.015)


KINDS = [
    *((C.ALPHA, FOUR_CODERS[:11], distance) for distance in (*Distance,)[:6]),
    *((coefficient, PSYCHIATRISTS, distance) for coefficient in (C.FLEISS, C.GWET, C.BRENNAN_PREDIGER, C.PERCENT)
      for distance in (Distance.NOMINAL, Distance.QUADRATIC)),
    *((coefficient, TWO_CODERS, Distance.NOMINAL) for coefficient in (C.COHEN, C.SCOTT)),
]  # fmt: skip


@pytest.mark.parametrize(("coefficient", "table", "distance"), KINDS)
def test_a_resample_has_the_coefficient_of_its_units(coefficient, table, distance):
    """The units of each resample are written out as a table of their own."""
    ratings = rated(table)
    patterns = patterns_of(ratings)
    row_of = {place: row for row, place in enumerate(patterns.place)}
    units = np.full(patterns.times.size, 1 / patterns.times.size)
    weights = np.random.default_rng(5).multinomial(len(table), units, size=20)

    observed, expected = DEFINITIONS[coefficient].disagreement(Compared(patterns, distance), weights.astype(float))

    written = [[table[row_of[place]] for place in np.repeat(np.arange(len(units)), times)] for times in weights]
    found = [agreement(rated(one, declared=ratings.values), coefficient, distance).value for one in written]
    assert None not in found
    assert (1 - observed / expected).tolist() == pytest.approx(found)


@pytest.mark.parametrize("coefficient", [*C])
def test_one_seed_gives_one_interval_whatever_the_order_of_units(coefficient):
    one = agreement(rated(TWO_CODERS * 5), coefficient, bootstrap=HUNDRED).interval
    other = agreement(rated(TWO_CODERS[::-1] * 5), coefficient, bootstrap=HUNDRED).interval
    third = agreement(rated(TWO_CODERS * 5), coefficient, bootstrap=Bootstrap(draws=100, seed=8)).interval
    assert one == other
    assert one != third
    assert one.bootstrap == HUNDRED
    assert one.low < agreement(rated(TWO_CODERS * 5), coefficient).value < one.high


def test_blocks_of_draws_change_nothing(monkeypatch):
    whole = agreement(rated(FOUR_CODERS * 3), C.ALPHA, Distance.ORDINAL, HUNDRED).interval
    monkeypatch.setattr(bootstrap_file, "BLOCK", 30)
    assert agreement(rated(FOUR_CODERS * 3), C.ALPHA, Distance.ORDINAL, HUNDRED).interval == whole


def test_weights_of_a_resample_add_up_to_the_units():
    sums = resampled(np.array([1, 5, 0, 4]), lambda weights: weights.sum(axis=1), HUNDRED)
    assert sums.tolist() == [10] * 100
    never = resampled(np.array([1, 5, 0, 4]), lambda weights: weights[:, 2], HUNDRED)
    assert never.tolist() == [0] * 100


def test_the_interval_has_the_named_share_of_the_draws():
    found = interval_of(np.array([50, 50]), lambda weights: np.arange(len(weights)) * 1.0, Bootstrap(101, 0, 0.9))
    assert (found.low, found.high, found.undefined) == pytest.approx((5, 95, 0))


@pytest.mark.parametrize(("undefined", "has_interval"), [(0, True), (5, True), (6, False)])
def test_no_interval_where_many_resamples_have_no_value(undefined, has_interval):
    def values(weights):
        return np.where(np.arange(len(weights)) < undefined, np.nan, 0.5)

    found = interval_of(np.array([50, 50]), values, HUNDRED)
    expected = Interval(0.5, 0.5, HUNDRED, undefined) if has_interval else NoInterval.TOO_LITTLE_VARIATION
    assert found == expected


def test_no_interval_of_one_unit_or_of_a_rare_code():
    one = agreement(rated(table_of("12")), C.ALPHA, bootstrap=HUNDRED)
    rare = agreement(rated(table_of("22 " + "11 " * 30)), C.ALPHA, bootstrap=HUNDRED)
    assert (one.value, one.interval, one.no_interval) == (0, None, NoInterval.ONE_UNIT)
    assert (rare.value, rare.interval, rare.no_interval) == (1, None, NoInterval.TOO_LITTLE_VARIATION)


def test_percent_agreement_has_an_interval_also_without_variation():
    found = agreement(rated(table_of("11 11")), C.PERCENT, bootstrap=HUNDRED)
    assert (found.interval.low, found.interval.high, found.interval.undefined) == (1, 1, 0)


def test_without_resamples_there_is_neither_an_interval_nor_a_reason():
    found = agreement(rated(TWO_CODERS), C.ALPHA)
    assert (found.interval, found.no_interval) == (None, None)


@pytest.mark.parametrize("options", [{"draws": 1}, {"seed": -1}, {"confidence": 0}, {"confidence": 1}])
def test_a_bootstrap_that_gives_no_interval_is_refused(options):
    with pytest.raises(ValueError, match=r"^An interval needs 2 draws, a seed of at least 0, and a confidence between"):
        Bootstrap(**options)


def test_the_defaults_are_1000_draws_and_95_percent():
    assert Bootstrap() == Bootstrap(draws=1_000, seed=0, confidence=0.95)
