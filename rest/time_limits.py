"""Time limits: PostgreSQL cancels a statement that takes longer than its kind of request may take (ADR 0115).

`hold_to` is the only place that limits what a request or a job does; `each_within` and `rows_within` limit statements
further.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from psycopg2 import errors

SAFE = ("GET", "HEAD", "OPTIONS")
# Milliseconds; 0 outside of requests and jobs, where nothing is limited.
_limit: ContextVar[int] = ContextVar("time_limit", default=0)
_unanswered: ContextVar[Exception | None] = ContextVar("unanswered", default=None)
# Connections of the driver with the limit that was set on them, and those on which an undone transaction can undo it.
_held: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
_unsure: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


class TookTooLong(Exception):
    """A statement was cancelled because it took longer than its limit."""


def hold_to(kind: str) -> None:
    """Limit every later statement of this thread to the seconds of settings.TIME_LIMITS, until it is called again.

    For an answer that is streamed it stays so until the next request of the thread.
    """
    _limit.set(settings.TIME_LIMITS[kind] * 1000)
    _unanswered.set(None)


def free() -> None:
    """Limit no later statement of this thread: what follows belongs to no request and no job."""
    _limit.set(0)
    _unanswered.set(None)


def kind_of(request: HttpRequest, view: object) -> str:
    """The kind of a request, one of settings.TIME_LIMITS: by its method, its view and what it asks for."""
    if request.method not in SAFE:
        return "write"
    actions = getattr(view, "actions", None) or {}
    action = actions.get("get", "")
    name = (request.resolver_match.url_name if request.resolver_match else "") or ""
    if ("export" in action or name.endswith("-file")) and not request.GET.get("explain"):
        return "export"
    if action in ("facets", "cross_table", "days_open"):
        return "facets"
    if request.GET.get("search", "").strip():
        return "search"
    if not request.path.startswith("/api/"):
        return "page"
    return "detail" if action == "retrieve" else "list"


def install(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Called for each new connection. First in the list: whatever wraps for a while removes the last one afterwards."""
    if _within_limit not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _within_limit)


def _within_limit(
    execute: Callable[..., object], sql: str, params: object, many: bool, context: dict[str, Any]
) -> object:
    """Django calls this around every statement. The limit is set before the first one that needs another, so that a
    request that reads nothing needs no database, and equal requests need no further statement."""
    connection, limit = context["connection"], _limit.get()
    driver = connection.connection
    if driver in _unsure and not connection.in_atomic_block:
        del _unsure[driver]
        _held.pop(driver, None)
    if _held.get(driver, 0) != limit and not connection.needs_rollback:
        with connection.wrap_database_errors, driver.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {limit:d}")
        _held[driver] = limit
        if connection.in_atomic_block:
            _unsure[driver] = True
    try:
        return execute(sql, params, many, context)
    except (OperationalError, InterfaceError) as error:
        if driver.closed or was_cancelled(error):
            _unanswered.set(error)
        raise


def unanswered() -> Exception | None:
    """The error of a statement of this request that the database did not answer: it went away, or took too long.

    Django takes a condition of a constraint that it could not ask the database about as one that holds (`Q.check`), and
    says that the row breaks the constraint; nobody may be told so.
    """
    return _unanswered.get()


def was_cancelled(error: BaseException | None) -> bool:
    """Whether PostgreSQL cancelled a statement, which it does after its time limit."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, errors.QueryCanceled)


@contextmanager
def each_within(milliseconds: int, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A block that only reads; raises TookTooLong where one of its statements takes longer than this."""
    try:
        with transaction.atomic(using=using):
            with connections[using].cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {milliseconds:d}")
            yield
            # There is nothing to keep, and the limit that was set ends with the savepoint.
            transaction.set_rollback(True, using=using)
    except OperationalError as error:
        if was_cancelled(error):
            _unanswered.set(None)
            raise TookTooLong from error
        raise


def rows_within(
    milliseconds: int, statement: str, params: Sequence[Any], *, using: str = DEFAULT_DB_ALIAS, plan: str = ""
) -> list[tuple[Any, ...]]:
    """The rows of a statement that only reads. Raises TookTooLong after this time. plan: settings for the statement."""
    settings = f"SET LOCAL statement_timeout = {milliseconds:d}; {plan}{';' if plan else ''}"
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            # One way to the database and back, not two.
            cursor.execute(settings + statement, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            # There is nothing to keep, and the limit that was set ends with the savepoint.
            transaction.set_rollback(True, using=using)
            return rows
    except OperationalError as error:
        if was_cancelled(error):
            _unanswered.set(None)
            raise TookTooLong from error
        raise
