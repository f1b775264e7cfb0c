"""Celery tasks of all jobs. The rows in PostgreSQL are authoritative; a message only wakes a worker."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from jobs.kinds import all_kinds, kind_named
from jobs.models import Job
from jobs.querysets import jobs_of
from jobs.running import run as run_job
from rest.done_forms import forget_done_forms

logger = logging.getLogger(__name__)


@shared_task(name="jobs.run")
def run(kind: str, job_id: int) -> None:
    run_job(kind_named(kind), job_id)


@shared_task(name="jobs.reconcile", time_limit=300)
def reconcile() -> None:
    """Regularly start every active job that no worker holds, whatever happened to its message; then tidy up."""
    for kind in all_kinds():
        for job in jobs_of(kind.model).abandoned().only("pk").order_by("id"):
            wake_worker(job)
    for kind in all_kinds():
        kind.tidy()
    forget_done_forms()


def wake_worker(job: Job) -> None:
    """Send a message to a worker. If the broker does not answer, the reconciler finds the job."""
    try:
        run.apply_async((job.KIND, job.pk), time_limit=kind_named(job.KIND).time_limit)
    except (OperationalError, OSError) as error:
        logger.warning("%s %s waits for the reconciler: %s", job.KIND, job.pk, type(error).__name__)
