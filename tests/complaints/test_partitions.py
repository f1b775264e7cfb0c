"""The record table is one table a dataset can be put into and taken out of whole."""

import pytest
from django.db import IntegrityError, connection, transaction

from complaints import partitions
from complaints.models import ComplaintRecord, Issue, Partition
from tests.factories.complaints import BLANK, COLUMNS, load_records, make_dataset

pytestmark = pytest.mark.django_db


def indexes_of(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass ORDER BY 1", [table]
        )
        return [text.partition(" USING ")[2] for (text,) in cursor.fetchall()]


def adopted_indexes(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid WHERE indrelid = %s::regclass",
            [table],
        )
        return cursor.fetchone()[0]


def insert(cursor, table, dataset, **fields):
    row = BLANK | {"dataset_id": dataset.pk, "reference": "A-1", "content_hash": "0" * 32} | fields
    marks = ", ".join(["%s"] * len(COLUMNS))
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(COLUMNS)}) VALUES ({marks})",
        [row[name] for name in COLUMNS],
    )


def build_indexes(cursor, table):
    for statement in partitions.index_statements(cursor, table):
        cursor.execute(statement)


def test_all_rows_of_a_standalone_table_appear_when_it_is_attached(alpha):
    dataset = make_dataset(alpha)
    with connection.cursor() as cursor:
        table = partitions.create_standalone(cursor, dataset.pk)
        insert(cursor, table, dataset)
        before = ComplaintRecord.objects.count()
        build_indexes(cursor, table)
        partitions.attach(cursor, dataset.pk)

    assert before == 0
    assert ComplaintRecord.objects.get().reference == "A-1"
    assert Partition.objects.get().table == table


def test_attach_adopts_the_indexes_and_makes_none_of_its_own(alpha):
    dataset = make_dataset(alpha)
    with connection.cursor() as cursor:
        table = partitions.create_standalone(cursor, dataset.pk)
        build_indexes(cursor, table)
        built = indexes_of(table)
        partitions.attach(cursor, dataset.pk)

    assert built == indexes_of(table) == indexes_of(partitions.PARENT)
    assert adopted_indexes(table) == len(built)


def test_detach_removes_the_rows_and_attach_restores_them(alpha):
    dataset = make_dataset(alpha)
    ids = load_records(dataset, [{"reference": "A-1"}, {"reference": "A-2"}])
    with connection.cursor() as cursor:
        partitions.detach(cursor, dataset.pk)
        away = ComplaintRecord.objects.count()
        partitions.attach(cursor, dataset.pk)

    assert away == 0
    assert sorted(ComplaintRecord.objects.values_list("id", flat=True)) == sorted(ids)


def test_a_dataset_with_records_something_points_to_cannot_be_taken_out(alpha):
    dataset = make_dataset(alpha)
    [pk] = load_records(dataset, [{}])
    Issue.objects.create(dataset=dataset, record_id=pk, scheme="hcat", category="quality")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        partitions.detach(cursor, dataset.pk)


def test_an_issue_belongs_to_a_record_of_its_own_dataset(alpha):
    dataset, other = make_dataset(alpha), make_dataset(alpha)
    [pk] = load_records(dataset, [{}])
    load_records(other, [{}])

    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.create(dataset=other, record_id=pk, scheme="hcat", category="quality")


def test_a_reference_is_unique_in_its_dataset_only(alpha):
    dataset, other = make_dataset(alpha), make_dataset(alpha)
    load_records(dataset, [{"reference": "A-1"}])
    load_records(other, [{"reference": "A-1"}])

    with pytest.raises(IntegrityError), transaction.atomic():
        load_records(dataset, [{"reference": "A-1"}])


def test_a_dataset_with_a_partition_cannot_be_deleted_by_any_client(alpha):
    dataset = make_dataset(alpha)
    load_records(dataset, [{}])

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM imports_dataset WHERE id = %s", [dataset.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "petition"),
        ("finding", "Upheld"),
        ("closure", "x"),
        ("reference", ""),
        ("mandate", "x"),
        ("status", "x"),
    ],
)
def test_the_database_refuses_a_value_outside_the_vocabulary(alpha, column, value):
    dataset = make_dataset(alpha)
    with pytest.raises(IntegrityError), transaction.atomic():
        load_records(dataset, [{column: value}])


def test_only_a_detached_table_can_be_dropped(alpha):
    dataset = make_dataset(alpha)
    load_records(dataset, [{}])
    with connection.cursor() as cursor:
        with pytest.raises(ValueError, match="detach it first"):
            partitions.drop_standalone(cursor, dataset.pk)
        partitions.detach(cursor, dataset.pk)
        partitions.drop_standalone(cursor, dataset.pk)
        cursor.execute("SELECT to_regclass(%s)", [partitions.table_of(dataset.pk)])
        assert cursor.fetchone() == (None,)


def test_one_dataset_is_read_from_one_partition(alpha):
    datasets = [make_dataset(alpha) for _ in range(3)]
    for dataset in datasets:
        load_records(dataset, [{}])
    plan = ComplaintRecord.objects.filter(dataset_id__in=[datasets[1].pk]).explain()

    assert partitions.table_of(datasets[1].pk) in plan
    assert partitions.table_of(datasets[0].pk) not in plan
