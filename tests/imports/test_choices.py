"""What a refused file offers to choose from, on the page of its import."""

import io
import json

import pytest
from django.core.management import call_command

from complaints.models import ComplaintRecord
from imports.models import Import
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
    content = json.dumps({"a": [{"id": 1}, {"id": 2}], "b": [{"id": 3}, {"id": 4}]}).encode()
    run = import_bytes(make_dataset(alpha), content, name="two.json", is_automatic=False)

    assert run.error_code == "several_tables"
    answer = client_of(bob).get(f"/imports/{run.pk}/mapping/")
    assert (answer.status_code, answer.url) == (303, f"/imports/{run.pk}/")


def test_the_api_offers_the_files_of_an_archive_and_takes_a_choice(alpha, bob, client_of):
    dataset = make_dataset(alpha)
    content = zipped({"2022.csv": plain(), "2023.csv": plain(20, 31), "codes.csv": "code,label\n1,x\n"})
    run = import_bytes(dataset, content, name="years.zip", by=bob)
    client = client_of(bob)

    found = client.get(f"/api/v1/imports/{run.pk}/").json()
    assert (found["state"], found["rows"], found["delivered"]) == ("finished", 50, 51)
    assert found["choices"] == {"member": ["2022.csv", "2023.csv", "codes.csv"]}
    assert [(part["kind"], part["name"], part["rows"]) for part in found["left_out"]] == [("member", "codes.csv", 1)]

    chosen = {
        "dataset": dataset.slug,
        "sha256": found["file_sha256"],
        "member": "2023.csv",
        "header_row": 1,
        "quote": "none",
    }
    answer = client.post("/api/v1/imports/", chosen, content_type="application/json")
    assert answer.status_code == 201, answer.json()
    options = Import.objects.get(pk=answer.json()["id"]).reading_options
    assert options == {"member": "2023.csv", "header_row": 1, "quote": ""}


def test_the_command_offers_the_files_of_an_archive_and_takes_a_choice(tmp_path, alpha):
    path = tmp_path / "years.zip"
    path.write_bytes(zipped({"2022.csv": plain(), "2023.csv": plain(20, 31)}))
    answers = []
    for arguments in ([], ["--member", "2023.csv"]):
        out = io.StringIO()
        call_command(
            "import_file", str(path), "--dataset", f"a{len(answers)}", *arguments, stdout=out, stderr=io.StringIO()
        )
        answers.append(json.loads(out.getvalue().splitlines()[-1]))

    assert [(answer["rows"], answer["delivered"]) for answer in answers] == [(50, 50), (20, 50)]
    assert [answer["choices"] for answer in answers] == [{"member": ["2022.csv", "2023.csv"]}] * 2
