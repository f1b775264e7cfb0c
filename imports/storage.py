"""Original files, stored once by their SHA-256."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from imports.problems import Refused
from standards.files import sync_folder

CHUNK = 1024 * 1024


def path_of(sha256: str) -> Path:
    """The path of the file with this hash, whether or not it exists."""
    return Path(settings.MEDIA_ROOT) / "imports" / sha256[:2] / sha256


def store(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Store the chunks; returns SHA-256 and size. Nothing is stored if the file is empty, too large or incomplete.

    The content is written to a temporary file, synced and then renamed, so a stored file is always complete.
    """
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(prefix="arriving-", dir=folder)
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                _check_size(size)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise Refused("empty_file", _("The file is empty: it has no bytes. Ask for it again, or export it again."))
        _keep(aside, path_of(digest.hexdigest()))
    except OSError as error:
        raise Refused(
            "disk",
            _("The file could not be stored: %(reason)s. Free some space and try again.") % {"reason": error.strerror},
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _check_size(size: int) -> None:
    if size > settings.UPLOAD_MAX_BYTES:
        raise Refused(
            "file_too_large",
            _("The file is larger than the %(size)s MB that this site accepts. Compress it with gzip, or split it.")
            % {"size": f"{settings.UPLOAD_MAX_BYTES // 2**20:,}"},
        )


def _keep(aside: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        aside.chmod(0o640)
        aside.rename(target)
    sync_folder(target.parent)


def chunks_of(path: Path) -> Iterator[bytes]:
    """A local file in chunks; raises Refused if it cannot be opened."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except FileNotFoundError as error:
        raise Refused("no_such_file", _("There is no file %(path)s. Check the path.") % {"path": path}) from error
    except (IsADirectoryError, PermissionError) as error:
        raise Refused(
            "unreadable_file", _("%(path)s cannot be opened: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from error
