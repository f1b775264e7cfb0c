"""A person cancels an import at its last step, when all rows are written but not visible yet: nothing of it stays."""

import pytest
from django.db import connection, transaction

from complaints.models import ComplaintRecord
from complaints.partitions import table_of
from imports.actions import cancel_import
from imports.models import Dataset, Import
from jobs.tasks import wake_worker
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog')")
        return {row[0] for row in cursor.fetchall()}


def test_an_import_cancelled_while_it_runs_leaves_nothing(worker, alpha, bob):
    dataset = make_dataset(alpha)
    before = tables()
    run = import_bytes(dataset, csv_of(letters(300)), by=bob, is_automatic=False)
    Import.objects.filter(pk=run.pk).update(is_automatic=True, state="waiting")
    with transaction.atomic(), connection.cursor() as cursor:
        # Whoever makes the records visible waits for this; the request to cancel is there the moment it is gone.
        cursor.execute("LOCK TABLE complaints_complaintrecord IN SHARE MODE")
        wake_worker(run)
        until(lambda: Import.objects.filter(pk=run.pk, stage="switching").exists())
        cancel_import(run=run, by=bob)

    until(lambda: not Import.objects.get(pk=run.pk).is_active)
    run.refresh_from_db()
    assert (run.state, run.created, run.staging) == ("cancelled", None, "")
    assert not ComplaintRecord.objects.exists()
    assert Dataset.objects.get().record_count == 0
    until(lambda: tables() == before)
    assert table_of(dataset.pk) not in {name.partition(".")[2] for name in tables()}
