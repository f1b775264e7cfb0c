"""The pages on which a lead coder changes a round that has started."""

from datetime import timedelta

import pgtrigger
import pytest
from django.utils import timezone

from accounts.actions import set_roles
from accounts.roles import Role
from coding.actions import codings, queue
from coding.actions.codings import NewCoding
from coding.models import Assignment, Round, Submission
from tests.conftest import person_at
from tests.factories.coding import code, make_codebook, make_round, make_units
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(alpha):
    return person_at(alpha, "dora", Role.CODER)


@pytest.fixture
def running(bob, cody, dora):
    """A blind round of two units; Bob leads it and does not code."""
    return make_round(bob, [cody, dora], book=make_codebook(bob), texts=2)


@pytest.fixture
def browser(client_of, bob):
    return client_of(bob)


def page_of(browser, address):
    return squeezed(browser.get(address).content.decode())


def test_a_round_is_paused_and_resumed_by_buttons(browser, client_of, cody, running):
    address = f"/rounds/{running.pk}/"
    assert "Pause" in page_of(browser, address)
    assert browser.post(f"{address}pause/").status_code == 303
    assert "Resume" in page_of(browser, address)
    assert "Paused by a lead coder" in page_of(client_of(cody), "/assignments/")
    browser.post(f"{address}resume/")
    assert "Next unit" in page_of(client_of(cody), "/assignments/")


def test_closing_shows_what_is_unfinished_and_asks(browser, cody, running):
    queue.take_next(by=cody)
    address = f"/rounds/{running.pk}/close/"
    page = page_of(browser, address)
    assert "2 submissions are missing. 1 unit is in progress" in page
    assert browser.post(address).status_code == 422
    running.refresh_from_db()
    assert running.is_open
    assert browser.post(address, {"is_confirmed": "on"}).status_code == 303
    running.refresh_from_db()
    assert running.state == "closed"


def test_a_finished_round_closes_without_a_question(browser, cody, running):
    for _ in range(2):
        codings.submit(assignment=queue.take_next(by=cody), outcome="unsure", by=cody)
    address = f"/rounds/{running.pk}/close/"
    assert "Every unit has its coders." in page_of(browser, address)
    assert browser.post(address).status_code == 303


def test_a_closed_round_is_reopened_and_says_why(browser, client_of, cody, running):
    address = f"/rounds/{running.pk}/"
    browser.post(f"{address}close/", {"is_confirmed": "on"})
    assert "could see each other" in page_of(browser, f"{address}reopen/")
    assert browser.post(f"{address}reopen/", {"reason": ""}).status_code == 422
    assert browser.post(f"{address}reopen/", {"reason": "A unit was missing."}).status_code == 303
    assert Round.objects.get(pk=running.pk).is_open
    assert "A unit was missing." in page_of(client_of(cody), address)


def test_units_coders_and_coders_per_unit_are_added_later(browser, bob, fay, alpha, running):
    address, emil = f"/rounds/{running.pk}/", person_at(alpha, "emil", Role.CODER)
    make_units(bob, 1)
    browser.post(f"{address}units/", {"which": "all"})
    assert running.units.count() == 3
    assert browser.post(f"{address}coders-per-unit/", {"coders_per_unit": "1"}).status_code == 422
    assert browser.post(f"{address}coders-per-unit/", {"coders_per_unit": "2"}).status_code == 303
    assert running.assignments.count() == 6
    assert browser.post(f"{address}coders/", {"coders": [fay.pk]}).status_code == 422
    assert browser.post(f"{address}coders/", {"coders": [emil.pk]}).status_code == 303
    assert running.coders.active().count() == 3


def test_a_coder_gets_a_quota_and_is_removed(browser, cody, running):
    address = f"/rounds/{running.pk}/coders/"
    assert browser.post(f"{address}{cody.pk}/", {"quota": "0"}).status_code == 422
    assert browser.post(f"{address}{cody.pk}/", {"quota": "7"}).status_code == 303
    assert running.coders.get(coder=cody).quota == 7
    browser.post(f"{address}{cody.pk}/remove/")
    assert not running.coders.active().filter(coder=cody).exists()
    assert browser.get(f"{address}{cody.pk}/").status_code == 404


