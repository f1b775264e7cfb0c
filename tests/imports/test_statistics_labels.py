"""What SPSS and Stata files say of their variables and codes: on the mapping page, as a guess, in the codebook."""

import pytest
from django.core.exceptions import ValidationError

from complaints.models import ComplaintRecord
from imports.actions import add_labels_to_codebook
from imports.mapping import read_definition
from imports.recipe import recipe_named
from imports.selectors import provenance
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.imports.corpus.statistics import spss, stata
from tests.imports.test_mapping_page import post, posted_from, rows_of

pytestmark = pytest.mark.django_db

QUESTION = "Where does the matter stand?"


def mapped(**columns):
    rules = {name: {"column": column} for name, column in columns.items()}
    written = {"fields": rules | {"kind": {"constant": "complaint"}}}
    return read_definition(written, recipe_named("complaint-records"), latest_year=2026)


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


@pytest.fixture(params=["spss", "stata"])
def file(request):
    """Name, content, and the name of the variable that answers the question."""
    if request.param == "spss":
        return "letters.sav", spss(question=QUESTION.encode()), "STATUS"
    return "letters.dta", stata(question=QUESTION.encode()), "status"


def received(dataset, bob, file):
    return import_bytes(dataset, file[1], name=file[0], by=bob, is_automatic=False)


def test_questions_and_the_words_of_codes_are_kept(dataset, bob, file):
    run = received(dataset, bob, file)

    assert run.understanding["labels"] == {file[2]: QUESTION, f"{file[2]} (code)": QUESTION}
    words = run.understanding["value_labels"][f"{file[2]} (code)"]
    assert (words["1"], words["2"]) == ("Closed", "Open")


def test_the_mapping_page_shows_the_question_and_guesses_codes_by_their_words(dataset, bob, file, client_of):
    run = received(dataset, bob, file)
    client = client_of(bob)
    page = client.get(f"/imports/{run.pk}/mapping/")
    assert QUESTION in page.content.decode()
    position = rows_of(page)[f"{file[2]} (code)"].position

    sent = posted_from(page.context["form"], **{f"field-{position}": "status", f"field-{position - 1}": ""})
    row = rows_of(post(client, run, sent, "show"))[f"{file[2]} (code)"]

    assert {(word.word, word.label, word.value) for word in row.words} >= {
        ("1", "Closed", "closed"), ("2", "Open", "open")
    }  # fmt: skip


def test_the_provenance_of_a_record_shows_the_question(dataset, bob, file):
    names = ("ID", "TITLE") if file[2] == "STATUS" else ("id", "title")
    definition = mapped(reference=names[0], subject=names[1], narrative=file[2])
    run = import_bytes(dataset, file[1], name=file[0], by=bob, definition=definition)
    assert run.state == "loaded", run.error_message

    record = ComplaintRecord.objects.first()
    found = provenance(record.import_id, record.source_record, record.source_line)

    assert {cell.column: cell.label for cell in found.cells}[file[2]] == QUESTION


def test_the_codebook_of_the_dataset_takes_the_questions_once(dataset, bob, file, client_of):
    run = received(dataset, bob, file)
    dataset.codebook = "Collected in spring."
    dataset.save()

    client_of(bob).post(f"/imports/{run.pk}/codebook/")
    add_labels_to_codebook(run=run, by=bob)

    dataset.refresh_from_db()
    lines = dataset.codebook.splitlines()
    assert lines[:2] == ["Collected in spring.", ""]
    assert lines[2].startswith(f"{file[2]}: {QUESTION} (1 = Closed; 2 = Open")
    assert len(lines) == 3


def test_a_file_that_says_nothing_of_its_columns_adds_nothing(dataset, bob):
    run = import_bytes(dataset, csv_of(letters(3)), by=bob)

    with pytest.raises(ValidationError, match="does not describe its columns"):
        add_labels_to_codebook(run=run, by=bob)
