"""One state of the data for several statements, and a name for that state (docs/adr/0116)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def one_state(using: str) -> Iterator[None]:
    """All statements inside read one state of the data. Inside a transaction they read what that transaction reads."""
    connection = connections[using]
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def in_one_state(connection: BaseDatabaseWrapper) -> bool:
    """Whether all statements of the transaction read one state, which other connections can read too."""
    if not connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation') = 'repeatable read'")
        return bool(cursor.fetchone()[0])
