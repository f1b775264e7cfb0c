"""Celery shells of imports. What works on an import or a comparison is a job (`jobs.tasks`)."""

from celery import shared_task

from imports.jobs.inbox import watch_inboxes as look_into_inboxes
from jobs.tasks import wake_worker


@shared_task(name="imports.watch_inboxes", time_limit=3 * 3600)
def watch_inboxes() -> None:
    """By the clock, every minute. A file that takes longer is noted as being taken, so that the next look leaves it."""
    for run in look_into_inboxes():
        wake_worker(run)
