"""A worker knows no reader: what it finds is stored so that a French reader reads it in French."""

import io
import json

import pytest
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import trans_real

from imports.jobs.inbox import watch_inboxes
from imports.models import Dataset, Import
from standards.translation import gettext
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4 of no use here"
FRENCH = {
    "Not a date": "Pas une date",
    "“{value}” is not a date of the form {detail}.": "« {value} » n’a pas la forme {detail}.",
    "a PDF document": "un document PDF",
    "The file is %(name)s, not a table. Export the data as CSV, JSON, an Excel workbook or SQLite and upload that. "
    "To read letters as records, put them into one ZIP archive.": ("Ce fichier est %(name)s."),
    "%(names)s is empty in every row.": "%(names)s est vide dans toutes les lignes.",
    "The row above the header is left out: “%(texts)s”. Row %(row)s names the columns; if another one does, "
    "choose it.": ("La ligne au-dessus de l’en-tête est omise : « %(texts)s »."),
    "The same as an earlier row, cell by cell.": "Identique à une ligne précédente.",
    "%(odd)s: not a plain file, so it was left in the inbox folder.": "%(odd)s : laissé dans le dossier.",
}


@pytest.fixture(autouse=True)
def french(settings):
    """Django's own French, and the sentences above in it."""
    settings.LANGUAGES = [("en-gb", "English"), ("fr", "French")]
    trans_real._translations.pop("fr", None)
    catalogue = trans_real.translation("fr")._catalog
    for english, words in FRENCH.items():
        catalogue[english] = catalogue[english, 0] = words  # 0: the form for one
    yield
    trans_real._translations.pop("fr", None)


@pytest.fixture
def run(alpha, bob):
    """A title above the header, an empty column, and a row with a wrong date; read by a worker, in English."""
    header = "List of 2019,,,,,\nid,date received,title,narrative,outcome,remarks"
    rows = [f"{row}," for row in letters(30)]
    rows[3] = rows[3].replace("2019-03-05", "5 Marz")
    found = import_bytes(make_dataset(alpha), csv_of(rows, header=header), by=bob)
    assert (found.state, found.quarantined) == ("loaded", 1), found.error_message
    return found


def french_page(client, address):
    return squeezed(client.get(address, headers={"accept-language": "fr"}).content.decode())


def test_the_report_of_an_import_is_in_the_language_of_its_reader(client_of, bob, run):
    page = french_page(client_of(bob), f"/imports/{run.pk}/")

    assert "Pas une date" in page
    assert "« 5 Marz » n’a pas la forme" in page
    assert "« List of 2019 »" in page
    assert "“remarks” est vide dans toutes les lignes." in page


def test_the_api_is_in_the_language_of_its_reader(client_of, bob, run):
    client, accept = client_of(bob), {"accept-language": "fr"}
    answer = client.get(f"/api/v1/imports/{run.pk}/", headers=accept).json()
    problems = client.get(f"/api/v1/imports/{run.pk}/problems/", headers=accept).json()["results"]
    row = client.get(f"/api/v1/imports/{run.pk}/quarantine/", headers=accept).json()["results"][0]

    assert "La ligne au-dessus de l’en-tête est omise : « List of 2019 »." in answer["notes"]
    sentences = {finding["code"]: finding["sentence"] for finding in answer["findings"]}
    assert sentences["empty_column"] == "“remarks” est vide dans toutes les lignes."
    assert [problem["message"][:12] for problem in problems] == ["« 5 Marz » n"]
    assert row["problems"][0]["message"] == problems[0]["message"]


def test_the_same_import_is_in_english_for_an_english_reader(client_of, bob, run):
    answer = client_of(bob).get(f"/api/v1/imports/{run.pk}/").json()

    assert any(note.startswith("The row above the header is left out: “List of 2019”.") for note in answer["notes"])
    assert "“remarks” is empty in every row." in [finding["sentence"] for finding in answer["findings"]]


def test_the_file_of_problem_rows_is_in_the_language_of_its_reader(client_of, bob, run):
    answer = client_of(bob).get(f"/imports/{run.pk}/problems.csv", headers={"accept-language": "fr"})

    assert "« 5 Marz » n’a pas la forme" in b"".join(answer.streaming_content).decode()


def test_a_refused_file_is_explained_in_the_language_of_its_reader(client_of, bob, alpha):
    run = import_bytes(make_dataset(alpha), PDF, by=bob)
    answer = client_of(bob).get(f"/api/v1/imports/{run.pk}/", headers={"accept-language": "fr"}).json()

    assert run.error_message.startswith("The file is a PDF document, not a table.")
    assert answer["error"] == {"code": "not_a_table", "message": "Ce fichier est un document PDF."}
    assert "Ce fichier est un document PDF." in french_page(client_of(bob), f"/imports/{run.pk}/")


@pytest.mark.parametrize(
    ("reason", "read"),
    [
        (gettext("The same as an earlier row, cell by cell."), "Identique à une ligne précédente."),
        ("The same as an earlier row, cell by cell.", "The same as an earlier row, cell by cell."),
    ],
    ids=["of the program", "of a person"],
)
def test_a_reason_of_the_program_is_translated_and_one_of_a_person_is_not(run, reason, read):
    row = run.quarantined_rows.get()
    row.state, row.decided_at, row.reason = "dismissed", run.finished_at, reason
    row.save()

    with translation.override("fr"):
        assert run.quarantined_rows.get().reason == read


def test_a_problem_of_an_inbox_is_in_the_language_of_its_reader(client_of, bob, alpha, settings, tmp_path):
    settings.INBOX_DIR = tmp_path
    (tmp_path / "letters" / "folder.csv").mkdir(parents=True)
    dataset = make_dataset(alpha, by=bob, inbox="letters", inbox_rule="load")
    watch_inboxes()

    assert Dataset.objects.get(pk=dataset.pk).inbox_problem.startswith("folder.csv: not a plain file")
    with translation.override("fr"):
        assert Dataset.objects.get(pk=dataset.pk).inbox_problem == "folder.csv : laissé dans le dossier."


def test_a_command_prints_its_sentences_in_the_language_of_the_installation(alpha, tmp_path):
    make_dataset(alpha, slug="letters")
    (tmp_path / "letters.pdf").write_bytes(PDF)
    out, err = io.StringIO(), io.StringIO()
    with translation.override("fr"), pytest.raises(SystemExit):
        call_command("import_file", str(tmp_path / "letters.pdf"), "--dataset", "letters", stdout=out, stderr=err)

    assert json.loads(out.getvalue())["error"]["message"] == "Ce fichier est un document PDF."
    assert "Ce fichier est un document PDF." in err.getvalue()
    assert Import.objects.get().error_message.startswith("The file is a PDF document, not a table.")
