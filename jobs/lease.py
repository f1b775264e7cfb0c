"""The right to work on a job: a lease with heartbeat, and a fence that each write checks (docs/adr/0032, 0039,
0087)."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Case, F, IntegerField, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Greatest
from django.utils import timezone
from psycopg2 import sql
from psycopg2.extensions import connection as ServerConnection

from jobs.models import Job, JobState
from jobs.problems import Cancelled, LostLease
from jobs.querysets import ClockNow, jobs_of

# One statement that commits by itself: a worker frozen in a transaction would keep the row locked.
_RENEW = sql.SQL(
    "UPDATE {table} SET lease_expires_at = clock_timestamp() + make_interval(secs => %s),"
    " progress_done = greatest(progress_done, %s)"
    " WHERE id = %s AND fence = %s AND lease_owner IS NOT NULL RETURNING cancel_requested"
)


@dataclass(slots=True)
class Progress:
    """How much of the present stage is done; the heartbeat writes it to the row of the job."""

    done: int = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for a job while `fence` is the latest one."""

    model: type[Job]
    job_id: int
    fence: int
    progress: Progress = field(default_factory=Progress)

    @property
    def signature(self) -> str:
        """The `application_name` of connections under this lease; PostgreSQL keeps 63 bytes of it."""
        return f"{self.model.KIND} {self.job_id} fence {self.fence}"

    def write(self, **changes: object) -> None:
        """Change the row of the job if the lease is still valid. As the last statement of a transaction it protects all
        of it.

        Raises LostLease if another worker took over, Cancelled if a person asked for that.
        """
        held = jobs_of(self.model).filter(pk=self.job_id, fence=self.fence)
        changes.setdefault("lease_expires_at", _end_of_a_lease())
        if not held.filter(cancel_requested=False).update(**changes):
            raise Cancelled if held.exists() else LostLease

    def reached(self, step: int, **changes: object) -> None:
        """Write, and record a step that later attempts do not repeat. If no earlier attempt came this far, attempts are
        counted from here: a job fails only if the same step is interrupted again and again."""
        fresh = Case(When(furthest__lt=step, then=1), default=F("attempts"), output_field=IntegerField())
        furthest = Greatest(F("furthest"), step, output_field=IntegerField())
        self.write(attempts=fresh, furthest=furthest, **changes)

    def enter(self, stage: str, total: int = 0) -> None:
        """Begin a stage of `total` rows (0: not known)."""
        self.progress.done = 0
        self.write(stage=stage, stage_started_at=timezone.now(), progress_done=0, progress_total=total)

    def finish(self, **changes: object) -> None:
        """The last write of the work, in one transaction with its result."""
        self.write(**{"state": JobState.FINISHED, **closed(), **changes})

    def end(self, **changes: object) -> bool:
        """Close the job without a result, also if it was cancelled; False if another worker took over. One statement
        that commits by itself."""
        return bool(jobs_of(self.model).filter(pk=self.job_id, fence=self.fence).update(**closed() | changes))

    def let_go(self) -> None:
        """Release the job for the next worker; the reconciler finds it."""
        held = jobs_of(self.model).filter(pk=self.job_id, fence=self.fence)
        held.update(lease_owner=None, lease_expires_at=None)

    def put_back(self) -> None:
        """Return the job to the queue, because another job comes first. This is not counted as an attempt."""
        self.write(
            state=JobState.WAITING, stage="", attempts=F("attempts") - 1, lease_owner=None, lease_expires_at=None
        )


def closed() -> dict[str, object]:
    """The columns of every job that has ended."""
    return {
        "stage": "", "lease_owner": None, "lease_expires_at": None, "finished_at": timezone.now(),
        "cancel_requested": False,
    }  # fmt: skip


def claim(model: type[Job], job_id: int) -> Lease | None:
    """Take an active job that no worker holds; None if one does, or if there is nothing to do."""
    left = jobs_of(model).abandoned().filter(pk=job_id).values_list("fence", flat=True).first()
    if left is None:
        return None
    _end_connections(Lease(model, job_id, left))
    # One statement that commits by itself, like the heartbeat, so that no worker waits for one that freezes in between.
    # A worker that was frozen before it read its fence must not get the fence of the worker that came after it.
    owner = uuid.uuid4()
    jobs_of(model).abandoned().filter(pk=job_id).update(
        lease_owner=owner, lease_expires_at=_end_of_a_lease(), fence=F("fence") + 1, attempts=F("attempts") + 1
    )
    fence = jobs_of(model).filter(pk=job_id, lease_owner=owner).values_list("fence", flat=True).first()
    return None if fence is None else Lease(model, job_id, fence)


def _end_of_a_lease() -> CombinedExpression:
    """The end of a lease that is renewed now, by the clock of the database, which all workers share."""
    return ClockNow() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


@contextmanager
def kept_alive(lease: Lease) -> Iterator[None]:
    """Renew the lease from a thread while the work runs. A request to cancel interrupts the running statement."""
    with signed(lease):
        stop = threading.Event()
        work = connection.connection
        thread = threading.Thread(target=_beat, args=(lease, stop, work), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


@contextmanager
def signed(lease: Lease) -> Iterator[None]:
    """Name the connection of this thread after the job and its fence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [lease.signature])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("RESET application_name")


def _end_connections(lease: Lease) -> None:
    """End the connections of earlier leases before the job is taken. Their writes no longer count, but their locks,
    even on the row of the job, would remain: as long as a statement of a killed worker runs, and for ever if a worker
    is frozen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = current_user AND pid <> pg_backend_pid()"
            " AND substring(application_name FROM %s)::bigint <= %s",
            [rf"^{lease.model.KIND} {lease.job_id:d} fence (\d+)$", lease.fence],
        )


def _beat(lease: Lease, stop: threading.Event, work: ServerConnection) -> None:
    try:
        while not stop.wait(settings.JOB_HEARTBEAT_SECONDS):
            _beat_once(lease, stop, work)
    finally:
        connection.close()


def _beat_once(lease: Lease, stop: threading.Event, work: ServerConnection) -> None:
    """One renewal, on the connection of this thread. A row lock of the work itself must not block it: if that work was
    the last of the lease, there is nothing left to renew."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
            cursor.execute(
                _RENEW.format(table=sql.Identifier(lease.model._meta.db_table)),
                [settings.JOB_LEASE_SECONDS, lease.progress.done, lease.job_id, lease.fence],
            )
            row = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        connection.close()
        return
    if row and row[0] and not stop.is_set() and not work.closed:
        work.cancel()
