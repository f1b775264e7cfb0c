"""Celery shells of this room."""

from celery import shared_task

from versions import jobs, journal


@shared_task(name="versions.finalise_erasures", time_limit=600)
def finalise_erasures() -> None:
    jobs.finalise()
    journal.write()
