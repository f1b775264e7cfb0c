"""put_note and what follows it: no text is lost, none overwritten, none doubled."""

import hashlib
import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from accounts.models import AuditEvent, User
from casestudies.actions.notes import delete_note, put_note, resolve_conflict, restore_version, undelete_note
from casestudies.models import FieldNote, FieldNoteVersion, NoteConflict
from rest.problems import Conflict
from tests.factories.casestudies import make_case_study, make_event, make_note, note_content


@pytest.fixture
def case_study(fay):
    return make_case_study(fay)


@pytest.fixture
def note(case_study, fay):
    return make_note(case_study, fay)


def edit(note, by, base, **values):
    return put_note(uuid=note.uuid, content=note_content(note.case_study, **values), by=by, base_version=base)


def test_the_first_put_makes_the_note_and_its_receipt(case_study, fay):
    put = put_note(uuid=uuid.uuid4(), content=note_content(case_study, text="Köszönöm\n"), by=fay, device="tablet")
    assert put.created
    assert put.version.number == 1
    assert put.version.sha256 == hashlib.sha256("Köszönöm\n".encode()).hexdigest()
    assert put.note.author == fay
    assert put.note.organisation == case_study.organisation


def test_the_same_put_again_is_the_same_version(case_study, fay):
    identity = uuid.uuid4()
    first = put_note(uuid=identity, content=note_content(case_study), by=fay)
    again = put_note(uuid=identity, content=note_content(case_study), by=fay)
    assert not again.created
    assert again.version == first.version
    assert FieldNoteVersion.objects.count() == 1


def test_a_late_copy_of_the_first_put_does_not_undo_a_later_edit(note, fay):
    edit(note, fay, 1, text="Thirteen people came.\n")
    late = put_note(uuid=note.uuid, content=note_content(note.case_study), by=fay)
    assert late.version.number == 1
    assert FieldNote.objects.get(pk=note.pk).text == "Thirteen people came.\n"


def test_other_content_without_a_base_is_stored_as_a_conflict(note, fay):
    put = put_note(uuid=note.uuid, content=note_content(note.case_study, text="Other words"), by=fay)
    assert put.conflict.mine["text"] == "Other words"
    assert put.conflict.differing == ["text"]
    assert FieldNote.objects.get(pk=note.pk).text == note.text


def test_an_edit_on_the_current_version_makes_the_next(note, fay):
    put = edit(note, fay, 1, text="Thirteen people came.\n")
    assert put.version.number == 2
    assert put.version.base_version == 1
    assert [v.text for v in note.versions.all()] == ["Twelve people came.\n", "Thirteen people came.\n"]


def test_an_edit_that_changes_nothing_makes_no_version(note, fay):
    assert edit(note, fay, 1).version.number == 1


def test_stale_edits_of_different_fields_combine(note, fay, ada):
    edit(note, ada, 1, title="By Ada")
    put = edit(note, fay, 1, text="By Fay")
    assert put.conflict is None
    assert put.version.act == "combined"
    current = FieldNote.objects.get(pk=note.pk)
    assert (current.title, current.text, current.version) == ("By Ada", "By Fay", 3)


def test_a_combined_edit_sent_again_is_known(note, fay, ada):
    edit(note, ada, 1, title="By Ada")
    first = edit(note, fay, 1, text="By Fay")
    assert edit(note, fay, 1, text="By Fay").version == first.version


def test_stale_edits_of_the_same_field_are_a_stored_conflict(note, fay, ada):
    edit(note, ada, 1, text="By Ada")
    put = edit(note, fay, 1, text="By Fay")
    assert put.version is None
    assert (put.conflict.base_version, put.conflict.theirs_version) == (1, 2)
    assert put.conflict.mine["text"] == "By Fay"
    assert edit(note, fay, 1, text="By Fay").conflict == put.conflict
    assert NoteConflict.objects.count() == 1


def test_a_base_the_server_never_had_loses_nothing(note, fay):
    put = edit(note, fay, 17, text="From before the backup was restored")
    assert put.conflict.base_version is None
    assert put.conflict.mine["text"] == "From before the backup was restored"


def test_a_decision_is_a_version_that_can_be_undone(note, fay, ada):
    edit(note, ada, 1, text="By Ada")
    conflict = edit(note, fay, 1, text="By Fay").conflict
    version = resolve_conflict(conflict=conflict, content={"text": "By Ada and Fay"}, by=ada, base_version=2)
    conflict.refresh_from_db()
    assert (version.act, version.number, conflict.resolved_version) == ("resolved", 3, 3)
    restored = restore_version(version=note.versions.get(number=2), by=fay)
    assert (restored.text, restored.number) == ("By Ada", 4)


def test_a_decision_on_a_note_that_moved_on_decides_nothing(note, fay, ada):
    edit(note, ada, 1, text="By Ada")
    conflict = edit(note, fay, 1, text="By Fay").conflict
    edit(note, ada, 2, text="By Ada again")
    with pytest.raises(Conflict):
        resolve_conflict(conflict=conflict, content={"text": "By Fay"}, by=fay, base_version=2)
    conflict.refresh_from_db()
    assert conflict.resolved_at is None


