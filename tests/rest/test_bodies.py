"""A body that a page does not take is refused before any of it is stored."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.test import Client
from django.urls import reverse

from tests.factories.casestudies import make_case_study, make_note

pytestmark = pytest.mark.django_db
LARGE = 6 * 2**20


class NothingMayArrive(FileUploadHandler):
    def new_file(self, *args, **kwargs):
        raise AssertionError("A file was read.")


@pytest.fixture
def nothing_may_arrive(settings):
    settings.FILE_UPLOAD_HANDLERS = ["tests.rest.test_bodies.NothingMayArrive"]


def large_file():
    return SimpleUploadedFile("large.pdf", b"%PDF-" + bytes(LARGE))


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/imports/new/"])
def test_a_stranger_cannot_fill_the_disk(nothing_may_arrive, address):
    answer = Client(enforce_csrf_checks=True).post(address, {"login": "ada", "file": large_file()})

    assert answer.status_code == 413
    assert "larger than this page accepts" in answer.content.decode()


def test_a_page_without_files_takes_none_from_anybody(nothing_may_arrive, client_of, ada):
    assert client_of(ada).post("/my-account/", {"file": large_file()}).status_code == 413


def test_a_page_with_files_takes_them_from_people_who_are_signed_in(client_of, ada):
    note = make_note(make_case_study(ada), ada)

    answer = client_of(ada).post(reverse("field-note-file-add", args=[note.pk]), {"files": large_file()})

    assert answer.status_code == 303
