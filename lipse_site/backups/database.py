"""The database in a backup: one snapshot for dump, counts and hashes; a temporary database to restore into."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import Enum
from pathlib import Path

import psycopg2
from django.db import connection, connections
from psycopg2 import sql
from psycopg2.errors import ObjectInUse
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
_END_SESSIONS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY(%s)"
_ATTEMPTS = 10
# What opens the site to whoever holds it, and is worth nothing to a restored one.
LIVE = ("public.account_emailconfirmation", "public.django_session", "public.usersessions_usersession")


class State(Enum):
    """Where an interrupted restore left the site."""

    NONE = "none"
    OLD = "old"
    NEW = "new"


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
         "--exclude-table=imports_work.*", *(f"--exclude-table-data={name}" for name in LIVE),
         f"--file={target}", "--dbname", arguments()["dbname"])  # fmt: skip


def contents(cursor: Cursor) -> dict[str, list[str]]:
    """Rows and content hash by table; partitions are part of their table. Live sessions and links are left out."""
    for statement in _SAME_TEXT:
        cursor.execute(statement.replace("SET ", "SET LOCAL ", 1))
    cursor.execute(_TABLES)
    found = {}
    for schema, table in cursor.fetchall():
        if f"{schema}.{table}" in LIVE:
            continue
        cursor.execute(sql.SQL(_CONTENT).format(sql.Identifier(schema, table)))
        found[f"{schema}.{table}"] = [str(value) for value in cursor.fetchone() or ()]
    return found


@contextmanager
def exclusive() -> Iterator[None]:
    """One backup or restore of this database at a time, on whichever machine. A process that is killed lets go."""
    with maintenance() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"lipse-casebook {arguments()['dbname']}"])
        if cursor.fetchone() != (True,):
            raise RestoreFailed(_("Another backup or restore of this site is running."))
        yield


def scratch_name() -> str:
    return f"{arguments()['dbname'][:40]}_restoring"


def replaced_name() -> str:
    return f"{arguments()['dbname'][:40]}_replaced"


def exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
        return bool(cursor.fetchone() == (1,))


def is_replaced() -> bool:
    """Whether the restored database has its place: the present one is there under its other name."""
    return exists(replaced_name())


def interrupted() -> State:
    """Where a restore that was killed left the site; its leftovers tell. The site itself is complete in each case."""
    if is_replaced():
        return State.NEW
    return State.OLD if exists(scratch_name()) else State.NONE


@contextmanager
def scratch_database() -> Iterator[str]:
    """A temporary database on the same server, dropped unless it has replaced the present one."""
    name = scratch_name()
    drop(name)
    with maintenance() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def connected_to(database: str) -> Iterator[None]:
    """Make the models of this process read and write another database; a restore is a process of its own."""
    ours = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ours


def empty_live_tables(scratch: str) -> None:
    """No session and no link of the site at the time of the backup lives on: archives of version 1 have them."""
    with closing(_connect(scratch)) as session, session, session.cursor() as cursor:
        names = sql.SQL(", ").join(sql.Identifier(*name.split(".")) for name in LIVE)
        cursor.execute(sql.SQL("TRUNCATE {}").format(names))


def load(source: Path, database: str) -> dict[str, list[str]]:
    """Restore a dump into an empty database, completely or not at all; returns its contents."""
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
         "--dbname", database, str(source))  # fmt: skip
    with closing(_connect(database)) as session, session.cursor() as cursor:
        return contents(cursor)


def take_place(scratch: str) -> str:
    """Rename the temporary database to the present one; returns the new name of the present one.

    Both are renamed in one transaction, so at any moment there is one database of this name, the old one or the new.
    """
    ours, replaced = arguments()["dbname"], replaced_name()
    drop(replaced)
    connections.close_all()
    for attempt in range(_ATTEMPTS):
        try:
            with closing(_connect("postgres")) as session, session, session.cursor() as cursor:
                cursor.execute(_END_SESSIONS, [[ours, scratch]])
                for old, new in ((ours, replaced), (scratch, ours)):
                    names = sql.Identifier(old), sql.Identifier(new)
                    cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
            break
        except ObjectInUse:
            # Somebody connected in between, and nobody else can while a database is renamed.
            if attempt == _ATTEMPTS - 1:
                raise
        except psycopg2.Error:
            # The answer may be lost of a change that was made.
            if is_replaced():
                break
            raise
    return replaced


def drop(database: str) -> None:
    with maintenance() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


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
