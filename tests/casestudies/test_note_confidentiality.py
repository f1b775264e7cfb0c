"""What was confidential when it was written stays so, whatever the note is now; a deleted note is gone for readers."""

import hashlib

import pytest
from django.http import Http404

from casestudies.actions import notes
from casestudies.actions.attachments import put_attachment, remove_attachment
from casestudies.models import Attachment, FieldNote, FieldNoteVersion, NoteAttachment, NoteConflict
from tests.conftest import person_at
from tests.factories.casestudies import make_case_study, make_note, note_content

pytestmark = pytest.mark.django_db
SECRET = "The mayor's brother owns the quay."
PDF = b"%PDF-1.7 the deed"
SHA = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def gil(alpha):
    """Another fieldworker at Alpha, who may edit the note and is not its author."""
    return person_at(alpha, "gil", "fieldworker")


@pytest.fixture
def case_study(fay):
    return make_case_study(fay)


def attach(note, by, data=PDF, name="deed.pdf"):
    sha = hashlib.sha256(data).hexdigest()
    return put_attachment(sha256=sha, chunks=[data], media_type="application/pdf", note=note, name=name, by=by)[0]


@pytest.fixture
def lowered(case_study, fay, ada):
    """Confidential with a secret, a conflict and a file; then normal with a harmless text."""
    note = make_note(case_study, fay, text=SECRET, sensitivity="confidential")
    attach(note, fay)
    content = note_content(case_study, text="Twelve people came.", sensitivity="normal")
    conflicting = note_content(case_study, text=f"{SECRET} Or his cousin.", sensitivity="confidential")
    notes.put_note(uuid=note.pk, content=content, by=fay, base_version=1)
    notes.put_note(uuid=note.pk, content=conflicting, by=fay, base_version=1)
    return FieldNote.objects.get(pk=note.pk)


@pytest.mark.parametrize("who", ["rita", "gil", "cody"])
def test_versions_conflicts_and_files_of_the_confidential_time_stay_hidden(request, lowered, who):
    person = request.getfixturevalue(who)
    assert FieldNote.objects.visible_to(person).filter(pk=lowered.pk).exists()
    assert [v.number for v in FieldNoteVersion.objects.visible_to(person)] == [2]
    assert not NoteConflict.objects.visible_to(person).exists()
    assert not NoteAttachment.objects.visible_to(person).exists()
    assert not Attachment.objects.visible_to(person).exists()


@pytest.mark.parametrize("who", ["fay", "bob", "ada"])
def test_the_author_and_the_leads_still_read_all(request, lowered, who):
    person = request.getfixturevalue(who)
    assert FieldNoteVersion.objects.visible_to(person).count() == 2
    assert NoteConflict.objects.visible_to(person).count() == 1
    assert Attachment.objects.visible_to(person).count() == 1


@pytest.mark.parametrize("who", ["rita", "gil"])
def test_no_page_and_no_api_address_shows_the_secret(request, client_of, lowered, who):
    browser = client_of(request.getfixturevalue(who))
    conflict = NoteConflict.objects.get()
    api = f"/api/v1/field-notes/{lowered.pk}/"
    for address in (
        f"/field-notes/{lowered.pk}/",
        f"/field-notes/{lowered.pk}/edit/",
        f"/field-notes/{lowered.pk}/versions/",
        f"/field-notes/{lowered.pk}/versions/?from=1&to=2",
        f"/field-notes/{lowered.pk}/conflicts/{conflict.pk}/",
        "/field-notes/",
        "/field-notes/?search=brother",
        "/today/",
        api,
        f"{api}versions/",
        f"{api}versions/1/",
        f"{api}conflicts/",
        f"{api}conflicts/{conflict.pk}/",
        "/api/v1/field-notes/?search=brother",
        f"/api/v1/attachments/{SHA}/",
    ):
        answer = browser.get(address)
        body = answer.content.decode() if not answer.streaming else ""
        assert not answer.streaming, address
        assert "mayor" not in body, address
        assert "deed.pdf" not in body, address
    assert browser.get(f"{api}versions/1/").status_code == 404
    assert browser.get(f"{api}conflicts/{conflict.pk}/").status_code == 404


