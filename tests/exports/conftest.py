"""The feed of changes waits for every transaction of the server, so these tests wait for those of their neighbours."""

import time

import pytest
from django.db import connection

from exports import changes
from rest.horizon import horizon

# Transactions of the databases of other test processes: they hold back the horizon, and change nothing here.
_OF_NEIGHBOURS = (
    "SELECT pid, xact_start FROM pg_stat_activity WHERE datname <> current_database() AND backend_xid IS NOT NULL"
)


def _running(cursor):
    cursor.execute(_OF_NEIGHBOURS)
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
