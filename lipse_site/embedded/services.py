"""Access to the embedded services: after `use` they run as long as any process that uses them."""

import atexit
import contextlib
import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

from lipse_site.embedded import postgres, valkey
from lipse_site.embedded.keeper import READY
from lipse_site.embedded.layout import Layout
from lipse_site.embedded.system import ServiceError
from standards.translation import gettext as _

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 60
# Enough for the keeper to check whether any process still uses the services.
HANDOVER_SECONDS = 0.1
_held: dict[Path, TextIO] = {}
_guard = threading.Lock()


def use(layout: Layout) -> None:
    """Start the services if necessary, and keep them running until this process ends or calls `let_go`."""
    with _guard:
        if layout.data_dir not in _held:
            _held[layout.data_dir] = _lock_as_user(layout)
        with (layout.locks / "start").open("w") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            _ensure(layout)


def _ensure(layout: Layout) -> None:
    """Return when the services answer. The lock of a killed keeper remains for a moment."""
    end = time.monotonic() + START_SECONDS
    while _is_kept(layout):
        if postgres.answers(layout) and valkey.answers(layout):
            return
        if time.monotonic() > end:
            raise ServiceError(
                _("The embedded services do not answer. The reason is in %(folder)s.") % {"folder": layout.logs}
            )
        time.sleep(0.02)
    _start_keeper(layout)


def let_go(layout: Layout) -> None:
    """Stop using the services. If no other process uses them, wait until they have stopped."""
    with _guard:
        users = _held.pop(layout.data_dir, None)
    if users is None:
        return
    users.close()
    begin = time.monotonic()
    while _is_kept(layout) and time.monotonic() - begin < STOP_SECONDS:
        if time.monotonic() - begin > HANDOVER_SECONDS and _has_users(layout):
            return
        time.sleep(0.02)


def _lock_as_user(layout: Layout) -> TextIO:
    try:
        layout.locks.mkdir(parents=True, exist_ok=True)
        users = (layout.locks / "users").open("w")
    except OSError as error:
        text = _("%(folder)s is not writable (%(reason)s). Set LIPSE_DATA_DIR to a folder that is.")
        raise ServiceError(text % {"folder": layout.data_dir, "reason": error.strerror}) from error
    fcntl.flock(users, fcntl.LOCK_SH)
    pid = os.getpid()
    # A forked child shares the lock of its parent, and must not wait for the services when it exits.
    atexit.register(lambda: let_go(layout) if os.getpid() == pid else None)
    return users


def _is_kept(layout: Layout) -> bool:
    return not _can_lock(layout.locks / "keeper", fcntl.LOCK_EX)


def _has_users(layout: Layout) -> bool:
    """Whether other processes use the services. No process does while the keeper stops them."""
    users = layout.locks / "users"
    return _can_lock(users, fcntl.LOCK_SH) and not _can_lock(users, fcntl.LOCK_EX)


def _can_lock(path: Path, kind: int) -> bool:
    with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("r") as file:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
        return True
    return not path.exists()


def _start_keeper(layout: Layout) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "lipse_site.embedded.keeper", str(layout.data_dir)], cwd=PROJECT, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    report, errors = process.stdout, process.stderr
    if report is None or errors is None:
        raise ServiceError(_("The keeper of the embedded services has no output."))
    with report, errors:
        answer = report.read()
        if answer != READY:
            why = answer or errors.read().strip()
            process.wait()
            raise ServiceError(why or _("The keeper of the embedded services stopped."))
    # It runs on after this call on purpose; this prevents Popen's warning about that.
    process.returncode = 0
