"""Which requests may take long, and how they come to the process that answers them (docs/adr/0117).

An address is long by its end, so that a new export or file belongs here without being listed.
"""

import re
import socket
from typing import Protocol

from gunicorn.arbiter import Arbiter

_LONG = re.compile(
    r"""
    /(export|facets|cross-table|days-open|counts)/$  # tables, counts of many records
    | /agreement/                      # of a round, with what is computed again
    | /rounds/\d+/(compare|data)/$
    | /imports/\d+/(changes|file)/$
    | /exports/\d+/file/$             # hundreds of megabytes
    | /exports/codebook/$             # counts what it describes
    | ^/(?!static/|sw\.js$|app\.webmanifest$).*\.[a-z]+$  # files that are made: .csv, .pdf, data.dta ...
    """,
    re.VERBOSE,
)
_COUNTS_ALL = re.compile(r"(^|&)count=exact(&|$)")


def takes_long(path: str, query: str) -> bool:
    """Whether a request to this path (as in the address, from its first slash) with this query string may take long."""
    return _LONG.search(path) is not None or _COUNTS_ALL.search(query) is not None


class _Worker(Protocol):
    is_long: bool
    age: int


class Lane:
    """One process of the site answers what takes long; the others give it such connections, whole or not at all.

    `entry` and `exit` are two ends of one socket, which all processes inherit: a connection given while the long
    process is started again waits in it. Neither end is waited for.
    """

    entry: socket.socket
    exit: socket.socket

    def __init__(self) -> None:
        self._is_open = False
        # Processes up to this age have an earlier configuration and are being replaced.
        self._replaced = 0

    def choose(self, arbiter: Arbiter, worker: _Worker) -> None:
        """Before a process is forked: it is the long one where all the short ones are there and it is not."""
        if not self._is_open:
            self._open()
        others = [other for other in arbiter.WORKERS.values() if other.age > self._replaced]
        short = sum(not other.is_long for other in others)
        worker.is_long = short == len(others) and short >= arbiter.cfg.workers - 1

    def begin_again(self, arbiter: Arbiter) -> None:
        """The configuration was read again, and every process is replaced."""
        self._replaced = arbiter.worker_age

    def _open(self) -> None:
        self.entry, self.exit = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.entry.setblocking(False)
        self.exit.setblocking(False)
        self._is_open = True


LANE = Lane()
