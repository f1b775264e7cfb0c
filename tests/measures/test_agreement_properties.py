"""What must hold for any table, and the same numbers by loops over pairs and by another package."""

from collections import Counter
from itertools import permutations

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance
from measures.agreement.estimates import agreement
from measures.agreement.ratings import ratings_of
from measures.agreement.reasons import Excluded, Undefined
from tests.measures.rated import rated

C = Coefficient
VALUES = st.sampled_from(["1", "2", "3", "10"])


CODERS = st.integers(2, 4)
CELLS = st.none() | VALUES


def tables(coders=CODERS, cells=CELLS):
    return coders.flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=12)
    )


def complete(coders=CODERS):
    return tables(coders, VALUES)


def value(table, coefficient, distance=Distance.NOMINAL):
    return agreement(rated(table), coefficient, distance).value


def same(one, other):
    return one is other is None or one == pytest.approx(other, abs=1e-9)


def by_loops(table, coefficient, cost=lambda one, other: float(one != other)):
    """1 - D_o / D_e by loops over units and pairs of coders."""
    units = [[cell for cell in row if cell is not None] for row in table]
    units = [unit for unit in units if len(unit) > 1]
    values = sorted({cell for unit in units for cell in unit}, key=float)
    if len(values) < 2:
        return None
    largest = max(cost(one, other) for one in values for other in values)
    pairs = [[cost(one, other) for one, other in permutations(unit, 2)] for unit in units]
    observed = sum(sum(costs) / len(costs) for costs in pairs) / len(units) / largest
    share = {cell: sum(unit.count(cell) / len(unit) for unit in units) / len(units) for cell in values}
    if coefficient in {C.FLEISS, C.SCOTT}:
        expected = sum(share[one] * share[other] * cost(one, other) for one in values for other in values) / largest
    elif coefficient is C.COHEN:
        first, second = (Counter(unit[coder] for unit in units) for coder in (0, 1))
        both = [(one, other) for one in first for other in second]
        expected = sum(first[one] * second[other] * cost(one, other) for one, other in both) / len(units) ** 2 / largest
    elif coefficient is C.GWET:
        total = sum(1 - cost(one, other) / largest for one in values for other in values)
        chance = sum(part * (1 - part) for part in share.values())
        expected = 1 - total * chance / (len(values) * (len(values) - 1))
    elif coefficient is C.BRENNAN_PREDIGER:
        expected = sum(cost(one, other) for one in values for other in values) / len(values) ** 2 / largest
    else:
        expected = 1.0
    return 1 - observed / expected


@given(tables(), st.sampled_from([C.FLEISS, C.GWET, C.BRENNAN_PREDIGER]))
def test_coefficients_of_many_coders_are_those_of_loops(table, coefficient):
    assert same(value(table, coefficient), by_loops(table, coefficient))


@given(complete(st.just(2)), st.sampled_from([C.COHEN, C.SCOTT, C.GWET, C.FLEISS]))
def test_coefficients_of_two_coders_are_those_of_loops(table, coefficient):
    assert same(value(table, coefficient), by_loops(table, coefficient))


@given(complete(st.just(2)), st.sampled_from([C.COHEN, C.FLEISS, C.GWET, C.BRENNAN_PREDIGER]))
def test_weighted_coefficients_are_those_of_loops(table, coefficient):
    ranks = sorted({cell for row in table for cell in row}, key=float)
    expected = by_loops(table, coefficient, lambda one, other: abs(ranks.index(one) - ranks.index(other)))
    assert same(value(table, coefficient, Distance.LINEAR), expected)


