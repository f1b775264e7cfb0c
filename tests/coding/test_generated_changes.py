"""Generated work of one coder in two tabs: nothing disappears, and offsets name the text they were made on."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.actions import queue
from coding.actions.changes import Change, finish, record_changes
from coding.actions.codings import NewCoding
from coding.actions.state import state_of
from coding.models import Assignment, Coding, Submission
from rest.problems import Conflict
from tests.factories.coding import code, make_codebook, make_round

TEXT = "😡 Nine mo\u0301nths, שלום and no\nreply 👨‍👩‍👧 at all."
PLACE = st.integers(0, len(TEXT))
STEP = st.one_of(
    st.tuples(st.just("apply"), st.booleans(), st.sampled_from(["delay", "rude"]), PLACE, PLACE),
    st.tuples(st.just("retract"), st.booleans(), st.integers(0, 9)),
    st.tuples(st.just("memo"), st.booleans(), st.sampled_from(["", "a", "b"])),
    st.tuples(st.just("look"), st.booleans()),
    st.tuples(st.just("finish"), st.booleans(), st.sampled_from(["coded", "none-applies", "unsure", "postponed"])),
    st.tuples(st.just("lose"), st.booleans()),
)


class Tab:
    """What a tab shows, which may be older than what is stored."""

    def __init__(self, assignment, book, by):
        self.assignment, self.book, self.by = assignment, book, by
        self.look()

    def look(self):
        self.state = state_of(Assignment.objects.get(pk=self.assignment.pk))

    def send(self, change):
        record_changes(assignment=self.assignment, changes=[change], by=self.by)

    def apply(self, key, start, end):
        start, end = min(start, end), max(start, end)
        self.send(Change(coding=NewCoding(code=code(self.book, key), start=start, end=end, uuid=uuid4())))

    def retract(self, number):
        shown = self.state["codings"]
        if shown:
            self.send(Change(retract=shown[number % len(shown)]["uuid"]))

    def memo(self, words):
        self.send(Change(memo=words, was=self.state["memo"]))

    def finish(self, outcome):
        finish(assignment=self.assignment, outcome=outcome, by=self.by, seen=self.state["version"])

    def lose(self):
        Assignment.objects.filter(pk=self.assignment.pk, submitted_at=None).update(
            coder=None, leased_until=None, postponed_at=None
        )


def stored(assignment, by):
    codings = Coding.objects.at(assignment.round_unit_id, by.pk).standing()
    return {(c.uuid, c.code_id, c.start, c.end) for c in codings}


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, max_size=12))
def test_whatever_two_tabs_do_no_code_disappears_and_offsets_fit(bob, cody, steps):
    with transaction.atomic():
        book = make_codebook(bob)
        make_round(bob, [cody], book=book, texts=[TEXT])
        assignment = queue.take_next(by=cody)
        tabs = (Tab(assignment, book, cody), Tab(assignment, book, cody))
        for name, is_second, *values in steps:
            _check_step(tabs[is_second], name, values)
        transaction.set_rollback(True)


def _check_step(tab, name, values):
    assignment, by = tab.assignment, tab.by
    before = stored(assignment, by)
    submitted = list(Submission.objects.standing().values_list("pk", "codings"))
    shown, current = tab.state["version"], Assignment.objects.get(pk=assignment.pk).version
    try:
        getattr(tab, name)(*values)
    except (ValidationError, Conflict, PermissionDenied):
        assert stored(assignment, by) == before
    after = stored(assignment, by)
    assert len(before - after) <= (name == "retract")
    assert len(after - before) <= (name == "apply")
    assert all(start is None or 0 <= start < end <= len(TEXT) for _, _, start, end in after)
    if submitted:
        assert after == before
        assert list(Submission.objects.standing().values_list("pk", "codings")) == submitted
    elif Submission.objects.exists():
        assert name == "finish"
        assert shown == current
        assert Submission.objects.get().codings == len(before)
