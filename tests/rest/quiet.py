"""The horizon of a database in which nothing is running."""

import time
from dataclasses import replace

from django.db import connection

from rest.horizon import Horizon, horizon

_RUNNING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""


def quiet_horizon() -> Horizon:
    """The horizon, once every transaction of this database has ended, so that nothing that was written before is taken
    for a change. Tests that run beside this one, in other databases of the same server, may last for minutes."""
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute(_RUNNING)
            [running] = cursor.fetchone()
        if not running:
            now = horizon()
            return replace(now, below=now.unused)
        time.sleep(0.05)
    raise AssertionError("Transactions of others have not ended for ten seconds.")