@given(tables(), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_is_that_of_another_package(table, level):
    chosen = [Counter(cell for cell in row if cell is not None) for row in table]
    domain = sorted(set().union(*(counts for counts in chosen if counts.total() > 1)), key=float)
    assume(len(domain) > 1)
    counts = [[unit[cell] for cell in domain] for unit in chosen if unit.total() > 1]

    expected = krippendorff.alpha(
        value_counts=np.array(counts), value_domain=[float(cell) for cell in domain], level_of_measurement=level
    )

    assert value(table, C.ALPHA, Distance(level)) == pytest.approx(expected, abs=1e-9)


@given(tables(), st.sampled_from([*C]), st.randoms())
def test_the_order_of_units_and_coders_changes_nothing(table, coefficient, random):
    order = random.sample(range(len(table[0])), len(table[0]))
    mixed = [[row[place] for place in order] for row in random.sample(table, len(table))]
    one, other = agreement(rated(table), coefficient), agreement(rated(mixed), coefficient)
    assert same(one.value, other.value)
    assert (one.undefined, one.units, one.values) == (other.undefined, other.units, other.values)
    assert one.excluded == other.excluded


@given(tables(), st.sampled_from([*C]), st.permutations(["1", "2", "3", "10"]))
def test_names_of_values_change_nothing(table, coefficient, names):
    renamed = dict(zip(["1", "2", "3", "10"], names, strict=True))
    other = [[None if cell is None else renamed[cell] for cell in row] for row in table]
    assert same(value(table, coefficient), value(other, coefficient))


@given(tables(), st.sampled_from([one for one in C if one is not C.ALPHA]))
def test_every_unit_twice_changes_nothing(table, coefficient):
    assert same(value(table * 2, coefficient), value(table, coefficient))


@given(tables(), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_every_unit_twice_moves_alpha_by_the_value_that_is_not_put_back(table, level):
    found = agreement(rated(table), C.ALPHA, Distance(level))
    assume(found.value is not None)
    n = found.values
    expected = 1 - (1 - found.value) * (2 * n - 1) / (2 * (n - 1))
    assert value(table * 2, C.ALPHA, Distance(level)) == pytest.approx(expected)


@given(st.lists(VALUES, min_size=1, max_size=12), st.integers(2, 4), st.sampled_from([*C]))
def test_perfect_agreement_is_1_where_values_vary_and_undefined_where_not(values, coders, coefficient):
    found = agreement(rated([[cell] * coders for cell in values]), coefficient)
    assert found.percent == 1
    if coefficient in {C.COHEN, C.SCOTT} and coders > 2:
        assert (found.value, found.undefined) == (None, Undefined.NOT_TWO_CODERS)
    elif len(set(values)) == 1 and coefficient is not C.PERCENT:
        assert (found.value, found.undefined) == (None, Undefined.NO_VARIATION)
    else:
        assert found.value == pytest.approx(1)
        assert found.undefined is None


@given(tables(), st.sampled_from([*C]))
def test_a_value_is_a_number_up_to_1_or_there_is_a_reason(table, coefficient):
    found = agreement(rated(table), coefficient)
    assert (found.value is None) == (found.undefined is not None)
    assert found.value is None or -1.0000001 * len(table[0]) * len(table) <= found.value <= 1.0000001
    assert found.percent is None or 0 <= found.percent <= 1.0000001
    assert found.values + sum(found.excluded.values()) == len(table) * len(table[0])


@given(tables(), st.sampled_from([*C]), st.randoms())
def test_rows_that_are_repeated_are_counted_and_not_used(table, coefficient, random):
    rows = [(f"u{unit}", f"c{coder}", cell) for unit, row in enumerate(table) for coder, cell in enumerate(row)]
    known = [row for row in rows if row[2] is not None]
    again = random.choices(known, k=3) if known else []

    once, twice = (agreement(ratings_of(*zip(*one, strict=True)), coefficient) for one in (rows, rows + again))

    assert same(twice.value, once.value)
    assert twice.excluded.get(Excluded.REPEATED, 0) == len(again)
    assert (twice.values, twice.excluded.get(Excluded.ONE_CODER)) == (
        once.values,
        once.excluded.get(Excluded.ONE_CODER),
    )


@given(complete(st.just(2)))
def test_scotts_pi_is_fleiss_kappa_of_two_coders(table):
    assert same(value(table, C.SCOTT), value(table, C.FLEISS))


@given(tables())
def test_alpha_of_single_codes_is_that_of_sets_of_one_code(table):
    sets = [[None if cell is None else frozenset([cell]) for cell in row] for row in table]
    for distance in (Distance.JACCARD, Distance.MASI, Distance.NOMINAL):
        assert same(agreement(rated(sets), C.ALPHA, distance).value, value(table, C.ALPHA))
