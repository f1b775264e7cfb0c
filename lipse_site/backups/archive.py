"""The file of a backup: a tar archive of the database, the uploaded files and a manifest, followed by a seal.

The seal is the SHA-256 of every byte before it, so reading the archive once shows whether it is complete and unchanged.
A tar reader stops before the seal: `tar -xf` opens a backup without this program. Only its owner can read it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, cast

from django.conf import settings

from standards.translation import gettext as _

FORMAT = "lipse-casebook-backup"
VERSION = 2
DUMP, MANIFEST, MEDIA = "database.dump", "manifest.json", "media/"
_SEAL = b"\nlipse-casebook-seal:"
_SEAL_BYTES = len(_SEAL) + 64
_CHUNK = 2**20


class ArchiveRefused(Exception):
    """The file is not a complete backup of this site; the message says why."""


@dataclass
class Manifest:
    """The content of an archive: rows and content hash of each table, SHA-256 of each member, migrations of the
    schema."""

    made_at: str
    migrations: list[str]
    tables: dict[str, list[str]]
    members: dict[str, str] = field(default_factory=dict)
    # By which a restore notices that LIPSE_SECRET_KEY is another one; empty in version 1.
    secret_key: str = ""
    format: str = FORMAT
    version: int = VERSION

    @property
    def uploaded(self) -> set[str]:
        """Names of the uploaded files, below the media folder."""
        return {name.removeprefix(MEDIA) for name in self.members if name.startswith(MEDIA)}


class ArchiveWriter:
    """Writes members and, by `finish`, manifest and seal into a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = _Hashing(file)

    def __enter__(self) -> "ArchiveWriter":
        self.tar = tarfile.open(fileobj=cast(IO[bytes], self.file), mode="w|", format=tarfile.PAX_FORMAT)
        self.members: dict[str, str] = {}
        return self

    def add(self, name: str, source: Path) -> None:
        with source.open("rb") as file:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
            hashing = _Hashing(file)
            self.tar.addfile(info, cast(IO[bytes], hashing))
        self.members[name] = hashing.digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        manifest.members = self.members
        content = json.dumps(asdict(manifest), indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(content), 0o600
        self.tar.addfile(info, io.BytesIO(content))
        self.tar.close()
        self.file.inner.write(_SEAL + self.file.digest.hexdigest().encode())

    def __exit__(self, *_: object) -> None:
        """The file is closed, and removed if it is incomplete, by whoever opened it."""


class _Hashing:
    """A file that computes the SHA-256 of what is read or written."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner, self.digest = inner, hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        return self.inner.write(content)

    def read(self, size: int = -1) -> bytes:
        content = self.inner.read(size)
        self.digest.update(content)
        return content


def read_manifest(path: Path) -> Manifest:
    """Read the whole archive and return its manifest. Raises ArchiveRefused. Writes nothing."""
    _check_seal(path)
    try:
        with tarfile.open(path) as tar:
            manifest = _parse(tar.extractfile(MANIFEST))
            found = {member.name: member for member in tar if member.name != MANIFEST}
            if set(found) != set(manifest.members) or DUMP not in found:
                raise ArchiveRefused(_("Its members differ from those in its manifest."))
            for name, member in found.items():
                _check_member(name, member, _hash(tar.extractfile(member)), manifest)
    except (tarfile.TarError, KeyError) as error:
        raise ArchiveRefused(_("It cannot be read as an archive (%(reason)s).") % {"reason": error}) from error
    return manifest


def extract(path: Path, manifest: Manifest, target: Path) -> Iterator[str]:
    """Write the members below `target`, and check each again while it is written."""
    with tarfile.open(path) as tar:
        for member in tar:
            source = tar.extractfile(member)
            if member.name == MANIFEST or source is None:
                continue
            place = target / member.name
            place.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with place.open("wb") as file:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            place.chmod(settings.FILE_UPLOAD_PERMISSIONS)
            _check_member(member.name, member, digest.hexdigest(), manifest)
            yield member.name


def _check_seal(path: Path) -> None:
    size = path.stat().st_size
    if size < _SEAL_BYTES:
        raise ArchiveRefused(_("It is too short to be a backup of the LIPSE Casebook."))
    digest, left = hashlib.sha256(), size - _SEAL_BYTES
    with path.open("rb") as file:
        while left:
            chunk = file.read(min(_CHUNK, left))
            digest.update(chunk)
            left -= len(chunk)
        seal = file.read()
    if not seal.startswith(_SEAL):
        raise ArchiveRefused(_("It is incomplete or not a backup of the LIPSE Casebook: its seal is missing."))
    if seal != _SEAL + digest.hexdigest().encode():
        raise ArchiveRefused(_("It is damaged: its content does not match its seal."))


def _parse(source: IO[bytes] | None) -> Manifest:
    if source is None:
        raise ArchiveRefused(_("It has no manifest."))
    try:
        manifest = Manifest(**json.loads(source.read()))
    except (ValueError, TypeError) as error:
        raise ArchiveRefused(_("Its manifest cannot be read.")) from error
    if manifest.format != FORMAT:
        raise ArchiveRefused(_("It is not a backup of the LIPSE Casebook."))
    if manifest.version > VERSION:
        text = _("It was made by a newer version (format %(format)s; this version reads format %(known)s).")
        raise ArchiveRefused(text % {"format": manifest.version, "known": VERSION})
    return manifest


def _check_member(name: str, member: tarfile.TarInfo, digest: str, manifest: Manifest) -> None:
    parts = Path(name).parts
    if not member.isfile() or ".." in parts or name.startswith("/") or (name != DUMP and not name.startswith(MEDIA)):
        raise ArchiveRefused(_("Its member %(name)s does not belong in a backup.") % {"name": repr(name)})
    if digest != manifest.members.get(name):
        raise ArchiveRefused(_("Its member %(name)s is damaged.") % {"name": repr(name)})


def _hash(source: IO[bytes] | None) -> str:
    digest = hashlib.sha256()
    while source is not None and (chunk := source.read(_CHUNK)):
        digest.update(chunk)
    return digest.hexdigest()
