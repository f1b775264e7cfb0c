"""What is typed after a conflict appeared belongs to that conflict; a decision lets every device go on."""

import hashlib

import pytest
from django.db import DatabaseError, transaction

from casestudies.actions.notes import delete_note, put_note, resolve_conflict
from casestudies.models import EarlierConflictText, FieldNote, NoteConflict
from rest.problems import Conflict
from tests.factories.casestudies import make_case_study, make_note, note_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(fay):
    return make_note(make_case_study(fay), fay)


@pytest.fixture
def edit(note):
    def put(by, base, amends=None, text_number=None, **values):
        content = note_content(note.case_study, **values)
        return put_note(uuid=note.pk, content=content, by=by, base_version=base, amends=amends, text_number=text_number)

    return put


@pytest.fixture
def conflict(edit, fay, ada):
    edit(ada, 1, text="By Ada")
    return edit(fay, 1, text="By Fay").conflict


def texts(conflict):
    conflict.refresh_from_db()
    return [*conflict.earlier_texts.values_list("mine__text", flat=True), conflict.mine["text"]]


def decide(conflict, by, text, base=2):
    return resolve_conflict(conflict=conflict, content={"text": text}, by=by, base_version=base)


def test_what_is_typed_after_a_conflict_stands_in_it_and_no_text_goes(edit, conflict, fay):
    again = edit(fay, 1, conflict.pk, text="By Fay, and more", title="Gate")
    assert (again.version, again.conflict) == (None, conflict)
    edit(fay, 1, conflict.pk, text="By Fay, and more, and most", title="Gate")
    assert texts(conflict) == ["By Fay", "By Fay, and more", "By Fay, and more, and most"]
    assert conflict.mine["title"] == "Gate"
    assert conflict.sha256 == hashlib.sha256(conflict.mine["text"].encode()).hexdigest()
    assert NoteConflict.objects.count() == 1


def test_an_edit_says_after_which_text_of_a_conflict_it_was_typed(edit, conflict, fay, ada):
    assert edit(fay, 1, conflict.pk, text="One", text_number=0).text_number == 1
    assert edit(fay, 1, conflict.pk, text="Two", text_number=1).text_number == 2
    # A device that heard of neither asks what became of the first.
    asked = edit(fay, 1, conflict.pk, text="By Fay", text_number=0)
    assert (asked.text_number, texts(conflict)) == (0, ["By Fay", "One", "Two"])
    edit(fay, 1, conflict.pk, text="By Fay, typed elsewhere", text_number=0)
    assert texts(conflict)[2:] == ["Two", "By Fay, typed elsewhere"]
    decide(conflict, ada, "By Fay, typed elsewhere")
    assert edit(fay, 1, conflict.pk, text="One and a half", text_number=1).conflict != conflict
    assert edit(fay, 1, conflict.pk, text="By Fay, typed elsewhere, and more", text_number=9).version.number == 4


def test_an_amendment_that_arrives_twice_or_late_changes_nothing(edit, conflict, fay):
    edit(fay, 1, conflict.pk, text="One")
    edit(fay, 1, conflict.pk, text="Two")
    late = edit(fay, 1, conflict.pk, text="One")
    assert late.earlier.mine["text"] == "One"
    edit(fay, 1, conflict.pk, text="Two")
    assert edit(fay, 1, text="By Fay").earlier.mine["text"] == "By Fay"
    assert texts(conflict) == ["By Fay", "One", "Two"]


def test_after_a_decision_the_device_that_had_the_conflict_gets_the_current_version(note, edit, conflict, fay, ada):
    decide(conflict, ada, "By both")
    put = edit(fay, 1, conflict.pk, text="By Fay")
    assert (put.conflict, put.version.number, put.version.text) == (None, 3, "By both")
    assert note.versions.count() == 3


def test_a_late_amendment_does_not_undo_the_decision(note, edit, conflict, fay, ada):
    edit(fay, 1, conflict.pk, text="One")
    edit(fay, 1, conflict.pk, text="Two")
    decide(conflict, ada, "Two")
    for text in ("One", "Two"):
        assert edit(fay, 1, conflict.pk, text=text).version.number == 3
    assert FieldNote.objects.get(pk=note.pk).text == "Two"


def test_what_is_typed_on_after_a_decision_for_it_is_the_next_version(note, edit, conflict, fay, ada):
    decide(conflict, ada, "By Fay")
    put = edit(fay, 1, conflict.pk, text="By Fay, and more")
    assert (put.version.number, put.version.text) == (4, "By Fay, and more")
    assert edit(fay, 1, conflict.pk, text="By Fay, and more").version == put.version


def test_what_is_typed_on_after_a_decision_against_it_is_another_conflict(note, edit, conflict, fay, ada):
    decide(conflict, ada, "By Ada")
    put = edit(fay, 1, conflict.pk, text="By Fay, and more")
    assert put.conflict not in (None, conflict)
    assert put.conflict.mine["text"] == "By Fay, and more"
    assert FieldNote.objects.get(pk=note.pk).text == "By Ada"


def test_after_a_decision_only_what_was_typed_since_is_an_edit(note, edit, conflict, fay, ada):
    decide(conflict, ada, "By Ada")
    put = edit(fay, 1, conflict.pk, text="By Fay", title="At the gate")
    assert (put.version.text, put.version.title) == ("By Ada", "At the gate")


def test_a_conflict_of_somebody_else_or_of_another_note_is_not_amended(edit, conflict, fay, ada):
    other = make_note(make_case_study(fay), fay)
    put = put_note(
        uuid=other.pk, content=note_content(other.case_study, text="X"), by=fay, base_version=1, amends=conflict.pk
    )
    assert put.version.number == 2
    assert edit(ada, 1, conflict.pk, text="Ada's").conflict != conflict
    assert texts(conflict) == ["By Fay"]


def test_a_conflict_about_a_deletion_is_amended_too(note, edit, fay, ada):
    delete_note(note=note, by=ada)
    conflict = edit(fay, 1, text="Typed on").conflict
    assert "deleted" in conflict.differing
    edit(fay, 1, conflict.pk, text="Typed on and on")
    assert texts(conflict) == ["Typed on", "Typed on and on"]


def test_a_decision_that_did_not_see_the_newest_text_decides_nothing(edit, conflict, fay, ada):
    seen = conflict.sha256
    edit(fay, 1, conflict.pk, text="By Fay, and more")
    with pytest.raises(Conflict) as refused:
        resolve_conflict(conflict=conflict, content={"text": "x"}, by=ada, base_version=2, seen_sha256=seen)
    assert refused.value.code == "stale_decision"
    conflict.refresh_from_db()
    assert conflict.resolved_at is None


def test_earlier_texts_never_change(edit, conflict, fay):
    edit(fay, 1, conflict.pk, text="More")
    for change in (
        EarlierConflictText.objects.all().delete,
        lambda: EarlierConflictText.objects.update(sha256="0" * 64),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_earlier_texts_are_read_like_their_conflict(edit, conflict, fay, rita, ada):
    edit(fay, 1, conflict.pk, text="A secret", sensitivity="confidential")
    edit(fay, 1, conflict.pk, text="Harmless", sensitivity="normal")
    readable = conflict.earlier_texts
    assert readable.readable_by(fay).count() == readable.readable_by(ada).count() == 2
    assert readable.readable_by(rita).count() == 1
