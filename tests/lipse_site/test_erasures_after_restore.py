"""What was erased after a backup stays erased when the backup is restored, and what was undone stays undone."""

import hashlib
import json
import stat
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command

from casestudies.actions.attachments import put_attachment
from casestudies.erasing import NOTE
from casestudies.models import Attachment, FieldNote, FieldNoteVersion
from tests.factories import photos
from tests.factories.casestudies import make_case_study, make_note
from versions import journal
from versions.actions import erase, undo_erasure
from versions.models import Erasure, KeptText

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Mrs Quillfeather came."
PNG = photos.png(photos.chunk(b"IDAT", b"picture" * 100))


@pytest.fixture
def backup(fay, bob, tmp_path, monkeypatch):
    """A note with a file, in a backup."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
    monkeypatch.setattr(settings, "ERASURES_FILE", tmp_path / "erasures.jsonl")
    note = make_note(make_case_study(fay), fay, text=WORDS)
    digest = hashlib.sha256(PNG).hexdigest()
    put_attachment(sha256=digest, chunks=[PNG], media_type="image/png", name="face.png", note=note, by=fay)
    FieldNote.objects.update(created_at=note.created_at - timedelta(days=30))
    call_command("backup", str(tmp_path / "backup.tar"))
    return tmp_path / "backup.tar"


def erased(by, **values):
    return erase(kind=NOTE, key=str(FieldNote.objects.get().pk), ground="personal-request", by=by, **values)


def age_the_list():
    """Fifteen days pass."""
    entry = json.loads(journal.path().read_text())
    Erasure.objects.all().delete()
    for name in ("erased_at", "final_at"):
        entry[name] = (journal.datetime.fromisoformat(entry[name]) - timedelta(days=15)).isoformat()
    journal.path().write_text(json.dumps(entry) + "\n")


def test_a_restore_makes_later_erasures_again_and_they_can_still_be_undone(backup, bob):
    erasure = erased(bob)

    call_command("restore", str(backup))

    assert FieldNote.objects.get().text.startswith("[Erased ")
    assert FieldNoteVersion.objects.get().text == FieldNote.objects.get().text
    assert Attachment.objects.get().erased_at is not None
    undo_erasure(erasure=Erasure.objects.get(pk=erasure.pk), by=bob)
    assert FieldNote.objects.get().text == WORDS


def test_a_passage_is_found_again_without_being_in_the_list(backup, bob):
    erased(bob, passage="Mrs Quillfeather")
    assert "Quillfeather" not in journal.path().read_text()
    call_command("restore", str(backup))
    assert FieldNoteVersion.objects.get().text.endswith("] came.")


def test_an_erasure_that_is_final_by_now_keeps_no_text_and_no_file(backup, bob):
    erased(bob)
    path = Attachment.objects.get().path
    age_the_list()

    call_command("restore", str(backup))

    assert FieldNote.objects.get().text.startswith("[Erased ")
    assert KeptText.objects.count() == 0
    assert not path.exists()


def test_an_erasure_that_was_undone_after_the_backup_is_undone_again(backup, bob, tmp_path):
    erasure = erased(bob)
    call_command("backup", str(tmp_path / "erased.tar"))
    undo_erasure(erasure=erasure, by=bob)
    call_command("restore", str(tmp_path / "erased.tar"))
    assert FieldNote.objects.get().text == WORDS
    assert Erasure.objects.get().undone_at is not None


def test_the_list_is_for_its_owner_alone_and_holds_no_text(backup, bob):
    erased(bob)
    assert stat.S_IMODE(journal.path().stat().st_mode) == 0o600
    assert WORDS not in journal.path().read_text()


def test_a_thing_with_a_number_that_is_used_again_is_left_alone(backup, bob):
    erased(bob)
    FieldNote.objects.update(created_at=Erasure.objects.get().erased_at + timedelta(days=1), text="Another thing.")
    assert journal.replay() == 0
    assert FieldNote.objects.get().text == "Another thing."


def test_two_erasures_of_one_text_that_were_undone_after_the_backup_are_both_undone_again(backup, bob, tmp_path):
    """The later one is undone before the earlier one, as people had to."""
    first = erased(bob, passage="Quillfeather")
    second = erased(bob, passage=" came.")
    call_command("backup", str(tmp_path / "erased.tar"))
    undo_erasure(erasure=second, by=bob)
    undo_erasure(erasure=first, by=bob)
    assert FieldNote.objects.get().text == WORDS
    call_command("restore", str(tmp_path / "erased.tar"))
    assert FieldNote.objects.get().text == WORDS
    assert Erasure.objects.filter(undone_at=None).count() == 0
    assert KeptText.objects.count() == 0
