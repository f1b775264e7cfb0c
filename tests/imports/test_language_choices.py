"""Languages are chosen by their names, on the forms of datasets and codebooks."""

import pytest

from coding.models import Codebook
from imports.models import Dataset
from standards.languages import language_choices

pytestmark = pytest.mark.django_db


def test_a_language_is_chosen_by_its_name(client_of, bob, alpha):
    client = client_of(bob)
    page = client.get("/datasets/new/").content.decode()
    assert '<option value="pt">Portuguese</option>' in page
    sent = {"recipe": "complaint-records", "title": "Cartas", "slug": "cartas", "organisation": alpha.pk,
            "access": "consortium", "narrative_access": "consortium", "disclosure_threshold": 10,
            "inbox_rule": "off"}  # fmt: skip

    refused = client.post("/datasets/new/", sent | {"language": "xx"})
    made = client.post("/datasets/new/", sent | {"language": "pt"})

    assert (refused.status_code, made.status_code) == (422, 303), made.content.decode()
    assert Dataset.objects.get().language == "pt"


def test_the_language_of_a_codebook_is_chosen_too(client_of, bob):
    page = client_of(bob).get("/codebooks/new/").content.decode()

    assert '<option value="en" selected>English</option>' in page
    assert '<option value="nl">Dutch</option>' in page
    assert not Codebook.objects.exists()


def test_every_choice_has_two_letters_and_a_name():
    assert all(len(code) == 2 and name for code, name in language_choices()[1:])
    assert len(language_choices()) > 60
