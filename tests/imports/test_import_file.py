"""`manage.py import_file`: the access of the datasets that it creates."""

import io
import json
from contextlib import suppress

import pytest
from django.core.management import call_command

from imports.models import Dataset
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
