"""A submission is taken back by its coder for a while, and reopened by a lead coder with a reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from coding.actions import codings, queue, reopening, round_coders, rounds, running_rounds
from coding.actions.codings import NewCoding
from coding.models import Adjudication, Coding, Round, Submission, SubmissionWithdrawal
from tests.factories.coding import code, make_codebook, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(bob):
    return make_codebook(bob)


@pytest.fixture
def running(bob, cody, book):
    return make_round(bob, [bob, cody], book=book, texts=2, coders_per_unit=2)


@pytest.fixture
def made(cody, book, running):
    """Cody's submission of one code."""
    assignment = queue.take_next(by=cody)
    codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "delay")), by=cody)
    return codings.submit(assignment=assignment, outcome="coded", by=cody)


def counts(unit):
    unit.refresh_from_db()
    return unit.done, unit.skipped, unit.coders_wanted, unit.assignments.count()


def test_a_coder_takes_back_changes_and_submits_again(cody, book, made):
    assignment = reopening.take_back(submission=made, by=cody)
    assert counts(made.round_unit) == (0, 0, 2, 2)
    assert (assignment.submitted_at, assignment.coder) == (None, cody)
    assert assignment.leased_until > timezone.now()
    codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "rude")), by=cody)
    again = codings.submit(assignment=assignment, outcome="coded", by=cody)
    assert (again.number, again.codings) == (2, 2)
    assert list(Submission.objects.standing()) == [again]
    assert Submission.objects.count() == 2
    assert Coding.objects.standing().count() == 2
    assert counts(made.round_unit) == (1, 0, 2, 2)


def test_it_is_in_the_trail(cody, bob, made):
    reopening.take_back(submission=made, by=cody)
    event = AuditEvent.objects.get(action="submission.withdrawn")
    assert (event.actor, event.target_id) == (cody, str(made.pk))
    withdrawal = SubmissionWithdrawal.objects.get()
    assert (withdrawal.kind, withdrawal.made_by, withdrawal.submission) == ("taken-back", cody, made)


@pytest.mark.parametrize("minutes", [0, 30])
def test_after_its_minutes_a_submission_is_not_taken_back(cody, made, running, monkeypatch, minutes):
    Round.objects.filter(pk=running.pk).update(take_back_minutes=minutes)
    later = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr("coding.models.codings.timezone.now", lambda: later)
    with pytest.raises(ValidationError, match="Ask your lead coder"):
        reopening.take_back(submission=Submission.objects.get(pk=made.pk), by=cody)


def test_only_its_coder_takes_it_back(bob, made):
    with pytest.raises(PermissionDenied):
        reopening.take_back(submission=made, by=bob)


def test_it_is_taken_back_once(cody, made):
    reopening.take_back(submission=made, by=cody)
    with pytest.raises(ValidationError, match="already"):
        reopening.take_back(submission=made, by=cody)
    assert SubmissionWithdrawal.objects.count() == 1


@pytest.mark.parametrize(("state", "code_of_refusal"), [("paused", "round_paused"), ("closed", "round_closed")])
def test_nothing_is_taken_back_while_the_round_is_not_open(bob, cody, made, running, state, code_of_refusal):
    move = running_rounds.pause_round if state == "paused" else rounds.close_round
    move(coding_round=running, by=bob)
    with pytest.raises(ValidationError) as refused:
        reopening.take_back(submission=Submission.objects.get(pk=made.pk), by=cody)
    assert refused.value.code == code_of_refusal


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_lead_reopens_with_a_reason(ada, bob, cody, made, running, is_paused):
    if is_paused:
        running_rounds.pause_round(coding_round=running, by=bob)
    with pytest.raises(ValidationError, match="Say why"):
        reopening.reopen_submission(submission=made, reason="  ", by=ada)
    assignment = reopening.reopen_submission(submission=made, reason="The second letter is missing.", by=ada)
    assert (assignment.coder, assignment.why) == (cody, "assigned")
    assert counts(made.round_unit) == (0, 0, 2, 2)
    withdrawal = SubmissionWithdrawal.objects.get()
    assert (withdrawal.kind, withdrawal.reason) == ("reopened", "The second letter is missing.")
    assert AuditEvent.objects.filter(action="submission.reopened", actor=ada).exists()


def test_nothing_is_reopened_in_a_closed_round_nor_by_a_coder(ada, bob, cody, made, running):
    with pytest.raises(PermissionDenied):
        reopening.reopen_submission(submission=made, reason="Mine.", by=cody)
    rounds.close_round(coding_round=running, by=bob)
    with pytest.raises(ValidationError) as refused:
        reopening.reopen_submission(submission=made, reason="Late.", by=ada)
    assert refused.value.code == "wrong_state"


def test_an_adjudicated_unit_is_not_reopened(ada, cody, made):
    Adjudication.objects.create(round_unit=made.round_unit, state="settled", settled_at=timezone.now(), settled_by=ada)
    for act in (
        lambda: reopening.reopen_submission(submission=made, reason="Late.", by=ada),
        lambda: reopening.take_back(submission=made, by=cody),
    ):
        with pytest.raises(ValidationError, match="Reopen its adjudication first"):
            act()
    assert counts(made.round_unit) == (1, 0, 2, 2)


def test_the_submission_of_a_removed_coder_is_not_reopened(ada, bob, cody, made, running):
    round_coders.remove_coder(coding_round=running, coder=cody, by=bob)
    with pytest.raises(ValidationError, match="does not code in this round"):
        reopening.reopen_submission(submission=made, reason="Again.", by=ada)


