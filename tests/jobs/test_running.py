"""What an attempt at a job comes to: finished, refused, failed, cancelled, postponed, or left for the next worker."""

import errno

import pytest
from django.db import DatabaseError

from imports.models import Comparison
from jobs.kinds import Kind
from jobs.lease import claim
from jobs.problems import Cancelled, Failed, Postponed, Refused, Stopped
from jobs.running import run

pytestmark = pytest.mark.django_db
NOTHING = {"created": 0, "changed": 0, "unchanged": 0, "missing": 0}


class Small(Kind[Comparison]):
    """A job kind that does what the test asks."""

    model = Comparison

    def __init__(self, work):
        self.work = work


def raising(error):
    def work(job, lease):
        raise error

    return Small(work)


def end_of(job):
    job.refresh_from_db()
    return job.state, job.error_code, job.lease_owner


def test_a_job_runs_to_its_end_once(job):
    began = []

    def work(job, lease):
        began.append(Comparison.objects.values("state", "attempts").get())
        lease.finish(**NOTHING)

    assert run(Small(work), job.pk)
    assert not run(Small(work), job.pk)

    assert began == [{"state": "running", "attempts": 1}]
    assert end_of(job) == ("finished", "", None)
    assert job.started_at <= job.finished_at


def test_a_job_that_somebody_holds_is_left_to_them(job):
    claim(Comparison, job.pk)

    assert not run(raising(AssertionError()), job.pk)


def test_a_job_that_cannot_be_done_fails_with_code_and_message(job):
    run(raising(Refused("no_such_file", "The file is gone.")), job.pk)

    assert end_of(job) == ("refused", "no_such_file", None)
    assert job.error_message == "The file is gone."


def test_a_job_that_needs_somebody_fails_with_the_reason(job):
    run(raising(Failed("no_key", "The key has expired.")), job.pk)

    assert end_of(job) == ("failed", "no_key", None)


def test_a_cancelled_job_ends_as_cancelled(job):
    def work(job, lease):
        Comparison.objects.update(cancel_requested=True)
        lease.finish(**NOTHING)

    run(Small(work), job.pk)

    assert end_of(job) == ("cancelled", "", None)
    assert not job.cancel_requested


def test_a_statement_interrupted_by_a_request_to_cancel_ends_as_cancelled(job):
    def work(job, lease):
        Comparison.objects.update(cancel_requested=True)
        raise DatabaseError("canceling statement due to user request")

    run(Small(work), job.pk)

    assert end_of(job) == ("cancelled", "", None)


def test_a_job_that_waits_for_another_remains_waiting(job):
    def work(job, lease):
        lease.put_back()
        raise Postponed

    assert run(Small(work), job.pk)

    assert end_of(job) == ("waiting", "", None)
    assert job.attempts == 0


def test_a_job_that_was_taken_over_is_left_to_the_other_worker(job, let_the_lease_run_out):
    taken = []

    def work(job, lease):
        let_the_lease_run_out()
        taken.append(claim(Comparison, job.pk))
        lease.finish(**NOTHING)

    assert run(Small(work), job.pk)

    job.refresh_from_db()
    assert (job.state, job.fence, job.attempts) == ("running", taken[0].fence, 2)


@pytest.mark.parametrize("error", [DatabaseError("the connection broke"), OSError(errno.EIO, "input/output")])
def test_an_attempt_that_broke_off_is_left_for_the_next_worker(job, error):
    with pytest.raises(type(error)):
        run(raising(error), job.pk)

    assert end_of(job) == ("running", "", None)
    assert list(Comparison.objects.abandoned()) == [job]


def test_a_job_that_broke_off_too_often_fails_without_another_attempt(job, settings):
    Comparison.objects.update(attempts=settings.JOB_ATTEMPTS)

    run(raising(AssertionError("must not run")), job.pk)

    assert end_of(job) == ("failed", "failed_repeatedly", None)
    assert f"stopped unexpectedly {settings.JOB_ATTEMPTS} times" in job.error_message
    assert "Nothing was kept." in job.error_message


def test_a_full_disk_parks_at_once(job):
    run(raising(OSError(errno.ENOSPC, "No space left on device")), job.pk)

    assert end_of(job) == ("failed", "disk_full", None)
    assert "keeps its files is full. Nothing was kept." in job.error_message


def test_a_fault_in_the_program_is_raised_and_found_again_when_the_lease_has_run_out(job, let_the_lease_run_out):
    with pytest.raises(ZeroDivisionError):
        run(raising(ZeroDivisionError()), job.pk)
    assert not Comparison.objects.abandoned().exists()

    let_the_lease_run_out()

    assert list(Comparison.objects.abandoned()) == [job]


def test_an_error_of_the_job_has_code_and_sentence():
    assert (str(Refused("code", "What to do.")), isinstance(Failed("c", "m"), Stopped)) == ("What to do.", True)
    assert not issubclass(Cancelled, Stopped)
