"""The horizon of a database in which nothing is running: autovacuum and other processes hold it back for a moment."""

import time

from rest.horizon import horizon


def quiet_horizon():
    """The horizon, once every transaction has ended, so that nothing that was written before is taken for a change."""
    for _try in range(200):
        now = horizon()
        if now.below == now.unused:
            return now
        time.sleep(0.05)
    raise AssertionError("Transactions of others have not ended for ten seconds.")
