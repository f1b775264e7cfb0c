"""Celery tasks of the site itself."""

from celery import shared_task

from lipse_site import broker, health


@shared_task(name="lipse_site.canary", time_limit=10, expires=health.SILENT_SECONDS)
def canary(key: str = broker.CANARY_KEY) -> None:
    health.sing(key)
