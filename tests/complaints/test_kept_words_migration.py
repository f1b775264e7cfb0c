"""The migration that gives records a column for their words: over records that stand, and a table beside them."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from complaints import partitions
from complaints.models import ComplaintRecord
from complaints.search import condition
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db
BEFORE, AFTER = "0003_parts_by_reference", "0004_kept_search_vectors"
BESIDE = 987_654  # no dataset has this number: what an import was filling when the site was taken down


@pytest.fixture
def live(alpha, bob):
    """Ten letters of a first load and five that were added."""
    dataset = make_dataset(alpha, language="en")
    import_bytes(dataset, csv_of(letters(10)), by=bob)
    import_bytes(dataset, csv_of(letters(5, first=11)), by=bob)
    return dataset


def migrate(name):
    with connection.cursor() as cursor:
        # What is checked at the end of a transaction is checked now: a table with checks due cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate([("complaints", name)])


def columns_of(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table])
        return {name for (name,) in cursor.fetchall()}


def search_index_of(table):
    """Its definition, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%% USING gin %%'", [table]
        )
        return next((definition for (definition,) in cursor.fetchall()), None)


def table_beside():
    """A filled and indexed table that is not attached."""
    with connection.cursor() as cursor:
        table = partitions.create_standalone(cursor, BESIDE)
        partitions.build_indexes(cursor, BESIDE, memory_mb=16)
    return table


def test_the_column_goes_and_comes_back_with_all_records_found(live):
    partition = partitions.table_of(live.pk)

    migrate(BEFORE)
    assert "search_vector" not in columns_of(partition)
    assert "search_vector" not in search_index_of(partition)

    beside = table_beside()
    assert "search_vector" not in search_index_of(beside)

    migrate(AFTER)
    assert "search_vector" in search_index_of(partition)
    assert "search_vector" in columns_of(beside)
    assert search_index_of(beside) is None  # built anew by the import that goes on
    asked = condition('"letter number"', languages=["en"], readable=[live.pk], withheld=[])
    assert ComplaintRecord.objects.filter(asked, dataset=live).count() == 15


def test_a_table_that_waits_can_still_become_a_part_of_the_live_one(live):
    migrate(BEFORE)
    table_beside()
    migrate(AFTER)
    with connection.cursor() as cursor:
        for statement in partitions.index_statements(cursor, partitions.table_of(BESIDE)):
            if " USING gin " in statement:
                cursor.execute(statement)
        cursor.execute(
            f"ALTER TABLE {partitions.PARENT} ATTACH PARTITION {partitions.table_of(BESIDE)} FOR VALUES IN ({BESIDE})"
        )
    assert "search_vector" in search_index_of(partitions.table_of(BESIDE))
