"""A comparison is a job: it shows how far it is, can be taken over and cancelled, and ends with a reason."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from imports.actions import cancel_comparison, compare_imports
from imports.jobs.comparing import compare
from imports.models import Comparison
from imports.work_tables import copy_rows
from jobs.lease import claim
from tests.factories.comparisons import compared, figures
from tests.factories.imports import csv_of, import_bytes, letters

pytestmark = pytest.mark.django_db


def test_how_much_of_both_files_is_read_is_seen_from_outside(transactional_db, dataset, bob, settings, monkeypatch):
    settings.JOB_HEARTBEAT_SECONDS = 0.02
    older = import_bytes(dataset, csv_of(letters(400)), by=bob)
    newer = import_bytes(dataset, csv_of(letters(300, outcome="Not upheld")), by=bob)
    found = compare_imports(older=older, newer=newer, by=bob)
    outside = connection.copy()
    shown = []

    def copied(cursor, name, batches):
        copy_rows(cursor, name, and_then_asked(batches) if name.startswith("compared_") else batches)

    def and_then_asked(batches):
        yield from batches
        end = time.monotonic() + 20
        while (progress := progress_seen()) in [(0, 700), *shown] and time.monotonic() < end:
            time.sleep(0.01)
        shown.append(progress)

    def progress_seen():
        with outside.cursor() as cursor:
            cursor.execute("SELECT progress_done, progress_total FROM imports_comparison WHERE id = %s", [found.pk])
            return cursor.fetchone()

    monkeypatch.setattr("imports.jobs.comparing.copy_rows", copied)
    try:
        compare(found.pk)
    finally:
        outside.close()

    assert shown == [(400, 700), (700, 700)]


def test_a_comparison_is_taken_from_a_worker_that_froze_in_it(
    transactional_db, dataset, older, newer, bob, monkeypatch
):
    found = compare_imports(older=older, newer=newer, by=bob)
    taken = []

    def frozen(cursor, name, batches):
        with ThreadPoolExecutor(1) as another:
            taken.append(another.submit(taken_over, found).result())
        copy_rows(cursor, name, batches)

    with monkeypatch.context() as worker:
        worker.setattr("imports.jobs.comparing.copy_rows", frozen)
        with pytest.raises((OperationalError, InterfaceError)):
            compare(found.pk)
    connection.close()
    assert [lease.fence for lease in taken] == [2]
    Comparison.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    compare(found.pk)

    found.refresh_from_db()
    assert figures(found) == ("finished", 3, 5, 20, 5)


def taken_over(found):
    """What another worker does when the lease has run out; in a thread, so with a connection of its own."""
    try:
        Comparison.objects.filter(pk=found.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        return claim(Comparison, found.pk)
    finally:
        connection.close()


def test_a_comparison_that_is_cancelled_while_it_runs_leaves_nothing(
    transactional_db, dataset, older, newer, bob, settings, monkeypatch
):
    settings.JOB_HEARTBEAT_SECONDS = 0.02
    found = compare_imports(older=older, newer=newer, by=bob)

    def cancelled(cursor, name, batches):
        with ThreadPoolExecutor(1) as person:
            person.submit(asked_to_cancel, found, bob).result()
        cursor.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr("imports.jobs.comparing.copy_rows", cancelled)
    compare(found.pk)

    found.refresh_from_db()
    assert (found.state, found.cancel_requested, found.rows.count()) == ("cancelled", False, 0)
    again = compare_imports(older=older, newer=newer, by=bob)
    assert (again.state, again.pk == found.pk) == ("waiting", False)


def asked_to_cancel(found, by):
    try:
        cancel_comparison(comparison=found, by=by)
    finally:
        connection.close()


def test_a_worker_that_comes_second_adds_nothing(older, newer, bob):
    found = compared(older, newer, bob)

    compare(found.pk)

    assert found.rows.count() == 13


def test_a_comparison_no_worker_heard_of_is_found_again(older, newer, bob):
    found = compare_imports(older=older, newer=newer, by=bob)

    assert list(Comparison.objects.abandoned()) == [found]


def test_comparing_that_breaks_off_again_and_again_ends_with_a_reason(older, newer, bob, settings):
    found = compare_imports(older=older, newer=newer, by=bob)
    Comparison.objects.filter(pk=found.pk).update(attempts=settings.JOB_ATTEMPTS)

    compare(found.pk)

    found.refresh_from_db()
    assert (found.state, found.error_code) == ("failed", "failed_repeatedly")
    assert "Nothing was kept" in found.error_message


def test_a_comparison_that_has_ended_cannot_be_cancelled(client_of, bob, charlie, older, newer):
    found = compared(older, newer, bob)

    page = client_of(bob).post(f"/comparisons/{found.pk}/cancel/", follow=True).content.decode()

    assert "This comparison has already ended." in page
    found.refresh_from_db()
    assert figures(found) == ("finished", 3, 5, 20, 5)
    assert client_of(charlie).post(f"/comparisons/{found.pk}/cancel/").status_code == 404
