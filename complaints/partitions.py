"""The partitions of the record table, one a dataset, made beside the live table and attached when ready (ADR 0040).

Columns, checks and indexes are defined once, by the parent table in the database. Everything here reads them from
there, so that a standalone table always matches and PostgreSQL takes over its indexes on ATTACH.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

PARENT = "complaints_complaintrecord"
_MUCH = 0.2  # of a table's rows
Cursor: TypeAlias = Any
"""A cursor of Django or of psycopg2. Any: their types say that each fetched row may be None."""


def table_of(dataset_id: int) -> str:
    """The name of a dataset's partition. Safe to put into SQL: a number behind a constant."""
    return f"complaints_record_{int(dataset_id)}"


def create_standalone(cursor: Cursor, dataset_id: int) -> str:
    """Make an empty table that looks like a partition, without indexes and not attached, and return its name.

    Columns, defaults (ids come from the parent's sequence), checks and compression are those of the parent. Because of
    the added check on the dataset ATTACH does not read every row.
    """
    table = table_of(dataset_id)
    cursor.execute(
        f"CREATE TABLE {table} (LIKE {PARENT} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE"
        f" INCLUDING COMPRESSION, CONSTRAINT {table}_holds_one_dataset CHECK (dataset_id = {int(dataset_id)}))"
    )
    return table


def index_statements(cursor: Cursor, table: str) -> Iterator[str]:
    """The statements that give a table the indexes of the parent, the full-text index last."""
    cursor.execute(
        """
        SELECT pg_get_indexdef(i.indexrelid), pg_get_constraintdef(c.oid), x.relname
        FROM pg_index i
        JOIN pg_class x ON x.oid = i.indexrelid
        JOIN pg_am a ON a.oid = x.relam
        LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
        WHERE i.indrelid = %s::regclass
        ORDER BY a.amname = 'gin', NOT i.indisprimary, x.relname
        """,
        [PARENT],
    )
    for definition, constraint, parent_name in cursor.fetchall():
        name = table + parent_name.removeprefix("complaints_record")
        if constraint:
            yield f"ALTER TABLE {table} ADD CONSTRAINT {name} {constraint}"
        else:
            yield re.sub(r" INDEX \S+ ON (ONLY )?\S+ USING ", f" INDEX {name} ON {table} USING ", definition, count=1)


def attach(cursor: Cursor, dataset_id: int) -> None:
    """Attach a filled, indexed table to the live one: its rows appear at once. Takes milliseconds and reads no row."""
    table = table_of(dataset_id)
    cursor.execute(f"ALTER TABLE {PARENT} ATTACH PARTITION {table} FOR VALUES IN ({int(dataset_id)})")
    cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_holds_one_dataset")
    cursor.execute(
        'INSERT INTO complaints_partition (dataset_id, "table", version) '
        "VALUES (%s, %s, extract(epoch FROM clock_timestamp()) * 1000)",
        [dataset_id, table],
    )


def detach(cursor: Cursor, dataset_id: int) -> None:
    """Detach the rows of a dataset from the live table; PostgreSQL refuses while other rows refer to them."""
    table = table_of(dataset_id)
    cursor.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_holds_one_dataset CHECK (dataset_id = {int(dataset_id)})"
    )
    cursor.execute(f"ALTER TABLE {PARENT} DETACH PARTITION {table}")
    cursor.execute("DELETE FROM complaints_partition WHERE dataset_id = %s", [dataset_id])
    cursor.execute("DELETE FROM complaints_valuecounts WHERE dataset_id = %s", [dataset_id])
    cursor.execute("DELETE FROM complaints_valuegroup WHERE dataset_id = %s", [dataset_id])


def drop_standalone(cursor: Cursor, dataset_id: int) -> None:
    """Drop a table that is not attached; does nothing where there is none. Raises ValueError where it is attached."""
    if is_attached(cursor, dataset_id):
        raise ValueError(f"{table_of(dataset_id)} is attached; detach it first.")
    cursor.execute(f"DROP TABLE IF EXISTS {table_of(dataset_id)}")


def is_attached(cursor: Cursor, dataset_id: int) -> bool:
    """Whether the dataset has a live partition."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_inherits WHERE inhparent = %s::regclass AND inhrelid = to_regclass(%s))",
        [PARENT, table_of(dataset_id)],
    )
    return bool(cursor.fetchone()[0])


def ensure_partition(cursor: Cursor, dataset_id: int) -> str:
    """Give a dataset an empty, indexed, live partition unless it has one: for loads too small for a separate table."""
    if not is_attached(cursor, dataset_id):
        create_standalone(cursor, dataset_id)
        for statement in index_statements(cursor, table_of(dataset_id)):
            cursor.execute(statement)
        attach(cursor, dataset_id)
    return table_of(dataset_id)


def refresh(cursor: Cursor, dataset_id: int, changed: int) -> None:
    """Call after each change of a live dataset's records, so that searches stay quick and facets are counted again.

    Empties the pending list of the full-text index, refreshes the statistics where a fifth of the rows or more changed
    (for fewer, PostgreSQL's own autovacuum is enough) and counts the change, so that cached facets of the dataset are
    not used any more. ANALYZE names columns because it would read 30,000 narratives for the full-text index.
    """
    table = table_of(dataset_id)
    cursor.execute(
        """
        SELECT gin_clean_pending_list(i.indexrelid) FROM pg_index i
        JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am a ON a.oid = x.relam
        WHERE i.indrelid = %s::regclass AND a.amname = 'gin'
        """,
        [table],
    )
    cursor.fetchall()
    cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
    if changed >= _MUCH * cursor.fetchone()[0]:
        _refresh_statistics(cursor, table)
    count_change(cursor, dataset_id)


def _refresh_statistics(cursor: Cursor, table: str) -> None:
    cursor.execute(
        "SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND atttypid NOT IN ('text'::regtype, 'jsonb'::regtype, 'tsvector'::regtype)",
        [table],
    )
    cursor.execute(f"ANALYZE {table} ({cursor.fetchone()[0]})")


def count_change(cursor: Cursor, dataset_id: int) -> None:
    """Count a change of the dataset, so that cached facets of it are not used any more."""
    cursor.execute(
        "UPDATE complaints_partition SET version = greatest(version + 1, extract(epoch FROM clock_timestamp()) * 1000)"
        " WHERE dataset_id = %s",
        [dataset_id],
    )
