"""Files of notes in parts: resumed where the connection broke, stored once, and never seen before they are whole."""

import hashlib
import io
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.models import AuditEvent
from casestudies.actions import uploads
from casestudies.actions.attachments import remove_attachment
from casestudies.jobs import remove_unfinished_uploads
from casestudies.models import Attachment, NoteAttachment
from casestudies.models.attachments import DAYS_KEPT, arrivals, path_of
from lipse_site.backups.files import uploaded
from tests.factories import photos, recordings
from tests.factories.casestudies import make_case_study, make_note

LETTER = b"%PDF-1.7\n" + os.urandom(3000)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def note(fay):
    return make_note(make_case_study(fay), fay)


@pytest.fixture
def send(api_client, token_for):
    """`send(fay, note, upload, LETTER, 0, 500)`: bytes 0 to 499 of a file."""
    tokens = {}

    def do(person, note, upload, file, start, end=None, **said):
        tokens.setdefault(person.pk, token_for(person))
        part = file[start:end]
        query = {"sha256": hashlib.sha256(file).hexdigest(), "size": len(file), "offset": start, "name": "a"} | said
        return api_client.generic(
            "PATCH",
            f"/api/v1/field-notes/{note.pk}/uploads/{upload}/?{urlencode(query)}",
            part,
            content_type="application/octet-stream",
            HTTP_AUTHORIZATION=f"Bearer {tokens[person.pk]}",
        )

    return do


@pytest.fixture
def ask(api_client, token_for):
    def do(person, note, upload, method="get"):
        url = f"/api/v1/field-notes/{note.pk}/uploads/{upload}/"
        return getattr(api_client, method)(url, HTTP_AUTHORIZATION=f"Bearer {token_for(person)}")

    return do


def files_of_disk(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_in_parts_is_stored_when_it_is_whole(send, ask, fay, note, tmp_path):
    upload = uuid.uuid4()

    first = send(fay, note, upload, LETTER, 0, 1000)
    assert (first.status_code, first.json()) == (200, {"offset": 1000, "stored": None})
    assert not Attachment.objects.exists()
    assert list(uploaded(tmp_path)) == []  # and in no backup
    assert ask(fay, note, upload).json()["offset"] == 1000
    last = send(fay, note, upload, LETTER, 1000, name="letter.pdf", caption="The letter").json()

    digest = hashlib.sha256(LETTER).hexdigest()
    assert last["offset"] == len(LETTER)
    assert {name: last["stored"][name] for name in ("sha256", "sent_sha256", "size", "name", "caption")} == {
        "sha256": digest, "sent_sha256": digest, "size": len(LETTER), "name": "letter.pdf", "caption": "The letter"
    }  # fmt: skip
    assert [path.read_bytes() for path in files_of_disk(tmp_path)] == [LETTER]
    assert AuditEvent.objects.filter(action="attachment.added").count() == 1


def test_what_is_sent_again_is_known_and_changes_nothing(send, ask, fay, note):
    upload = uuid.uuid4()
    send(fay, note, upload, LETTER, 0, 1000)

    again = send(fay, note, upload, LETTER, 0, 1000)
    assert (again.status_code, again.json()["offset"]) == (409, 1000)
    assert again.json()["type"] == "urn:lipse:problem:other_offset"
    stored = send(fay, note, upload, LETTER, 1000).json()

    assert send(fay, note, upload, LETTER, 1000).json() == stored
    assert send(fay, note, upload, LETTER, 0).json() == stored
    assert ask(fay, note, upload).json() == stored
    assert note.attachments.count() == 1
    assert AuditEvent.objects.filter(action="attachment.added").count() == 1


def test_an_answer_that_was_lost_does_not_bring_back_what_was_removed_meanwhile(send, ask, fay, note):
    upload = uuid.uuid4()
    send(fay, note, upload, LETTER, 0)
    remove_attachment(use=note.attachments.get(), by=fay)

    assert send(fay, note, upload, LETTER, 0).json()["stored"]["removed"] is True
    assert ask(fay, note, upload).json()["stored"]["removed"] is True
    assert note.attachments.shown().count() == 0
    assert send(fay, note, uuid.uuid4(), LETTER, 0).json()["stored"]["removed"] is False
    assert note.attachments.shown().count() == 1


def test_the_same_file_from_two_devices_is_one_file(send, fay, note):
    one, other = uuid.uuid4(), uuid.uuid4()
    send(fay, note, one, LETTER, 0, 500)
    send(fay, note, other, LETTER, 0)
    assert send(fay, note, one, LETTER, 500).status_code == 200
    assert note.attachments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_requests_with_the_same_last_part_make_one_file(fay, note):
    upload = uploads.Upload(uuid.uuid4(), hashlib.sha256(LETTER).hexdigest(), len(LETTER))
    uploads.receive_part(upload=upload, offset=0, part=LETTER[:1000], note=note, by=fay)

    def last(_number):
        try:
            return uploads.receive_part(upload=upload, offset=1000, part=LETTER[1000:], note=note, by=fay).use.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        stored = set(threads.map(last, range(8)))

    assert len(stored) == 1
    assert note.attachments.get().attachment.path.read_bytes() == LETTER


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, len(LETTER)), max_size=6), twice=st.booleans(), lost=st.booleans())
def test_however_a_file_is_cut_the_server_says_where_to_go_on(fay, note, cuts, twice, lost):
    """`lost`: the answers never come, so that the device asks where to go on."""
    upload = uploads.Upload(uuid.uuid4(), hashlib.sha256(LETTER).hexdigest(), len(LETTER))
    at = 0
    for end in [*sorted(cuts), len(LETTER)]:
        for _time in range(1 + twice):
            if lost:
                at = uploads.arrived(uuid=upload.uuid, note=note, by=fay).offset
            try:
                done = uploads.receive_part(upload=upload, offset=at, part=LETTER[at : max(at, end)], note=note, by=fay)
                at = done.offset
            except uploads.Conflict as conflict:
                at = conflict.extra["offset"]
    assert at == len(LETTER)
    assert note.attachments.get().attachment.path.read_bytes() == LETTER


