"""Celery shells of this room."""

from celery import shared_task

from complaints import value_counts


@shared_task(name="complaints.count_values", time_limit=1800)
def count_values() -> None:
    value_counts.renew()
