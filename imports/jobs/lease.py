"""Who works on an import: a lease with heartbeat, and a fence that each write carries (docs/adr/0032, 0039)."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Case, F, IntegerField, When
from django.db.models.functions import Greatest
from django.utils import timezone

from imports.models import Import
from imports.problems import Cancelled, LostLease
from imports.querysets import ClockNow


@dataclass(slots=True)
class Progress:
    """How far the running stage is; the heartbeat tells the ledger."""

    done: int = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for an import while `fence` is the newest."""

    import_id: int
    fence: int
    progress: Progress = field(default_factory=Progress)

    def write(self, **changes: Any) -> None:
        """Change the import's row if the lease still holds. As a transaction's last statement it fences all of it.

        Raises LostLease when another worker took over, Cancelled when a person said so.
        """
        held = Import.objects.filter(pk=self.import_id, fence=self.fence)
        changes.setdefault("lease_expires_at", _in_a_lease())
        if not held.filter(cancel_requested=False).update(**changes):
            raise Cancelled if held.exists() else LostLease

    def reached(self, step: int, **changes: Any) -> None:
        """The same for work that a later attempt need not do again. Further than any attempt came before, this one
        counts as the first: only a step that breaks off again and again parks an import."""
        fresh = Case(When(furthest__lt=step, then=1), default=F("attempts"), output_field=IntegerField())
        furthest = Greatest(F("furthest"), step, output_field=IntegerField())
        self.write(attempts=fresh, furthest=furthest, **changes)

    def enter(self, stage: str, total: int = 0) -> None:
        """Begin a stage of `total` rows (0: not known beforehand)."""
        self.progress.done = 0
        self.write(stage=stage, stage_started_at=timezone.now(), progress_done=0, progress_total=total)


def claim(import_id: int) -> Lease | None:
    """Take an active import that nobody holds; None when somebody does or it needs nobody."""
    left = Import.objects.abandoned().filter(pk=import_id).values_list("fence", flat=True).first()
    if left is None:
        return None
    _end_left(import_id, left)
    # One statement that commits by itself, as the heartbeat's: nobody has to wait for a worker frozen in between. Who
    # was frozen before it read its fence must not take that of whoever came after it.
    owner = uuid.uuid4()
    Import.objects.abandoned().filter(pk=import_id).update(
        lease_owner=owner, lease_expires_at=_in_a_lease(), fence=F("fence") + 1, attempts=F("attempts") + 1
    )
    fence = Import.objects.filter(pk=import_id, lease_owner=owner).values_list("fence", flat=True).first()
    return None if fence is None else Lease(import_id, fence)


def _in_a_lease() -> Any:
    """When a lease that is renewed now runs out, by the one clock that all workers share, the database's."""
    return ClockNow() + timedelta(seconds=settings.IMPORT_LEASE_SECONDS)


@contextmanager
def kept_alive(lease: Lease) -> Iterator[None]:
    """Renew the lease from a thread while the work runs; a wish to cancel interrupts the statement that is running."""
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
    """Let this thread's connection say for which import and under which fence it works."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('application_name', %s, false)", [f"import {lease.import_id} fence {lease.fence}"]
        )
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("RESET application_name")


def _end_left(import_id: int, fence: int) -> None:
    """End the connections that leases up to this one left, before their import is taken. Nothing they do counts any
    more, but what they have locked, the import's own row too, would stay locked: for as long as a statement runs whose
    worker was killed, for ever where a worker is frozen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = current_user AND pid <> pg_backend_pid()"
            " AND substring(application_name FROM %s)::bigint <= %s",
            [rf"^import {import_id:d} fence (\d+)$", fence],
        )


def _beat(lease: Lease, stop: threading.Event, work: Any) -> None:
    try:
        while not stop.wait(settings.IMPORT_HEARTBEAT_SECONDS):
            _beat_once(lease, stop, work)
    finally:
        connection.close()


def _beat_once(lease: Lease, stop: threading.Event, work: Any) -> None:
    """One renewal, in this thread's own connection. A row lock of the work itself must not hold it up; when that work
    was the end of the lease there is nothing left to renew. No transaction: a worker frozen in one would keep the row
    locked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
            cursor.execute(
                "UPDATE imports_import SET lease_expires_at = clock_timestamp() + make_interval(secs => %s),"
                " progress_done = greatest(progress_done, %s)"
                " WHERE id = %s AND fence = %s AND lease_owner IS NOT NULL RETURNING cancel_requested",
                [settings.IMPORT_LEASE_SECONDS, lease.progress.done, lease.import_id, lease.fence],
            )
            row = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        connection.close()
        return
    if row and row[0] and not stop.is_set() and not work.closed:
        work.cancel()
