"""The database in a backup: one snapshot for dump, counts and hashes; a temporary database to restore into."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from django.db import connection, connections
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from psycopg2.extensions import make_dsn

from lipse_site.embedded import postgres
from standards.translation import gettext as _

# The text of a value must not depend on the settings of the session.
_SAME_TEXT = ("SET TIME ZONE 'UTC'", "SET DateStyle = 'ISO, YMD'", "SET IntervalStyle = 'postgres'",
              "SET extra_float_digits = 1", "SET bytea_output = 'hex'", "SET search_path = public")  # fmt: skip
# Work tables of running imports are created again if necessary, and may be dropped at any moment.
_TABLES = """
    SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relpersistence <> 't'
      AND nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'imports_work')
    ORDER BY 1, 2
"""
# The sum of the hashes does not depend on the order of the rows.
_CONTENT = (
    "SELECT count(*), coalesce(sum(('x' || left(md5(row::text), 16))::bit(64)::bigint::numeric), 0) FROM {} AS row"
)


class RestoreFailed(RuntimeError):
    """The restored database differs from the backup; nothing was replaced."""


def arguments(database: str | None = None) -> dict[str, str]:
    """Connection parameters for psycopg2 and the PostgreSQL programs. database: another one on the same server."""
    given = connection.get_connection_params()
    named = ("host", "port", "user", "password", "sslmode", "sslrootcert")
    kept = {name: str(given[name]) for name in named if isinstance(given.get(name), str | int)}
    return kept | {"dbname": database or str(given["dbname"])}


def _connect(database: str | None = None) -> Connection:
    return psycopg2.connect(make_dsn(**arguments(database)))


@contextmanager
def snapshot() -> Iterator[tuple[str, Cursor]]:
    """The name of a snapshot that other sessions can use, and a cursor in its transaction."""
    connection.ensure_connection()
    with closing(_connect()) as session:
        session.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (name,) = cursor.fetchone() or ("",)
            yield name, cursor


def dump(target: Path, snapshot_name: str) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot_name}",
         "--exclude-table=imports_work.*", f"--file={target}", "--dbname", arguments()["dbname"])  # fmt: skip


def contents(cursor: Cursor) -> dict[str, list[str]]:
    """Rows and content hash by table; partitions are part of their table."""
    for statement in _SAME_TEXT:
        cursor.execute(statement.replace("SET ", "SET LOCAL ", 1))
    cursor.execute(_TABLES)
    found = {}
    for schema, table in cursor.fetchall():
        cursor.execute(sql.SQL(_CONTENT).format(sql.Identifier(schema, table)))
        found[f"{schema}.{table}"] = [str(value) for value in cursor.fetchone() or ()]
    return found


@contextmanager
def scratch_database() -> Iterator[str]:
    """A temporary database on the same server, dropped unless it has replaced the present one."""
    name = f"{arguments()['dbname'][:40]}_restore_{os.getpid()}"
    with maintenance() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        with maintenance() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def load(source: Path, database: str) -> dict[str, list[str]]:
    """Restore a dump into an empty database, completely or not at all; returns its contents."""
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
         "--dbname", database, str(source))  # fmt: skip
    with closing(_connect(database)) as session, session.cursor() as cursor:
        return contents(cursor)


def take_place(scratch: str) -> str:
    """Rename the temporary database to the present one; returns the new name of the present one."""
    ours, replaced = arguments()["dbname"], f"{scratch}_replaced"
    connections.close_all()
    with maintenance() as cursor:
        _rename(cursor, ours, replaced)
        _rename(cursor, scratch, ours)
    return replaced


def give_back(replaced: str) -> None:
    """Undo `take_place` after a later step failed."""
    ours = arguments()["dbname"]
    connections.close_all()
    with maintenance() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(ours)))
        _rename(cursor, replaced, ours)


def drop(database: str) -> None:
    with maintenance() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


def _rename(cursor: Cursor, old: str, new: str) -> None:
    """Rename a database. Nobody can be connected meanwhile, so connections are forbidden first and existing ones
    ended."""
    names = sql.Identifier(old), sql.Identifier(new)
    cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(names[0]))
    cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [old])
    cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
    cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(names[1]))


@contextmanager
def maintenance() -> Iterator[Cursor]:
    """A cursor outside of the present database; each statement commits by itself."""
    with closing(_connect("postgres")) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            yield cursor


def _run(program: str, *options: str) -> None:
    known = arguments()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE",
             "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip
    environment = os.environ | {names[name]: str(value) for name, value in known.items() if name in names}
    done = subprocess.run(
        [str(postgres.programs() / program), "--no-password", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else _("failed")
        raise RestoreFailed(f"{program}: {reason}")
