"""LIPSE_MEDIA_UPLOAD_MB holds for files of imports, on the page and in the API, and nothing stays of what is larger."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from imports.models import Import
from tests.factories.imports import csv_of, letters, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.UPLOAD_MAX_BYTES = 2**20


def file_of(size):
    content = csv_of(letters(30))
    return SimpleUploadedFile("letters.csv", content + b"\n" * (size - len(content)))


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_page_refuses_a_larger_file_in_a_sentence(small, client_of, bob, alpha, tmp_path):
    form = {"dataset": make_dataset(alpha).slug, "file": file_of(2**20 + 1)}

    answer = client_of(bob).post("/imports/new/", form)

    assert answer.status_code == 422
    assert "larger than the 1 MB that this site accepts" in answer.content.decode()
    assert not Import.objects.exists()
    assert not kept(tmp_path)


def test_the_page_names_the_limit_of_the_setting(client_of, bob, alpha, settings):
    settings.UPLOAD_MAX_BYTES = 3 * 2**30
    make_dataset(alpha)

    assert "up to 3,072 MB" in client_of(bob).get("/imports/new/").content.decode()


def test_a_file_of_just_that_size_is_taken(small, client_of, bob, alpha):
    answer = client_of(bob).post("/imports/new/", {"dataset": make_dataset(alpha).slug, "file": file_of(2**20)})

    assert answer.status_code == 303, answer.content.decode()
    assert Import.objects.count() == 1


def test_the_api_refuses_a_larger_file_with_a_problem_document(small, api_client, token_for, bob, alpha, tmp_path):
    answer = api_client.post(
        "/api/v1/imports/", {"dataset": make_dataset(alpha).slug, "file": file_of(2**20 + 1)}, format="multipart",
        HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}",
    )  # fmt: skip

    assert answer.status_code in {400, 413}, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["code"] == "file_too_large"
    assert not kept(tmp_path)
