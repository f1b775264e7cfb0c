"""Comparing submissions, settling by rule, and the decisions of lead coders."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from coding.actions import adjudication as actions
from coding.actions import codings, rounds
from coding.actions.adjudication import NewDecision
from coding.actions.settling import settle_by_rule
from coding.adjudicated import FinalCode, final_codes, is_settled
from coding.erasing import places_of_units
from coding.models import Adjudication, AdjudicationDecision, SubmissionWithdrawal
from rest.problems import Conflict
from tests.coding.adjudicating import DELAY, LATE, RUDE, WHOLE, blind_round, code_of, coders_at, final, hand_in, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def coders(alpha):
    return coders_at(alpha, "cleo", "cyril")


@pytest.fixture
def running(bob, coders):
    """Bob leads it and does not code in it."""
    return blind_round(bob, coders)


@pytest.fixture
def differing(running, coders):
    """Both say delay; on another passage, and one adds rude."""
    hand_in(coders[0], running, DELAY, RUDE)
    hand_in(coders[1], running, LATE)
    return Adjudication.objects.get()


def decide(adjudication, by, verdict, chosen=None, reason="Because."):
    running = adjudication.round_unit.round
    where = {} if chosen is None else {"code": code_of(running, chosen[0]), "start": chosen[1], "end": chosen[2]}
    new = NewDecision(verdict=verdict, reason=reason, **where)
    return actions.decide(adjudication=adjudication, decision=new, seen=seen(adjudication), by=by)


def settle(adjudication, by):
    return actions.settle(adjudication=adjudication, seen=seen(adjudication), by=by)


def withdraw(submission, by):
    """What taking back or reopening does with the tables."""
    SubmissionWithdrawal.objects.create(submission=submission, kind="reopened", reason="Look again.", made_by=by)
    assignment = submission.assignment
    assignment.submitted_at = None
    assignment.save()
    unit = assignment.round_unit
    unit.refresh_from_db()
    unit.done -= 1
    unit.save()


def test_units_that_agree_are_settled_with_the_last_submission(running, coders):
    hand_in(coders[0], running, DELAY, WHOLE)
    assert not Adjudication.objects.exists()
    hand_in(coders[1], running, DELAY, WHOLE)
    row = Adjudication.objects.get()
    assert (row.state, row.basis, row.settled_by) == ("settled", "all-agree", None)
    assert final(row) == {DELAY, WHOLE}
    assert row.decisions.filter(made_by__isnull=True, verdict="accept").count() == 2
    assert all(made.about.count() == 2 for made in row.decisions.all())


def test_units_that_differ_are_open_and_listed_with_what_differs(differing):
    assert (differing.state, differing.differences, differing.decided) == ("open", 3, 0)
    assert differing.differing_codes == ["delay", "rude"]
    assert differing.kinds == ["code", "passage"]
    assert final_codes(Adjudication.objects.all()) == {}


def test_a_majority_settles_and_a_tie_stays_open(bob, alpha):
    coders = coders_at(alpha, "cleo", "cyril", "cora")
    running = blind_round(bob, coders, agreement_rule="majority")
    hand_in(coders[0], running, DELAY)
    hand_in(coders[1], running, DELAY, RUDE)
    hand_in(coders[2], running, DELAY)
    row = Adjudication.objects.get()
    assert (row.basis, final(row)) == ("threshold", {DELAY})
    assert row.decisions.get(verdict="reject").code.key == "rude"


def test_without_a_rule_a_person_settles_every_unit(bob, coders):
    running = blind_round(bob, coders, agreement_rule="none")
    for coder in coders:
        hand_in(coder, running, DELAY)
    row = Adjudication.objects.get()
    assert (row.state, row.differences) == ("open", 1)
    with pytest.raises(ValidationError, match="Decide the open differences first"):
        settle(row, bob)
    decide(row, bob, "accept", DELAY, reason="")
    settle(row, bob)
    assert final(row) == {DELAY}


def test_units_of_one_coder_are_settled_on_demand_and_say_so(bob, coders):
    running = blind_round(bob, coders[:1])
    hand_in(coders[0], running)
    assert not Adjudication.objects.exists()
    done = settle_by_rule(coding_round=running, by=bob)
    assert (done.compared, done.settled, done.left) == (1, 1, 0)
    row = Adjudication.objects.get()
    assert (row.basis, final(row)) == ("one-coder", set())


def test_settling_by_rule_twice_changes_nothing(bob, running, coders, differing):
    before = list(Adjudication.objects.values()), list(AdjudicationDecision.objects.values())
    again = settle_by_rule(coding_round=running, by=bob)
    assert again.compared == 0
    assert (list(Adjudication.objects.values()), list(AdjudicationDecision.objects.values())) == before


def test_a_unit_that_a_coder_skipped_or_was_unsure_of_is_not_settled(bob, running, coders):
    hand_in(coders[0], running, DELAY)
    hand_in(coders[1], running, outcome="unsure")
    row = Adjudication.objects.get()
    assert (row.state, row.kinds) == ("open", ["unsure"])


def test_a_lead_coder_decides_every_difference_and_settles(bob, differing):
    decide(differing, bob, "accept", LATE, "The whole sentence.")
    decide(differing, bob, "reject", DELAY, "Too short.")
    decide(differing, bob, "reject", RUDE, "Not rude.")
    decide(differing, bob, "accept", WHOLE, "Nobody saw it.")
    row = settle(differing, bob)
    assert (row.basis, row.settled_by) == ("person", bob)
    [whole, late] = final_codes(Adjudication.objects.all())[row.pk]
    assert whole == FinalCode(code_of(row.round_unit.round, "unclear").pk, None, None, "Nobody saw it.")
    assert (late.start, late.end, late.reason) == (0, 39, "The whole sentence.")
    assert is_settled(row.round_unit)
    assert row.decisions.get(code__key="unclear").about.count() == 0
    assert row.decisions.get(code__key="rude").about.count() == 1


def test_rejecting_all_is_a_decision(bob, differing):
    with pytest.raises(ValidationError, match="Enter a reason"):
        decide(differing, bob, "reject-all", reason=" ")
    decide(differing, bob, "reject-all")
    with pytest.raises(ValidationError, match="All codes of this unit are rejected"):
        decide(differing, bob, "accept", DELAY)
    settle(differing, bob)
    assert final(differing) == set()
    assert differing.decisions.get().about.count() == 3


def test_a_later_decision_replaces_an_earlier_one_and_keeps_it(bob, differing):
    first = decide(differing, bob, "accept", RUDE, "It is.")
    second = decide(differing, bob, "reject", RUDE, "It is not.")
    assert second.replaces == first
    assert differing.decisions.count() == 2
    assert list(differing.decisions.standing()) == [second]


@pytest.mark.parametrize(
    ("verdict", "chosen", "reason", "code"),
    [
        ("accept", RUDE, "", "reason_required"),
        ("reject", ("no-reply", 0, 3), "x", "nothing_to_reject"),
        ("accept", ("no-reply", 0, 5000), "x", "bad_passage"),
        ("accept", ("no-reply", 5, 5), "x", "bad_passage"),
        ("accept", ("no-reply", 5, None), "x", "bad_passage"),
        ("accept", ("time", 0, 5), "x", "foreign_code"),
        ("undecided", RUDE, "x", "bad_verdict"),
        ("reject-all", RUDE, "x", "bad_verdict"),
        ("accept", None, "x", "bad_verdict"),
    ],
)
def test_a_wrong_decision_is_refused_and_nothing_is_stored(bob, differing, verdict, chosen, reason, code):
    with pytest.raises(ValidationError) as refused:
        decide(differing, bob, verdict, chosen, reason)
    problems = (
        refused.value.error_dict["code" if code == "foreign_code" else "reason"]
        if hasattr(refused.value, "error_dict")
        else [refused.value]
    )
    assert [problem.code for problem in problems] == [code]
    assert not differing.decisions.exists()


def test_a_decision_on_a_unit_that_changed_meanwhile_asks(bob, ada, differing):
    before = seen(differing)
    decide(differing, ada, "reject", RUDE)
    new = NewDecision(verdict="accept", reason="x", code=code_of(differing.round_unit.round, "rude"), start=40, end=46)
    with pytest.raises(Conflict, match="has changed since you opened it") as refused:
        actions.decide(adjudication=differing, decision=new, seen=before, by=bob)
    assert refused.value.extra["version"] == seen(differing)


def test_undo_goes_back_step_by_step_to_what_was_decided_before(bob, ada, differing):
    decide(differing, ada, "accept", RUDE, "First.")
    decide(differing, bob, "reject", RUDE, "Second.")
    actions.undo(adjudication=differing, seen=seen(differing), by=bob)
    again = differing.decisions.standing().get()
    assert (again.verdict, again.reason, again.made_by, again.about.count()) == ("accept", "First.", ada, 1)
    actions.undo(adjudication=differing, seen=seen(differing), by=bob)
    assert not differing.decisions.standing().exists()
    with pytest.raises(ValidationError, match="no decision to undo"):
        actions.undo(adjudication=differing, seen=seen(differing), by=bob)
    assert differing.decisions.count() == 4


def test_a_settled_unit_is_reopened_with_a_reason_and_stays_open(bob, running, coders):
    for coder in coders:
        hand_in(coder, running, DELAY)
    row = Adjudication.objects.get()
    with pytest.raises(ValidationError, match="settled"):
        decide(row, bob, "reject", DELAY)
    with pytest.raises(ValidationError, match="Enter a reason"):
        actions.reopen(adjudication=row, reason="", seen=seen(row), by=bob)
    actions.reopen(adjudication=row, reason="All are wrong.", seen=seen(row), by=bob)
    assert settle_by_rule(coding_round=running, by=bob).compared == 0
    decide(row, bob, "reject", DELAY, "Nine months is not a delay here.")
    settle(row, bob)
    assert final(row) == set()
    assert AuditEvent.objects.filter(action="adjudication.reopened", actor=bob).exists()


def test_decisions_are_kept_when_a_submission_comes_again_and_what_is_new_is_open(bob, running, coders, differing):
    decide(differing, bob, "reject", RUDE, "Not rude.")
    decide(differing, bob, "accept", DELAY, "Yes.")
    withdraw(coders[0].submissions.get(), bob)
    with pytest.raises(ValidationError, match="Not all coders have submitted"):
        decide(differing, bob, "reject", LATE)
    assignment = coders[0].assignments.get()
    delay = coders[0].codings.get(code__key="delay")
    codings.retract(coding=delay, by=coders[0])
    new = codings.NewCoding(code=code_of(running, "unclear"))
    codings.apply_code(assignment=assignment, coding=new, by=coders[0])
    codings.submit(assignment=assignment, outcome="coded", by=coders[0])
    row = Adjudication.objects.get()
    # Rude is still rejected; the passage of delay that is gone, the other one, and unclear are open.
    assert (row.state, row.differences, row.decided) == ("open", 4, 1)
    assert "gone" in row.kinds
    with pytest.raises(ValidationError, match="Decide the open"):
        settle(row, bob)


def test_a_unit_settled_by_rule_is_compared_again_and_does_not_count_meanwhile(bob, running, coders):
    for coder in coders:
        hand_in(coder, running, DELAY)
    row = Adjudication.objects.get()
    assert not is_settled(row.round_unit)
    withdraw(coders[0].submissions.get(), bob)
    assert final_codes(Adjudication.objects.all()) == {}
    assignment = coders[0].assignments.get()
    codings.retract(coding=coders[0].codings.get(), by=coders[0])
    codings.submit(assignment=assignment, outcome="none-applies", by=coders[0])
    row.refresh_from_db()
    assert (row.state, row.differences) == ("open", 1)
    decide(row, bob, "accept", DELAY)
    settle(row, bob)
    assert final(row) == {DELAY}


def test_a_lead_who_codes_in_a_blind_round_adjudicates_after_closing_and_the_record_says_so(bob, cody):
    running = blind_round(bob, [bob, cody])
    hand_in(bob, running, DELAY)
    hand_in(cody, running, RUDE)
    row = Adjudication.objects.get()
    assert not Adjudication.objects.visible_to(bob).exists()
    with pytest.raises(PermissionDenied):
        decide(row, bob, "accept", DELAY)
    with pytest.raises(PermissionDenied):
        settle_by_rule(coding_round=running, by=bob)
    rounds.close_round(coding_round=running, by=bob)
    decide(row, bob, "accept", DELAY)
    decide(row, bob, "reject", RUDE)
    settle(row, bob)
    assert AuditEvent.objects.filter(action="adjudication.settled", details__is_by_a_coder=True).exists()
    assert Adjudication.objects.with_record().get().is_by_a_coder


def test_others_cannot_adjudicate_and_coders_see_results_only_after_closing(bob, charlie, coders, running, differing):
    for person in (*coders, charlie):
        with pytest.raises(PermissionDenied):
            decide(differing, person, "accept", RUDE)
    decide(differing, bob, "reject-all")
    settle(differing, bob)
    assert not Adjudication.objects.visible_to(coders[0]).exists()
    rounds.close_round(coding_round=running, by=bob)
    assert Adjudication.objects.visible_to(coders[0]).get() == differing
    assert Adjudication.objects.released_to(coders[0]).get() == differing
    assert not Adjudication.objects.visible_to(charlie).exists()


def test_closing_a_round_lets_incomplete_units_be_compared(bob, running, coders):
    hand_in(coders[0], running, DELAY)
    rounds.close_round(coding_round=running, by=bob)
    running.refresh_from_db()
    assert settle_by_rule(coding_round=running, by=bob).settled == 1
    assert final(Adjudication.objects.get()) == {DELAY}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["accept", "reject"]), st.sampled_from([DELAY, LATE, RUDE])),
        st.just(("accept", WHOLE)),
        st.just(("reject-all", None)),
        st.just(("undo", None)),
    ),
    max_size=10,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_the_decisions_fold_to_the_final_codes_and_undo_restores_exactly(bob, differing, steps):
    with transaction.atomic():
        states, done = [{}], 0
        for verdict, chosen in steps:
            expected = _after(states, verdict, chosen)
            if expected is None:
                with pytest.raises(ValidationError):
                    _do(differing, bob, verdict, chosen)
                continue
            _do(differing, bob, verdict, chosen)
            done += 1
            assert _held(differing) == expected[-1]
            states = expected
        assert differing.decisions.count() == done
        decided = states[-1]
        if None in decided or {DELAY, LATE, RUDE} <= decided.keys():
            settle(differing, bob)
            accepted = {chosen for chosen, verdict in decided.items() if verdict == "accept"}
            assert final(differing) == (set() if None in decided else accepted)
        transaction.set_rollback(True)


def _do(adjudication, by, verdict, chosen):
    if verdict == "undo":
        actions.undo(adjudication=adjudication, seen=seen(adjudication), by=by)
    else:
        decide(adjudication, by, verdict, chosen)


def _after(states, verdict, chosen):
    """The states after a step, the newest last; None where the step is refused."""
    if verdict == "undo":
        return states[:-1] if len(states) > 1 else None
    if None in states[-1] and chosen is not None:
        return None
    return [*states, states[-1] | {chosen: verdict}]


def _held(adjudication):
    return {
        None if row.code_id is None else (row.code.key, row.start, row.end): row.verdict
        for row in adjudication.decisions.standing().select_related("code")
    }


@pytest.mark.django_db(transaction=True)
def test_of_two_adjudicators_at_once_one_is_asked_to_look_again(bob, ada, differing):
    before = seen(differing)
    code = code_of(differing.round_unit.round, "rude")

    def attempt(person):
        new = NewDecision(verdict="accept", reason="x", code=code, start=40, end=46)
        try:
            return actions.decide(adjudication=differing, decision=new, seen=before, by=person)
        except Conflict as conflict:
            return conflict.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attempt, [bob, ada]))
    assert sorted(isinstance(one, AdjudicationDecision) for one in results) == [False, True]
    assert "stale" in results
    assert differing.decisions.count() == 1


def test_an_erasure_reaches_the_reasons_of_adjudication_and_their_history(bob, running, coders, differing):
    decide(differing, bob, "reject-all", reason="Names Mrs Example.")
    settle(differing, bob)
    actions.reopen(adjudication=differing, reason="Mrs Example again.", seen=seen(differing), by=bob)
    unit = differing.round_unit.unit
    found = {}
    for place in places_of_units(unit.source_kind, unit.source_key):
        for name in place.texts:
            found.setdefault((place.rows.model.__name__, name), []).extend(place.rows.values_list(name, flat=True))
    assert "Names Mrs Example." in found["AdjudicationDecision", "reason"]
    assert "Mrs Example again." in found["Adjudication", "note"]
    assert "Mrs Example again." in found["AdjudicationHistory", "note"]
