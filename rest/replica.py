"""Reads from a streaming replica: never older than what the caller wrote, nor than a stated lag (docs/adr/0118).

For such a read the connection of the thread is exchanged for one to the replica, so that raw SQL goes there too. Who is
asking, with their roles, was read from the primary before. Whatever fails on the replica is read again from the
primary, writes included, which a replica refuses. Without DATABASE_REPLICA_URL nothing here sends a statement.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from psycopg2 import errors
from rest_framework.request import Request

log = structlog.get_logger(__name__)
ALIAS = "replica"
# A caller whose writes all others see at once: those that take access or texts away.
EVERYONE = "everyone"
# A replica that was of no use is not asked again for so long.
GONE_SECONDS = 5.0
_READS = ("GET", "HEAD")

P = ParamSpec("P")
R = TypeVar("R")
Asked = TypeVar("Asked", bound=HttpRequest | Request)

TIMELINE = """CASE WHEN pg_is_in_recovery() THEN (SELECT received_tli FROM pg_stat_wal_receiver)
    ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int END"""
"""The timeline of this server as SQL. NULL on a replica that receives nothing, or whose user may not see what it
receives. The control file has the one of the last checkpoint, which after a promotion is the old one for a while."""

# After a restore a session can still be in the database that was replaced, which goes by another number.
_DATABASE = """(SELECT system_identifier FROM pg_control_system())
    || '-' || (SELECT oid FROM pg_database WHERE datname = current_database())"""
_PRIMARY = f"""
    SELECT {_DATABASE}, {TIMELINE}, (pg_current_wal_insert_lsn() - '0/0')::bigint,
      (SELECT max(position) FROM rest_writeposition WHERE caller IN (%s, %s))
"""  # noqa: S608 -- nothing but the constants above is put in
_REPLICA = f"SELECT pg_is_in_recovery(), {_DATABASE}, {TIMELINE}, (pg_last_wal_replay_lsn() - '0/0')::bigint"
_REMEMBER = """
    INSERT INTO rest_writeposition AS known (caller, position)
    VALUES (%s, (pg_current_wal_insert_lsn() - '0/0')::bigint)
    ON CONFLICT (caller) DO UPDATE SET position = (pg_current_wal_insert_lsn() - '0/0')::bigint
"""


class State(StrEnum):
    """What a replica is found to be. Only a CURRENT one is read from."""

    CURRENT = "current"
    BEHIND = "behind"
    GONE = "gone"
    PROMOTED = "promoted"
    NOT_RECEIVING = "not receiving"
    OF_ANOTHER = "of another database"


_OF_USE = (State.CURRENT, State.BEHIND)


class Person(Protocol):
    """A signed-in caller, with roles that are read once in a request."""

    pk: int

    @property
    def roles(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Place:
    """A position in the write-ahead log, in bytes, of one timeline of one database of one cluster."""

    database: str
    timeline: int | None
    position: int


class NeedsPrimary(Exception):
    """Raised while reading from the replica: what was asked for is known only to the primary."""


class Seen:
    """Where the primary was, and when, in seconds of a clock that never goes back.

    Whoever has replayed what was there at a moment is not older than that moment, however the clocks of the machines
    go, and also when nothing is being written.
    """

    def __init__(self, most_seconds: float) -> None:
        self._most = most_seconds
        self._places: deque[tuple[float, Place]] = deque()

    def add(self, at: float, place: Place) -> None:
        """at: when the primary was about to be asked. Places of another timeline are forgotten."""
        if self._places and self._lineage(self._places[-1][1]) != self._lineage(place):
            self._places.clear()
        # Enough of them to tell a moment to a fiftieth of the lag.
        if not self._places or at - self._places[-1][0] >= self._most / 50:
            self._places.append((at, place))

    def least(self, now: float, place: Place) -> int:
        """The position from which on a replica is not older than the lag. place: of the primary, asked just now."""
        while self._places and self._places[0][0] < now - self._most:
            self._places.popleft()
        return min([place.position, *(known.position for _at, known in self._places)])

    def _lineage(self, place: Place) -> tuple[str, int | None]:
        return place.database, place.timeline


class _Known:
    """What a process knows of the two servers, for all of its threads."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.seen = Seen(settings.REPLICA_MAX_LAG)
        self.state = State.CURRENT
        self.left_alone_until = 0.0

    def may_ask(self, now: float) -> bool:
        """Whether to ask the replica. One that was of no use is asked again by one thread at a time."""
        with self.lock:
            if now < self.left_alone_until:
                return False
            if self.state not in _OF_USE:
                self.left_alone_until = now + GONE_SECONDS
            return True

    def note(self, found: State, now: float) -> None:
        """Leave a replica that is of no use alone for a while, and log a change."""
        with self.lock:
            self.left_alone_until = 0.0 if found in _OF_USE else now + GONE_SECONDS
            before, self.state = self.state, found
        if found is not before:
            log.warning("replica_state", state=str(found))


_known = _Known()
_primary: ContextVar[BaseDatabaseWrapper | None] = ContextVar("primary", default=None)


