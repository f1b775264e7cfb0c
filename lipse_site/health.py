"""Health checks for containers and load balancers: whether the site runs, and whether it is ready."""

import time
from collections.abc import Callable

import redis
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lipse_site import broker

# The scheduler starts a canary task every CANARY_SECONDS; after three missed ones no worker runs.
CANARY_SECONDS = 20
SILENT_SECONDS = 3 * CANARY_SECONDS
OK = "ok"


def sing(key: str) -> None:
    """The work of the canary task: store the time at which a worker finishes it."""
    broker.connect().set(key, str(time.time()), ex=86_400)


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _("The database does not answer.")
    return OK


def migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _("The database does not answer.")
    if not waiting:
        return OK
    text = ngettext(
        "%(count)s migration is not applied. Run `manage.py migrate`.",
        "%(count)s migrations are not applied. Run `manage.py migrate`.",
        len(waiting),
    )
    return text % {"count": len(waiting)}


def message_broker() -> str:
    try:
        broker.connect().ping()
    except redis.RedisError:
        return _("The broker does not answer.")
    return OK


def worker() -> str:
    try:
        last = broker.connect().get(broker.CANARY_KEY)
    except redis.RedisError:
        return _("The broker does not answer.")
    if last is None:
        return _("No worker has finished a task yet.")
    age = time.time() - float(last)
    if age < SILENT_SECONDS:
        return OK
    return _("No worker has finished a task for %(seconds)s seconds.") % {"seconds": round(age)}


CHECKS: dict[str, Callable[[], str]] = {
    "database": database, "migrations": migrations, "broker": message_broker, "worker": worker,
}  # fmt: skip


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when this process answers."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and worker answer; otherwise 503, with the checks that failed."""
    found = {name: check() for name, check in CHECKS.items()}
    ready = all(state == OK for state in found.values())
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)
