"""Agreement per code, pair of coders, window of time and level of the tree, and what disagreement is made of."""

from collections import Counter
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.agreement.bootstrap import Bootstrap
from measures.agreement.breakdowns import by_code, by_pair, by_window, codes_of, presence, windows_of
from measures.agreement.code_trees import TreeLevel, at_level
from measures.agreement.coefficients import Coefficient, Compared, cohen
from measures.agreement.diagnosis import by_unit, coincidences, confusions, reasons_of
from measures.agreement.distances import MOST_VALUES, Distance
from measures.agreement.estimates import agreement
from measures.agreement.patterns import patterns_of
from measures.agreement.ratings import ratings_of, relabelled
from measures.agreement.reasons import Excluded, Undefined
from tests.measures.rated import FOUR_CODERS, TWO_CODERS, rated, table_of

C = Coefficient


def alone(table, code):
    """The table with the code alone: present or absent."""

    def cell(value):
        return None if value is None else "present" if code in value else "absent"

    return [[cell(value) for value in row] for row in table]


@given(
    st.integers(2, 3).flatmap(
        lambda coders: st.lists(
            st.lists(
                st.none() | st.frozensets(st.sampled_from("abc"), max_size=2), min_size=coders, max_size=coders
            ),
            min_size=1,
            max_size=8,
        )
    ),
    st.sampled_from([*C]),
)  # fmt: skip
def test_a_code_alone_is_present_or_absent(table, coefficient):
    found = by_code(rated(table), coefficient, codes="abc")
    for code, one in found.items():
        expected = agreement(rated(alone(table, code), declared=["absent", "present"]), coefficient)
        assert (one.undefined, one.units, one.values) == (expected.undefined, expected.units, expected.values)
        assert one.value == (None if expected.value is None else pytest.approx(expected.value, abs=1e-9))


def test_codes_are_those_that_were_chosen_or_that_are_asked_for():
    table = [["a", "b"], ["a", "a"]]
    assert codes_of(rated(table)) == list(by_code(rated(table), C.ALPHA)) == ["a", "b"]
    assert codes_of(rated([[frozenset("ab"), frozenset("c")]])) == ["a", "b", "c"]
    assert by_code(rated(table), C.ALPHA, codes=["z"])["z"].undefined == Undefined.NO_VARIATION


def test_a_code_alone_knows_the_units_in_which_it_is():
    patterns = presence(patterns_of(rated(table_of("aab abb ccc aac"))), "a")
    assert patterns.values == ("absent", "present")
    assert patterns.counts.toarray()[patterns.place].tolist() == [[1, 2], [2, 1], [3, 0], [1, 2]]
    assert patterns.times.tolist() == [2, 1, 1]


def test_codes_have_intervals():
    found = by_code(rated(TWO_CODERS * 5), C.ALPHA, Bootstrap(draws=50, seed=1))
    assert list(found) == ["0", "1"]
    for one in found.values():
        assert one.interval.low < one.value < one.interval.high


def test_each_pair_of_coders_on_the_units_that_both_coded():
    pairs = by_pair(rated(FOUR_CODERS), C.COHEN)
    assert [pair.first[-1] + pair.second[-1] for pair in pairs] == ["01", "02", "03", "12", "13", "23"]
    for pair in pairs:
        first, second = int(pair.first[-1]), int(pair.second[-1])
        table = [[row[first], row[second]] for row in FOUR_CODERS[:11]]
        assert pair.agreement.value == pytest.approx(agreement(rated(table), C.COHEN).value)
    assert [pair.agreement.units for pair in pairs] == [9, 8, 9, 9, 10, 10]
    assert pairs[0].agreement.excluded == {Excluded.ONE_CODER: 1}


