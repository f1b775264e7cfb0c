"""Readers that take their answer too slowly, so that they hold a thread of the web server, are cut.

What a thread has to send waits in the kernel until the reader takes it. Every second the main thread of a web process
looks at how much each reader has taken (`TCP_INFO` of Linux). Where something waits and less than `LEAST_BYTES` were
taken in `patience` seconds, or the answer began to wait `MOST_SECONDS` ago, the connection is closed: the thread, and
with it the database connection, are free again. An answer that is cut is shorter than its Content-Length says.
"""

import contextlib
import socket
import struct
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fcntl import ioctl
from threading import Lock

from django.conf import settings
from gunicorn.workers.gthread import TConn, ThreadWorker

LEAST_BYTES = 1_000_000
MOST_SECONDS = 3600.0
# tcpi_bytes_acked of struct tcp_info, Linux 4.1 and newer.
_ACKED = struct.Struct("=120xQ")


@dataclass
class _Reader:
    """A connection, and what its reader had taken when it was last found to be quick enough."""

    connection: socket.socket
    taken: int = 0
    checked_at: float = 0.0
    waits_since: float | None = None


@dataclass
class SlowReaders:
    """The connections on which a thread is at work."""

    patience: float
    least: int = LEAST_BYTES
    most: float = MOST_SECONDS
    clock: Callable[[], float] = time.monotonic
    _readers: dict[int, _Reader] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, connection: socket.socket) -> None:
        """A thread answers on this connection."""
        with self._lock:
            self._readers[id(connection)] = _Reader(connection)

    def end(self, connection: socket.socket) -> None:
        """It does not any more."""
        with self._lock:
            self._readers.pop(id(connection), None)

    def cut(self) -> int:
        """Close the connections whose readers are too slow; how many they were."""
        now, closed = self.clock(), 0
        with self._lock:
            for reader in self._readers.values():
                if self._is_too_slow(reader, now):
                    # Wakes the thread that sends; it closes the connection.
                    with contextlib.suppress(OSError):
                        reader.connection.shutdown(socket.SHUT_RDWR)
                    closed += 1
        return closed

    def _is_too_slow(self, reader: _Reader, now: float) -> bool:
        try:
            waiting, taken = _waiting_and_taken(reader.connection)
        except OSError:
            return False
        if not waiting:
            reader.waits_since = None
            return False
        if reader.waits_since is None:
            reader.waits_since = reader.checked_at = now
            reader.taken = taken
        if now - reader.waits_since >= self.most:
            return True
        if now - reader.checked_at < self.patience:
            return False
        is_slow = taken - reader.taken < self.least
        reader.taken, reader.checked_at = taken, now
        return is_slow


def _waiting_and_taken(connection: socket.socket) -> tuple[int, int]:
    """Bytes that the other side has not acknowledged, and those that it has; OSError where it is closed."""
    waiting = struct.unpack("=i", ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0]
    taken = _ACKED.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ACKED.size))[0]
    return waiting, taken


class WatchedWorker(ThreadWorker):
    """A worker of gunicorn that cuts slow readers."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.readers = SlowReaders(settings.SLOW_READER_SECONDS)

    def handle(self, conn: TConn) -> object:
        """Called in a thread."""
        # What hands a connection over to another process leaves another socket here.
        connection = conn.sock
        self.readers.begin(connection)
        try:
            return super().handle(conn)
        finally:
            self.readers.end(connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """Called every second by the main thread."""
        super().murder_keepalived(force)
        self.readers.cut()