def test_an_edit_that_names_a_hidden_version_as_its_base_gets_nothing_of_it(client_of, gil, lowered, case_study):
    body = note_content(case_study.slug, text="Mine", base_version=1)
    answer = client_of(gil).put(f"/api/v1/field-notes/{lowered.pk}/", body, content_type="application/json")
    assert answer.status_code == 409
    assert "mayor" not in answer.content.decode()
    assert answer.json()["base"] is None


def test_a_hidden_version_is_not_restored_and_a_hidden_conflict_not_decided(client_of, gil, lowered, case_study):
    first = lowered.versions.get(number=1)
    with pytest.raises(Http404):
        notes.restore_version(version=first, by=gil)
    with pytest.raises(Http404):
        notes.resolve_conflict(conflict=NoteConflict.objects.get(), content={}, by=gil, base_version=2)
    browser = client_of(gil)
    assert browser.post(f"/field-notes/{lowered.pk}/versions/1/restore/").status_code == 404
    decision = {"conflict": NoteConflict.objects.get().pk, "base_version": 2, "choose": "mine"}
    api = f"/api/v1/field-notes/{lowered.pk}/conflicts/"
    assert browser.post(api, decision, content_type="application/json").status_code == 404


def test_a_field_restored_from_a_confidential_version_makes_the_note_confidential(lowered, fay):
    notes.restore_version(version=lowered.versions.get(number=1), by=fay, fields=["text"])
    lowered.refresh_from_db()
    assert (lowered.text, lowered.sensitivity) == (SECRET, "confidential")


def test_sensitive_versions_stay_sensitive_too(case_study, fay, rita, cody):
    note = make_note(case_study, fay, text="Names", sensitivity="sensitive")
    content = note_content(case_study, text="None", sensitivity="normal")
    notes.put_note(uuid=note.pk, content=content, by=fay, base_version=1)
    assert [v.number for v in FieldNoteVersion.objects.visible_to(rita)] == [2]
    assert FieldNoteVersion.objects.visible_to(cody).count() == 2


def test_a_file_added_again_takes_the_sensitivity_of_the_note_as_it_is(lowered, fay, rita):
    remove_attachment(use=NoteAttachment.objects.get(), by=fay)
    attach(lowered, fay)
    assert Attachment.objects.visible_to(rita).exists()


def test_who_sends_the_same_file_learns_no_name_of_the_hidden_one(lowered, gil, rita):
    use = attach(lowered, gil, name="mine.pdf")
    assert use.name == "mine.pdf"
    assert Attachment.objects.visible_to(rita).exists()


@pytest.fixture
def deleted(case_study, fay):
    note = make_note(case_study, fay, text=SECRET)
    notes.put_note(uuid=note.pk, content=note_content(case_study, text="Else"), by=fay, base_version=None)
    attach(note, fay)
    notes.delete_note(note=note, by=fay)
    return note


@pytest.mark.parametrize("who", ["rita", "cody"])
def test_a_deleted_note_is_gone_for_readers_with_all_that_belongs_to_it(request, client_of, deleted, who):
    person = request.getfixturevalue(who)
    for model in (FieldNote, FieldNoteVersion, NoteConflict, NoteAttachment, Attachment):
        assert not model.objects.visible_to(person).exists(), model
    browser = client_of(person)
    api = f"/api/v1/field-notes/{deleted.pk}/"
    for address in (f"/field-notes/{deleted.pk}/", f"/field-notes/{deleted.pk}/versions/", api, f"{api}versions/",
                    f"{api}versions/1/", f"{api}conflicts/", f"/api/v1/attachments/{SHA}/"):  # fmt: skip
        assert browser.get(address).status_code == 404, address
    assert "At the quay" not in browser.get("/field-notes/?deleted=true").content.decode()


@pytest.mark.parametrize("who", ["fay", "gil", "bob", "ada"])
def test_who_can_restore_a_deleted_note_still_reads_it(request, deleted, who):
    assert FieldNoteVersion.objects.visible_to(request.getfixturevalue(who)).exists()
