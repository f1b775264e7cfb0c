"""Celery tasks of imports. Imports and comparisons are jobs (`jobs.tasks`)."""

from celery import shared_task

from imports.jobs.inbox import watch_inboxes as look_into_inboxes
from jobs.tasks import wake_worker


@shared_task(name="imports.watch_inboxes", time_limit=3 * 3600)
def watch_inboxes() -> None:
    """Run every minute. A file that takes longer is marked as being read, so that the next run skips it."""
    for run in look_into_inboxes():
        wake_worker(run)
