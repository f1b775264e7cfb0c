"""In a blind round that is not closed, nobody who codes in it sees what others did: on no page, in no count."""

import pytest

from coding.actions import codings, queue, round_coders, rounds, running_rounds
from coding.actions.codings import NewCoding
from coding.models import Adjudication, Code, Coding, Round, RoundUnit, Submission
from tests.factories.coding import code, make_codebook, make_round, published
from tests.markup import squeezed

pytestmark = pytest.mark.django_db
SECRET = "A memo of Cody alone."
LISTS = ("/api/v1/codings/", "/api/v1/adjudications/", "/api/v1/codings/export/?format=csv")


@pytest.fixture
def book(bob):
    return make_codebook(bob)


@pytest.fixture
def running(bob, cody, book):
    """Bob leads and codes. Cody has coded one unit, skipped one, flagged one and has one in progress."""
    running = make_round(bob, [bob, cody], book=book, texts=5, coders_per_unit=2)
    first = queue.take_next(by=cody)
    codings.apply_code(assignment=first, coding=NewCoding(code=code(book, "delay"), memo=SECRET), by=cody)
    queue.annotate(assignment=first, by=cody, memo=SECRET, is_flagged=True)
    codings.submit(assignment=first, outcome="coded", by=cody)
    codings.submit(assignment=queue.take_next(by=cody), outcome="skipped", by=cody)
    codings.submit(assignment=queue.take_next(by=cody), outcome="unsure", by=cody)
    queue.take_next(by=cody)
    Adjudication.objects.create(round_unit=first.round_unit)
    return running


def seen_by(person, client_of, running, book):
    """All that tells of others: (what, where) for each that this person can see."""
    browser, found = client_of(person), []
    for model in (Coding, Submission):
        found += [(model.__name__, "list")] * model.objects.visible_to(person).exclude(coder=person).exists()
    found += [("adjudications", "list")] * Adjudication.objects.visible_to(person).exists()
    counts = Code.objects.tree_of(published(book)).with_use(person).values_list("use_count", flat=True)
    found += [("use counts", "query")] * any(counts)
    if "1 coding" in browser.get(f"/codebooks/{book.slug}/versions/1/").content.decode():
        found.append(("use counts", "page"))
    page = squeezed(browser.get(f"/rounds/{running.pk}/").content.decode())
    for sign in ("Skipped", "Unsure", SECRET, 'data-label="Submitted"', 'data-label="In progress"'):
        found += [(sign, "round")] * (sign in page)
    for address in LISTS:
        answer = browser.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode()
        found += [(address, "API")] * (SECRET in text or '"round":' in text)
    return found


@pytest.mark.parametrize("state", ["open", "paused"])
def test_a_lead_who_codes_sees_nothing_of_others(client_of, bob, cody, running, book, state):
    if state == "paused":
        running_rounds.pause_round(coding_round=running, by=bob)
    assert seen_by(bob, client_of, running, book) == []


@pytest.mark.parametrize("state", ["open", "paused"])
def test_a_coder_sees_nothing_of_others(client_of, bob, cody, running, book, state, alpha):
    mine = queue.take_next(by=bob)
    codings.apply_code(assignment=mine, coding=NewCoding(code=code(book, "rude"), memo="Of Bob."), by=bob)
    codings.submit(assignment=mine, outcome="coded", by=bob)
    if state == "paused":
        running_rounds.pause_round(coding_round=running, by=bob)
    assert not Coding.objects.visible_to(cody).exclude(coder=cody).exists()
    assert not Submission.objects.visible_to(cody).exclude(coder=cody).exists()
    assert not any(Code.objects.tree_of(published(book)).with_use(cody).values_list("use_count", flat=True))
    browser = client_of(cody)
    for address in (*LISTS, f"/rounds/{running.pk}/", f"/codebooks/{book.slug}/versions/1/", "/assignments/mine/"):
        answer = browser.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert "Of Bob." not in body.decode()
        assert "bob" not in body.decode().partition("<main")[2]


def test_a_lead_who_does_not_code_sees_them(client_of, ada, running, book):
    found = {what for what, _where in seen_by(ada, client_of, running, book)}
    assert {"Coding", "Submission", "adjudications", "use counts", "Skipped", SECRET} <= found


def test_all_is_shown_when_the_round_is_closed(client_of, bob, cody, running, book):
    rounds.close_round(coding_round=running, by=bob)
    found = {what for what, _where in seen_by(bob, client_of, running, book)}
    assert {"Coding", "Submission", "use counts", "Skipped", SECRET} <= found
    assert Coding.objects.visible_to(bob).exists()


def test_a_lead_who_leaves_the_round_stays_blind_in_it(client_of, bob, cody, running, book):
    round_coders.remove_coder(coding_round=running, coder=bob, by=bob)
    assert seen_by(bob, client_of, running, book) == []
    assert list(Round.objects.kept_from(bob)) == [running]


def test_a_reopened_round_is_blind_again(client_of, bob, cody, running, book):
    rounds.close_round(coding_round=running, by=bob)
    running_rounds.reopen_round(coding_round=running, reason="Two units were missing.", by=bob)
    assert seen_by(bob, client_of, running, book) == []


def test_a_lead_who_codes_is_not_told_what_others_hold_or_skipped(client_of, bob, cody, running):
    browser = client_of(bob)
    held = running.assignments.held().get(coder=cody)
    skipped = RoundUnit.objects.get(skipped=1)
    assert browser.get(f"/rounds/{running.pk}/assignments/{held.pk}/pass-on/").status_code == 404
    assert browser.get(f"/rounds/{running.pk}/units/{skipped.pk}/give/").status_code == 404
    submission = Submission.objects.get(outcome="skipped")
    assert browser.get(f"/rounds/{running.pk}/submissions/{submission.pk}/reopen/").status_code == 404
