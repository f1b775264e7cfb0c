"""Text of a note is erased in every place, can be put back for 14 days, and does not come back by a device."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.http import Http404
from django.utils import timezone

from accounts.models import AuditEvent
from casestudies.actions.attachments import put_attachment
from casestudies.actions.notes import delete_note, put_note
from casestudies.erasing import CONTRIBUTION, NOTE
from casestudies.models import Attachment, Contribution, FieldNote, FieldNoteVersion, Informant, NoteConflict
from tests.factories import photos
from tests.factories.casestudies import (
    make_case_study,
    make_contribution,
    make_informant,
    make_note,
    note_content,
)
from tests.searched import tables_with
from versions.actions import erase, preview_of, undo_erasure
from versions.jobs import finalise
from versions.models import Erasure, KeptText

WORDS = "Mrs Quillfeather"
PNG = photos.png(photos.chunk(b"IDAT", b"picture" * 100))
INFORMANT = Informant._meta.label_lower


def edited(note, by, text, base_version):
    content = note_content(note.case_study, text=text, title=f"About {WORDS}")
    return put_note(uuid=note.pk, content=content, by=by, base_version=base_version)


@pytest.fixture
def case_study(fay):
    return make_case_study(fay)


@pytest.fixture
def note(case_study, fay):
    """Two versions, a conflict and a file."""
    note = make_note(case_study, fay, text=f"{WORDS} came to the quay.", title="At the quay")
    edited(note, fay, f"{WORDS} came to the quay and left.", 1)
    edited(note, fay, f"{WORDS} did not come.", 1)
    file = {"sha256": "", "chunks": [PNG], "media_type": "image/png", "name": f"{WORDS}.png"}
    put_attachment(**file | {"sha256": sha256(PNG)}, note=note, by=fay)
    return note


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def erased(note, by, **values):
    return erase(kind=NOTE, key=str(note.pk), by=by, **({"ground": "consent-withdrawn"} | values))


def age(erasure, days=14):
    """Let time pass."""
    then = erasure.erased_at - timedelta(days=days)
    Erasure.objects.filter(pk=erasure.pk).update(erased_at=then, final_at=then + timedelta(days=14))
    Attachment.objects.filter(erased_at__isnull=False).update(erased_at=then)


def test_a_whole_note_is_erased_in_every_table_and_the_numbers_stay(note, bob):
    before = tables_with(WORDS)

    erasure = erased(note, bob, ground="personal-request")

    assert before >= {"casestudies_fieldnote", "casestudies_fieldnoteversion", "casestudies_noteconflict"}
    assert tables_with(WORDS) == {"versions_kepttext"}
    version = FieldNoteVersion.objects.get(note=note, number=1)
    assert version.text.startswith("[Erased ")
    assert version.text.endswith(" by bob: personal request. 34 characters.]")
    assert FieldNoteVersion.objects.filter(note=note).count() == 2
    assert NoteConflict.objects.filter(note=note).count() == 1
    counts = {place["place"]: place["rows"] for place in erasure.targets.get().counts}
    assert counts == {"Note": 1, "Versions": 2, "Conflicts": 1, "Files": 1}
    assert Attachment.objects.visible_to(note.author).count() == 0
    assert AuditEvent.objects.get(action="text.erased").details["characters"] > 0


def test_a_passage_is_erased_and_the_rest_stays(note, bob):
    erased(note, bob, ground="redaction", passage=WORDS)
    assert tables_with(WORDS) == {"versions_kepttext"}
    note.refresh_from_db()
    assert note.text.endswith("came to the quay and left.")


def test_what_a_preview_says_is_what_is_done_and_it_changes_nothing(note, bob):
    before = tables_with(WORDS)
    preview = preview_of(kind=NOTE, key=str(note.pk), ground="redaction", by=bob)
    assert tables_with(WORDS) == before
    assert Erasure.objects.count() == 0
    assert preview[0]["places"] == erased(note, bob).targets.get().counts


def test_an_erasure_is_undone_completely(note, bob):
    rows = [list(FieldNote.objects.values()), list(FieldNoteVersion.objects.values()),
            list(NoteConflict.objects.values()), list(Attachment.objects.values())]  # fmt: skip
    undo_erasure(erasure=erased(note, bob), by=bob)
    assert rows == [list(FieldNote.objects.values()), list(FieldNoteVersion.objects.values()),
                    list(NoteConflict.objects.values()), list(Attachment.objects.values())]  # fmt: skip
    assert KeptText.objects.count() == 0


def test_the_clock_makes_it_final_before_anything_runs(note, bob):
    erasure = erased(note, bob)
    age(erasure)
    with pytest.raises(ValidationError, match="final"):
        undo_erasure(erasure=erasure, by=bob)


def test_when_it_is_final_no_text_and_no_byte_is_left(note, bob):
    path = Attachment.objects.get().path
    erasure = erased(note, bob)
    finalise()
    assert path.exists()
    assert KeptText.objects.exists()
    age(erasure)
    finalise()
    assert not path.exists()
    assert tables_with(WORDS) == set()


def test_bytes_that_another_note_shows_stay(note, case_study, fay, bob):
    other = make_note(case_study, fay)
    put_attachment(sha256=sha256(PNG), chunks=[PNG], media_type="image/png", name="quay", note=other, by=fay)
    age(erased(note, bob))
    finalise()
    assert Attachment.objects.visible_to(fay).get().path.exists()


def test_an_erased_file_is_not_added_again(note, fay, bob):
    erased(note, bob)
    with pytest.raises(ValidationError, match="erased"):
        put_attachment(sha256=sha256(PNG), chunks=[PNG], media_type="image/png", name="quay", note=note, by=fay)


def test_a_device_cannot_write_the_erased_note_again(note, fay, bob):
    erased(note, bob)
    for base in (1, 2, None):
        with pytest.raises(PermissionDenied, match="erased"):
            edited(note, fay, f"{WORDS} came again.", base)
    delete_note(note=FieldNote.objects.get(), by=fay)


def test_a_device_that_still_has_the_passage_does_not_bring_it_back(note, fay, bob):
    erased(note, bob, ground="redaction", passage=WORDS)
    edited(note, fay, f"{WORDS} came a third time.", 2)
    assert tables_with(WORDS) == {"versions_kepttext"}
    note.refresh_from_db()
    assert note.text.endswith("came a third time.")


def test_the_trigger_lets_an_erasure_change_text_and_nothing_else(note, bob):
    erasure = erased(note, bob)
    versions = FieldNoteVersion.objects.filter(note=note)
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        versions.update(text="something else")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lipse.erasure', %s, true)", [str(uuid.uuid4())])
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        versions.update(text="by an erasure that does not exist")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lipse.erasure', %s, true)", [str(erasure.pk)])
    versions.update(text="by an erasure")
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        versions.update(author=bob)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        versions.delete()


@pytest.mark.parametrize("person", ["fay", "rita", "cody"])
def test_only_data_managers_and_administrators_erase(person, note, request):
    with pytest.raises(PermissionDenied):
        erased(note, request.getfixturevalue(person))


def test_a_stranger_does_not_learn_that_the_note_exists(note, charlie, bob):
    with pytest.raises(Http404):
        erased(note, charlie)
    with pytest.raises(PermissionDenied):
        undo_erasure(erasure=erased(note, bob), by=charlie)


@pytest.mark.parametrize("values", [{"passage": "Mrs Nobody"}, {"passage": "Mrs"}, {"ground": "because"}])
def test_a_wrong_erasure_is_refused_and_changes_nothing(values, note, bob):
    before = tables_with(WORDS)
    with pytest.raises((ValidationError, IntegrityError)):
        erased(note, bob, **values)
    assert tables_with(WORDS) == before
    assert Erasure.objects.count() == 0


def test_of_two_erasures_the_later_is_undone_first(note, bob):
    first = erased(note, bob, passage="to the quay")
    second = erased(note, bob)
    with pytest.raises(ValidationError, match="later erasure"):
        undo_erasure(erasure=first, by=bob)
    undo_erasure(erasure=second, by=bob)
    undo_erasure(erasure=first, by=bob)
    note.refresh_from_db()
    assert note.text == f"{WORDS} came to the quay and left."


def test_a_text_written_after_the_erasure_outlives_its_undo(note, fay, bob):
    erasure = erased(note, bob, passage=WORDS)
    edited(note, fay, "Nobody came.", 2)
    undo_erasure(erasure=erasure, by=bob)
    note.refresh_from_db()
    assert note.text == "Nobody came."
    assert FieldNoteVersion.objects.get(note=note, number=1).text == f"{WORDS} came to the quay."


def test_an_informant_takes_the_notes_and_contributions_along(case_study, fay, ada):
    informant = make_informant(case_study, fay, pseudonym="Quillfeather", description="The lady with the hat")
    second = make_informant(case_study, fay, pseudonym="Other", description="The man with the hat")
    note = make_note(case_study, fay, text="She was angry.", informants=["Quillfeather", "Other"])
    edit = note_content(case_study, text="She was very angry.", informants=["Other"])
    put_note(uuid=note.pk, content=edit, by=fay, base_version=1)
    contribution = make_contribution(case_study, fay, text="I want trees.", pseudonym="Quillfeather")
    other = make_note(case_study, fay, text="Another was calm.")

    erasure = erase(kind=INFORMANT, key=str(informant.pk), ground="consent-withdrawn", by=ada)

    assert {target.pair for target in erasure.targets.all()} == {
        (INFORMANT, str(informant.pk)), (NOTE, str(note.pk)), (CONTRIBUTION, str(contribution.pk))
    }  # fmt: skip
    for words in ("Quillfeather", "angry", "I want trees", "lady with the hat"):
        assert tables_with(words) == {"versions_kepttext"}
    other.refresh_from_db()
    assert other.text == "Another was calm."
    erase(kind=INFORMANT, key=str(second.pk), ground="consent-withdrawn", by=ada)


def test_a_case_study_loses_a_passage_in_itself_and_in_its_history(case_study, fay, ada):
    contribution = make_contribution(case_study, fay, text=f"{WORDS} wants trees.")
    Contribution.objects.filter(pk=contribution.pk).update(text=f"{WORDS} wants more trees.", updated_at=timezone.now())
    erase(kind=CONTRIBUTION, key=str(contribution.pk), ground="redaction", by=ada, passage=WORDS)
    assert tables_with(WORDS) == {"versions_kepttext"}