def test_a_file_with_another_hash_is_refused_and_begins_again(send, ask, fay, note, tmp_path):
    upload = uuid.uuid4()
    send(fay, note, upload, LETTER, 0, 1000)

    answer = send(fay, note, upload, LETTER, 1000, sha256="0" * 64)

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:lipse:problem:hash_mismatch")
    assert files_of_disk(tmp_path) == []
    assert ask(fay, note, upload).json() == {"offset": 0, "stored": None}


def test_a_server_that_was_killed_before_the_last_step_is_asked_to_do_it(send, ask, fay, note):
    upload = uuid.uuid4()
    send(fay, note, upload, LETTER, 0, 1000)
    with (arrivals() / str(fay.pk) / str(upload)).open("ab") as partial:
        partial.write(LETTER[1000:])
    assert ask(fay, note, upload).json() == {"offset": len(LETTER), "stored": None}
    assert send(fay, note, upload, LETTER, len(LETTER)).json()["stored"]["size"] == len(LETTER)


@pytest.mark.parametrize("content", [b"<!DOCTYPE html><script>", b"GIF89a<script>", b"\0" * 50, b"PK\x03\x04"])
def test_what_is_no_photo_recording_or_pdf_is_refused_whatever_it_says_it_is(send, fay, note, content, tmp_path):
    answer = send(fay, note, uuid.uuid4(), content, 0, name="photo.jpg", media_type="image/jpeg")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:lipse:problem:unsupported_type")
    assert files_of_disk(tmp_path) == []


def test_sizes_and_numbers_have_limits_with_sentences(send, fay, note, monkeypatch):
    large = send(fay, note, uuid.uuid4(), LETTER, 0, 100, size=uploads.MAX_BYTES + 1)
    assert (large.status_code, "500 MB" in large.json()["detail"]) == (413, True)
    too_much = send(fay, note, uuid.uuid4(), LETTER, 0, size=100)
    assert (too_much.status_code, too_much.json()["offset"]) == (409, 0)
    monkeypatch.setattr(uploads, "MOST_BEGUN", 1)
    send(fay, note, uuid.uuid4(), LETTER, 0, 100)
    begun = send(fay, note, uuid.uuid4(), LETTER, 0, 100)
    assert (begun.status_code, begun.json()["type"]) == (409, "urn:lipse:problem:uploads_begun")
    monkeypatch.setattr(uploads, "MAX_PART_BYTES", 100)
    assert send(fay, note, uuid.uuid4(), LETTER, 0, offset=-1).status_code == 400


