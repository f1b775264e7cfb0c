"""Which rows are compared, which are not and why, and in which order values stand."""

import numpy as np
import pytest

from measures.agreement.coefficients import Coefficient
from measures.agreement.distances import MOST_VALUES, Distance, distance_of
from measures.agreement.estimates import agreement, estimate
from measures.agreement.patterns import patterns_of, patterns_of_counts, patterns_of_table
from measures.agreement.ratings import named, ratings_of, relabelled, subset
from measures.agreement.reasons import Excluded, Undefined
from tests.measures.rated import rated, table_of

C = Coefficient
A, AB = frozenset("A"), frozenset("AB")


def test_each_row_that_is_not_used_has_its_reason():
    rows = [("u1", "ada", "x"), ("u1", "bob", "y"), ("u1", "bob", "y"), ("u2", "ada", "x"), ("u2", "bob", None)]
    ratings = ratings_of(*zip(*rows, strict=True))
    assert ratings.status.tolist() == [-1, -1, 1, 2, 0]
    assert ratings.excluded() == {Excluded.MISSING: 1, Excluded.REPEATED: 1, Excluded.ONE_CODER: 1}
    assert (ratings.units, ratings.coders, ratings.values) == (("u1",), ("ada", "bob"), ("x", "y"))


def test_ratings_are_sorted_by_unit_and_coder_whatever_the_order_of_rows():
    ratings = ratings_of(["b", "a", "b", "a"], ["2", "2", "1", "1"], ["w", "x", "y", "z"])
    assert [ratings.values[place] for place in ratings.value] == ["z", "x", "y", "w"]
    assert (ratings.unit.tolist(), ratings.coder.tolist()) == ([0, 0, 1, 1], [0, 1, 0, 1])


def test_none_applies_is_a_value_and_missing_is_not():
    none = agreement(rated([["none", "none"], ["x", "y"], ["x", "x"]]), C.PERCENT)
    missing = agreement(rated([[None, None], ["x", "y"], ["x", "x"]]), C.PERCENT)
    empty = agreement(rated([[frozenset(), frozenset()], [A, AB], [A, A]]), C.PERCENT)
    assert [one.value for one in (none, missing, empty)] == pytest.approx([2 / 3, 1 / 2, 2 / 3])
    assert [one.units for one in (none, missing, empty)] == [3, 2, 3]


@pytest.mark.parametrize(
    ("rows", "declared", "sentence"),
    [
        ((["u"], ["a", "b"], ["x"]), None, "Units, coders and values are three lists of the same length."),
        ((["u", "u"], ["a", "a"], ["x", "y"]), None, "A coder gave one unit two different values."),
        ((["u", "u"], ["a", "b"], ["x", "z"]), ["x", "y"], "“z” is not among the declared values."),
        ((["u", "u"], ["a", "b"], ["x", "y"]), ["x", "y", "x"], "A value is declared once."),
    ],
)
def test_rows_that_contradict_each_other_are_refused(rows, declared, sentence):
    with pytest.raises(ValueError, match="^" + sentence.replace(".", r"\.") + "$"):
        ratings_of(*rows, declared=declared)


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["10", "9", "1.5"], ("1.5", "9", "10")),
        (["10", "9", "nan"], ("10", "9", "nan")),
        (["b", "10", "9"], ("10", "9", "b")),
        ([AB, A, frozenset()], (frozenset(), A, AB)),
    ],
)
def test_numbers_stand_in_the_order_of_their_size_and_texts_of_their_letters(values, order):
    assert rated([[value, value] for value in values]).values == order


def test_declared_values_keep_their_order_and_count_where_nobody_chose_them():
    declared = ["low", "middle", "high"]
    ratings = rated([["low", "high"], ["high", "high"]], declared=declared)
    assert ratings.values == tuple(declared)
    # Of three values by chance one pair in three agrees, of two one in two.
    assert agreement(ratings, C.BRENNAN_PREDIGER).value == pytest.approx((0.5 - 1 / 3) / (2 / 3))
    assert agreement(rated([["low", "high"], ["high", "high"]]), C.BRENNAN_PREDIGER).value == pytest.approx(0)
    assert agreement(ratings, C.COHEN, Distance.LINEAR).observed_disagreement == pytest.approx(0.5)