def test_a_conflict_is_decided_once(note, fay):
    conflict = edit(note, fay, None, text="By Fay").conflict
    resolve_conflict(conflict=conflict, content={"text": "By Fay"}, by=fay, base_version=1)
    with pytest.raises(ValidationError):
        resolve_conflict(conflict=conflict, content={"text": "No"}, by=fay, base_version=2)


def test_one_field_of_an_older_version_is_restored_alone(note, fay):
    edit(note, fay, 1, title="New title", text="New text")
    version = restore_version(version=note.versions.get(number=1), by=fay, fields=["title"])
    assert (version.title, version.text) == ("At the quay", "New text")


def test_a_deleted_note_keeps_its_text_and_can_be_restored(note, fay):
    delete_note(note=note, by=fay)
    deleted = FieldNote.objects.get(pk=note.pk)
    assert deleted.deleted_by == fay
    assert deleted.text == note.text
    undelete_note(note=note, by=fay)
    assert FieldNote.objects.not_deleted().filter(pk=note.pk).exists()


def test_an_edit_of_a_deleted_note_is_a_conflict(note, fay, ada):
    delete_note(note=note, by=ada)
    put = edit(note, fay, 1, text="Written offline meanwhile")
    assert put.conflict.differing == ["deleted"]
    assert put.conflict.mine["text"] == "Written offline meanwhile"


def test_versions_cannot_be_changed_or_removed(note):
    for change in (lambda v: v.update(text="forged"), lambda v: v.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(FieldNoteVersion.objects.filter(note=note))


def test_the_event_of_a_note_is_of_its_case(case_study, fay):
    other = make_event(make_case_study(fay), fay)
    with pytest.raises(ValidationError) as refused:
        make_note(case_study, fay, event=other)
    assert "event" in refused.value.message_dict


def test_a_note_does_not_move_to_another_organisation(note, fay, charlie):
    with pytest.raises(ValidationError):
        edit(note, fay, 1, case_study=make_case_study(charlie))


def test_who_may_write_a_note(case_study, fay, ada, bob, cody, rita, charlie):
    for person in (fay, ada):
        assert make_note(case_study, person).version == 1
    for person in (bob, cody, rita, charlie):
        with pytest.raises(PermissionDenied):
            make_note(case_study, person)


def test_a_person_without_access_who_guesses_the_uuid_learns_nothing(note, charlie):
    with pytest.raises(Http404):
        edit(note, charlie, 1, text="x", case_study=make_case_study(charlie))


@pytest.mark.parametrize(
    ("sensitivity", "readers"),
    [
        ("normal", {"fay", "ada", "bob", "cody", "rita"}),
        ("sensitive", {"fay", "ada", "bob", "cody"}),
        ("confidential", {"fay", "ada", "bob"}),
    ],
)
def test_sensitivity_decides_who_reads_a_note(case_study, fay, ada, bob, cody, rita, charlie, sensitivity, readers):
    make_note(case_study, fay, sensitivity=sensitivity)
    people = (fay, ada, bob, cody, rita, charlie)
    assert {p.username for p in people if FieldNote.objects.visible_to(p).exists()} == readers


def test_an_author_who_left_the_organisation_reads_no_more(note, fay):
    fay.memberships.all().delete()
    assert not FieldNote.objects.visible_to(User.objects.get(pk=fay.pk)).exists()


def test_every_step_is_in_the_audit_trail_without_text(note, fay, ada):
    edit(note, ada, 1, text="By Ada")
    edit(note, fay, 1, text="By Fay")
    delete_note(note=note, by=fay)
    events = AuditEvent.objects.filter(target_id=str(note.pk))
    assert {e.action for e in events} == {"field-note.written", "field-note.conflicted", "field-note.deleted"}
    assert "By" not in str([e.details for e in events])


@pytest.mark.django_db(transaction=True)
def test_concurrent_identical_puts_make_one_note_of_one_version(fay):
    case_study, identity = make_case_study(fay), uuid.uuid4()
    gate, made = threading.Barrier(6), []

    def send():
        try:
            gate.wait()
            made.append(put_note(uuid=identity, content=note_content(case_study), by=fay).created)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False] * 5 + [True]
    assert FieldNoteVersion.objects.filter(note=identity).count() == 1


@pytest.mark.django_db(transaction=True)
def test_each_text_of_concurrent_edits_on_one_base_is_stored(fay):
    note = make_note(make_case_study(fay), fay)
    gate, puts = threading.Barrier(5), []

    def send(number):
        try:
            gate.wait()
            puts.append(edit(note, fay, 1, text=f"Writer {number}"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[n]) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = set(FieldNoteVersion.objects.filter(note=note).values_list("text", flat=True))
    kept |= {c.mine["text"] for c in NoteConflict.objects.filter(note=note)}
    assert {f"Writer {n}" for n in range(5)} <= kept
    assert [p.version.number for p in puts if p.version] == [2]