def test_an_upload_belongs_to_who_began_it(send, ask, fay, ada, charlie, note):
    upload = uuid.uuid4()
    send(fay, note, upload, LETTER, 0, 1000)
    assert ask(ada, note, upload).json()["offset"] == 0
    assert ask(charlie, note, upload).status_code == 404
    assert send(charlie, note, upload, LETTER, 1000).status_code == 404
    missing = type(note)(pk=uuid.uuid4())
    assert send(fay, missing, upload, LETTER, 1000).status_code == 404
    assert ask(ada, note, upload, "delete").status_code == 204
    assert ask(fay, note, upload).json()["offset"] == 1000
    assert ask(fay, note, upload, "delete").status_code == 204
    assert ask(fay, note, upload).json()["offset"] == 0


def test_uploads_that_nobody_goes_on_with_are_removed(send, fay, note):
    old, new = uuid.uuid4(), uuid.uuid4()
    send(fay, note, old, LETTER, 0, 100)
    send(fay, note, new, LETTER, 0, 100)
    long_ago = time.time() - (DAYS_KEPT + 1) * 86_400
    os.utime(arrivals() / str(fay.pk) / str(old), (long_ago, long_ago))

    assert remove_unfinished_uploads() == 1

    assert [path.name for path in files_of_disk(arrivals())] == [str(new)]


def test_a_reader_of_the_note_cannot_add_a_file(send, rita, fay, note):
    assert send(rita, note, uuid.uuid4(), LETTER, 0).status_code == 403


def camera(kind):
    """A photo as Pillow writes it, with the place in Exif."""
    made, details = io.BytesIO(), Image.Exif()
    details.get_ifd(0x8825).update({1: "N", 2: (52.0, 0.0, 41.76), 3: "E", 4: (4.0, 21.0, 25.56)})
    details[0x010F], details[0x0112] = "Owner Planted Person", 6
    Image.effect_noise((80, 60), 60).convert("RGB").save(made, kind, exif=details)
    return made.getvalue()


PHOTOS = {
    "image/jpeg": camera("JPEG"),
    "image/png": camera("PNG"),
    "image/webp": camera("WEBP"),
    "image/avif": camera("AVIF"),
    "image/heic": recordings.heic(),
    "audio/mp4": recordings.recording(),
    "video/quicktime": recordings.recording(b"qt  ", handler=b"vide"),
    "audio/3gpp": recordings.recording(b"3gp4"),
}


@pytest.mark.parametrize("media_type", PHOTOS)
@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "no ending"])
def test_the_place_is_removed_unless_it_is_kept(send, fay, note, media_type, name):
    file = PHOTOS[media_type]
    assert b"Planted" in file

    removed = send(fay, note, uuid.uuid4(), file, 0, name=name).json()["stored"]
    kept = send(fay, note, uuid.uuid4(), file, 0, name=name, keep_details="true").json()["stored"]

    assert (removed["media_type"], removed["photo_details"]) == (media_type, "removed")
    assert (kept["media_type"], kept["photo_details"]) == (media_type, "kept")
    assert removed["sent_sha256"] == kept["sent_sha256"] == kept["sha256"] != removed["sha256"]
    assert b"Planted" not in path_of(removed["sha256"]).read_bytes()
    assert path_of(kept["sha256"]).read_bytes() == file
    if media_type in ("image/jpeg", "image/png", "image/webp", "image/avif"):
        stored = Image.open(io.BytesIO(path_of(removed["sha256"]).read_bytes()))
        assert not stored.getexif().get_ifd(0x8825)


def test_both_files_of_a_live_photo_are_kept_beside_each_other(send, fay, note):
    for name, file in {"IMG_7.HEIC": recordings.heic(), "IMG_7.MOV": recordings.recording(b"qt  ")}.items():
        send(fay, note, uuid.uuid4(), file, 0, name=name)
    assert set(NoteAttachment.objects.values_list("name", "attachment__media_type")) == {
        ("IMG_7.HEIC", "image/heic"), ("IMG_7.MOV", "video/quicktime")
    }  # fmt: skip


def test_a_photo_that_cannot_be_read_is_stored_only_if_its_details_are_kept(send, fay, note):
    broken = photos.camera_jpeg()[:100]
    assert send(fay, note, uuid.uuid4(), broken, 0).json()["type"].endswith("unreadable_photo")
    assert send(fay, note, uuid.uuid4(), broken, 0, keep_details="true").json()["stored"]["photo_details"] == "kept"
