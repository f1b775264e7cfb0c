"""How rows of a file wait in the database, and what is asked of them there."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from complaints.models import ComplaintRecord
from imports import work_tables
from imports.mapping import read_definition
from imports.recipe import recipe_named
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db
NAME = work_tables.staging_name(1, 1)


def test_staged_rows_need_not_be_marked_as_visible_when_they_are_read():
    with transaction.atomic(), connection.cursor() as cursor:
        work_tables.create_staging(cursor, NAME, 1)
        work_tables.copy_rows(cursor, NAME, [[["1", "2", "", "a", ""]]], is_new=True)
        work_tables.finish_staging(cursor, NAME)
        cursor.execute("SELECT relallvisible FROM pg_class WHERE oid = %s::regclass", [NAME])
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "text", ["\\", "a\\tb", "tab\there", "line\nline", "return\r", "\\\t\n\r\\", "plain", "\x1f", "\x1e"]
)
def test_any_text_arrives_as_it_was(text):
    with connection.cursor() as cursor:
        work_tables.create_staging(cursor, NAME, 1)
        work_tables.copy_rows(cursor, NAME, [[["1", "2", "", text, ""]]])
        cursor.execute(f"SELECT c0 FROM {NAME}")
        assert cursor.fetchone() == (text,)


def test_two_fields_of_one_column_are_both_read(alpha):
    dataset = make_dataset(alpha)
    rules = {name: {"column": "date received", "format": "%Y-%m-%d"} for name in ("received_on", "closed_on")}
    rules |= {"reference": {"column": "id"}, "finding": {"column": "outcome"}, "kind": {"constant": "complaint"}}
    definition = read_definition({"fields": rules}, recipe_named(dataset.recipe), latest_year=timezone.now().year)

    run = import_bytes(dataset, csv_of(letters(30)), definition=definition)

    assert (run.state, run.created) == ("loaded", 30)
    record = ComplaintRecord.objects.get(reference="L00003")
    assert record.received_on.isoformat() == record.closed_on.isoformat() == "2019-03-04"
    assert record.finding == "upheld"


def test_blanks_at_the_ends_of_cells_are_no_part_of_a_value_and_others_are_read_as_they_are(alpha):
    rows = letters(40)
    rows[20] = rows[20].replace("L00021", " L00021\t").replace("Letter 21", "\u00a0Letter 21\ufeff")

    run = import_bytes(make_dataset(alpha), csv_of(rows))

    names = {column["name"]: column["blank_ends"] for column in run.understanding["columns"]}
    assert names == {"id": True, "date received": False, "title": True, "narrative": False, "outcome": False}
    assert ComplaintRecord.objects.get(reference="L00021").subject == "Letter 21"
    assert ComplaintRecord.objects.exclude(reference="").count() == 40
