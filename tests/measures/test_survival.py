"""The product-limit estimate gives the published values, and those of an independent implementation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from measures.survival import product_limit

# Freireich et al. (1963): weeks of remission of 21 patients treated with 6-mercaptopurine, and of 21 with a placebo.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# The estimate and Greenwood's standard error at each relapse, as survfit of R's survival package prints them.
PUBLISHED = {
    6: (21, 3, 0.857, 0.0764),
    7: (17, 1, 0.807, 0.0869),
    10: (15, 1, 0.753, 0.0963),
    13: (12, 1, 0.690, 0.1068),
    16: (11, 1, 0.627, 0.1141),
    22: (7, 1, 0.538, 0.1282),
    23: (6, 1, 0.448, 0.1346),
}


def test_remission_under_6_mercaptopurine():
    curve = product_limit(TREATED, RELAPSED)
    found = {
        int(time): (int(n), int(d), round(float(s), 3), round(float(e), 4))
        for time, n, d, s, e in zip(curve.times, curve.at_risk, curve.events, curve.surviving, curve.error, strict=True)
        if d
    }
    assert found == PUBLISHED


def test_median_remission_is_23_weeks_treated_and_8_with_a_placebo():
    assert product_limit(TREATED, RELAPSED).median() == 23
    assert product_limit(PLACEBO, [True] * 21).median() == 8


def test_the_median_is_unknown_while_more_than_half_are_without_the_event():
    assert product_limit([1, 2, 3], [True, False, False]).median() is None


def test_one_half_is_reached_in_spite_of_rounding():
    curve = product_limit(range(24), [True] * 24)
    assert curve.surviving[11] > 0.5
    assert curve.median() == 11


def test_no_case_gives_an_empty_curve():
    curve = product_limit([], [])
    assert curve.times.size == 0
    assert curve.median() is None


@pytest.mark.parametrize(
    ("times", "events", "words"),
    [
        ([1, 2], [True], r"^Times and events are two lists of the same length\.$"),
        ([[1, 2]], [[True, False]], "two lists"),
        ([-1], [True], r"^A time is a number of at least 0\.$"),
        ([float("nan")], [True], "at least 0"),
    ],
)
def test_what_is_no_time_is_refused(times, events, words):
    with pytest.raises(ValueError, match=words):
        product_limit(times, events)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60))
def test_the_curve_is_that_of_scipy(cases):
    times, events = (np.array(column) for column in zip(*cases, strict=True))
    expected = ecdf(CensoredData(uncensored=times[events], right=times[~events])).sf

    curve = product_limit(times, events)

    assert np.allclose(curve.surviving, expected.evaluate(curve.times))
