"""One state of the data for several statements, and a name for that state (docs/adr/0116)."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# Increase it when the program writes the same rows in another way.
FORM = 1
_NAME = re.compile(r'"(\w+)"')
# The newest transaction that changed one of the tables and is visible, and the older ones that still run: what is
# visible cannot be another set of changes while these are the same. A copy of the server does not know which run.
_STATE = """
    WITH tables AS MATERIALIZED (
        SELECT name, to_regclass(name) AS relation FROM unnest(%(names)s::text[]) name
        WHERE to_regclass(name) IS NOT NULL),
    changes AS (
        SELECT greatest((SELECT changed_in FROM exports_tablechange WHERE relation IN (SELECT name FROM tables)
                         ORDER BY changed_in DESC LIMIT 1), {stamps}'0'::xid8) AS newest, pg_current_snapshot() AS here)
    SELECT concat_ws('-', to_hex(system.system_identifier), base.oid, newest,
                     (SELECT string_agg(number::text, ',') FROM pg_snapshot_xip(here) number WHERE number < newest))
    FROM changes, pg_control_system() system, pg_database base
    WHERE base.datname = current_database() AND newest < pg_snapshot_xmax(here)
      AND pg_current_xact_id_if_assigned() IS NULL
      AND (newest < pg_snapshot_xmin(here) OR NOT pg_is_in_recovery())
      AND NOT EXISTS (SELECT FROM tables WHERE NOT EXISTS (
          SELECT FROM pg_trigger WHERE tgname = 'exports_track_changes' AND tgrelid = relation))
"""


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


def named_in(statement: str) -> set[str]:
    """The tables that a statement of Django names, and other names."""
    return set(_NAME.findall(statement))


def state_of(names: Collection[str], stamps: Mapping[str, str], key: str, *, using: str) -> str | None:
    """The name of what is visible now of the tables among `names`, for answers that depend on it and on `key`.

    Two equal names mean equal rows. `stamps` has for some tables a query for the newest transaction that changed them;
    the others have the trigger `exports_track_changes`. None where the state has no name: a table has no trigger, or
    this transaction has written.
    """
    tracked = sorted(set(names) - stamps.keys())
    known = "".join(f"({stamps[table]}), " for table in sorted(stamps.keys() & set(names)))
    with connections[using].cursor() as cursor:
        cursor.execute(_STATE.format(stamps=known), {"names": tracked})
        found = cursor.fetchone()
    if found is None:
        return None
    return hashlib.blake2b(f"{FORM}\0{found[0]}\0{key}".encode(), digest_size=12).hexdigest()
