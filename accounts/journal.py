"""What may not come back with an older backup: revoked tokens and closed accounts, kept outside the database.

One line of JSON for each, appended to `journal/revocations.jsonl` in the data folder and never changed. A line is
written before its transaction commits, so it may be of a change that was rolled back, and none is missing. It names a
token by the digest that the database has, and an account by its number and when it was created.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from accounts.models import User

TOKEN_REVOKED, CLOSED, REOPENED, RESTORED = "token.revoked", "person.deactivated", "person.reactivated", "site.restored"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One line: what was done, to what, and when (ISO 8601, UTC)."""

    action: str
    key: str
    at: str


def path() -> Path:
    return Path(settings.DATA_DIR) / "journal" / "revocations.jsonl"


def key_of(person: User) -> str:
    """The same account has the same key in every backup of its site; an account of another site has another one."""
    return f"{person.pk}/{person.date_joined.astimezone(UTC).isoformat()}"


def append(action: str, *keys: str) -> None:
    """Write lines that survive a crash of the machine. A folder that cannot be written is logged: what was asked for is
    done all the same."""
    now = datetime.now(UTC).isoformat()
    lines = "".join(json.dumps(asdict(Entry(action, key, now))) + "\n" for key in keys)
    try:
        if lines:
            _append(lines.encode())
    except OSError:
        logger.exception("A revocation could not be written to the journal.")


def entries() -> Iterator[Entry]:
    """Every entry in the order of writing. A line that a crash left incomplete is passed over."""
    if not path().exists():
        return
    for line in path().read_text(errors="replace").splitlines():
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue


def last_restore() -> str:
    """When the last restore of this site put its database in place; empty if none did."""
    return max((entry.at for entry in entries() if entry.action == RESTORED), default="")


def _append(lines: bytes) -> None:
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            lines = b"\n" + lines
        os.write(descriptor, lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
