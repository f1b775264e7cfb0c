"""A time limit for one statement: PostgreSQL cancels it, and the transaction goes on."""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from psycopg2 import errors


class TookTooLong(Exception):
    """A statement was cancelled because it took longer than its limit."""


def rows_within(
    milliseconds: int, statement: str, params: Sequence[Any], *, using: str = DEFAULT_DB_ALIAS
) -> list[tuple[Any, ...]]:
    """The rows of a statement that only reads. Raises TookTooLong after this time."""
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {milliseconds:d}; {statement}", params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            # There is nothing to keep, and the limit that was set ends with the savepoint.
            transaction.set_rollback(True, using=using)
            return rows
    except OperationalError as error:
        if isinstance(error.__cause__, errors.QueryCanceled):
            raise TookTooLong from error
        raise
