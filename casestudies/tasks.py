"""Celery shells of this room."""

from celery import shared_task

from casestudies import jobs


@shared_task(name="casestudies.remove_unfinished_uploads", time_limit=600)
def remove_unfinished_uploads() -> None:
    jobs.remove_unfinished_uploads()