def test_what_an_absent_coder_holds_is_shown_and_passed_on(browser, cody, dora, running):
    held, past = queue.take_next(by=cody), timezone.now() - timedelta(hours=3)
    Assignment.objects.filter(pk=held.pk).update(taken_at=past, leased_until=past + timedelta(hours=1))
    address = f"/rounds/{running.pk}/"
    one = f"{address}assignments/{held.pk}/pass-on/"
    assert one in page_of(browser, address)
    assert "Cody" in page_of(browser, one)
    assert browser.post(one, {"coder": dora.pk}).status_code == 303
    held.refresh_from_db()
    assert held.coder == dora
    assert browser.post(f"{address}coders/{dora.pk}/pass-on/", {"coder": ""}).status_code == 303
    held.refresh_from_db()
    assert held.coder is None


def test_a_stuck_unit_is_shown_with_its_reason_and_given_to_a_coder(browser, cody, dora, running):
    first = queue.take_next(by=cody)
    codings.submit(assignment=first, outcome="skipped", by=cody)
    other = queue.take_next(by=dora)
    codings.submit(assignment=other, outcome="unsure", by=dora)
    codings.submit(assignment=queue.take_next(by=dora), outcome="skipped", by=dora)
    address = f"/rounds/{running.pk}/"
    give = f"{address}units/{first.round_unit_id}/give/"
    page = page_of(browser, address)
    assert "All coders skipped it." in page
    assert give in page
    refused = browser.post(give, {"coder": cody.pk})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert browser.post(give, {"coder": cody.pk, "reason": "Please decide."}).status_code == 303
    assert queue.take_next(by=cody).round_unit_id == first.round_unit_id


def test_a_flagged_submission_can_be_reopened_from_the_page_of_the_round(browser, cody, running):
    assignment = queue.annotate(assignment=queue.take_next(by=cody), by=cody, is_flagged=True)
    address = f"/rounds/{running.pk}/"
    assert "/reopen/" not in page_of(browser, address)
    made = codings.submit(assignment=assignment, outcome="unsure", by=cody)
    assert f"{address}submissions/{made.pk}/reopen/" in page_of(browser, address)


def test_pages_of_a_round_keep_their_query_budget(browser, bob, cody, running, django_assert_max_num_queries):
    queue.take_next(by=cody)
    for name in ("", "coders/", "close/", "coders-per-unit/"):
        with django_assert_max_num_queries(26):
            assert browser.get(f"/rounds/{running.pk}/{name}").status_code == 200


def test_a_lead_coder_sees_progress_by_coder_and_day_and_units_by_code(browser, client_of, bob, cody, dora):
    running = make_round(bob, [cody, dora], texts=4)
    delay = code(running.codebook_version.codebook, "delay")
    first = queue.take_next(by=cody)
    codings.apply_code(assignment=first, coding=NewCoding(delay), by=cody)
    early = codings.submit(assignment=first, outcome="coded", by=cody)
    with pgtrigger.ignore("coding.Submission:submission_is_immutable"):
        Submission.objects.filter(pk=early.pk).update(submitted_at=timezone.now() - timedelta(days=2))
    for coder in (cody, dora):
        codings.submit(assignment=queue.take_next(by=coder), outcome="unsure", by=coder)
    unfinished = queue.take_next(by=dora)
    codings.apply_code(assignment=unfinished, coding=NewCoding(delay), by=dora)
    progress, frequencies = browser.get(f"/rounds/{running.pk}/").context["drawings"]

    assert [(row.label, row.counts, row.along) for row in progress.rows] == [
        ("Cody", [2], [1, 0, 1]), ("Dora", [1], [0, 0, 1]),
    ]  # fmt: skip
    assert [(row.label, row.counts) for row in frequencies.rows] == [("Delay", [1])]
    assert "drawings" not in client_of(cody).get(f"/rounds/{running.pk}/").context


def test_a_lead_coder_who_codes_in_a_blind_round_sees_no_work_of_others_drawn(client_of, bob, cody, alpha):
    set_roles(person=bob, organisation=alpha, roles=[Role.LEAD_CODER, Role.CODER], by=None)
    blind = make_round(bob, [cody, bob], book=make_codebook(bob), texts=2)
    codings.submit(assignment=queue.take_next(by=cody), outcome="unsure", by=cody)
    assert client_of(bob).get(f"/rounds/{blind.pk}/").context["drawings"] == []
