"""How PostgreSQL is to find the rows that match the words of a search, where all of them are wanted (ADR 0115, 0169).

It takes the words to be in the texts of a row once the row is read. But a vector that is not stored is computed for
each row that is read, which costs far more than to read the row: of a word that most rows have, 10,000 rows took 1.5 s,
and 0.07 s by the index of words, which answers without the texts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")
# The vectors of so many rows are computed sooner than the rows of a frequent word are read.
MANY = 5_000

# What is left is to find them by an index of words, and others, and to read what is found.
BY_WORDS = "SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off"


def is_searched(rows: QuerySet[Any, Any]) -> bool:
    """Whether these rows were found by words: `rows.among` is then the list that they were searched in."""
    return getattr(rows, "among", None) is not None


def plan_of(rows: QuerySet[Any, Any]) -> str:
    """The settings for a statement that counts these rows, in groups or not; nothing where no words were searched.

    Groups are few, which is not known of rows that were found first.
    """
    return f"{BY_WORDS}; SET LOCAL enable_sort = off" if is_searched(rows) else ""


@contextmanager
def by_words(using: str) -> Iterator[None]:
    """Have PostgreSQL find all rows that match by the index. What is read in the block has to be fetched in it."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(BY_WORDS)
        yield
        # There is nothing to keep, and the settings end with the savepoint.
        transaction.set_rollback(True, using=using)


class Words(ExpressionWrapper):
    """The condition of a search among those of a list, by which `found_first` knows it."""

    def __init__(self, condition: Q) -> None:
        super().__init__(condition, output_field=BooleanField())


class _Found(BaseTable):
    """A table of the rows that match the words, and of no others: what is asked of it besides is asked of these."""

    def __init__(self, name: str, alias: str, condition: Any) -> None:
        super().__init__(name, alias)
        self.condition = condition

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        found, params = compiler.compile(self.condition)
        table, alias = (compiler.quote_name_unless_alias(name or "") for name in (self.table_name, self.table_alias))
        # With OFFSET, PostgreSQL keeps the other conditions outside.
        return f"(SELECT * FROM {table} WHERE {found} OFFSET 0) {alias}", tuple(params)  # noqa: S608 - SQL of Django


def found_first(rows: Rows) -> Rows:
    """The same rows, to be found by their words first and then by the other filters, where these leave many.

    PostgreSQL would find them by an index of the other filters, and compute the vector of each row that these leave.
    """
    among = getattr(rows, "among", None)
    if among is None or among.is_whole:
        return rows
    words = [one for one in rows.query.where.children if isinstance(getattr(one, "lhs", None), Words)]
    if len(words) != 1 or among.order_by().values("pk")[: MANY + 1].count() <= MANY:
        return rows
    changed = rows.all()
    query = changed.query
    query.where.children = [one for one in query.where.children if one is not words[0]]
    alias = query.get_initial_alias()
    query.alias_map[alias] = _Found(query.alias_map[alias].table_name, alias, words[0])
    return changed
