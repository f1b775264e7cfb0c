"""Who read a confidential note, by whatever way, is in the audit trail."""

import hashlib

import pytest

from accounts.models import AuditEvent
from casestudies.actions import notes
from casestudies.actions.attachments import put_attachment
from casestudies.models import FieldNote
from tests.factories.casestudies import make_case_study, make_note, note_content

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 the deed"
SHA = hashlib.sha256(PDF).hexdigest()
NOTE, API = "/field-notes/{note}/", "/api/v1/field-notes/{note}/"
WAYS = [
    NOTE, f"{NOTE}edit/", f"{NOTE}versions/", f"{NOTE}conflicts/{{conflict}}/", API, "/api/v1/field-notes/",
    "/api/v1/field-notes/?fields=text", f"{API}versions/", f"{API}versions/1/", f"{API}conflicts/",
    f"{API}conflicts/{{conflict}}/", f"/api/v1/attachments/{SHA}/",
]  # fmt: skip


@pytest.fixture(params=["confidential", "normal"])
def sensitivity(request):
    return request.param


@pytest.fixture
def note(fay, sensitivity):
    case_study = make_case_study(fay)
    note = make_note(case_study, fay, text="Named", sensitivity=sensitivity)
    put_attachment(sha256=SHA, chunks=[PDF], media_type="application/pdf", note=note, name="d.pdf", by=fay)
    content = note_content(case_study, text="Other", sensitivity=sensitivity)
    notes.put_note(uuid=note.pk, content=content, by=fay, base_version=None)
    return FieldNote.objects.get(pk=note.pk)


def reads():
    return list(AuditEvent.objects.filter(action="field-note.read").values_list("actor__username", "target_id"))


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_reading_is_recorded_for_confidential_notes_only(client_of, ada, note, sensitivity, way):
    answer = client_of(ada).get(way.format(note=note.pk, conflict=note.conflicts.get().pk))
    assert answer.status_code == 200
    if answer.streaming:
        b"".join(answer.streaming_content)
    assert set(reads()) == ({("ada", str(note.pk))} if sensitivity == "confidential" else set())


def test_who_is_refused_has_read_nothing(client_of, rita, note, sensitivity):
    client_of(rita).get(f"/field-notes/{note.pk}/")
    client_of(rita).get("/api/v1/field-notes/")
    assert not reads()


def test_a_list_records_each_note_that_it_shows_and_no_other(client_of, fay, ada):
    case_study = make_case_study(fay)
    shown = [make_note(case_study, fay, sensitivity="confidential") for _ in range(3)]
    client_of(ada).get("/api/v1/field-notes/?page_size=2&ordering=stored_at")
    assert reads() == [("ada", str(note.pk)) for note in reversed(shown[:2])]


def test_a_confidential_version_of_a_lowered_note_is_a_read_too(client_of, fay, ada):
    case_study = make_case_study(fay)
    note = make_note(case_study, fay, sensitivity="confidential")
    content = note_content(case_study, text="None", sensitivity="normal")
    notes.put_note(uuid=note.pk, content=content, by=fay, base_version=1)
    client_of(ada).get(f"/field-notes/{note.pk}/")
    assert not reads()
    client_of(ada).get(f"/field-notes/{note.pk}/versions/")
    assert reads() == [("ada", str(note.pk))]
