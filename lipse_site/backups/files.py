"""The uploaded files in a backup: listing them, and putting restored ones beside the present ones.

Every file is named by its SHA-256 and never changed, so the files of two states of a site do not disturb each other.
"""

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from standards.files import sync_folder

# Inside the media folder, so that a file is moved and not copied.
_INCOMING = ".restoring"


def uploaded(root: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of each file, in a fixed order; not what is made again or has not arrived whole, whose folders
    begin with a dot."""
    for path in sorted(root.rglob("*")) if root.exists() else ():
        name = path.relative_to(root)
        if path.is_file() and not path.is_symlink() and not name.parts[0].startswith("."):
            yield name.as_posix(), path


@contextmanager
def incoming(root: Path) -> Iterator[Path]:
    """A temporary folder for the files that are being restored."""
    remove_incoming(root)
    folder = root / _INCOMING
    root.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        remove_incoming(root)


def remove_incoming(root: Path) -> None:
    shutil.rmtree(root / _INCOMING, ignore_errors=True)


@contextmanager
def added(root: Path, restored: Path, *, is_needed: Callable[[], bool]) -> Iterator[None]:
    """Put the restored files beside the present ones. Those that were not there are removed if the block fails, unless
    they are needed all the same."""
    new: list[Path] = []
    try:
        for name, path in uploaded(restored):
            target = root / name
            if not target.exists():
                new.append(target)
            _put(path, target)
        yield
    except BaseException:
        if not is_needed():
            for target in new:
                target.unlink(missing_ok=True)
        raise


def _put(path: Path, target: Path) -> None:
    """A file of the same name is replaced, because the archive's was checked and that one may be damaged."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)
    sync_folder(target.parent)


def others(root: Path, names: Collection[str]) -> list[Path]:
    """The present files that the restored database does not know."""
    return [path for name, path in uploaded(root) if name not in names]
