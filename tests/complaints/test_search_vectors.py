"""Search vectors are stored with records that are added to live ones, and equal those computed from the texts."""

import pytest
from django.db import connection

from complaints.models import ComplaintRecord
from complaints.search import condition
from imports.actions import undo_import
from imports.jobs.run import run_import
from imports.models import PreviousVersion
from rest.search import read
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha, bob):
    """Thirty letters of a first load and ten that were added."""
    found = make_dataset(alpha, language="en")
    import_bytes(found, csv_of(letters(30)), by=bob)
    import_bytes(found, csv_of(letters(10, first=31)), by=bob)
    return found


def stored_vectors():
    """How many records have a stored vector, and how many of these differ from the vector of their texts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(search_vector), count(*) FILTER (WHERE search_vector <>"
            " complaints_record_vector(language, subject, narrative, response)) FROM complaints_complaintrecord"
        )
        return cursor.fetchone()


def found(dataset, words):
    asked = condition(read(words), languages=["en"], readable=[dataset.pk], withheld={}, spoken={})
    return ComplaintRecord.objects.filter(asked, dataset=dataset)


def test_records_of_an_addition_have_a_stored_vector(dataset):
    assert stored_vectors() == (10, 0)
    assert {record.reference for record in found(dataset, "number 7")} == {"L00007"}
    assert {record.reference for record in found(dataset, "number 37")} == {"L00037"}


def test_an_updated_record_is_found_by_its_new_text_only(dataset, bob):
    changed = [row.replace("my letter", "our petition") for row in [*letters(5), *letters(5, first=31)]]
    import_bytes(dataset, csv_of(changed), by=bob)

    assert stored_vectors() == (15, 0)
    assert found(dataset, "petition").count() == 10
    assert found(dataset, '"letter number"').count() == 30
    assert not PreviousVersion.objects.filter(row__has_key="search_vector").exists()


def test_vectors_are_those_of_the_texts_that_an_undo_restores(dataset, bob):
    changed = [row.replace("my letter", "our petition") for row in [*letters(5), *letters(5, first=31)]]
    run = import_bytes(dataset, csv_of(changed), by=bob)

    undo_import(run=run, by=bob)
    run_import(run.pk)

    assert stored_vectors() == (5, 0)
    assert not found(dataset, "petition").exists()
    assert found(dataset, '"letter number"').count() == 40


def test_the_index_finds_stored_and_computed_vectors(dataset):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = found(dataset, "petition").explain()

    assert f"complaints_record_{dataset.pk}_search" in plan
