"""A worker killed half-way: the end state equals that of an undisturbed run. Real worker, real signals."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from complaints.models import ComplaintRecord
from imports.actions import receive_file, replay_import, undo_import
from imports.jobs.propose import proposed_mapping
from imports.jobs.run import run_import
from imports.models import Dataset, Import, ImportChunk, PreviousVersion, QuarantinedRow
from jobs import tasks
from jobs.lease import claim
from jobs.problems import LostLease
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

ROWS = 30_000


def content():
    rows = letters(ROWS)
    rows[17] = rows[17].replace("2019-03", "2019-33")
    rows.append(rows[40])
    return csv_of(rows)


def state_of(dataset):
    """What a dataset holds, without what differs by run: ids, import and time."""
    columns = ("reference", "received_on", "subject", "narrative", "finding", "source_line", "content_hash")
    records = list(ComplaintRecord.objects.filter(dataset=dataset).order_by("source_record").values_list(*columns))
    bad = list(QuarantinedRow.objects.filter(import_run__dataset=dataset).values_list("record", "line", "cells"))
    return records, bad


def kill_the_child_of(worker):
    """SIGKILL for the process that does the work; its parent starts another."""
    children = Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)


def let_the_lease_run_out(run):
    """What 45 seconds without a heartbeat do."""
    past = timezone.now() - timedelta(seconds=1)
    Import.objects.filter(pk=run.pk, state__in=Import.ACTIVE).update(lease_expires_at=past)


@pytest.fixture(scope="module")
def undisturbed():
    """The end state of an undisturbed run, once it is known: it is the same for every stage."""
    return []


@pytest.mark.parametrize("stage", ["reading", "checking", "publishing", "indexing", "switching"])
def test_an_import_whose_worker_was_killed_ends_as_if_nothing_had_happened(worker, alpha, undisturbed, stage):
    if not undisturbed:
        quiet = make_dataset(alpha, slug="undisturbed")
        import_bytes(quiet, content())
        undisturbed.append(state_of(quiet))
    dataset = make_dataset(alpha, slug="disturbed")

    run = receive_file(dataset=dataset, chunks=[content()], name="a.csv", by=None, is_automatic=True)
    worker.until(
        lambda: (
            Import.objects.filter(pk=run.pk).values_list("stage", "state")[0] in [(stage, "running")]
            or not Import.objects.get(pk=run.pk).is_active
        )
    )
    kill_the_child_of(worker)
    visible_half_way = ComplaintRecord.objects.filter(dataset=dataset).count()
    assert visible_half_way in (0, ROWS - 1)
    let_the_lease_run_out(run)
    tasks.reconcile.delay()
    worker.until(lambda: not Import.objects.get(pk=run.pk).is_active)

    run.refresh_from_db()
    assert (run.state, run.rows, run.created, run.quarantined, run.skipped) == ("loaded", ROWS + 1, ROWS - 1, 1, 1)
    assert state_of(dataset) == undisturbed[0]
    assert sum(ImportChunk.objects.filter(import_run=run).values_list("written", flat=True)) == run.created
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'imports_work'")
        assert cursor.fetchone() == (0,)


def test_an_import_that_breaks_off_again_and_again_fails_with_the_reason(alpha, db):
    dataset = make_dataset(alpha)
    run = receive_file(
        dataset=dataset, chunks=[csv_of(letters(30))], name="a.csv", by=None, is_automatic=True, wake=False
    )
    Import.objects.filter(pk=run.pk).update(attempts=5)

    run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "failed_repeatedly")
    assert "Nothing was published" in run.error_message


def test_a_lease_that_was_lost_cannot_write(alpha, db):
    dataset = make_dataset(alpha)
    run = receive_file(
        dataset=dataset, chunks=[csv_of(letters(30))], name="a.csv", by=None, is_automatic=True, wake=False
    )
    old = claim(Import, run.pk)
    let_the_lease_run_out(run)
    new = claim(Import, run.pk)

    assert new.fence > old.fence
    with pytest.raises(LostLease):
        old.write(progress_done=1)


def test_an_import_is_taken_from_a_worker_that_froze_with_its_row_locked(transactional_db, alpha):
    run = receive_file(
        dataset=make_dataset(alpha), chunks=[csv_of(letters(30))], name="a.csv", by=None, is_automatic=True, wake=False
    )
    old = claim(Import, run.pk)
    let_the_lease_run_out(run)
    frozen = connection.copy()
    try:
        with frozen.cursor() as cursor:
            cursor.execute("SET application_name = %s", [f"import {run.pk} fence {old.fence}"])
            cursor.execute("BEGIN")
            cursor.execute("UPDATE imports_import SET progress_done = 1 WHERE id = %s", [run.pk])
            with connection.cursor() as ours:
                ours.execute("SET lock_timeout = '10s'")

            assert claim(Import, run.pk).fence == old.fence + 1
    finally:
        frozen.close()
        with connection.cursor() as ours:
            ours.execute("RESET lock_timeout")


def test_the_end_of_an_import_is_signed_so_that_a_worker_frozen_in_it_can_be_replaced(alpha, db, monkeypatch):
    run = receive_file(
        dataset=make_dataset(alpha), chunks=[csv_of([])], name="a.csv", by=None, is_automatic=True, wake=False
    )
    signatures = []

    def while_its_row_is_locked(held):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('application_name')")
            signatures.append(cursor.fetchone()[0])
        return False

    monkeypatch.setattr("imports.jobs.run._has_turn", while_its_row_is_locked)
    run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.error_code) == ("refused", "no_rows")
    assert signatures == [f"import {run.pk} fence {run.fence}"]


def test_a_mapping_guessed_by_a_worker_that_was_replaced_is_not_kept(alpha, db, monkeypatch):
    dataset = make_dataset(alpha)
    run = receive_file(
        dataset=dataset, chunks=[csv_of(letters(30))], name="a.csv", by=None, is_automatic=True, wake=False
    )

    def guessed_too_late(*args):
        found = proposed_mapping(*args)
        let_the_lease_run_out(run)
        claim(Import, run.pk)
        return found

    with monkeypatch.context() as late:
        late.setattr("imports.jobs.run.proposed_mapping", guessed_too_late)
        run_import(run.pk)
    assert not dataset.mappings.exists()
    let_the_lease_run_out(run)
    run_import(run.pk)

    run.refresh_from_db()
    assert run.state == "loaded"
    assert not [note for note in run.notes if "Mapped as before" in note]


def replay_file():
    """Every twentieth date cannot be read."""
    lines = letters(ROWS)
    lines[::20] = [line.replace("2019-03", "2019-33") for line in lines[::20]]
    return csv_of(lines)


def mend_all(run):
    """What people do by hand: each bad date is put right."""
    rows = list(QuarantinedRow.objects.filter(import_run=run))
    for row in rows:
        row.repaired = [cell.replace("2019-33", "2019-03") for cell in row.cells]
    QuarantinedRow.objects.bulk_update(rows, ["repaired"], batch_size=2_000)


def asked_for(action, run, by):
    """The request is stored, and no worker was woken yet."""
    with transaction.atomic():
        action(run=run, by=by)
        transaction.get_connection().run_on_commit.clear()


def waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]


def killed_at_the_last_moment(worker, run):
    """The worker does all of the work but its end, for which it waits on us; it is killed, and another takes over."""
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=run.dataset_id)
        tasks.wake_worker(run)
        worker.until(waits_for_us)
        assert Import.objects.get(pk=run.pk).state == "running"
        kill_the_child_of(worker)
    let_the_lease_run_out(run)
    tasks.reconcile.delay()
    worker.until(lambda: not Import.objects.get(pk=run.pk).is_active)
    run.refresh_from_db()


def test_a_replay_whose_worker_was_killed_ends_as_if_nothing_had_happened(worker, alpha, bob):
    undisturbed, dataset = make_dataset(alpha, slug="undisturbed"), make_dataset(alpha, slug="disturbed")
    quiet, run = (import_bytes(into, replay_file()) for into in (undisturbed, dataset))
    for one in (quiet, run):
        mend_all(one)
        asked_for(replay_import, one, bob)
    run_import(quiet.pk)

    killed_at_the_last_moment(worker, run)

    assert (run.state, run.created, run.quarantined) == ("loaded", ROWS, 0)
    assert state_of(dataset) == state_of(undisturbed)
    states = QuarantinedRow.objects.filter(import_run=run).values_list("state", flat=True)
    assert set(states) == {"replayed"}


@pytest.mark.parametrize("is_first", [True, False])
def test_an_undo_whose_worker_was_killed_ends_as_if_nothing_had_happened(worker, alpha, bob, is_first):
    dataset = make_dataset(alpha)
    if not is_first:
        import_bytes(dataset, csv_of(letters(ROWS)))
    before = state_of(dataset)
    run = import_bytes(dataset, csv_of(letters(ROWS + 2_000, outcome="Not upheld")))
    assert run.created + run.updated == ROWS + 2_000

    asked_for(undo_import, run, bob)

    killed_at_the_last_moment(worker, run)

    assert run.state == "undone"
    assert state_of(dataset) == before
    assert not PreviousVersion.objects.exists()
