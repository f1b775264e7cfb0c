"""`manage.py import_file`: the access of the datasets that it creates."""

import io
import json
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

from complaints.models import ComplaintRecord
from imports.models import Dataset, Import
from tests.factories.imports import csv_of, letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def run_command(tmp_path, alpha):
    """Import this content into the dataset letters; the answer of the command."""

    def run(content, *options):
        file = tmp_path / "letters.csv"
        file.write_bytes(content)
        out = io.StringIO()
        with suppress(SystemExit):
            call_command("import_file", str(file), "--dataset", "letters", *options, stdout=out, stderr=io.StringIO())
        return json.loads(out.getvalue().splitlines()[-1])

    return run


def test_a_refused_mapping_leaves_no_dataset(run_command, tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text("{")

    assert run_command(csv_of(letters(30)), "--mapping", str(mapping))["error"]["code"] == "bad_mapping"
    assert not Dataset.objects.exists()


@pytest.mark.parametrize(("content", "options"), [(b"\0\1\2", ()), (csv_of(letters(30)), ("--dry-run",))])
def test_the_access_named_after_an_import_that_loaded_nothing_applies(run_command, content, options):
    run_command(content, *options)

    answer = run_command(csv_of(letters(30)), "--access", "restricted")

    dataset = Dataset.objects.get()
    assert answer["result"] == "loaded"
    assert (dataset.access, dataset.narrative_access) == ("restricted", "restricted")


def test_another_access_is_refused_once_there_are_rows(run_command):
    assert run_command(csv_of(letters(30)))["result"] == "loaded"

    answer = run_command(csv_of(letters(31)), "--access", "restricted")

    assert (answer["error"]["code"], answer["rows"]) == ("other_access", 0)
    assert run_command(csv_of(letters(31)), "--access", "consortium")["result"] == "loaded"


def test_the_command_has_the_reading_options_of_the_page(run_command):
    rows = [f"L{n}|'Zażółć | {n}'|Upheld" for n in range(30)]
    content = "\n".join(["id|narrative|outcome", *rows]).encode("windows-1250")

    answer = run_command(content, "--encoding", "windows-1250", "--delimiter", "|", "--quote", "'")

    assert (answer["result"], answer["created"]) == ("loaded", 30), answer
    assert ComplaintRecord.objects.get(reference="L7").narrative == "Zażółć | 7"
    options = Import.objects.get().understanding["options"]
    assert (options["encoding"], options["delimiter"], options["quote"]) == ("cp1250", "|", "'")


def test_a_tab_is_named_and_quotation_marks_can_be_letters(run_command):
    rows = [f'L{n}\t"So" he said, {n}\tUpheld' for n in range(30)]
    content = "\n".join(["id\tnarrative\toutcome", *rows]).encode()

    answer = run_command(content, "--delimiter", "tab", "--quote", "none")

    assert answer["created"] == 30, answer
    assert ComplaintRecord.objects.get(reference="L7").narrative == '"So" he said, 7'


@pytest.mark.parametrize("wrong", [("--delimiter", "x"), ("--quote", "x")])
def test_another_delimiter_or_quotation_mark_is_refused(run_command, wrong):
    with pytest.raises(CommandError, match="invalid choice"):
        run_command(csv_of(letters(3)), *wrong)


def test_the_command_answers_what_identifies_a_row_and_what_is_the_same_in_every_row(run_command):
    rows = [",".join(f"{n:06b}") for n in range(64)]
    content = "\n".join(["a,b,c,d,e,subject", *rows, rows[0]]).encode()

    refused = run_command(content, "--recipe", "complaint-records")
    assert refused["error"]["code"] == "mapping_incomplete"
    assert "--identifier" in refused["error"]["message"]
    assert "Rows that are equal to an earlier one: 1." in refused["error"]["message"]

    answer = run_command(content, "--identifier", "whole-row", "--fixed", "kind=finding", "--fixed", "country=NL")

    assert (answer["created"], answer["skipped"]) == (64, 1), answer
    assert set(ComplaintRecord.objects.values_list("kind", "country")) == {("finding", "NL")}


@pytest.mark.parametrize(("identifier", "reference"), [("row-number", "3"), ("a", "x2"), ("a, b", "x2 / y2")])
def test_rows_are_identified_by_their_number_or_by_columns(run_command, identifier, reference):
    content = "\n".join(["id,a,b,subject", *(f"{n},x{n},y{n},noise" for n in range(30))]).encode()

    assert run_command(content, "--identifier", identifier)["created"] == 30
    assert ComplaintRecord.objects.get(extra__id="2").reference == reference


@pytest.mark.parametrize(
    ("option", "code"),
    [(("--fixed", "kind"), "bad_value"), (("--fixed", "kind=nothing"), "bad_mapping"),
     (("--fixed", "no_field=1"), "bad_mapping"), (("--identifier", "no such column"), "column_not_found")],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_refused_in_a_sentence(run_command, option, code):
    answer = run_command(csv_of(letters(30)), *option)

    assert answer["error"]["code"] == code
    assert answer["error"]["message"].endswith(".")
