"""Transaction numbers of PostgreSQL as columns. They begin again in another database: see `rest.horizon.Horizon`."""

from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models import Func
from psycopg2 import sql

if TYPE_CHECKING:
    NumberField = models.Field[int, int]
else:
    NumberField = models.Field


class StatementTime(Func):
    """When the current statement began, by the clock of the database."""

    template = "statement_timestamp()"
    output_field = models.DateTimeField()


class CurrentTransaction(Func):
    """The number of the current transaction."""

    template = "pg_current_xact_id()"


class TransactionNumber(NumberField):
    """The transaction that wrote the row: `xid8`, written by the database itself."""

    def db_type(self, connection: object) -> str:
        return "xid8"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: object) -> object:
        return None if value is None else str(value)


_COLUMNS = """
    SELECT c.relname, a.attname
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.atttypid = 'xid8'::regtype AND a.attname <> 'created_in' AND NOT a.attisdropped
      AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = current_schema()
    ORDER BY 1, 2
"""
_RENEWED = sql.SQL(
    "UPDATE {table} SET {column} = pg_current_xact_id() WHERE {column} >= pg_snapshot_xmax(pg_current_snapshot())"
)


def renew() -> None:
    """After a restore from another server: numbers that its transactions do not have yet become the current one.

    Otherwise such rows would stay beyond the horizon, unseen, until as many transactions have ended. A later update
    corrects `created_in`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column in cursor.fetchall():
            cursor.execute(_RENEWED.format(table=sql.Identifier(table), column=sql.Identifier(column)))
