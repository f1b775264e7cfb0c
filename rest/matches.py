"""How PostgreSQL is to find the rows that match the words of a search, where all of them are wanted (ADR 0115, 0169).

It takes the words to be in the texts of a row once the row is read. But a vector that is not stored is computed for
each row that is read, which costs far more than to read the row: of a word that most rows have, 10,000 rows took 1.5 s,
and 0.07 s by the index of words, which answers without the texts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

# What is left is to find them by an index of words, and others, and to read what is found.
BY_WORDS = "SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off"


def is_searched(rows: QuerySet[Any, Any]) -> bool:
    """Whether these rows were found by words: `rows.among` is then the list that they were searched in."""
    return getattr(rows, "among", None) is not None


def plan_of(rows: QuerySet[Any, Any]) -> str:
    """The settings for a statement that reads all of these rows; nothing where no words were searched."""
    return BY_WORDS if is_searched(rows) else ""


@contextmanager
def by_words(using: str) -> Iterator[None]:
    """Have PostgreSQL find all rows that match by the index. What is read in the block has to be fetched in it."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(BY_WORDS)
        yield
        # There is nothing to keep, and the settings end with the savepoint.
        transaction.set_rollback(True, using=using)