def test_pairs_know_all_values_have_distances_and_intervals():
    ratings = rated(table_of("11.3 22.2 2233 1.11"))
    pair = by_pair(ratings, C.BRENNAN_PREDIGER, bootstrap=Bootstrap(draws=50, seed=1))[2]
    assert (pair.first, pair.second) == ("coder 00", "coder 03")
    # Two of four units agree; of three values one pair in three agrees by chance.
    assert pair.agreement.value == pytest.approx((0.5 - 1 / 3) / (2 / 3))
    assert pair.agreement.interval.low < pair.agreement.value
    linear = by_pair(ratings, C.BRENNAN_PREDIGER, Distance.LINEAR)[2].agreement
    assert linear.observed_disagreement == pytest.approx((1 + 0.5) / 4)


def test_a_pair_without_a_unit_in_common_is_undefined():
    pairs = by_pair(rated(table_of("12. .12 11.")), C.ALPHA)
    assert [pair.agreement.undefined for pair in pairs] == [None, Undefined.NO_SHARED_UNIT, None]


def test_a_unit_is_in_the_window_of_its_last_coding():
    days = [date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 7), date(2026, 1, 6), None, date(2025, 12, 31), None]
    windows = windows_of(["a", "a", "b", "b", "b", "c", "d"], days, 7, date(2026, 1, 1))
    assert windows == {"a": date(2026, 1, 8), "b": date(2026, 1, 1)}
    assert windows_of(["a"], [date(2026, 1, 21)], 7, date(2026, 1, 1)) == {"a": date(2026, 1, 15)}
    assert windows_of(["a"], [date(2026, 1, 5)], 1, date(2026, 1, 1)) == {"a": date(2026, 1, 5)}


def test_windows_that_cannot_be_made_are_refused():
    with pytest.raises(ValueError, match=r"^A window is at least one day long\.$"):
        windows_of([], [], 0, date(2026, 1, 1))
    with pytest.raises(ValueError, match="shorter"):
        windows_of(["a", "b"], [None], 1, date(2026, 1, 1))


def test_agreement_in_each_window_of_time():
    table = table_of("11 22 12 21 33")
    first, second, third = (date(2026, 1, day) for day in (1, 8, 15))
    units = [f"unit {number:04}" for number in range(4)]
    windows = dict(zip(units, [first, first, second, second], strict=True)) | {"another": third}
    found = by_window(rated(table), windows, C.FLEISS, bootstrap=Bootstrap(draws=50, seed=1))
    assert list(found) == [first, second, third]
    assert found[first].value == pytest.approx(1)
    assert found[second].value == pytest.approx(-1)
    assert [one.units for one in found.values()] == [2, 2, 0]
    assert found[third].undefined == Undefined.NO_SHARED_UNIT
    assert found[first].no_interval is not None
    assert by_window(rated(table), windows, C.FLEISS, Distance.LINEAR)[second].observed_disagreement == 0.5


PARENTS = {"delay": None, "letter": "delay", "phone": "delay", "voicemail": "phone", "tone": None, "none": None}


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (TreeLevel.LEAF, ["delay", "letter", "phone", "voicemail", "tone", "elsewhere"]),
        (TreeLevel.PARENT, ["delay", "delay", "delay", "phone", "tone", "elsewhere"]),
        (TreeLevel.TOP, ["delay", "delay", "delay", "delay", "tone", "elsewhere"]),
    ],
)
def test_codes_go_up_their_tree(level, expected):
    label = at_level(PARENTS, level)
    codes = ["delay", "letter", "phone", "voicemail", "tone", "elsewhere"]
    assert [label(code) for code in codes] == expected
    assert label(frozenset(codes)) == frozenset(expected)
    assert label(frozenset()) == frozenset()


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"c": "a", "a": "b", "b": "a"}])
def test_a_code_below_itself_is_refused(parents):
    with pytest.raises(ValueError, match=r"^The code “[ab]” is below itself\.$"):
        at_level(parents, TreeLevel.LEAF)


def test_confusion_of_siblings_is_agreement_on_their_parent():
    ratings = rated([["letter", "phone"], ["phone", "letter"], ["tone", "tone"], ["letter", "tone"]])
    leaf, parent = (
        agreement(relabelled(ratings, at_level(PARENTS, level)), C.PERCENT) for level in (TreeLevel.LEAF, TreeLevel.TOP)
    )
    assert (leaf.value, parent.value) == (0.25, 0.75)


