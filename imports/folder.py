"""A folder as one file, so that it is stored, and known again, as an archive is."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def as_file(path: Path) -> Iterator[Path]:
    """The path itself; for a folder, a temporary ZIP archive of its files. The same files give the same archive, byte
    by byte: they are sorted, not packed, and without their times."""
    if not path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="lipse-folder-") as folder:
        archive = Path(folder) / f"{path.resolve().name}.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            for file in sorted(path.rglob("*")):
                if file.is_file() and not file.is_symlink():
                    info = zipfile.ZipInfo(file.relative_to(path).as_posix())
                    info.file_size = file.stat().st_size
                    with file.open("rb") as source, packed.open(info, "w") as target:
                        while data := source.read(1024 * 1024):
                            target.write(data)
        yield archive
