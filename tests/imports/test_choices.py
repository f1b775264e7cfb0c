"""What a refused file offers to choose from, on the page of its import."""

import pytest

from complaints.models import ComplaintRecord
from tests.factories.imports import import_bytes, make_dataset
from tests.imports.corpus import plain
from tests.imports.corpus.archives import zipped

pytestmark = pytest.mark.django_db


def test_a_member_of_an_archive_is_chosen_on_the_page(alpha, bob, client_of):
    content = zipped({"notes.txt": "Read me", "letters.csv": plain()})
    run = import_bytes(make_dataset(alpha), content, name="delivery.zip", is_automatic=False)
    client = client_of(bob)

    page = client.get(f"/imports/{run.pk}/").content.decode()
    answer = client.post(f"/imports/{run.pk}/reading/", {"member": "letters.csv"})

    run.refresh_from_db()
    assert "letters.csv</option>" in page
    assert answer.status_code in (302, 303)
    assert (run.state, run.reading_options) == ("received", {"member": "letters.csv"})
    assert not ComplaintRecord.objects.exists()


def test_a_refused_file_with_choices_has_no_page_of_its_columns(alpha, bob, client_of):
    content = zipped({"a.csv": plain(), "b.csv": plain()})
    run = import_bytes(make_dataset(alpha), content, name="two.zip", is_automatic=False)

    assert client_of(bob).get(f"/imports/{run.pk}/mapping/").status_code == 404
