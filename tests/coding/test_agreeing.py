"""What coders agree on, and what the rule of a round settles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.agreeing import (
    Correction,
    Decision,
    Mark,
    Vote,
    basis_of,
    corrections,
    final_marks,
    is_same_code_elsewhere,
    questions,
)

DELAY, RUDE = Mark(1, 0, 10), Mark(2, 0, 10)
WHOLE = Mark(1)
marks = st.builds(
    lambda code, span: Mark(code, *span),
    st.integers(1, 3),
    st.sampled_from([(None, None), (0, 4), (2, 6), (4, 8)]),
)
outcomes = st.sampled_from(["coded", "none-applies", "unsure", "skipped"])
mark_sets = st.frozensets(marks, max_size=4)


@st.composite
def votes_of_a_unit(draw):
    made = []
    for coder in range(draw(st.integers(1, 5))):
        outcome = draw(outcomes)
        has_marks = outcome in {"coded", "unsure"}
        made.append(Vote(coder, outcome, draw(mark_sets) if has_marks else frozenset()))
    return made


@st.composite
def decisions_on_a_unit(draw):
    verdicts = st.sampled_from(["accept", "reject", "undecided"])
    made = draw(st.dictionaries(marks, st.builds(Decision, verdicts, st.booleans(), st.booleans()), max_size=4))
    all_of_it = draw(st.sampled_from([None, Decision("reject-all"), Decision("undecided")]))
    return made if all_of_it is None else made | {None: all_of_it}


def vote(coder, *chosen, outcome=None):
    return Vote(coder, outcome or ("coded" if chosen else "none-applies"), frozenset(chosen))


def shown(votes, rule="all-agree", decisions=None):
    return {one.mark: (one.kind.value, one.verdict and one.verdict.value) for one in questions(votes, rule, decisions)}


def test_a_mark_of_all_coders_is_accepted_and_the_others_are_open():
    found = shown([vote(1, DELAY, RUDE), vote(2, DELAY)])
    assert found == {DELAY: ("agreed", "accept"), RUDE: ("code", None)}


def test_the_same_code_on_an_overlapping_passage_is_a_difference_of_its_own_kind():
    longer, apart = Mark(1, 0, 12), Mark(1, 30, 40)
    assert shown([vote(1, DELAY), vote(2, longer)]) == {DELAY: ("passage", None), longer: ("passage", None)}
    assert shown([vote(1, DELAY), vote(2, apart)]) == {DELAY: ("code", None), apart: ("code", None)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (DELAY, DELAY, False),
        (DELAY, RUDE, False),
        (DELAY, WHOLE, True),
        (WHOLE, DELAY, True),
        (DELAY, Mark(1, 9, 12), True),
        (DELAY, Mark(1, 10, 12), False),
        (Mark(1, 10, 12), DELAY, False),
    ],
)
def test_passages_overlap_when_they_share_a_character(one, other, expected):
    assert is_same_code_elsewhere(one, other) is expected


def test_a_majority_accepts_and_rejects_and_a_tie_stays_open():
    three = [vote(1, DELAY, RUDE), vote(2, DELAY), vote(3, DELAY)]
    assert shown(three, "majority") == {DELAY: ("agreed", "accept"), RUDE: ("code", "reject")}
    assert shown(three[:2], "majority")[RUDE] == ("code", None)
    four = [*three, vote(4, RUDE)]
    assert shown(four, "majority") == {DELAY: ("code", "accept"), RUDE: ("code", None)}


def test_with_no_rule_a_person_decides_what_all_agree_on_too():
    votes = [vote(1, DELAY), vote(2, DELAY)]
    assert shown(votes, "none") == {DELAY: ("agreed", None)}
    assert shown([vote(1), vote(2)], "none") == {None: ("agreed", None)}


def test_an_unsure_coder_settles_nothing_but_is_counted():
    unsure = vote(3, outcome="unsure")
    assert shown([vote(1, DELAY), vote(2, DELAY), unsure]) == {DELAY: ("unsure", None)}
    assert shown([vote(1, DELAY), vote(2, DELAY), unsure], "majority") == {DELAY: ("unsure", "accept")}
    assert shown([vote(1, DELAY), unsure], "majority") == {DELAY: ("unsure", None)}
    # A code that only an unsure coder applied has no support.
    assert shown([vote(1), vote(2), vote(3, DELAY, outcome="unsure")], "majority") == {DELAY: ("code", "reject")}


def test_a_unit_without_codes_is_agreed_unless_somebody_was_unsure():
    assert shown([vote(1), vote(2)]) == {None: ("agreed", "accept")}
    assert shown([vote(1), vote(2, outcome="unsure")]) == {None: ("unsure", None)}
    assert shown([vote(1), vote(2), vote(3, outcome="unsure")], "majority") == {None: ("unsure", "accept")}


def test_a_coder_who_skipped_has_no_vote():
    assert shown([vote(1, DELAY), vote(2, outcome="skipped")]) == {DELAY: ("agreed", "accept")}
    assert questions([vote(1, outcome="skipped")], "all-agree") == []


def test_a_person_decides_and_what_was_undone_is_open_again():
    votes = [vote(1, DELAY, RUDE), vote(2, DELAY)]
    assert shown(votes, decisions={RUDE: Decision("reject")})[RUDE] == ("code", "reject")
    assert shown(votes, decisions={DELAY: Decision("reject")})[DELAY] == ("agreed", "reject")
    assert shown(votes, decisions={RUDE: Decision("undecided")})[RUDE] == ("code", None)
    assert shown(votes, decisions={RUDE: Decision("accept", by_rule=True)})[RUDE] == ("code", None)


def test_rejecting_all_decides_every_mark():
    votes = [vote(1, DELAY, RUDE), vote(2, DELAY)]
    found = shown(votes, decisions={None: Decision("reject-all"), RUDE: Decision("accept")})
    assert {verdict for _, verdict in found.values()} == {"reject"}


def test_an_added_code_is_decided_and_a_code_that_coders_took_away_is_open_again():
    votes = [vote(1, DELAY), vote(2, DELAY)]
    assert shown(votes, decisions={RUDE: Decision("accept", was_chosen=False)})[RUDE] == ("added", "accept")
    assert shown(votes, decisions={RUDE: Decision("accept", was_chosen=True)})[RUDE] == ("gone", None)
    assert RUDE not in shown(votes, decisions={RUDE: Decision("reject")})


def test_a_code_added_to_a_unit_without_codes_answers_whether_none_applies():
    votes = [vote(1), vote(2, outcome="unsure")]
    found = shown(votes, decisions={DELAY: Decision("accept", was_chosen=False)})
    assert found == {None: ("unsure", "reject"), DELAY: ("added", "accept")}


def test_the_basis_says_how_many_agree():
    assert basis_of([vote(1, DELAY)]) == "one-coder"
    assert basis_of([vote(1, DELAY), vote(2, outcome="skipped")]) == "one-coder"
    assert basis_of([vote(1, DELAY), vote(2, DELAY)]) == "all-agree"
    assert basis_of([vote(1, DELAY), vote(2, DELAY), vote(3)]) == "threshold"
    assert basis_of([vote(1), vote(2, outcome="unsure")]) == "threshold"


def test_a_coder_sees_what_became_of_each_code():
    assert corrections([DELAY, RUDE], [DELAY, WHOLE]) == [
        Correction(WHOLE, "added"),
        Correction(DELAY, "accepted"),
        Correction(RUDE, "rejected"),
    ]


@given(votes_of_a_unit(), st.sampled_from(["all-agree", "majority", "none"]))
def test_the_order_of_the_coders_changes_nothing(votes, rule):
    assert questions(votes, rule) == questions(list(reversed(votes)), rule)


@given(votes_of_a_unit())
def test_what_all_agree_on_a_majority_agrees_on_and_without_a_rule_all_is_open(votes):
    strict, majority = questions(votes, "all-agree"), questions(votes, "majority")
    for one, other in zip(strict, majority, strict=True):
        assert one.by_rule is None or other.by_rule == one.by_rule
    assert all(one.by_rule is None for one in questions(votes, "none"))


@given(votes_of_a_unit(), decisions_on_a_unit())
def test_every_mark_of_a_coder_and_every_accepted_mark_is_asked_once(votes, decisions):
    asked = [one.mark for one in questions(votes, "all-agree", decisions)]
    voting = [vote for vote in votes if vote.outcome != "skipped"]
    had = {mark for vote in voting for mark in vote.marks}
    accepted = {m for m, d in decisions.items() if m and d.verdict == "accept" and not d.by_rule}
    assert len(asked) == len(set(asked))
    if voting:
        assert set(asked) - {None} == had | accepted
        assert (None in asked) == (not had)


@given(votes_of_a_unit(), decisions_on_a_unit())
def test_when_nothing_is_open_the_final_marks_are_those_accepted(votes, decisions):
    """Once the verdicts of the rule are written as decisions, as settling does."""
    asked = questions(votes, "majority", decisions)
    written = {one.mark: Decision(one.by_rule, by_rule=True) for one in asked if one.mark and one.by_rule}
    people = {mark: made for mark, made in decisions.items() if not made.by_rule}
    settled = written | {mark: made for mark, made in people.items() if made.verdict != "undecided"}
    if asked and all(one.verdict for one in asked):
        assert final_marks(settled) == {one.mark for one in asked if one.mark and one.verdict == "accept"}


@given(mark_sets, mark_sets)
def test_corrections_lead_from_the_marks_of_a_coder_to_the_final_ones(own, final):
    found = corrections(own, final)
    assert {one.mark for one in found if one.became != "added"} == own
    assert {one.mark for one in found if one.became != "rejected"} == final
