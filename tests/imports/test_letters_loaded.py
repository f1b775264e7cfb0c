"""Letters become records: from an archive by page and API, from a folder by the command."""

import io
import json

import pytest
from django.core.management import call_command

from complaints.models import ComplaintRecord
from imports.models import SourceFile
from tests.factories.imports import import_bytes, make_dataset
from tests.imports.corpus.archives import zipped
from tests.imports.corpus.documents import docx, pdf

pytestmark = pytest.mark.django_db


def texts():
    return dict(ComplaintRecord.objects.order_by("reference").values_list("reference", "narrative"))


def test_an_archive_of_letters_is_loaded_by_the_first_guess(alpha, bob, client_of):
    content = zipped({"in/001.txt": "My street is dark at night.", "in/002.docx": docx("No answer since May."),
                      "in/003.pdf": pdf("They sent me away twice."), "in/004.pdf": pdf("")})  # fmt: skip
    run = import_bytes(make_dataset(alpha), content, name="letters.zip", by=bob)

    assert (run.state, run.created, run.delivered) == ("loaded", 3, 4), run.error_message
    assert texts() == {
        "001": "My street is dark at night.", "002": "No answer since May.", "003": "They sent me away twice."
    }  # fmt: skip
    page = client_of(bob).get(f"/imports/{run.pk}/").content.decode()
    assert "The file “in/004.pdf” of the archive was not read (1 row). The PDF has no text" in page
    [part] = client_of(bob).get(f"/api/v1/imports/{run.pk}/").json()["left_out"]
    assert "recognised (OCR)" in part["sentence"]


def test_a_table_beside_letters_gives_their_other_fields(alpha, bob):
    listed = "reference;file;date received;subject\nA/1;1.txt;2020-01-02;Light\nA/2;2.txt;2020-01-03;Noise\n"
    content = zipped({"list.csv": listed, "1.txt": "My street is dark.", "2.txt": "My street is loud."})
    run = import_bytes(make_dataset(alpha), content, name="letters.zip", by=bob)

    assert (run.state, run.created) == ("loaded", 2), run.error_message
    assert texts() == {"A/1": "My street is dark.", "A/2": "My street is loud."}
    assert list(ComplaintRecord.objects.order_by("reference").values_list("subject", flat=True)) == ["Light", "Noise"]


def test_a_folder_of_letters_is_loaded_and_known_again(tmp_path, alpha):
    folder = tmp_path / "letters of May"
    (folder / "more").mkdir(parents=True)
    (folder / "001.txt").write_text("My street is dark at night.")
    (folder / "more" / "002.txt").write_text("No answer since May.")
    answers = []
    for _time in range(2):
        out = io.StringIO()
        call_command("import_file", str(folder), "--dataset", "letters", stdout=out, stderr=io.StringIO())
        answers.append(json.loads(out.getvalue().splitlines()[-1]))

    assert [(answer["created"], answer["unchanged"]) for answer in answers] == [(2, 0), (0, 2)]
    assert answers[0]["recipe"] == "complaint-records"
    assert SourceFile.objects.count() == 1
    assert texts() == {"001": "My street is dark at night.", "002": "No answer since May."}