def test_values_that_only_excluded_units_have_do_not_count():
    assert rated(table_of("12 22 3.")).values == ("1", "2")


@pytest.mark.parametrize(
    ("table", "coefficient", "reason"),
    [
        ([], C.PERCENT, Undefined.NO_SHARED_UNIT),
        (["1", "2"], C.ALPHA, Undefined.NO_SHARED_UNIT),
        (["1.", ".1"], C.ALPHA, Undefined.NO_SHARED_UNIT),
        (["..", ".."], C.GWET, Undefined.NO_SHARED_UNIT),
        (["11", "11"], C.ALPHA, Undefined.NO_VARIATION),
        (["11", "2."], C.GWET, Undefined.NO_VARIATION),
        (["111"], C.BRENNAN_PREDIGER, Undefined.NO_VARIATION),
        (["11"], C.COHEN, Undefined.NO_VARIATION),
        (["123"], C.COHEN, Undefined.NOT_TWO_CODERS),
        (["12.", ".12"], C.SCOTT, Undefined.NOT_TWO_CODERS),
    ],
)
def test_what_cannot_be_computed_has_a_reason_and_no_value(table, coefficient, reason):
    found = agreement(rated(table_of(" ".join(table))), coefficient)
    assert (found.value, found.undefined) == (None, reason)
    assert (found.observed_disagreement, found.expected_disagreement, found.interval) == (None, None, None)


def test_percent_agreement_is_said_also_without_variation():
    assert agreement(rated(table_of("111 11.")), C.ALPHA).percent == 1
    assert agreement(rated(table_of("111 11.")), C.PERCENT).value == 1
    assert agreement(rated([]), C.PERCENT).percent is None


def test_one_disagreement_among_equal_values_gives_alpha_0_by_the_formula():
    found = agreement(rated(table_of("11 11 11 12")), C.ALPHA)
    assert found.value == pytest.approx(0)
    assert found.percent == 0.75


@pytest.mark.parametrize("distance", [Distance.ORDINAL])
@pytest.mark.parametrize("coefficient", [one for one in C if one is not C.ALPHA])
def test_ordinal_distances_are_those_of_alpha_only(coefficient, distance):
    with pytest.raises(ValueError, match=r"^Ordinal distances are those of Krippendorff's alpha: use linear or quad"):
        agreement(rated(table_of("12 22")), coefficient, distance)


@pytest.mark.parametrize(
    ("values", "distance", "sentence"),
    [
        (("1", "x"), Distance.INTERVAL, r"^“x” is not a number\.$"),
        (("1", "inf"), Distance.RATIO, r"^“inf” is not a number\.$"),
        ((A, AB), Distance.INTERVAL, r"^“A” is not a number\.$"),
        (("1", "1.0"), Distance.INTERVAL, r"^“1” and “1\.0” are one number: write it in one way\.$"),
        (("-1", "1"), Distance.RATIO, r"^Values on a ratio scale are at least 0\.$"),
        (("1", "2"), Distance.MASI, r"^This distance is between sets of codes\.$"),
        (tuple(map(str, range(MOST_VALUES + 1))), Distance.NOMINAL, r"^There are 3,001 different values; 3,000 can"),
    ],
)
def test_values_of_another_kind_than_the_distance_are_refused(values, distance, sentence):
    with pytest.raises(ValueError, match=sentence):
        distance_of(values, distance)
    with pytest.raises(ValueError, match=sentence):
        agreement(rated([[value, values[0]] for value in values]), C.FLEISS, distance)


def test_interval_and_ordinal_alpha_of_many_values_need_no_matrix():
    table = [[str(value), str(value + value % 2)] for value in range(2 * MOST_VALUES)]
    assert agreement(rated(table), C.ALPHA, Distance.INTERVAL).value == pytest.approx(1, abs=1e-6)
    assert agreement(rated(table), C.ALPHA, Distance.ORDINAL).value == pytest.approx(1, abs=1e-6)