def test_a_skip_taken_back_removes_the_slot_that_it_added(bob, cody, book, running):
    assignment = queue.take_next(by=cody)
    before = set(running.assignments.values_list("pk", "position"))
    skip = codings.submit(assignment=assignment, outcome="skipped", by=cody)
    assert counts(skip.round_unit) == (0, 1, 2, 3)
    reopening.take_back(submission=skip, by=cody)
    assert counts(skip.round_unit) == (0, 0, 2, 2)
    assert set(running.assignments.values_list("pk", "position")) == before


def test_a_skip_taken_back_has_its_codes_again(cody, book, running):
    assignment = queue.take_next(by=cody, coding_round=running)
    passage = NewCoding(code=code(book, "delay"), start=4, end=11, certainty="doubtful", memo="Is it?")
    codings.apply_code(assignment=assignment, coding=passage, by=cody)
    gone = codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "rude")), by=cody)
    codings.retract(coding=gone, by=cody)
    skip = codings.submit(assignment=assignment, outcome="skipped", by=cody)
    assert not Coding.objects.at(skip.round_unit_id, cody.pk).standing().exists()

    reopening.take_back(submission=skip, by=cody)

    [kept] = Coding.objects.at(skip.round_unit_id, cody.pk).standing()
    assert (kept.code.key, kept.start, kept.end, kept.certainty, kept.memo) == ("delay", 4, 11, "doubtful", "Is it?")


def test_a_unit_that_was_settled_by_rule_is_taken_back_and_compared_again(ada, cody, bob, book):
    running = make_round(ada, [bob, cody], book=book, texts=1, coders_per_unit=2)
    for person in (bob, cody):
        last = codings.submit(assignment=queue.take_next(by=person), outcome="none-applies", by=person)
    adjudication = Adjudication.objects.get(round_unit=last.round_unit)
    assert (adjudication.state, adjudication.basis) == ("settled", "all-agree")

    assignment = reopening.take_back(submission=last, by=cody)
    codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "delay")), by=cody)
    codings.submit(assignment=assignment, outcome="coded", by=cody)

    adjudication.refresh_from_db()
    assert (adjudication.state, running.units.get().done) == ("open", 2)


def test_a_skip_taken_back_after_another_coder_has_the_unit_leaves_it_one_coder_more(bob, cody, book):
    make_round(bob, [bob, cody], book=book, texts=1)
    skip = codings.submit(assignment=queue.take_next(by=cody), outcome="skipped", by=cody)
    other = queue.take_next(by=bob)
    mine = reopening.take_back(submission=skip, by=cody)
    assert counts(skip.round_unit) == (0, 0, 2, 2)
    for assignment, person in ((other, bob), (mine, cody)):
        codings.submit(assignment=assignment, outcome="none-applies", by=person)
    assert counts(skip.round_unit) == (2, 0, 2, 2)


def test_a_reopened_unit_does_not_go_to_another_coder_when_its_lease_ends(ada, bob, cody, round_of_one):
    running, submission = round_of_one
    assignment = reopening.reopen_submission(submission=submission, reason="Again.", by=ada)
    past = timezone.now() - timedelta(hours=3)
    type(assignment).objects.filter(pk=assignment.pk).update(taken_at=past, leased_until=past + timedelta(hours=1))
    assert queue.take_next(by=bob, coding_round=running) is None
    assert queue.take_next(by=cody, coding_round=running).pk == assignment.pk


@pytest.fixture
def round_of_one(bob, cody, book):
    """A round of one unit, which Cody has submitted; Bob could take a second slot if there were one."""
    running = make_round(bob, [bob, cody], book=book, texts=1)
    assignment = queue.take_next(by=cody, coding_round=running)
    return running, codings.submit(assignment=assignment, outcome="unsure", by=cody)


def test_pages_and_api_take_back_and_show_it(client_of, cody, made):
    browser = client_of(cody)
    assert "Take back" in browser.get("/assignments/mine/").content.decode()
    answer = browser.post(f"/assignments/{made.assignment_id}/take-back/")
    assert answer["Location"] == f"/assignments/{made.assignment_id}/"
    assert "Taken back by the coder" in browser.get("/assignments/mine/").content.decode()
    codings.submit(assignment=made.assignment, outcome="coded", by=cody)
    api = browser.post(f"/api/v1/assignments/{made.assignment_id}/take-back/")
    assert (api.status_code, api.json()["state"]) == (200, "started")


def test_a_coder_reads_why_the_submission_was_reopened(client_of, ada, cody, made, running):
    browser = client_of(ada)
    address = f"/rounds/{running.pk}/submissions/{made.pk}/reopen/"
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "Read the end again."}).status_code == 303
    assert "Read the end again." in browser.get(f"/rounds/{running.pk}/").content.decode()
    for own in ("/assignments/", "/assignments/mine/"):
        assert "Read the end again." in client_of(cody).get(own).content.decode()


def test_the_api_pauses_resumes_and_reopens(client_of, ada, bob, running, made):
    browser = client_of(ada)
    address = f"/api/v1/rounds/{running.pk}/"
    assert browser.post(f"{address}pause/").json()["state"] == "paused"
    assert browser.post(f"{address}pause/").status_code == 400
    assert browser.post(f"{address}resume/").json()["state"] == "open"
    shown = browser.post(
        f"{address}submissions/{made.pk}/reopen/", {"reason": "Again."}, content_type="application/json"
    )
    assert (shown.status_code, shown.json()["id"]) == (200, made.pk)
    rounds.close_round(coding_round=running, by=bob)
    missing = browser.post(f"{address}reopen/", {}, content_type="application/json")
    assert missing.status_code == 400
    reopened = browser.post(f"{address}reopen/", {"reason": "More."}, content_type="application/json").json()
    assert (reopened["state"], reopened["reopening_reason"]) == ("open", "More.")
