"""Whether the site is alive and ready, for the health check of a container or a load balancer."""

import time
from collections.abc import Callable

import redis
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lipse_site import broker

# Beat starts a canary task every CANARY_SECONDS; three missed ones mean that no worker runs.
CANARY_SECONDS = 20
SILENT_SECONDS = 3 * CANARY_SECONDS
OK = "ok"


def sing(key: str) -> None:
    """The work of the canary task: store the time at which a worker finished it."""
    broker.connect().set(key, str(time.time()), ex=86_400)


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return OK


def migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database does not answer."
    return f"{len(waiting)} migrations are not applied; run `manage.py migrate`." if waiting else OK


def message_broker() -> str:
    try:
        broker.connect().ping()
    except redis.RedisError:
        return "The broker does not answer."
    return OK


def worker() -> str:
    try:
        last = broker.connect().get(broker.CANARY_KEY)
    except redis.RedisError:
        return "The broker does not answer."
    if last is None:
        return "No worker has finished a task yet."
    age = time.time() - float(last)
    return OK if age < SILENT_SECONDS else f"No worker has finished a task for {age:.0f} seconds."


CHECKS: dict[str, Callable[[], str]] = {
    "database": database, "migrations": migrations, "broker": message_broker, "worker": worker,
}  # fmt: skip


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker and worker answer: 200, or 503 with what does not."""
    found = {name: check() for name, check in CHECKS.items()}
    ready = all(state == OK for state in found.values())
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)
