"""An inbox folder on disk. Only regular files in the folder itself are imported; links are not followed.

All access is by descriptors of open folders, so that a folder which is replaced in the meantime leads nowhere else. A
file is complete when its size and modification time do not change between two looks, because the programs by which
offices send files leave no other sign; names of unfinished files that are in use are ignored.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from imports.problems import Refused
from standards.translation import gettext as _

TAKEN = "taken"
NAME = r"[A-Za-z0-9][A-Za-z0-9._\-]{0,79}"
_STILL_ARRIVING = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".lock", "~")
_BLOCK = 1024 * 1024
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class StillChanging(Exception):
    """The file changed while it was read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file at the time of a look. raw: its name on disk. name: the same as valid text."""

    raw: str
    size: int
    modified_ns: int

    @property
    def name(self) -> str:
        return os.fsencode(self.raw).decode("utf-8", "replace")


class Folder:
    """An open inbox folder."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.odd: list[str] = []

    def files(self) -> list[Seen]:
        """Files that may be complete, by name. Names of anything that is not a regular file are added to `odd`."""
        found = []
        for raw in sorted(os.listdir(self._descriptor)):  # noqa: PTH208 -- an open folder has no path
            if raw == TAKEN or raw.startswith(".") or raw.lower().endswith(_STILL_ARRIVING):
                continue
            status = self._stat(raw)
            if status is not None and stat.S_ISREG(status.st_mode):
                found.append(Seen(raw, status.st_size, status.st_mtime_ns))
            elif status is not None:
                self.odd.append(os.fsencode(raw).decode("utf-8", "replace"))
        return found

    def chunks(self, seen: Seen) -> Iterator[bytes]:
        """The bytes of a file. Raises StillChanging if it has changed since the look, Refused if it cannot be read."""
        try:
            descriptor = os.open(seen.raw, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._descriptor)
        except FileNotFoundError as error:
            raise StillChanging from error
        except OSError as error:
            raise Refused(
                "unreadable_file",
                _("%(name)s cannot be opened: %(reason)s.") % {"name": seen.name, "reason": error.strerror},
            ) from error
        with os.fdopen(descriptor, "rb") as file:
            _check_same(os.fstat(file.fileno()), seen)
            while block := file.read(_BLOCK):
                yield block
            _check_same(os.fstat(file.fileno()), seen)

    def put_aside(self, seen: Seen, at: datetime) -> str:
        """Move a file into the folder of imported files; returns its unique name there."""
        taken = self._taken()
        try:
            base = f"{at:%Y%m%dT%H%M%SZ}-{seen.raw}"
            target, again = base, 2
            while _exists(target, taken):
                target, again = f"{at:%Y%m%dT%H%M%SZ}-{again}-{seen.raw}", again + 1
            status = self._stat(seen.raw)
            if status is None:
                raise StillChanging
            _check_same(status, seen)
            os.rename(seen.raw, target, src_dir_fd=self._descriptor, dst_dir_fd=taken)
        finally:
            os.close(taken)
        return os.fsencode(target).decode("utf-8", "replace")

    def _taken(self) -> int:
        with suppress(FileExistsError):
            os.mkdir(TAKEN, 0o770, dir_fd=self._descriptor)
        return os.open(TAKEN, _DIRECTORY, dir_fd=self._descriptor)

    def _stat(self, raw: str) -> os.stat_result | None:
        try:
            return os.stat(raw, dir_fd=self._descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None


@contextmanager
def opened(root: Path, name: str) -> Iterator[Folder]:
    """The folder of that name below the root, created if it does not exist. Raises Refused for a link or an invalid
    name."""
    if not re.fullmatch(NAME, name):
        raise Refused("inbox_name", _("“%(name)s” cannot be the name of an inbox folder.") % {"name": name})
    try:
        root.mkdir(parents=True, exist_ok=True)
        above = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            descriptor = _open_below(above, name)
        finally:
            os.close(above)
    except OSError as error:
        raise Refused(
            "inbox_folder",
            _("The inbox folder %(name)s cannot be used: %(reason)s. It has to be a plain folder.")
            % {"name": name, "reason": error.strerror},
        ) from error
    try:
        yield Folder(descriptor)
    finally:
        os.close(descriptor)


def _open_below(above: int, name: str) -> int:
    try:
        return os.open(name, _DIRECTORY, dir_fd=above)
    except FileNotFoundError:
        os.mkdir(name, 0o770, dir_fd=above)
        return os.open(name, _DIRECTORY, dir_fd=above)


def _check_same(status: os.stat_result, seen: Seen) -> None:
    same = stat.S_ISREG(status.st_mode) and (status.st_size, status.st_mtime_ns) == (seen.size, seen.modified_ns)
    if not same:
        raise StillChanging


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
