"""The feed of changes waits for every transaction of the server, so these tests wait for those of their neighbours."""

import time

import pytest
from django.db import connection

from exports import changes
from rest.horizon import horizon

# Transactions of the databases of other test processes, and of the server's own vacuum and statistics in this one: they
# hold back the horizon, and change nothing here.
OF_NEIGHBOURS = """
SELECT pid, xact_start FROM pg_stat_activity
WHERE backend_xid IS NOT NULL AND (datname IS DISTINCT FROM current_database() OR backend_type <> 'client backend')
"""


def _running(cursor):
    cursor.execute(OF_NEIGHBOURS)
    return set(cursor.fetchall())


def without_neighbours():
    with connection.cursor() as cursor:
        waiting = _running(cursor)
        while waiting:
            time.sleep(0.05)
            waiting &= _running(cursor)
    return horizon()


@pytest.fixture(autouse=True)
def neighbours_hold_nothing_back(monkeypatch):
    monkeypatch.setattr(changes, "horizon", without_neighbours)
