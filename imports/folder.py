"""A folder or many files as one file, so that they are stored, and known again, as an archive is."""

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath

from django.core.files.uploadedfile import UploadedFile

from imports.storage import chunks_of


@contextmanager
def as_file(path: Path) -> Iterator[Path]:
    """The path itself; for a folder, a temporary archive of its files."""
    if not path.is_dir():
        yield path
        return
    files = {
        file.relative_to(path).as_posix(): (file.stat().st_size, _reader(file))
        for file in path.rglob("*")
        if file.is_file() and not file.is_symlink()
    }
    with _archive(f"{path.resolve().name}.zip", files) as archive:
        yield archive


@contextmanager
def as_delivery(uploads: Sequence[UploadedFile]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The name and the bytes of one file; of several, those of an archive of them. Of files with one name, the second
    is numbered."""
    if len(uploads) == 1:
        yield str(uploads[0].name), uploads[0].chunks()
        return
    files: dict[str, tuple[int, Callable[[], Iterable[bytes]]]] = {}
    for upload in uploads:
        files[_free(str(upload.name), files)] = (upload.size or 0, upload.chunks)
    with _archive("files.zip", files) as archive:
        yield archive.name, chunks_of(archive)


@contextmanager
def _archive(name: str, files: dict[str, tuple[int, Callable[[], Iterable[bytes]]]]) -> Iterator[Path]:
    """A temporary ZIP archive. The same files give the same archive, byte by byte: they are sorted, not packed, and
    without their times. files: by name, the size and what opens the bytes."""
    with tempfile.TemporaryDirectory(prefix="lipse-folder-") as folder:
        archive = Path(folder) / name
        with zipfile.ZipFile(archive, "w") as packed:
            for member in sorted(files):
                size, opened = files[member]
                info = zipfile.ZipInfo(member)
                info.file_size = size
                with packed.open(info, "w") as target:
                    for data in opened():
                        target.write(data)
        yield archive


def _reader(path: Path) -> Callable[[], Iterable[bytes]]:
    return lambda: chunks_of(path)


def _free(name: str, taken: Iterable[str]) -> str:
    path, number, names = PurePath(name), 1, set(taken)
    while name in names:
        number += 1
        name = f"{path.stem} ({number}){path.suffix}"
    return name
