"""The Celery application of workers and scheduler."""

import os

from celery import Celery
from celery.signals import before_task_publish, setup_logging, task_prerun
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from lipse_site.embedded import services
from rest.time_limits import hold_to

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lipse_site.settings")
app = Celery("lipse_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def leave_logging_to_django(**_: object) -> None:
    """Prevents Celery from configuring its own log lines, by being connected to this signal."""


@before_task_publish.connect
def start_embedded_broker(**_: object) -> None:
    """Start the broker when a command sends its first task, as the first query starts the database."""
    if not settings.REDIS_URL:
        services.use(settings.EMBEDDED)


@task_prerun.connect
def limit_statements(**_: object) -> None:
    """Each statement of a task has the time limit of jobs."""
    hold_to("job")