def test_the_coincidences_of_four_coders():
    """Krippendorff (2011), section C."""
    expected = [
        [7, 4 / 3, 1 / 3, 1 / 3, 0],
        [4 / 3, 10, 4 / 3, 1 / 3, 0],
        [1 / 3, 4 / 3, 8, 1 / 3, 0],
        [1 / 3, 1 / 3, 1 / 3, 4, 0],
        [0, 0, 0, 0, 3],
    ]
    assert np.allclose(coincidences(patterns_of(rated(FOUR_CODERS))), expected)


def test_the_coincidences_of_two_coders_add_both_orders():
    assert coincidences(patterns_of(rated(table_of("aa ab ba bb ab")))).tolist() == [[2, 3], [3, 2]]


def test_confusions_say_which_values_cost_most():
    patterns = patterns_of(rated(table_of("12 12 13 33 21")))
    assert confusions(patterns) == [("1", "2", 6, 0.75), ("1", "3", 2, 0.25)]
    interval = confusions(patterns, Distance.INTERVAL)
    assert [(pair.one, pair.other) for pair in interval] == [("1", "3"), ("1", "2")]
    assert [pair.share for pair in interval] == pytest.approx([8 / 14, 6 / 14])
    assert confusions(patterns_of(rated(table_of("11 22")))) == []


def test_a_table_of_too_many_values_is_refused():
    ratings = rated([[str(number), str(number)] for number in range(MOST_VALUES + 1)])
    with pytest.raises(ValueError, match=r"^There are 3,001 different values; 3,000 can be compared\.$"):
        coincidences(patterns_of(ratings))
    with pytest.raises(ValueError, match=r"^There are 3,001 different values; 3,000 can be compared\.$"):
        by_unit(ratings, Distance.ORDINAL)


def test_units_with_most_disagreement_come_first():
    found = by_unit(rated(table_of("112 111 123 1.2 211")))
    assert [(one.unit[-1], one.values) for one in found] == [
        ("2", {"1": 1, "2": 1, "3": 1}),
        ("3", {"1": 1, "2": 1}),
        ("0", {"1": 2, "2": 1}),
        ("4", {"1": 2, "2": 1}),
        ("1", {"1": 3}),
    ]
    assert [one.disagreement for one in found] == pytest.approx([1, 1, 2 / 3, 2 / 3, 0])


def test_the_disagreement_of_a_unit_has_the_distance_of_its_values():
    interval = {one.unit[-1]: one.disagreement for one in by_unit(rated(table_of("13 12")), Distance.INTERVAL)}
    assert interval == {"0": 4, "1": 1}
    # Ranks in the middle: 1 is chosen twice (1), 2 once (2.5), 3 once (3.5).
    ordinal = {one.unit[-1]: one.disagreement for one in by_unit(rated(table_of("13 12")), Distance.ORDINAL)}
    assert ordinal == {"0": 2.5**2, "1": 1.5**2}


def test_every_row_is_in_the_diagnosis_with_its_reason():
    rows = [("u1", "ada", "x"), ("u1", "bob", "y"), ("u2", "ada", "x"), ("u2", "bob", None), ("u1", "ada", "x")]
    ratings = ratings_of(*zip(*rows, strict=True))
    assert list(reasons_of(ratings)) == [None, None, Excluded.ONE_CODER, Excluded.MISSING, Excluded.REPEATED]
    assert Counter(reasons_of(ratings)) - Counter([None] * 2) == Counter(ratings.excluded())


def test_cohens_chance_of_more_than_two_coders_is_refused():
    compared = Compared(patterns_of(rated(table_of("123 112"))), Distance.NOMINAL)
    with pytest.raises(ValueError, match=r"^Cohen's kappa is for two coders\.$"):
        cohen(compared, np.ones((1, 2)))
