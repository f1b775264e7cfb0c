"""The order of the queue, and what it gives away."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from coding.actions import codings, queue
from coding.models import Assignment
from coding.models.rounds import SKIPPED_FROM
from tests.conftest import person_at
from tests.factories.coding import make_codebook, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(bob):
    return make_codebook(bob)


def take(person, running=None):
    return queue.take_next(by=person, coding_round=running)


def submit(person, assignment, outcome="none-applies"):
    return codings.submit(assignment=assignment, outcome=outcome, by=person)


def lapse(assignment):
    past = timezone.now() - timedelta(hours=3)
    Assignment.objects.filter(pk=assignment.pk).update(taken_at=past, leased_until=past + timedelta(hours=1))


def test_free_slots_come_by_their_own_random_place_not_by_what_others_did(bob, cody, book):
    make_round(bob, [bob, cody], book=book, texts=12, coders_per_unit="1.5")
    for _ in range(6):
        submit(bob, take(bob))
    places = []
    while (assignment := take(cody)) is not None:
        places.append(assignment.position)
        submit(cody, assignment)
    assert len(places) >= 6
    assert places == sorted(places)


def test_each_slot_of_a_unit_has_a_place_of_its_own(bob, cody, book):
    running = make_round(bob, [bob, cody], book=book, texts=40, coders_per_unit="1.5")
    places = sorted(running.assignments.values_list("position", flat=True))
    assert places == list(range(60))
    double = running.assignments.filter(round_unit__coders_wanted=2).order_by("position")
    first_half = [place for place in double.values_list("position", flat=True) if place < 30]
    assert 10 <= len(first_half) <= 30, "40 of the 60 slots are of units with two coders"


def test_the_order_is_started_assigned_free_lapsed_postponed_skipped(bob, cody, fay, alpha, book):
    dora, emil = person_at(alpha, "dora", Role.CODER), person_at(alpha, "emil", Role.CODER)
    running = make_round(bob, [cody, dora, emil], book=book, texts=6)
    submit(emil, skipped := take(emil), "skipped")
    lapse(lapsed := take(dora))
    queue.postpone(assignment=(postponed := take(cody)), by=cody)
    started = take(cody)
    assigned, free = running.assignments.free().filter(position__lt=SKIPPED_FROM)
    Assignment.objects.filter(pk=assigned.pk).update(coder=cody)
    expected = [
        ("lease", started),
        ("assigned", assigned),
        ("random", free),
        ("random", lapsed),
        ("postponed", postponed),
        ("skipped", skipped),
    ]
    for why, unit_of in expected:
        got = take(cody)
        assert (got.why, got.round_unit_id) == (why, unit_of.round_unit_id)
        submit(cody, got)
    assert take(cody) is None


def test_a_skipped_unit_does_not_come_back_to_one_who_had_it(bob, cody, book):
    make_round(bob, [bob, cody], book=book, texts=1, coders_per_unit=2)
    submit(bob, take(bob))
    submit(cody, take(cody), "skipped")
    assert take(bob) is None
    assert take(cody) is None
    assert Assignment.objects.free().count() == 1


def test_a_postponed_unit_counts_towards_the_quota(bob, cody, book):
    running = make_round(bob, [cody], book=book, texts=3)
    running.coders.update(quota=1)
    queue.postpone(assignment=(first := take(cody)), by=cody)
    assert take(cody).pk == first.pk


@pytest.mark.parametrize("why", ["nearly-complete", "under-covered", "random", "skipped"])
def test_the_reason_is_hidden_in_blind_rounds_where_it_tells_of_others(bob, cody, book, why):
    running = make_round(bob, [bob, cody], book=book, texts=1, coders_per_unit=2)
    assignment = take(cody)
    assignment.why = why
    assert assignment.shown_reason == ""
    running.is_blind = assignment.round_unit.round.is_blind = False
    assert assignment.shown_reason == str(Assignment.Why(why).label)


def test_own_reasons_are_shown_in_blind_rounds(bob, cody, book):
    make_round(bob, [cody], book=book, texts=1)
    take(cody)
    assert take(cody).shown_reason == "You have started it."


def test_pages_and_api_of_a_blind_round_do_not_say_why(client_of, bob, cody, book):
    make_round(bob, [bob, cody], book=book, texts=1, coders_per_unit=2)
    submit(bob, take(bob))
    browser = client_of(cody)
    page = browser.post("/assignments/next/")["Location"]
    assert Assignment.objects.get(coder=cody).why == "nearly-complete"
    assert browser.get("/api/v1/assignments/").json()["results"][0]["why"] == ""
    for address in (page, "/assignments/"):
        assert "Other coders have submitted" not in browser.get(address).content.decode()


def plan_of(statement, running, person):
    now = timezone.now()
    values = {
        "coder": person.pk,
        "round": running.pk,
        "now": now,
        "until": now + timedelta(hours=1),
        "ahead": False,
        "after": 0,
    }
    with connection.cursor() as cursor:
        # Few rows are read in any way; the index has to give the order by itself.
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_the_next_free_slot_is_found_by_its_index_without_a_sort(bob, cody, book):
    running = make_round(bob, [cody], book=book, texts=30)
    for statement in (queue._NEW[0], *queue._SKIPPED):
        plan = plan_of(statement, running, cody)
        assert "Index Scan using free_assignment" in plan
        assert "Sort" not in plan
