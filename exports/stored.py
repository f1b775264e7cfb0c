"""Files of exports on the disk. A file has its name only when it is complete and its checksum is known."""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from standards.files import sync_folder

_BLOCK = 1 << 20
_NAME = re.compile(r"\A(\d+)-[0-9a-f]{32}\.\w+(\.part)?")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A complete file: its name, bytes, SHA-256 and number of rows."""

    name: str
    size: int
    sha256: str
    rows: int


def path_of(name: str) -> Path:
    """The path of a file of this name, whether or not it exists."""
    return settings.EXPORTS_DIR / name


def store(job_id: int, ending: str, write: Callable[[IO[bytes]], int]) -> StoredFile:
    """Write a file under a name that nobody guesses; `write` gives the number of rows. Whatever goes wrong, nothing
    stays; after a kill only what `remove_others` deletes."""
    settings.EXPORTS_DIR.mkdir(parents=True, exist_ok=True)
    path = path_of(f"{job_id}-{secrets.token_hex(16)}.{ending}")
    aside = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640), "wb+") as file:
            rows = write(file)
            file.flush()
            os.fsync(file.fileno())
            size, sha256 = _measured(file)
        aside.rename(path)
        sync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)
    return StoredFile(path.name, size, sha256, rows)


def remove_others(names: Callable[[], Collection[str]], working: Callable[[], Collection[int]]) -> None:
    """Delete every file but those of `names` and those of the jobs `working`, which are asked after the files were
    listed: a file that appears meanwhile is not looked at."""
    found = list(_files())
    writing, kept = working(), names()
    for path, job_id in found:
        if path.name not in kept and job_id not in writing:
            path.unlink(missing_ok=True)


def _files() -> Iterator[tuple[Path, int]]:
    if settings.EXPORTS_DIR.is_dir():
        for path in settings.EXPORTS_DIR.iterdir():
            if match := _NAME.fullmatch(path.name):
                yield path, int(match[1])


def _measured(file: IO[bytes]) -> tuple[int, str]:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()
