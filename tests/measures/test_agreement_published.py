"""The coefficients have the values that the literature prints, to the last printed digit."""

import numpy as np
import pytest

from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import Distance
from measures.agreement.estimates import agreement, estimate
from measures.agreement.passages import Passage, passage_agreement
from measures.agreement.patterns import patterns_of_table
from tests.measures.rated import FOUR_CODERS, PSYCHIATRISTS, TWO_CODERS, rated

C = Coefficient


@pytest.mark.parametrize(
    ("distance", "printed"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_alpha_of_four_coders_with_missing_values(distance, printed):
    """Krippendorff (2011), section C: 40 values can be paired; unit 12 has one value and drops out."""
    found = agreement(rated(FOUR_CODERS), C.ALPHA, Distance(distance))
    assert round(found.value, 6) == printed
    assert (found.values, found.units, sum(found.excluded.values())) == (40, 11, 8)


def test_alpha_of_two_coders_and_two_values():
    """Krippendorff (2011), section A."""
    assert round(agreement(rated(TWO_CODERS), C.ALPHA).value, 6) == 0.095238


@pytest.mark.parametrize(
    ("coefficient", "printed"),
    [(C.FLEISS, 0.43024), (C.PERCENT, 0.55556), (C.ALPHA, 0.43341), (C.GWET, 0.44788), (C.BRENNAN_PREDIGER, 0.44444)],
)
def test_diagnoses_of_six_psychiatrists(coefficient, printed):
    """Fleiss (1971) prints kappa and percent agreement; the others were computed by another program."""
    assert round(agreement(rated(PSYCHIATRISTS), coefficient).value, 5) == printed


def test_chance_of_six_psychiatrists():
    """Fleiss (1971)."""
    found = agreement(rated(PSYCHIATRISTS), C.FLEISS)
    assert round(found.percent, 5) == 0.55556
    assert round(1 - found.observed_disagreement, 5) == 0.55556
    assert round(1 - found.expected_disagreement, 5) == 0.21994


# Percent, Cohen, Scott, alpha, AC1, Brennan-Prediger; each table has the first coder in its rows.
TABLES = {
    "Cohen (1960), p. 45": (
        [[88, 14, 18], [10, 40, 10], [2, 6, 12]],
        (0.7, 0.49153, 0.48718, 0.48846, 0.57597, 0.55),
    ),
    "Gwet, abstractors": (
        [[13, 0, 0], [0, 20, 7], [0, 4, 56]],
        (0.89, 0.79641, 0.79624, 0.79726, 0.84933, 0.835),
    ),
    "the paradox of kappa": ([[80, 7], [8, 5]], (0.85, 0.31444, 0.31429, 0.31771, 0.808, 0.7)),
    "Artstein and Poesio (2008)": ([[20, 10], [20, 50]], (0.7, 0.34783, 0.34066, 0.34396, 0.44954, 0.4)),
    "Krippendorff (2004), p. 246": (
        [[12, 18, 18], [0, 14, 18], [0, 0, 20]],
        (0.46, 0.25824, 0.18577, 0.18984, 0.1921, 0.19),
    ),
    "of a textbook": ([[20, 5], [10, 15]], (0.7, 0.4, 0.39394, 0.4, 0.40594, 0.4)),
}
COLUMNS = (C.PERCENT, C.COHEN, C.SCOTT, C.ALPHA, C.GWET, C.BRENNAN_PREDIGER)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_tables_of_two_coders(name, column):
    table, printed = TABLES[name]
    patterns = patterns_of_table(np.array(table), tuple("abc"[: len(table)]))
    assert round(estimate(patterns, COLUMNS[column]).value, 5) == printed[column]


def test_agreement_on_characters_of_a_manual():
    """1,000 characters: 50 coded by both, 75 by each alone. A manual of qualitative analysis prints both."""
    patterns = patterns_of_table(np.array([[50, 75], [75, 800]]), ("coded", "not coded"))
    assert estimate(patterns, C.PERCENT).value == pytest.approx(0.85)
    assert round(estimate(patterns, C.COHEN).value, 4) == 0.3143


def test_weighted_kappa():
    """Cohen (1968) weights of two scales that differ by one rank, by hand: 1 - 20/150 over 1 - 0.5 of distances."""
    patterns = patterns_of_table(np.array([[20, 10, 0], [5, 30, 5], [0, 5, 25]]), ("low", "middle", "high"))
    observed = 25 / 100 / 2
    margins = np.outer([0.3, 0.4, 0.3], [0.25, 0.45, 0.3])
    linear = np.array([[0, 0.5, 1], [0.5, 0, 0.5], [1, 0.5, 0]])
    assert estimate(patterns, C.COHEN, Distance.LINEAR).value == pytest.approx(1 - observed / (margins * linear).sum())
    squared = 1 - observed / 2 / (margins * linear**2).sum()
    assert estimate(patterns, C.COHEN, Distance.QUADRATIC).value == pytest.approx(squared)


SETS = [
    ((), ()),
    ("A", ()),
    ("A", "A"),
    ("A", "B"),
    ("AB", "A"),
    ("AB", "AC"),
    ("ABC", "ABC"),
    ("C", "AC"),
    ("C", "AC"),
]


@pytest.mark.parametrize(("distance", "printed"), [("jaccard", 0.3156), ("masi", 0.2731)])
def test_alpha_of_sets_of_codes(distance, printed):
    """Computed by another program with the distances of Jaccard and of Passonneau (2006)."""
    ratings = rated([[frozenset(codes) for codes in unit] for unit in SETS])
    assert round(agreement(ratings, C.ALPHA, Distance(distance)).value, 4) == printed


CONTINUUM = {
    "i": {"c": [(225, 70), (370, 30)], "k": [(180, 60), (300, 50)]},
    "j": {"c": [(220, 80), (355, 20), (400, 20)], "k": [(180, 60), (300, 50)]},
}


@pytest.mark.parametrize(("codes", "printed", "digits"), [(["c"], 0.7286, 4), (["k"], 1.0, 4), (None, 0.859, 3)])
def test_alpha_of_passages(codes, printed, digits):
    """Krippendorff (2004), p. 254: a continuum of 300 that begins at 150; passages by start and length."""
    passages = [
        Passage("continuum", coder, code, start - 150, start - 150 + length)
        for coder, marked in CONTINUUM.items()
        for code, stretches in marked.items()
        for start, length in stretches
    ]
    assert round(passage_agreement({"continuum": 300}, [], passages, codes=codes).value, digits) == printed
