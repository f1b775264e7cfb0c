"""The database of a test run: made once, copied for each process, put back quickly. tests/conftest.py takes it in.

The migrations run once, into a template; each process of pytest-xdist gets a copy. A transactional test leaves rows
behind: Django would empty every table and load what ships with the product again (permissions, sectors,
vocabularies). Here only tables that hold rows are emptied and the shipped rows are copied back from memory.
"""

import fcntl
import io
import os
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase
from psycopg2.errors import DeadlockDetected

from lipse_site.backups.database import arguments
from lipse_site.management.quick_migrate import quick_migrate
from rest import time_limits
from tests.prepared import VARIABLE, dump

TEMPLATE = "template_of_the_tests"
SCHEMAS = ["public", "imports_work"]
# From this size on a table is truncated, which costs more than deleting a few rows but leaves no dead ones.
LARGE_BYTES = 128 * 1024

TABLES = """
    SELECT format('%%I.%%I', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname = ANY(%s) AND (%s OR NOT relispartition) ORDER BY 1
"""
COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
# A plain table has no partition tree.
# The server notices late that a client was killed amid a statement, and a database in use cannot be dropped.
OTHERS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SIZE = """
    SELECT pg_relation_size(%s::regclass) + coalesce(sum(pg_relation_size(relid)), 0)
    FROM pg_partition_tree(%s::regclass)
"""


@dataclass(frozen=True)
class Shipped:
    """Every table of a fresh database, partitions included, and the rows of those that have some."""

    tables: frozenset[str]
    rows: dict[str, tuple[str, str]]

    @classmethod
    def of_this_database(cls):
        with connection.cursor() as cursor:
            rows = {}
            for table in _with_rows(cursor):
                cursor.execute(COLUMNS, [table])
                columns, copied = cursor.fetchone()[0], io.StringIO()
                cursor.cursor.copy_expert(f"COPY {table} ({columns}) TO STDOUT", copied)
                rows[table] = columns, copied.getvalue()
            return cls(frozenset(_tables(cursor, with_partitions=True)), rows)

    def put_back(self):
        """Make the database hold these tables and rows, and no others. Sequences go on.

        A heartbeat or a browser's last request can outlive its test for a moment: where the two wait for each other,
        the server ends this one, and it begins again.
        """
        for _deadlock in range(5):
            try:
                return self._put_back()
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
        return self._put_back()

    def _put_back(self):
        # The last request of the test limited what its thread asks.
        time_limits.free()
        with transaction.atomic(), connection.cursor() as cursor:
            # No trigger fires: neither foreign keys nor the history of people's tables have a say here.
            cursor.execute("SET LOCAL session_replication_role = replica")
            self._empty(cursor)
            for table in _tables(cursor, with_partitions=True):
                if table not in self.tables:
                    _drop(cursor, table)
            for table, (columns, copied) in self.rows.items():
                cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(copied))

    def _empty(self, cursor):
        small, large = [], []
        for table in _with_rows(cursor):
            cursor.execute(SIZE, [table, table])
            (large if cursor.fetchone()[0] > LARGE_BYTES and table not in self.rows else small).append(table)
        if large:
            cursor.execute(f"TRUNCATE {', '.join(large)} CASCADE")
        for table in small:
            cursor.execute(f"DELETE FROM {table}")


def _drop(cursor, table):
    """A partition is detached first: dropped as it is, it would take the foreign keys to all of its table with it."""
    cursor.execute("SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = %s::regclass", [table])
    for (parent,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {parent} DETACH PARTITION {table}")
    cursor.execute(f"DROP TABLE {table}")


def _tables(cursor, *, with_partitions=False):
    cursor.execute(TABLES, [SCHEMAS, with_partitions])
    return [name for (name,) in cursor.fetchall()]


def _with_rows(cursor):
    cursor.execute(
        " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in _tables(cursor))
    )
    return [name for (name,) in cursor.fetchall()]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """The first process that gets here runs the migrations; all copy what came of them."""
    creation = connection.creation
    with (settings.DATA_DIR / "template.lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        with creation._nodb_cursor() as cursor:
            is_made = creation._database_exists(cursor, TEMPLATE)
        if not is_made:
            _make_template()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def _make_template():
    name, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    own = test["NAME"]
    test["NAME"] = TEMPLATE
    with quick_migrate():
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    test["NAME"] = own
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        shipped = Shipped.of_this_database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: shipped.put_back())
        yield shipped
    with django_db_blocker.unblock():
        connection.close()  # a test may have had it ended by the server
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)


@pytest.fixture(scope="session")
def prepared(django_db_modify_db_settings):
    """The migrated database as a file; processes that are started from now on find it in their environment."""
    path = settings.DATA_DIR / "prepared.dump"
    with (settings.DATA_DIR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            dump(path, **arguments(TEMPLATE))
    os.environ[VARIABLE] = str(path)
    return path


@pytest.fixture(scope="session")
def shipped(django_db_setup):
    """What a fresh database holds."""
    return django_db_setup
