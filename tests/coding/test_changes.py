"""Changes of a coder that a page sends: safe to send again, and never at the cost of another tab."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from coding.actions import codebooks, codings, passing_on, queue
from coding.actions.changes import Change, finish, record_changes
from coding.actions.codings import NewCoding
from coding.models import Assignment, Coding, Submission
from rest.problems import Conflict
from tests.factories.coding import code, make_codebook, make_round

pytestmark = pytest.mark.django_db
TEXT = "It took a year. Nobody wrote back.\n\nThen they did."


@pytest.fixture
def book(bob):
    return make_codebook(bob)


@pytest.fixture
def running(bob, cody, book):
    return make_round(bob, [cody], book=book, texts=[TEXT, TEXT + " Two.", TEXT + " Three."])


def changed(assignment, by, *changes, **more):
    return record_changes(assignment=assignment, changes=changes, by=by, **more)


def test_changes_sent_again_change_nothing_and_do_not_grow_the_version(cody, book, running):
    assignment = queue.take_next(by=cody)
    made, memo = uuid4(), Change(memo="Doubtful.", was="")
    apply = Change(coding=NewCoding(code=code(book, "delay"), start=0, end=5, uuid=made))

    first = changed(assignment, cody, apply, memo, Change(is_flagged=True))
    again = changed(assignment, cody, apply, memo, Change(is_flagged=True))

    assert (first.version, again.version) == (3, 3)
    assert changed(assignment, cody, Change(retract=made)).version == 4
    assert changed(assignment, cody, Change(retract=made)).version == 4
    assert Coding.objects.count() == 2


def test_one_wrong_change_undoes_all_of_them(cody, book, running):
    assignment = queue.take_next(by=cody)
    apply = Change(coding=NewCoding(code=code(book, "delay")))
    with pytest.raises(ValidationError, match="UUID"):
        changed(assignment, cody, apply, Change(retract=uuid4()))
    assert not Coding.objects.exists()


@pytest.mark.parametrize("outcome", ["coded", "skipped", "postponed", "unsure"])
def test_a_stale_tab_that_submits_is_refused_and_told_what_is_newer(cody, book, running, outcome):
    assignment = queue.take_next(by=cody)
    seen = assignment.version
    changed(
        assignment, cody, Change(coding=NewCoding(code=code(book, "rude"))), Change(memo="Of the other tab.", was="")
    )

    with pytest.raises(Conflict) as refused:
        finish(assignment=assignment, outcome=outcome, by=cody, seen=seen)

    current = refused.value.extra["current"]
    assert (current["version"], current["memo"]) == (2, "Of the other tab.")
    assert [c["code"] for c in current["codings"]] == [code(book, "rude").pk]
    assert not Submission.objects.exists()
    assert Coding.objects.standing().count() == 1
    finish(assignment=assignment, outcome=outcome, by=cody, seen=current["version"])


def test_a_memo_written_elsewhere_is_not_replaced_unseen(cody, running):
    assignment = queue.take_next(by=cody)
    changed(assignment, cody, Change(memo="Of the first tab.", was=""))
    with pytest.raises(Conflict, match="memo was changed"):
        changed(assignment, cody, Change(memo="Of the second tab.", was=""))
    changed(assignment, cody, Change(memo="Of both tabs.", was="Of the first tab."))
    assert Assignment.objects.get(pk=assignment.pk).memo == "Of both tabs."


def test_a_submit_whose_answer_was_lost_is_sent_again_without_harm(cody, book, running):
    assignment = queue.take_next(by=cody)
    seen = changed(assignment, cody, Change(coding=NewCoding(code=code(book, "delay")))).version
    for _ in range(2):
        finish(assignment=assignment, outcome="coded", by=cody, seen=seen)
    assert Submission.objects.count() == 1
    with pytest.raises(ValidationError):
        finish(assignment=assignment, outcome="unsure", by=cody, seen=seen)


def test_active_seconds_never_exceed_the_time_since_the_unit_was_taken(cody, running):
    assignment = queue.take_next(by=cody)
    Assignment.objects.filter(pk=assignment.pk).update(taken_at=timezone.now() - timedelta(seconds=90))
    assert changed(assignment, cody, active_seconds=40).active_seconds == 40
    assert changed(assignment, cody, active_seconds=10).active_seconds == 40
    made = codings.submit(assignment=assignment, outcome="unsure", by=cody, active_seconds=9_000)
    assert 90 <= made.active_seconds < 100


def test_the_next_unit_is_loaded_ahead_and_is_the_next_one(cody, running):
    current = queue.take_next(by=cody)
    ahead = queue.take_ahead(after=current, by=cody)
    assert ahead.pk != current.pk
    assert queue.take_ahead(after=current, by=cody).pk == ahead.pk
    assert queue.take_next(by=cody).pk == current.pk
    finish(assignment=current, outcome="unsure", by=cody)
    opened = queue.take_next(by=cody)
    assert (opened.pk, opened.is_ahead, opened.why) == (ahead.pk, False, ahead.why)


def test_a_unit_shown_before_its_turn_is_not_loaded_ahead_of_itself(cody, running):
    ahead = queue.take_ahead(after=queue.take_next(by=cody), by=cody)

    # The page shows it at once, while the submission of the one before is still on its way.
    following = queue.take_ahead(after=ahead, by=cody)

    assert following is not None
    assert following.pk != ahead.pk


def test_a_unit_loaded_ahead_and_passed_on_is_an_ordinary_one(bob, cody, book):
    running = make_round(bob, [cody, bob], book=book, texts=2)
    ahead = queue.take_ahead(after=queue.take_next(by=cody), by=cody)

    passing_on.pass_on(assignment=ahead, by=bob, to=bob)

    ahead.refresh_from_db()
    assert (ahead.coder, ahead.is_ahead) == (bob, False)
    assert queue.take_next(by=bob, coding_round=running).pk == ahead.pk


def test_the_queue_shows_what_was_opened_and_not_what_was_loaded_ahead(client_of, cody, running):
    current = queue.take_next(by=cody)
    ahead = queue.take_ahead(after=current, by=cody)

    page = client_of(cody).get("/assignments/").content.decode()

    assert f"/assignments/{current.pk}/" in page
    assert f"/assignments/{ahead.pk}/" not in page


def test_a_unit_loaded_ahead_is_given_back_and_goes_to_another_coder(bob, cody, book):
    running = make_round(bob, [bob, cody], book=book, texts=2)
    current = queue.take_next(by=cody)
    ahead = queue.take_ahead(after=current, by=cody)
    assert queue.take_next(by=bob) is None
    assert queue.give_back_ahead(coding_round=running, by=cody) == 1
    assert queue.take_next(by=bob).pk == ahead.pk
    assert Assignment.objects.get(pk=current.pk).coder == cody


def test_a_unit_loaded_ahead_does_not_exceed_the_quota(cody, running):
    running.coders.update(quota=1)
    assert queue.take_ahead(after=queue.take_next(by=cody), by=cody) is None


def test_working_on_a_unit_loaded_ahead_opens_it(cody, running):
    ahead = queue.take_ahead(after=queue.take_next(by=cody), by=cody)
    assert not changed(ahead, cody, Change(memo="Opened.", was="")).is_ahead
    assert queue.give_back_ahead(coding_round=running, by=cody) == 0


@pytest.mark.parametrize(
    ("passages", "start", "end", "is_whole"),
    [
        ("words", 3, 9, True),
        ("sentences", 0, 15, True),
        ("sentences", 0, 34, True),
        ("sentences", 3, 15, False),
        ("paragraphs", 0, 34, True),
        ("paragraphs", 0, 15, False),
    ],
)
def test_passages_are_whole_where_the_codebook_says_so(bob, cody, book, passages, start, end, is_whole):
    codebooks.edit_draft(codebook=book, passages=passages, by=bob)
    codebooks.publish_codebook(codebook=book, by=bob)
    make_round(bob, [cody], book=book, texts=[TEXT])
    new = NewCoding(code=code(book, "delay"), start=start, end=end)
    assignment = queue.take_next(by=cody)
    if is_whole:
        assert codings.apply_code(assignment=assignment, coding=new, by=cody).end == end
    else:
        with pytest.raises(ValidationError, match="starts at 0 and ends"):
            codings.apply_code(assignment=assignment, coding=new, by=cody)
