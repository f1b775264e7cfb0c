"""Points at which the test can stop a worker: it holds a lock that the next step needs."""

import contextlib
import time
from functools import partial

import psycopg2

# What is locked, and from when on there is something to lock.
_GATES = {
    "reading": "LOCK TABLE imports_importchunk IN SHARE ROW EXCLUSIVE MODE",
    "checking": "LOCK TABLE imports_quarantinedrow IN SHARE ROW EXCLUSIVE MODE",
    "publishing": "SELECT FROM imports_importchunk WHERE import_run_id = {run} ORDER BY number DESC LIMIT 1 FOR UPDATE",
    "indexing": "LOCK TABLE complaints_record_{dataset} IN ROW EXCLUSIVE MODE",
    "at the end": "SELECT FROM imports_dataset WHERE id = {dataset} FOR NO KEY UPDATE",
}


@contextlib.contextmanager
def standing_still(site, stage, run):
    """Inside, the worker waits for us at this stage; gives None where the import came to its end without."""
    ((dataset,),) = site.rows("SELECT dataset_id FROM imports_import WHERE id = %s", run)
    lock = _GATES[stage].format(run=run, dataset=dataset)
    with held_up(site, lock, partial(site.is_active, run)) as is_waiting:
        yield site.run(run)[1] if is_waiting else None


@contextlib.contextmanager
def held_up(site, lock, is_active):
    """Inside, the worker waits for the lock, as soon as there is something to lock; gives False where the job came to
    its end without."""
    connection = None
    try:
        connection = _shut(site, lock, is_active)
        yield connection is not None and _waited_for(site, connection, is_active)
    finally:
        with contextlib.suppress(psycopg2.Error):
            if connection:
                connection.close()


def _shut(site, lock, is_active):
    """A connection that holds the lock, as soon as there is something to lock."""
    while is_active():
        connection = site.connect()
        with contextlib.suppress(psycopg2.errors.UndefinedTable, psycopg2.OperationalError):
            if connection and _locks(connection, lock):
                return connection
        if connection:
            connection.close()
        time.sleep(0.02)
    return None


def _locks(connection, lock):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        cursor.execute(lock)
        return lock.startswith("LOCK") or cursor.rowcount > 0


def _waited_for(site, connection, is_active):
    pid = connection.info.backend_pid
    while is_active():
        waiting = site.rows("SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))", pid)
        if waiting[0][0]:
            return True
        time.sleep(0.02)
    return False
