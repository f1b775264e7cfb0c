"""The list of erasures beside the database: a file that outlives a restore, from which erasures are made again.

One JSON object a line: what was erased, by kind and key, when, by whom and why, and whether it was undone; a passage by
length and digest. Never the erased text.
"""

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import Organisation, User
from standards.files import private_file
from versions.jobs import delete_kept_texts, erase_everywhere, put_back
from versions.models import Erasure

_FIELDS = ("ground", "reason", "passage_length", "passage_sha256", "by_username")


@dataclass(frozen=True)
class Entry:
    """An erasure as the list holds it; times are in ISO 8601."""

    uuid: str
    organisation: str
    ground: str
    reason: str
    passage_length: int | None
    passage_sha256: str
    by_username: str
    erased_at: str
    final_at: str
    undone_at: str | None
    targets: list[list[str]] = field(default_factory=list)


def path() -> Path:
    return Path(settings.ERASURES_FILE)


def entries(source: Path | None = None) -> list[Entry]:
    """The list, oldest first; empty where there is no file."""
    place = source or path()
    if not place.exists():
        return []
    return [Entry(**json.loads(line)) for line in place.read_text().splitlines() if line]


def of_database() -> Iterator[Entry]:
    """The erasures of the database."""
    for erasure in Erasure.objects.select_related("organisation").prefetch_related("targets"):
        yield Entry(
            uuid=str(erasure.uuid),
            organisation=erasure.organisation.slug,
            erased_at=erasure.erased_at.isoformat(),
            final_at=erasure.final_at.isoformat(),
            undone_at=erasure.undone_at.isoformat() if erasure.undone_at else None,
            targets=[[target.kind, target.key] for target in erasure.targets.all()],
            **{name: getattr(erasure, name) for name in _FIELDS},
        )


def write() -> list[Entry]:
    """Add what the database knows to the list. Readable by its owner alone; the old list or the new one, never half."""
    place = path()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _lock(place):
        known = _merged([*entries(), *of_database()])
        with private_file(place) as file:
            file.writelines(json.dumps(asdict(entry)).encode() + b"\n" for entry in known)
    return known


def replay(source: Path | None = None) -> int:
    """Make the erasures of the list again, and undo those that were undone since; the number that changed something.

    For a database that was restored from an older backup. Erasures of organisations that it does not have are left out:
    nothing of theirs is in it. Files stay.
    """
    # Those that were undone come first, in the order in which they were: one is undone before an earlier one of the
    # same text.
    ordered = sorted(entries(source), key=lambda entry: (entry.undone_at is None, entry.undone_at or entry.erased_at))
    return sum([_replay(entry) for entry in ordered]) + delete_kept_texts()


@transaction.atomic
def _replay(entry: Entry) -> bool:
    known = Erasure.objects.select_for_update().filter(pk=entry.uuid).first()
    if entry.undone_at is not None:
        if known is None or known.undone_at is not None:
            return False
        put_back(known)
        Erasure.objects.filter(pk=known.pk).update(undone_at=datetime.fromisoformat(entry.undone_at))
        return True
    erasure = known or _made_again(entry)
    if erasure is None:
        return False
    erase_everywhere(erasure, [(kind, key) for kind, key in entry.targets])
    return known is None


def _made_again(entry: Entry) -> Erasure | None:
    organisation = Organisation.objects.filter(slug=entry.organisation).first()
    if organisation is None:
        return None
    return Erasure.objects.create(
        uuid=UUID(entry.uuid),
        organisation=organisation,
        erased_at=datetime.fromisoformat(entry.erased_at),
        final_at=datetime.fromisoformat(entry.final_at),
        erased_by=User.objects.filter(username=entry.by_username).first(),
        **{name: getattr(entry, name) for name in _FIELDS},
    )


def _merged(found: Iterable[Entry]) -> list[Entry]:
    """One entry for each erasure: the later one, but an undone one stays undone."""
    merged: dict[str, Entry] = {}
    for entry in found:
        if entry.uuid not in merged or merged[entry.uuid].undone_at is None:
            merged[entry.uuid] = entry
    return sorted(merged.values(), key=lambda entry: (entry.erased_at, entry.uuid))


@contextmanager
def _lock(place: Path) -> Iterator[None]:
    with place.with_name(place.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
