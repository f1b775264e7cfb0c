"""Runs the embedded services of a data folder while any process uses them: `python -m lipse_site.embedded.keeper
FOLDER`.

Every process that uses the services shares a lock on `locks/users`; the system releases it however the process ends.
The keeper starts the services, restarts one that stops, and stops all of them when it gets that lock exclusively.
If the keeper is killed, the kernel stops the services too, and the next process that needs them starts a new keeper.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TextIO

from lipse_site.embedded import system
from lipse_site.embedded.layout import Layout
from lipse_site.embedded.postgres import PostgresServer
from lipse_site.embedded.system import ServiceError
from lipse_site.embedded.valkey import ValkeyServer
from standards.translation import gettext as _

READY = "ready"
LOOK_SECONDS = 0.1


def keep(data_dir: Path, report: TextIO) -> int:
    """Run until no process uses the services. report: receives READY, or the reason why they did not start."""
    layout = Layout.below(data_dir)
    keeper_lock = (layout.locks / "keeper").open("w")
    try:
        fcntl.flock(keeper_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        report.write(_("Another keeper runs these services."))
        return 1
    servers: list[PostgresServer | ValkeyServer] = [PostgresServer(layout), ValkeyServer(layout)]
    try:
        _prepare(layout)
        for server in servers:
            server.start()
        report.write(READY)
        report.close()
        _watch(layout, servers)
    except (ServiceError, OSError) as error:
        if not report.closed:
            report.write(_sentence(error, layout))
        return 1
    finally:
        for server in reversed(servers):
            server.stop()
        if layout.ephemeral.exists():
            shutil.rmtree(layout.sockets, ignore_errors=True)
            shutil.rmtree(layout.services, ignore_errors=True)
    return 0


def _prepare(layout: Layout) -> None:
    layout.logs.mkdir(exist_ok=True)
    system.private_folder(layout.services)
    system.private_folder(layout.sockets)
    link = layout.data_dir / "services"
    if layout.services != link and not link.exists():
        link.symlink_to(layout.services)


def _watch(layout: Layout, servers: list[PostgresServer | ValkeyServer]) -> None:
    with (layout.locks / "users").open("w") as users:
        while not _alone(users):
            for server in servers:
                if not server.is_alive():
                    server.start()
            time.sleep(LOOK_SECONDS)
        # New processes wait for this lock, so that they find services that run or none, never ones that are stopping.
        for server in reversed(servers):
            server.stop()


def _alone(users: TextIO) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sentence(error: ServiceError | OSError, layout: Layout) -> str:
    if isinstance(error, ServiceError):
        return str(error)
    text = _("The embedded services cannot write to %(folder)s: %(reason)s.")
    return text % {"folder": layout.data_dir, "reason": error.strerror or error}


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.chdir("/")
    # Closing sys.stdout leaves its descriptor open, and the process that reads it would wait for ever.
    report = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return keep(Path(sys.argv[1]), report)


if __name__ == "__main__":
    sys.exit(main())
