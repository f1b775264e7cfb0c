"""What a mapping of earlier files says of one whose columns are not quite the same. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.mapping import Definition, Rule
from imports.mapping_shape import carried_over, changes_of_shape, columns_gone, fits_mostly
from imports.readers.table import ReadOptions
from tests.imports.recipes import recipe_of
from tests.imports.sentences import is_sentence


def named_in(sentences):
    """The columns that each sentence quotes."""
    assert all(map(is_sentence, sentences)), sentences
    return [[part.partition("”")[0] for part in sentence.split("“")[1:]] for sentence in sentences]


@pytest.mark.parametrize(
    ("before", "now", "named"),
    [
        ([], ["a", "b"], []),
        (["a", "b"], ("a", "b"), []),
        (["a"], ["a", "b", "c"], [["b", "c"]]),
        (["a", "b", "c"], ["c"], [["a", "b"]]),
        (["a", "b", "c"], ["d", "c", "a"], [["d"], ["b"], ["c"]]),
        (["a", "b", "c", "d"], ["d", "a", "b", "c"], [["d"]]),
        (["a", "b", "c", "d"], ["b", "c", "d", "a"], [["a"]]),
        (["a", "b", "c"], ["c", "b", "a"], [["c", "b"]]),
        (["a", "b"], ["x", "y"], [["x", "y"], ["a", "b"]]),
    ],
)
def test_columns_that_are_new_or_gone_or_elsewhere_are_named(before, now, named):
    assert named_in(changes_of_shape(before, now)) == named


def test_a_column_whose_absence_was_reported_is_not_named_again():
    assert named_in(changes_of_shape(["a", "b", "c"], ["c"], reported=["a"])) == [["b"]]


def test_new_gone_and_moved_columns_have_sentences_of_their_own():
    new, gone, moved, several = (
        changes_of_shape(before, now)[0].replace("“b”, “a”", "“a”")
        for before, now in ((["b"], ["b", "a"]), (["a", "b"], ["b"]), (["b", "c", "a"], ["a", "b", "c"]),
                            (["a", "c", "d", "e", "b"], ["b", "c", "d", "e", "a"]))
    )  # fmt: skip

    assert len({new, gone, moved, several}) == 4


def test_of_many_columns_eight_are_named_and_the_others_counted():
    names = [f"c{n}" for n in range(10)]

    eight, more = changes_of_shape(["a"], ["a", *names[:8]])[0], changes_of_shape(["a"], ["a", *names])[0]

    assert named_in([eight, more]) == [names[:8], names[:8]]
    assert " 2 more" in more
    assert " more" not in eight


@given(st.permutations("abcdef"), st.permutations("abcdef"))
def test_columns_that_did_not_move_keep_their_order_and_no_fewer_could_have_moved(before, now):
    sentences = changes_of_shape(before, now)
    moved = named_in(sentences)[0] if sentences else []

    stayed = [name for name in now if name not in moved]
    assert stayed == [name for name in before if name not in moved]
    assert len(stayed) == longest_common(before, now)


def longest_common(before, now):
    """The length of the longest common subsequence, by its definition."""
    if not before or not now:
        return 0
    if before[0] == now[0]:
        return 1 + longest_common(before[1:], now[1:])
    return max(longest_common(before[1:], now), longest_common(before, now[1:]))


def definition_of(rules, *, missing=None, year=2026, source=None):
    return Definition(source or ReadOptions(), rules, missing or {}, year)


KNOWN = {
    "reference": Rule(columns=("Bank", "Quarter")),
    "subject": Rule(column="Topic"),
    "tags": Rule(column="Words"),
    "finding": Rule(constant="upheld"),
}


@pytest.mark.parametrize(
    ("columns", "fits"),
    [
        (["Bank", "Quarter", "x"], True),
        (["Topic", "x"], False),
        (["Bank", "Topic", "Words"], True),
        ([], False),
    ],
)
def test_a_mapping_fits_mostly_where_half_of_its_columns_are_there(columns, fits):
    assert fits_mostly(definition_of(KNOWN), columns) is fits


def test_a_mapping_that_reads_no_column_fits_nothing():
    assert not fits_mostly(definition_of({"finding": Rule(constant="upheld")}), ["a"])
    assert fits_mostly(definition_of({"subject": Rule(column="a")}), ["a"])
    assert not fits_mostly(definition_of(KNOWN | {"category": Rule(column="c")}), ["Bank", "Topic"])


def test_each_mapped_column_that_is_gone_is_named_with_what_it_became():
    sentences = columns_gone(definition_of(KNOWN | {"unknown": Rule(column="z")}), recipe_of(), ["Bank", "Words"])

    assert named_in(sentences) == [["Quarter"], ["Topic"]]
    assert ["Reference" in sentences[0], "Subject" in sentences[1]] == [True, True]
    assert columns_gone(definition_of(KNOWN), recipe_of(), ["Bank", "Quarter", "Topic", "Words"]) == []


def test_what_still_has_its_columns_is_carried_over_and_the_rest_is_guessed():
    source = ReadOptions(delimiter=";")
    guess = definition_of(
        {
            "reference": Rule(column="id"),
            "subject": Rule(column="Theme"),
            "narrative": Rule(column="Words"),
            "tags": Rule(column="Marks"),
            "finding": Rule(column="Result"),
            "country": Rule(constant="NL"),
        },
        missing={"Theme": ("?",), "Words": ("n/a",)}, source=source,
    )  # fmt: skip
    known = definition_of(
        KNOWN, missing={"Words": ("-",), "Topic": ("-",)}, year=2019, source=ReadOptions(delimiter=",")
    )

    assert carried_over(known, guess, ["Bank", "Theme", "Words", "id"]) == definition_of(
        {
            "reference": Rule(column="id"),
            "subject": Rule(column="Theme"),
            "tags": Rule(column="Words"),
            "finding": Rule(constant="upheld"),
            "country": Rule(constant="NL"),
        },
        missing={"Theme": ("?",), "Words": ("-",)}, year=2019, source=source,
    )  # fmt: skip


def test_a_reference_of_several_columns_is_kept_only_with_all_of_them():
    guess = definition_of({"reference": Rule(column="Bank")})

    both = carried_over(definition_of(KNOWN), guess, ["Bank", "Quarter"]).rules["reference"]
    one = carried_over(definition_of(KNOWN), guess, ["Bank"]).rules["reference"]

    assert (both, one) == (KNOWN["reference"], Rule(column="Bank"))