def is_configured() -> bool:
    """Whether DATABASE_REPLICA_URL names a replica."""
    return ALIAS in connections.settings


def may_lag(view: Callable[Concatenate[Asked, P], R]) -> Callable[Concatenate[Asked, P], R]:
    """GET of this view is read from the replica where that is recent enough for its caller."""

    @wraps(view)
    def answer(request: Asked, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not _is_read_there(request):
            return view(request, *args, **kwargs)
        try:
            with _exchanged():
                return view(request, *args, **kwargs)
        except NeedsPrimary:
            pass
        except (DatabaseError, InterfaceError) as error:
            if isinstance(error.__cause__, errors.QueryCanceled):
                raise  # it took too long, and would again
            _note_failure(error)
        return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[Asked, P], R]", answer)


def is_here() -> bool:
    """Whether the connection is the replica's."""
    return _primary.get() is not None


def refuse_here() -> None:
    """Raise NeedsPrimary where the connection is the replica's. The read is done again on the primary."""
    if is_here():
        raise NeedsPrimary


@contextmanager
def on_primary() -> Iterator[None]:
    """Inside, the connection is the primary's, also while reading from the replica: for what a read writes."""
    primary = _primary.get()
    if primary is None:
        yield
        return
    with _default_as(primary, inside=None):
        yield


@contextmanager
def like(*, was_here: bool) -> Iterator[None]:
    """In a thread that goes on with a read of another one: inside, the connection is to the same server as there."""
    if not was_here:
        yield
        return
    with _exchanged():
        yield


def caller_of(person_id: int) -> str:
    """How the writes of a person are named."""
    return f"person:{person_id}"


def remember_write(caller: str) -> None:
    """From now on the caller reads nothing older than what is committed now. Call it after the commit."""
    if is_configured():
        with on_primary(), connection.cursor() as cursor:
            cursor.execute(_REMEMBER, [caller])


def state(caller: str = EVERYONE) -> tuple[State, int]:
    """What the replica is for this caller now, and by how many bytes it is behind the primary."""
    asked = time.monotonic()
    primary, floor = _where_primary_is(caller)
    with _known.lock:
        _known.seen.add(asked, primary)
        least = _known.seen.least(asked, primary)
    try:
        is_replica, replica = _where_replica_is()
    except (DatabaseError, InterfaceError):
        return State.GONE, 0
    # A position of another cluster, from a backup, is beyond the end of this one's log.
    needed = max(least, min(floor, primary.position))
    return _judged(is_replica, replica, primary, needed), primary.position - replica.position


def _judged(is_replica: bool, replica: Place, primary: Place, needed: int) -> State:
    if replica.database != primary.database:
        return State.OF_ANOTHER
    if not is_replica:
        return State.PROMOTED
    if replica.timeline != primary.timeline:
        return State.NOT_RECEIVING
    return State.CURRENT if replica.position >= needed else State.BEHIND


def _is_read_there(request: HttpRequest | Request) -> bool:
    """Whether this request is read from the replica. Its caller and their roles are read from the primary here."""
    if not is_configured() or request.method not in _READS or is_here() or connection.in_atomic_block:
        return False
    person = request.user if request.user.is_authenticated else None
    if person is not None:
        _ = cast("Person", person).roles
    if not _known.may_ask(time.monotonic()):
        return False
    found, _bytes = state(caller_of(cast("Person", person).pk) if person is not None else EVERYONE)
    if found not in _OF_USE:
        connections[ALIAS].close()
    _known.note(found, time.monotonic())
    return found is State.CURRENT


def _where_primary_is(caller: str) -> tuple[Place, int]:
    with connection.cursor() as cursor:
        cursor.execute(_PRIMARY, [caller, EVERYONE])
        database, timeline, position, floor = cursor.fetchone()
    return Place(database, timeline, position), floor or 0


def _where_replica_is() -> tuple[bool, Place]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_REPLICA)
        is_replica, database, timeline, position = cursor.fetchone()
    return is_replica, Place(database, timeline, position or 0)


@contextmanager
def _exchanged() -> Iterator[None]:
    primary = connections[DEFAULT_DB_ALIAS]
    with _default_as(connections[ALIAS], inside=primary):
        yield


@contextmanager
def _default_as(other: BaseDatabaseWrapper, *, inside: BaseDatabaseWrapper | None) -> Iterator[None]:
    """Inside, `connection` is the other one of this thread."""
    before: Any = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = other
    token = _primary.set(inside)
    try:
        yield
    finally:
        _primary.reset(token)
        connections[DEFAULT_DB_ALIAS] = before


def _note_failure(error: Exception) -> None:
    """A read failed on the replica. Whether it is gone, or refused this one statement, its connection tells."""
    log.warning("replica_read_repeated", error=type(error.__cause__ or error).__name__)
    replica = connections[ALIAS]
    replica.close_if_unusable_or_obsolete()
    if replica.connection is None:
        _known.note(State.GONE, time.monotonic())
