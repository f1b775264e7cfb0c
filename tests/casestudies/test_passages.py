"""Three-way comparison of prose, by example and by property."""

from hypothesis import given
from hypothesis import strategies as st

from casestudies import passages as compared
from casestudies.passages import Passage, composed, passages_of

prose = st.lists(st.sampled_from(["One came. ", "Two left. ", "Rain!\n", "\n", "A dog. ", "No end"]), max_size=8).map(
    "".join
)


def kinds(base, theirs, mine):
    return [(one.changed, one.theirs, one.mine) for one in passages_of(base, theirs, mine)]


def test_edits_of_different_paragraphs_are_passages_of_one_side_each():
    base = "First.\n\nSecond.\n\nThird.\n"
    found = kinds(base, base.replace("First", "1st"), base.replace("Third", "3rd"))
    assert found == [
        ("theirs", "1st.\n\n", "First.\n\n"),
        ("neither", "Second.\n\n", "Second.\n\n"),
        ("mine", "Third.\n", "3rd.\n"),
    ]


def test_edits_of_one_paragraph_are_compared_by_sentence():
    base = "Twelve came. It rained. A dog barked.\n"
    found = kinds(base, base.replace("Twelve", "Ten"), base.replace("A dog", "Two dogs"))
    assert found == [
        ("theirs", "Ten came. ", "Twelve came. "),
        ("neither", "It rained. ", "It rained. "),
        ("mine", "A dog barked.\n", "Two dogs barked.\n"),
    ]


def test_the_same_sentence_changed_twice_is_a_question():
    found = passages_of("Twelve came. It rained.", "Ten came. It rained.", "Eleven came. It rained.")
    assert found[0] == Passage("both", "Twelve came. ", "Ten came. ", "Eleven came. ", "Ten came. Eleven came. ")
    assert [one.usual for one in found] == ["both", "theirs"]
    assert composed(found, {}) == "Ten came. Eleven came. It rained."
    assert composed(found, {0: "mine"}) == "Eleven came. It rained."
    assert composed(found, {0: "theirs", 1: "nonsense"}) == "Ten came. It rained."


def test_both_are_kept_apart_where_no_space_is_between_them():
    assert composed(passages_of("", "Theirs", "Mine"), {}) == "Theirs Mine"
    assert composed(passages_of(None, "Theirs", "Mine"), {}) == "Theirs Mine"


def test_without_a_base_every_difference_is_a_question():
    assert kinds(None, "One.\nTwo.\n", "One.\nTwo!\n") == [
        ("neither", "One.\n", "One.\n"),
        ("both", "Two.\n", "Two!\n"),
    ]


def test_very_long_texts_are_one_question(monkeypatch):
    monkeypatch.setattr(compared, "MOST_UNITS", 2)
    assert kinds("a\nb\nc\n", "a\nb\nd\n", "a\nb\ne\n") == [("both", "a\nb\nd\n", "a\nb\ne\n")]


@given(st.none() | prose, prose, prose)
def test_the_passages_are_the_texts(base, theirs, mine):
    found = passages_of(base, theirs, mine)
    assert "".join(one.theirs for one in found) == theirs
    assert "".join(one.mine for one in found) == mine
    if base is not None:
        assert "".join(one.base for one in found) == base
    assert composed(found, dict.fromkeys(range(len(found)), "theirs")) == theirs
    assert composed(found, dict.fromkeys(range(len(found)), "mine")) == mine


@given(prose, prose)
def test_an_edit_of_one_side_alone_needs_no_decision(base, edited):
    assert composed(passages_of(base, base, edited), {}) == edited
    assert composed(passages_of(base, edited, base), {}) == edited
    assert composed(passages_of(base, edited, edited), {}) == edited


@given(st.none() | prose, prose, prose)
def test_what_is_proposed_drops_nothing_that_somebody_wrote(base, theirs, mine):
    found = passages_of(base, theirs, mine)
    proposed = composed(found, {})
    for one in found:
        if one.changed == "both":
            assert one.theirs in proposed
            assert one.mine in proposed
