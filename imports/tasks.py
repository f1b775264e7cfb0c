"""Celery shells of imports. The ledger in PostgreSQL is the truth; a message only wakes a worker."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from imports.jobs.comparing import compare as compare_now
from imports.jobs.comparing import waiting_comparisons
from imports.jobs.inbox import watch_inboxes as look_into_inboxes
from imports.jobs.reconcile import reconcile
from imports.jobs.run import run_import

logger = logging.getLogger(__name__)


@shared_task(name="imports.run")
def run(import_id: int) -> None:
    run_import(import_id)


@shared_task(name="imports.reconcile", time_limit=300)
def reconcile_imports() -> None:
    for import_id in reconcile():
        run.delay(import_id)
    for comparison_id in waiting_comparisons():
        compare.delay(comparison_id)


@shared_task(name="imports.compare", time_limit=3600)
def compare(comparison_id: int) -> None:
    compare_now(comparison_id)


@shared_task(name="imports.watch_inboxes", time_limit=3 * 3600)
def watch_inboxes() -> None:
    """By the clock, every minute. A file that takes longer is noted as being taken, so that the next look leaves it."""
    for import_id in look_into_inboxes():
        run.delay(import_id)


def wake_workers(import_id: int) -> None:
    """Tell a worker. When the broker is away the reconciler will find the import."""
    try:
        run.delay(import_id)
    except (OperationalError, OSError) as error:
        logger.warning("import %s waits for the reconciler: %s", import_id, type(error).__name__)


def wake_comparer(comparison_id: int) -> None:
    """The same for a comparison."""
    try:
        compare.delay(comparison_id)
    except (OperationalError, OSError) as error:
        logger.warning("comparison %s waits for the reconciler: %s", comparison_id, type(error).__name__)
