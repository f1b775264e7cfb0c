"""How far the changes of this database can be read without missing one that becomes visible later (docs/adr/0109).

A row has its time of change from when it was written, and is visible from when its transaction ends, seconds or minutes
later. Who asks for changes since the latest one that was shown would never see a row that was written before it and
became visible after it. So nothing is shown that is not older than every transaction that still runs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from rest.replica import TIMELINE, is_here, refuse_here

# A time of change can be taken by a web process a moment before its transaction begins, and its clock can differ.
CLOCKS_DIFFER_BY = timedelta(seconds=10)

_EARLIEST = """
    SELECT least(statement_timestamp(), min(CASE WHEN backend_xid IS NOT NULL THEN xact_start
                                                 WHEN state = 'active' THEN query_start END))
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_HORIZON = f"""
    SELECT concat_ws('-', to_hex(system.system_identifier), {TIMELINE}, here.oid), pg_snapshot_xmin(snapshot),
      pg_snapshot_xmax(snapshot)
    FROM pg_current_snapshot() snapshot, pg_control_system() system, pg_database here
    WHERE here.datname = current_database()
"""  # noqa: S608 -- nothing but the constant is put in


@dataclass(frozen=True)
class Horizon:
    """Every transaction with a number below `below` has ended; none has a number from `unused` on yet.

    database: another one after a restore from a backup and after a standby took over, when numbers begin again.
    """

    database: str
    below: int
    unused: int


def horizon() -> Horizon:
    """The horizon of now. Read it before the rows: what ended by then is visible to every later statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        database, below, unused = cursor.fetchone()
    return Horizon(database, int(below), int(unused))


def must_have_reached(below: int) -> None:
    """For what goes on from a horizon that was read elsewhere: a replica that has not come so far does not answer."""
    if is_here() and horizon().below < below:
        refuse_here()


def settled_before() -> datetime:
    """Changes with an earlier time than this are visible by now, or were undone. Read it before the rows.

    A transaction that has written nothing yet counts from its current statement, whose time it may write, so that a
    backup or a long export, which only read, hold nothing back for longer than one statement takes. A replica does not
    know what runs on the primary.
    """
    refuse_here()
    with connection.cursor() as cursor:
        cursor.execute(_EARLIEST)
        earliest: datetime = cursor.fetchone()[0]
    return earliest
