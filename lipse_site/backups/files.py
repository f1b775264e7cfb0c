"""The uploaded files in a backup: listing them, and replacing the present ones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Inside the media folder, which cannot be renamed itself if it is a volume.
_INCOMING, _REPLACED = ".restoring", ".replaced"


def uploaded(root: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of each file, in a fixed order."""
    for path in sorted(root.rglob("*")) if root.exists() else ():
        name = path.relative_to(root)
        if path.is_file() and not path.is_symlink() and name.parts[0] not in {_INCOMING, _REPLACED}:
            yield name.as_posix(), path


@contextmanager
def incoming(root: Path) -> Iterator[Path]:
    """A temporary folder for the files that are being restored."""
    folder = root / _INCOMING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def take_place(root: Path, restored: Path) -> None:
    """Replace the present files by the restored ones; if that fails, the present ones are moved back."""
    replaced = root / _REPLACED
    shutil.rmtree(replaced, ignore_errors=True)
    replaced.mkdir()
    try:
        _move_all(root, replaced)
        if restored.exists():
            _move_all(restored, root)
    except OSError:
        # Restored files that were already moved are deleted with their temporary folder.
        _move_all(root, root / _INCOMING)
        _move_all(replaced, root)
        raise
    shutil.rmtree(replaced)


def _move_all(source: Path, target: Path) -> None:
    for path in list(source.iterdir()):
        if path.name not in {_INCOMING, _REPLACED}:
            path.rename(target / path.name)
