"""A time limit for statements: what takes longer is cancelled by PostgreSQL, and the transaction goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from psycopg2 import errors


class TookTooLong(Exception):
    """A statement was cancelled because it took longer than its limit."""


@contextmanager
def time_limit(milliseconds: int, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Each statement inside is cancelled after this time, and TookTooLong is raised. The earlier limit returns."""
    connection = connections[using]
    is_inside = connection.in_atomic_block
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            before = cursor.fetchone()[0]
            cursor.execute(f"SET LOCAL statement_timeout = {milliseconds:d}")
            yield
            if is_inside:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if isinstance(error.__cause__, errors.QueryCanceled):
            raise TookTooLong from error
        raise
