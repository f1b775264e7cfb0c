"""Rounds pause, resume, grow, lose and gain coders, and are reopened."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Role
from coding import unfinished
from coding.actions import codings, passing_on, queue, round_coders, rounds, running_rounds
from coding.actions.codings import NewCoding
from coding.models import Assignment, Coding, Round, Submission
from tests.conftest import person_at
from tests.factories.coding import code, make_codebook, make_round, make_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(bob):
    return make_codebook(bob)


@pytest.fixture
def dora(alpha):
    return person_at(alpha, "dora", Role.CODER)


def take(person, running=None):
    return queue.take_next(by=person, coding_round=running)


def submit(person, assignment, outcome="none-applies"):
    return codings.submit(assignment=assignment, outcome=outcome, by=person)


def lapse(assignment):
    past = timezone.now() - timedelta(hours=3)
    Assignment.objects.filter(pk=assignment.pk).update(taken_at=past, leased_until=past + timedelta(hours=1))


def reasons(running, person):
    return [str(one.reason) for one in unfinished.stuck_units(running, person)]


def test_nothing_is_coded_while_a_round_is_paused_and_all_goes_on_after_it(bob, cody, book):
    running = make_round(bob, [cody], book=book, texts=2)
    assignment = take(cody)
    lapse(assignment)
    running_rounds.pause_round(coding_round=running, by=bob)
    assert take(cody) is None
    with pytest.raises(ValidationError, match="paused") as refused:
        submit(cody, assignment)
    assert refused.value.code == "round_paused"
    running_rounds.resume_round(coding_round=running, by=bob)
    assignment.refresh_from_db()
    assert assignment.leased_until > timezone.now()
    submit(cody, assignment)
    assert list(AuditEvent.objects.filter(action__startswith="round.").values_list("action", flat=True))[-2:]


@pytest.mark.parametrize(
    ("act", "state"), [("pause_round", "paused"), ("resume_round", "open"), ("pause_round", "closed")]
)
def test_a_round_in_another_state_is_neither_paused_nor_resumed(bob, cody, book, act, state):
    running = make_round(bob, [cody], book=book, texts=1)
    Round.objects.filter(pk=running.pk).update(state=state, closed_at=timezone.now() if state == "closed" else None)
    with pytest.raises(ValidationError) as refused:
        getattr(running_rounds, act)(coding_round=running, by=bob)
    assert refused.value.code == "wrong_state"


def test_only_leads_of_the_round_change_it(bob, cody, charlie, book):
    running = make_round(bob, [cody], book=book, texts=1)
    for person in (cody, charlie):
        with pytest.raises(PermissionDenied):
            running_rounds.pause_round(coding_round=running, by=person)
        with pytest.raises(PermissionDenied):
            round_coders.remove_coder(coding_round=running, coder=cody, by=person)
        with pytest.raises(PermissionDenied):
            passing_on.pass_on_all(coding_round=running, coder=cody, by=person)


def test_units_are_added_to_a_running_round_and_mix_with_the_free_ones(bob, cody, book):
    running = make_round(bob, [bob, cody], book=book, texts=20, coders_per_unit="1.5")
    for _ in range(5):
        submit(cody, take(cody))
    more = make_units(bob, 20)
    added = rounds.add_units(coding_round=running, unit_ids=[u.pk for u in more], by=bob, at_most=10)
    new = running.units.filter(unit__in=more)
    assert (added, new.count()) == (10, 10)
    assert sum(new.values_list("coders_wanted", flat=True)) == 15
    slots = running.assignments.free()
    assert slots.count() == 40
    old = slots.exclude(round_unit__in=new).values_list("position", flat=True)
    places = slots.filter(round_unit__in=new).values_list("position", flat=True)
    assert min(old) <= min(places) <= max(places) <= max(old)
    assert len(set(places)) == 15
    assert sorted(running.units.values_list("position", flat=True)) == list(range(30))


def test_units_are_not_added_to_a_closed_round(bob, cody, book):
    running = make_round(bob, [cody], book=book, texts=1)
    rounds.close_round(coding_round=running, by=bob)
    with pytest.raises(ValidationError, match="Reopen it"):
        rounds.add_units(coding_round=running, unit_ids=[u.pk for u in make_units(bob, 1)], by=bob)


def test_a_coder_is_added_and_takes_units(bob, cody, dora, book):
    running = make_round(bob, [cody], book=book, texts=2)
    assert round_coders.add_coders(coding_round=running, coders=[dora, cody], by=bob) == 1
    assert take(dora, running) is not None


def test_one_who_is_no_coder_is_not_added(bob, cody, rita, book):
    running = make_round(bob, [cody], book=book, texts=1)
    with pytest.raises(ValidationError, match="is not a coder"):
        round_coders.add_coders(coding_round=running, coders=[rita], by=bob)


def test_a_removed_coder_leaves_submissions_and_frees_the_rest(bob, cody, dora, book):
    running = make_round(bob, [cody, dora], book=book, texts=3)
    submit(cody, take(cody))
    started = take(cody)
    codings.apply_code(assignment=started, coding=NewCoding(code=code(book, "delay")), by=cody)
    assert round_coders.remove_coder(coding_round=running, coder=cody, by=bob) == 1
    assert Submission.objects.filter(coder=cody).count() == 1
    assert Coding.objects.standing().filter(coder=cody).count() == 1
    started.refresh_from_db()
    assert (started.coder, started.leased_until) == (None, None)
    assert take(cody, running) is None
    assert not Round.objects.visible_to(cody).exists()
    round_coders.add_coders(coding_round=running, coders=[cody], by=bob)
    assert take(cody, running) is not None


def test_units_get_more_coders_later_and_never_fewer(bob, cody, dora, book):
    running = make_round(bob, [cody, dora], book=book, texts=10)
    submit(cody, take(cody))
    assert running_rounds.raise_coders_per_unit(coding_round=running, coders_per_unit=Decimal("1.5"), by=bob) == 5
    assert sorted(running.units.values_list("coders_wanted", flat=True)) == [1] * 5 + [2] * 5
    assert running.assignments.count() == 15
    for number, message in (("1.5", "Enter more than"), ("1", "Enter more than"), ("3", "need more people")):
        with pytest.raises(ValidationError, match=message):
            running_rounds.raise_coders_per_unit(coding_round=running, coders_per_unit=Decimal(number), by=bob)


def test_started_units_of_an_absent_coder_go_to_the_queue_or_to_a_named_coder(bob, cody, dora, book):
    running = make_round(bob, [cody, dora], book=book, texts=3)
    first = take(cody)
    queue.postpone(assignment=first, by=cody)
    second = take(cody)
    passing_on.pass_on(assignment=second, to=dora, by=bob)
    assert take(dora).pk == second.pk
    assert passing_on.pass_on_all(coding_round=running, coder=cody, by=bob) == 1
    assert Assignment.objects.get(pk=first.pk).coder is None
    with pytest.raises(ValidationError, match="in progress any more"):
        passing_on.pass_on(assignment=first, by=bob)
    with pytest.raises(PermissionDenied):
        submit(cody, second)


def test_a_unit_is_not_passed_on_to_one_who_had_it_nor_to_a_person_outside_the_round(bob, cody, dora, fay, book):
    make_round(bob, [cody, dora], book=book, texts=1, coders_per_unit=2)
    submit(dora, take(dora))
    held = take(cody)
    for person, message in ((dora, "has had this unit"), (fay, "does not code in this round")):
        with pytest.raises(ValidationError, match=message):
            passing_on.pass_on(assignment=held, to=person, by=bob)


def test_what_the_named_coder_has_had_goes_to_the_queue(bob, cody, dora, book):
    running = make_round(bob, [cody, dora], book=book, texts=1, coders_per_unit=2)
    submit(dora, take(dora))
    held = take(cody)
    passing_on.pass_on_all(coding_round=running, coder=cody, to=dora, by=bob)
    held.refresh_from_db()
    assert held.coder is None


def test_stuck_units_are_named_with_their_reason(bob, ada, cody, dora, book):
    running = make_round(bob, [cody, dora], book=book, texts=1)
    assert reasons(running, bob) == []
    submit(cody, take(cody), "skipped")
    assert reasons(running, bob) == []
    submit(dora, take(dora), "skipped")
    assert reasons(running, bob) == [str(unfinished.ALL_SKIPPED)]


def test_a_unit_is_stuck_when_nobody_is_left_or_the_quotas_are_reached(bob, cody, dora, book):
    running = make_round(bob, [cody, dora], book=book, texts=2, coders_per_unit=2)
    submit(cody, take(cody))
    round_coders.set_quota(coding_round=running, coder=dora, quota=1, by=bob)
    submit(dora, take(dora))
    submit(cody, take(cody))
    assert reasons(running, bob) == [str(unfinished.QUOTA)]
    round_coders.remove_coder(coding_round=running, coder=dora, by=bob)
    assert reasons(running, bob) == [str(unfinished.ALL_HAD_IT)]
    round_coders.remove_coder(coding_round=running, coder=cody, by=bob)
    assert reasons(running, bob) == [str(unfinished.NO_CODERS)]


def test_a_unit_that_all_skipped_is_given_back_with_a_reason(bob, cody, dora, book):
    running = make_round(bob, [cody, dora], book=book, texts=1)
    for person in (cody, dora):
        submit(person, take(person), "skipped")
    unit = running.units.get()
    with pytest.raises(ValidationError, match="Say why"):
        passing_on.give_unit(round_unit=unit, to=cody, by=bob)
    assignment = passing_on.give_unit(round_unit=unit, to=cody, reason="Please decide.", by=bob)
    assert take(cody).pk == assignment.pk
    submit(cody, assignment)
    unit.refresh_from_db()
    assert (unit.done, unit.skipped, unit.coders_wanted) == (1, 1, 1)
    assert running.assignments.count() == 2


def test_a_free_unit_is_given_to_a_named_coder_once(bob, cody, dora, book):
    running = make_round(bob, [cody, dora], book=book, texts=1)
    unit = running.units.get()
    slot = passing_on.give_unit(round_unit=unit, to=dora, by=bob)
    assert (slot.coder, slot.why) == (dora, "assigned")
    with pytest.raises(ValidationError, match="has had this unit"):
        passing_on.give_unit(round_unit=unit, to=dora, by=bob)
    with pytest.raises(ValidationError, match="has all its coders"):
        passing_on.give_unit(round_unit=unit, to=cody, by=bob)


def test_quotas_are_set_while_planning_and_later(bob, cody, book):
    planned = make_round(bob, [cody], book=book, texts=2, start=False)
    round_coders.set_quota(coding_round=planned, coder=cody, quota=1, by=bob)
    running = rounds.open_round(coding_round=planned, by=bob)
    submit(cody, take(cody))
    assert take(cody) is None
    round_coders.set_quota(coding_round=running, coder=cody, quota=None, by=bob)
    assert take(cody) is not None


def test_a_closed_round_is_reopened_with_a_reason(bob, cody, book):
    running = make_round(bob, [cody], book=book, texts=2)
    rounds.close_round(coding_round=running, by=bob)
    with pytest.raises(ValidationError, match="Say why"):
        running_rounds.reopen_round(coding_round=running, reason=" ", by=bob)
    reopened = running_rounds.reopen_round(coding_round=running, reason="One unit is missing.", by=bob)
    assert (reopened.state, reopened.closed_at, reopened.reopening_reason) == ("open", None, "One unit is missing.")
    assert take(cody) is not None
    assert AuditEvent.objects.filter(action="round.reopened", actor=bob).exists()
