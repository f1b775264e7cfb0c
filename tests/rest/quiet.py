"""The horizon of a database in which nothing is running."""

import time
from dataclasses import replace

from django.db import connection

from rest.horizon import Horizon, horizon

_OLDEST = """
SELECT min(backend_xid::text::bigint) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def horizon_of_this_database() -> Horizon:
    """The horizon without the transactions of tests that run beside this one, in other databases of the same server."""
    now = horizon()
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        [oldest] = cursor.fetchone()
    return replace(now, below=oldest or now.unused)


def quiet_horizon() -> Horizon:
    """The horizon, once every transaction of this database has ended, so that nothing that was written before is taken
    for a change."""
    for _try in range(200):
        now = horizon_of_this_database()
        if now.below == now.unused:
            return now
        time.sleep(0.05)
    raise AssertionError("Transactions of others have not ended for ten seconds.")
