"""Paths of the embedded services and how to connect to them. Standard library only, because settings use it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """Folders of the embedded PostgreSQL and Valkey of one data folder.

    `services` has their data and sockets, in the data folder. PostgreSQL refuses to run as root, so as root it runs as
    an unprivileged user. If that user cannot enter the data folder, `services` is a link to a folder that it can enter.
    """

    data_dir: Path
    services: Path

    @classmethod
    def below(cls, data_dir: Path) -> "Layout":
        services = data_dir / "services"
        if services.exists() or services.is_symlink():
            return cls(data_dir, services.resolve())
        if os.getuid() == 0 and not anyone_can_enter(data_dir):
            return cls(data_dir, Path("/var/tmp") / f"lipse-{_digest(data_dir)}")  # noqa: S108 -- checked by private_folder
        return cls(data_dir, services)

    @property
    def sockets(self) -> Path:
        """The folder of the sockets. The path of a socket has at most 107 bytes, so deep data folders use a short path
        elsewhere."""
        if len(str(self.services)) <= 70:
            return self.services / "run"
        return Path("/tmp") / f"lipse-{_digest(self.services)}"  # noqa: S108 -- checked by private_folder

    @property
    def locks(self) -> Path:
        return self.data_dir / "locks"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def ephemeral(self) -> Path:
        """This file marks the services of a test run: nothing has to survive a crash, and stopping deletes
        everything."""
        return self.data_dir / "ephemeral"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def django_database(self) -> dict[str, object]:
        return {
            "ENGINE": "lipse_site.embedded.database",
            "NAME": "lipse",
            "USER": "lipse",
            "HOST": str(self.sockets),
            "PORT": "5432",
        }

    def broker_url(self) -> str:
        return f"redis+socket://{self.valkey_socket}"


def anyone_can_enter(path: Path) -> bool:
    """Whether a user without any rights can enter this folder; one that does not exist yet will be created so."""
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents] if parent.exists())


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
