"""The whole database, searched for words and compared row by row."""

from django.db import connection


def _tables(cursor):
    """Every table of every schema that is not the server's own, with partitions instead of what they are parts of."""
    cursor.execute(
        "SELECT nspname, relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE relkind = 'r' AND nspname !~ '^(pg_|information_schema)'"
    )
    return cursor.fetchall()


def tables_with(words):
    """Tables in which a row holds the words, in any column and in capitals or not."""
    found = set()
    with connection.cursor() as cursor:
        for schema, name in _tables(cursor):
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{schema}"."{name}" r WHERE r::text ILIKE %s)', [f"%{words}%"]
            )
            if cursor.fetchone()[0]:
                found.add(name)
    return found


def rows_of(*tables):
    """Every row of these tables as text, in the order of their text."""
    found = {}
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f'SELECT r::text FROM "{name}" r ORDER BY 1')
            found[name] = [text for (text,) in cursor.fetchall()]
    return found
