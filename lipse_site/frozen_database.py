"""Web processes do not wait for a database that takes connections but no longer answers, as in a paused container.

The driver waits for its answers here (psycopg2's wait callback). A slow query is waited for as long as the server still
answers a new connection; when that fails too, the query ends with an OperationalError and the visitor gets a sentence.
Workers have no such limit: they wait, and their leases pass to others. COPY is not possible in these processes.
"""

import contextlib
import select
import socket
import time
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _
from psycopg2 import OperationalError, extensions

# Together less than the 5 seconds in which every page answers.
SILENT_SECONDS, PROBE_SECONDS = 2.0, 1.0
# After a failure the same process asks no longer than this, until the time is over.
SHORT_SECONDS, REMEMBERED_SECONDS = 0.2, 2.0
# Length and code of the message that asks whether a server speaks TLS: it answers with one byte, before any sign-in.
ASKS_FOR_TLS = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
_CONNECTED = (extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED)


class Patience:
    """The wait callback of a process; remembers for a moment that a server did not answer, primary or replica."""

    def __init__(self) -> None:
        self.silent_until: dict[str, float] = {}

    def wait(self, connection: extensions.connection) -> None:
        """Wait until the connection has its answer. OperationalError when the server does not answer."""
        while (state := connection.poll()) != extensions.POLL_OK:
            is_silent = time.monotonic() < self.silent_until.get(connection.dsn, 0.0)
            reads = [connection] if state == extensions.POLL_READ else []
            writes = [connection] if state == extensions.POLL_WRITE else []
            ready = select.select(reads, writes, [], SHORT_SECONDS if is_silent else SILENT_SECONDS)
            if not any(ready) and (is_silent or not _answers(connection)):
                self.silent_until[connection.dsn] = time.monotonic() + REMEMBERED_SECONDS
                raise OperationalError(_("The database does not answer."))


def _answers(connection: extensions.connection) -> bool:
    """Whether the server still answers anybody. A connection that is only being made has waited long enough."""
    if connection.status not in _CONNECTED:
        return False
    host, port = connection.info.host, connection.info.port
    with contextlib.suppress(OSError), contextlib.closing(_connect(host, port)) as server:
        server.sendall(ASKS_FOR_TLS)
        return bool(server.recv(1))
    return False


def _connect(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=PROBE_SECONDS)
    server = socket.socket(socket.AF_UNIX)
    server.settimeout(PROBE_SECONDS)
    server.connect(str(Path(host) / f".s.PGSQL.{port}"))
    return server


def do_not_wait() -> Callable[[extensions.connection], None]:
    """Set this process's wait callback."""
    wait = Patience().wait
    extensions.set_wait_callback(wait)
    return wait
