"""When the state of the rows has one name, whatever tests in other databases of the same server do."""

from django.db import connection


def is_settled():
    """Whether no transaction runs that is older than the last change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > max(changed_in) FROM exports_tablechange")
        return cursor.fetchone()[0]