def test_distances_of_sets():
    sets = (frozenset(), A, frozenset("B"), AB, frozenset("AC"))
    assert distance_of(sets, Distance.JACCARD)[1].tolist() == pytest.approx([1, 0, 1, 1 / 2, 1 / 2])
    assert distance_of(sets, Distance.MASI)[1].tolist() == pytest.approx([1, 0, 1, 2 / 3, 2 / 3])
    assert distance_of(sets, Distance.MASI)[3, 4] == pytest.approx(8 / 9)
    assert distance_of(sets, Distance.MASI)[0, 0] == 0
    assert distance_of(sets, Distance.JACCARD)[0, 0] == 0


def test_distances_of_numbers_and_ranks():
    values = ("0", "1", "4")
    assert distance_of(values, Distance.INTERVAL)[1].tolist() == [1, 0, 9]
    assert distance_of(values, Distance.RATIO)[1].tolist() == pytest.approx([1, 0, 0.36])
    assert distance_of(values, Distance.LINEAR)[0].tolist() == [0, 0.5, 1]
    assert distance_of(values, Distance.QUADRATIC)[0].tolist() == [0, 0.25, 1]
    assert distance_of(("1",), Distance.LINEAR).tolist() == [[0]]


def test_a_table_of_two_coders_and_its_rows_are_the_same():
    table = np.array([[3, 1], [0, 2]])
    rows = [[one, other] for one in (0, 1) for other in (0, 1) for _ in range(table[one, other])]
    from_table = patterns_of_table(table, ("a", "b"))
    from_rows = patterns_of(rated([["ab"[one], "ab"[other]] for one, other in rows]))
    assert from_table.times.tolist() == from_rows.times.tolist() == [3, 1, 2]
    assert from_table.place.tolist() == from_rows.place.tolist() == [0, 0, 0, 1, 2, 2]
    assert (from_table.counts != from_rows.counts).nnz == 0


@pytest.mark.parametrize("table", [[[1, 2]], [[1]], [[1, -1], [0, 1]]])
def test_a_table_that_is_not_one_of_two_coders_is_refused(table):
    with pytest.raises(ValueError, match=r"^A table of two coders has counts of at least 0, a row and a column for e"):
        patterns_of_table(np.array(table), ("a", "b"))


def test_counts_and_rows_are_the_same():
    counts = np.array([[3, 0], [1, 0], [2, 1], [1, 2], [0, 3], [0, 0]])
    rows = table_of("aaa a.. aab abb bbb ...")
    for coefficient in (C.FLEISS, C.ALPHA, C.PERCENT, C.GWET):
        from_counts = estimate(patterns_of_counts(counts, ("a", "b")), coefficient)
        assert from_counts.value == pytest.approx(agreement(rated(rows), coefficient).value)
        assert (from_counts.units, from_counts.values) == (4, 12)


def test_units_of_one_pattern_are_one_row():
    patterns = patterns_of(rated(table_of("112 211 121 222 22. 12.")))
    assert patterns.counts.toarray().tolist() == [[2, 1], [1, 1], [0, 2], [0, 3]]
    assert patterns.times.tolist() == [3, 1, 1, 1]
    assert patterns.place.tolist() == [0, 0, 0, 3, 2, 1]
    assert patterns.coders.tolist() == [3, 2, 2, 3]
    assert (patterns.units, patterns.first) == (6, None)


def test_a_part_of_the_ratings_leaves_out_units_that_one_coder_is_left_of():
    ratings = rated(table_of("12. 122 .21"))
    part = subset(ratings, ratings.coder != 1)
    assert (part.units, part.coders) == (("unit 0001",), ("coder 00", "coder 02"))
    assert part.values == ratings.values
    assert part.excluded() == {Excluded.ONE_CODER: 2}
    assert part.value.tolist() == [0, 1]


def test_other_labels_join_values():
    ratings = relabelled(rated(table_of("12 33")), lambda value: "low" if value in {"1", "2"} else "high")
    assert ratings.values == ("high", "low")
    assert [ratings.values[place] for place in ratings.value] == ["low", "low", "high", "high"]


def test_a_set_is_named_by_its_members():
    assert named(frozenset(["b", "a"])) == "a, b"
    assert named("b") == "b"
    assert named(frozenset()) == ""
