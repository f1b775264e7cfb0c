"""One worker at a time has a job, and a worker that lost it can no longer write."""

import time
from contextlib import closing

import pytest
from django.db import IntegrityError, connection, transaction

from imports.models import Comparison, Import
from jobs.lease import claim, closed, kept_alive
from jobs.problems import Cancelled, LostLease

pytestmark = pytest.mark.django_db


def row(job):
    return Comparison.objects.get(pk=job.pk)


def test_a_job_is_held_by_one_worker_at_a_time(job):
    lease = claim(Comparison, job.pk)

    assert (lease.fence, claim(Comparison, job.pk)) == (1, None)
    assert not Comparison.objects.abandoned().exists()


@pytest.mark.parametrize("state", ["finished", "cancelled"])
def test_a_job_that_has_ended_is_not_taken(job, state):
    counts = dict.fromkeys(("created", "changed", "unchanged", "missing"), 0) if state == "finished" else {}
    Comparison.objects.filter(pk=job.pk).update(state=state, **counts)

    assert claim(Comparison, job.pk) is None


def test_a_lease_that_ran_out_is_taken_over_under_a_higher_fence(job, let_the_lease_run_out):
    old = claim(Comparison, job.pk)
    let_the_lease_run_out()

    new = claim(Comparison, job.pk)

    assert (old.fence, new.fence, row(job).attempts) == (1, 2, 2)


def test_a_lease_that_was_lost_writes_nothing(job, let_the_lease_run_out):
    old = claim(Comparison, job.pk)
    let_the_lease_run_out()
    new = claim(Comparison, job.pk)

    with pytest.raises(LostLease):
        old.write(progress_done=1)
    with pytest.raises(LostLease):
        old.finish(created=0, changed=0, unchanged=0, missing=0)
    assert not old.end(state="cancelled")
    old.let_go()

    found = row(job)
    assert (found.state, found.progress_done, found.fence) == ("waiting", 0, new.fence)
    assert found.lease_owner is not None


def test_the_last_write_undoes_a_transaction_of_a_lease_that_was_lost(job, bob, let_the_lease_run_out):
    old = claim(Comparison, job.pk)
    let_the_lease_run_out()
    claim(Comparison, job.pk)

    with pytest.raises(LostLease), transaction.atomic():
        job.rows.create(kind="created", reference="R1")
        old.write()

    assert not job.rows.exists()


def test_each_write_renews_the_lease(job, let_the_lease_run_out):
    lease = claim(Comparison, job.pk)
    let_the_lease_run_out()

    lease.write(progress_done=7)

    assert not Comparison.objects.abandoned().exists()


def test_a_write_of_a_cancelled_job_is_refused_but_its_end_is_not(job):
    lease = claim(Comparison, job.pk)
    Comparison.objects.filter(pk=job.pk).update(cancel_requested=True)

    with pytest.raises(Cancelled):
        lease.write(progress_done=1)
    assert lease.end(state="cancelled")

    found = row(job)
    assert (found.state, found.cancel_requested, found.lease_owner) == ("cancelled", False, None)
    assert found.finished_at is not None


def test_attempts_count_from_the_furthest_step(job):
    Comparison.objects.filter(pk=job.pk).update(attempts=3)
    lease = claim(Comparison, job.pk)

    lease.reached(5)
    further = (row(job).attempts, row(job).furthest)
    Comparison.objects.filter(pk=job.pk).update(attempts=4)
    lease.reached(5)
    again = (row(job).attempts, row(job).furthest)
    lease.reached(2)
    back = (row(job).attempts, row(job).furthest)

    assert (further, again, back) == ((1, 5), (4, 5), (4, 5))


def test_waiting_for_another_job_is_no_attempt(job):
    lease = claim(Comparison, job.pk)

    lease.put_back()

    found = row(job)
    assert (found.state, found.attempts, found.lease_owner) == ("waiting", 0, None)
    assert list(Comparison.objects.abandoned()) == [job]


def test_a_stage_begins_with_nothing_done(job):
    lease = claim(Comparison, job.pk)
    lease.progress.done = 12

    lease.enter("comparing", 100)

    found = row(job)
    assert (found.stage, found.progress_done, found.progress_total, lease.progress.done) == ("comparing", 0, 100, 0)
    assert found.stage_started_at is not None


@pytest.mark.parametrize(
    "wrong",
    [{"lease_owner": "9e3b7a54-1c2d-4e5f-8a9b-0c1d2e3f4a5b"}, {"state": "failed"}, {"error_code": "disk_full"}],
    ids=["an owner without an end", "failed without a reason", "a reason without a failure"],
)
def test_the_database_refuses_a_row_that_contradicts_itself(job, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Comparison.objects.filter(pk=job.pk).update(**wrong)


def test_a_closed_row_is_held_by_nobody():
    assert closed() | {"finished_at": None} == {
        "stage": "", "lease_owner": None, "lease_expires_at": None, "finished_at": None, "cancel_requested": False,
    }  # fmt: skip


def test_a_frozen_worker_does_not_delay_others_and_other_jobs_are_not_affected(
    transactional_db, job, let_the_lease_run_out, settings
):
    """Its connection is ended before the row is touched; those of a job of another kind with the same number, and of
    the same kind with another number, are not."""
    settings.JOB_HEARTBEAT_SECONDS = 0.02
    old = claim(Comparison, job.pk)
    let_the_lease_run_out()
    others = [f"import {job.pk} fence 1", f"comparison {job.pk}0 fence 1", f"comparison {job.pk} fence 99"]
    with closing(connection.copy()) as frozen, closing(connection.copy()) as one, closing(connection.copy()) as two:
        with closing(connection.copy()) as three:
            for other, name in zip((one, two, three), others, strict=True):
                asked(other, f"SET application_name = '{name}'")
            asked(frozen, f"SET application_name = '{old.signature}'")
            asked(frozen, "BEGIN")
            asked(frozen, "UPDATE imports_comparison SET progress_done = 1")
            asked(connection, "SET lock_timeout = '10s'")

            new = claim(Comparison, job.pk)

            assert new.fence == old.fence + 1
            for other in (one, two, three):
                asked(other, "SELECT 1")
        asked(connection, "RESET lock_timeout")

    with kept_alive(new):
        new.progress.done = 41
        let_the_lease_run_out()
        end = time.monotonic() + 20
        while (row(job).progress_done != 41 or Comparison.objects.abandoned().exists()) and time.monotonic() < end:
            time.sleep(0.01)
    assert row(job).progress_done == 41
    assert not Comparison.objects.abandoned().exists()


def asked(one, statement):
    with one.cursor() as cursor:
        cursor.execute(statement)


def test_the_connection_of_the_work_is_signed_while_it_works(job):
    lease = claim(Import, job.older_id)

    with kept_alive(lease), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('application_name')")
        signature = cursor.fetchone()[0]

    assert signature == lease.signature == f"import {job.older_id} fence 1"
