"""A disk that is full is a sentence with its own status, on pages and in the API, and leaves nothing behind."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casestudies.models import Attachment
from tests.factories.casestudies import make_case_study, make_note
from tests.small_disk import SmallDisk

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7\n" + bytes(200_000)


@pytest.fixture
def full(settings, tmp_path):
    disk = SmallDisk(tmp_path / "media", 1)
    settings.MEDIA_ROOT = disk.path
    disk.fill(leave=50_000)
    yield disk
    disk.close()


@pytest.fixture
def browser(client_of, ada):
    browser = client_of(ada)
    browser.raise_request_exception = False
    return browser


def test_a_page_says_that_the_disk_is_full(full, browser, ada):
    note = make_note(make_case_study(ada), ada)
    file = SimpleUploadedFile("letter.pdf", CONTENT, content_type="application/pdf")

    answer = browser.post(reverse("field-note-file-add", args=[note.pk]), {"files": file})

    assert answer.status_code == 507
    assert "The disk of the server is full" in answer.content.decode()
    assert not Attachment.objects.exists()
    assert [path.name for path in full.path.rglob("*") if path.is_file()] == ["ballast"]


def test_the_api_says_it_in_a_problem_document(full, browser, ada):
    note = make_note(make_case_study(ada), ada)
    digest = hashlib.sha256(CONTENT).hexdigest()

    answer = browser.put(f"/api/v1/attachments/{digest}/?note={note.pk}", CONTENT, content_type="application/pdf")

    assert answer.status_code == 507
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:lipse:problem:disk_full"
