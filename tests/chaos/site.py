"""A complete site whose processes are killed: embedded services, worker, clock, and a supervisor that restarts them."""

import contextlib
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg2

from lipse_site.embedded.layout import Layout
from lipse_site.embedded.services import PROJECT
from lipse_site.embedded.system import dies_with_parent

SETTINGS = {
    "LIPSE_DEMO": "0", "LIPSE_JOB_LEASE_SECONDS": "3", "LIPSE_JOB_HEARTBEAT_SECONDS": "1",
    "LIPSE_JOB_RECONCILE_SECONDS": "1", "LIPSE_IMPORT_CHUNK_ROWS": "5000", "LIPSE_LOG_LEVEL": "INFO",
}  # fmt: skip
# More on a machine that has other things to do.
SECONDS = int(os.environ.get("CHAOS_SECONDS", "120"))


class Site:
    """`keep()` starts it; `worker` and `clock` are started again whenever they are gone, as a supervisor does."""

    def __init__(self, **settings):
        self.folder = Path(tempfile.mkdtemp(prefix="lipse-chaos-"))
        self.folder.chmod(0o755)
        self.layout = Layout.below(self.folder.resolve())
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("DATABASE_", "REDIS_", "LIPSE_DATA_"))}
        self.environment = kept | SETTINGS | settings | {"LIPSE_DATA_DIR": str(self.folder)}
        self.processes, self.stopping = {}, threading.Event()
        self.watchers, self.retired = 1, []

    def keep(self):
        self.hand = self.started("hand", "-m", "tests.chaos.hand", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ask("prepare")
        self.supervisor = threading.Thread(target=self._supervise, daemon=True)
        self.supervisor.start()
        return self

    def started(self, name, *arguments, **pipes):
        self.layout.logs.mkdir(exist_ok=True)
        with (self.layout.logs / f"{name}.log").open("ab") as log:
            pipes.setdefault("stdout", log)
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=PROJECT, env=self.environment, stderr=log,
                preexec_fn=dies_with_parent(signal.SIGKILL), **pipes,  # noqa: PLW1509 -- no lock is held across
            )  # fmt: skip

    def _supervise(self):
        """One thread starts them that lives as long as the site: the kernel means threads when it says parent."""
        while not self.stopping.wait(0.1):
            for name, arguments in self.parts().items():
                if name not in self.processes or self.processes[name].poll() is not None:
                    self.processes[name] = self.started(name, *arguments)

    def parts(self):
        """What the supervisor starts, and starts again when it is gone: {name: arguments of Python}."""
        celery = ("-m", "celery", "--quiet", "--app", "lipse_site.celery")
        workers = [f"worker{number}" for number in range(self.watchers)]
        return {"clock": (*celery, "beat")} | {
            name: (*celery, "worker", "--concurrency", "2", "-n", f"{name}@site") for name in workers
        }

    def close(self):
        self.stopping.set()
        if hasattr(self, "supervisor"):
            self.supervisor.join()
        processes = [*self.processes.values(), *self.retired, self.hand]
        for process in processes:
            for pid in children_of(process.pid):
                stop(pid, signal.SIGKILL)
            process.kill()
            process.wait()
        self.hand.stdin.close()
        self.hand.stdout.close()
        end = time.monotonic() + 30
        while self.keepers() and time.monotonic() < end:
            time.sleep(0.05)
        services = self.layout.services
        shutil.rmtree(self.folder, ignore_errors=True)
        if services != self.folder / "services":
            shutil.rmtree(services, ignore_errors=True)

    def ask(self, what, **arguments):
        """What the hand answers; its refusal as an object with `refused`."""
        self.hand.stdin.write(json.dumps({"do": what, **arguments}).encode() + b"\n")
        self.hand.stdin.flush()
        assert select.select([self.hand.stdout], [], [], SECONDS)[0], f"{what} is not answered.\n{self.said()}"
        line = self.hand.stdout.readline()
        assert line, f"The hand fell at {what}.\n{self.said()}"
        found = json.loads(line)
        return found.get("answer", found)

    def made_small(self, folder):
        """From now on what is written into the database lies in this folder."""
        owner = (self.layout.services / "pgdata").stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        with contextlib.closing(self.connect()) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
                cursor.execute("ALTER ROLE lipse SET default_tablespace = small")
                cursor.execute("ALTER ROLE lipse SET temp_tablespaces = small")

    def connect(self):
        """A connection of the test's own; None while the database is away."""
        with contextlib.suppress(psycopg2.OperationalError):
            return psycopg2.connect(host=str(self.layout.sockets), port=5432, user="lipse", dbname="lipse")
        return None

    def rows(self, sql, *parameters):
        """What a question finds, as soon as the database answers."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                if connection := self.connect():
                    with contextlib.closing(connection), connection, connection.cursor() as cursor:
                        cursor.execute(sql, parameters)
                        return cursor.fetchall()
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                pass
            except psycopg2.DatabaseError as error:
                # A server killed amid its answer says no more, so psycopg2 names no kind; a refusal has a code.
                if error.pgcode:
                    raise
            time.sleep(0.05)
        raise AssertionError(f"The database does not come back.\n{self.said()}")

    def run(self, number):
        """State, stage, attempts and error of an import."""
        return self.rows("SELECT state, stage, attempts, error_code FROM imports_import WHERE id = %s", number)[0]

    def is_active(self, number):
        return self.run(number)[0] in ("received", "waiting", "running")

    def until(self, holds, seconds=SECONDS):
        end = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < end, f"It did not happen in {seconds} s.\n{self.said()}"
            time.sleep(0.03)
        return found

    def finished(self, number):
        self.until(lambda: not self.is_active(number))
        return self.run(number)

    def said(self):
        parts = [self.rows_now()]
        for log in sorted(self.layout.logs.glob("*.log")):
            parts.append(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}")
        return "\n".join(parts)

    def rows_now(self):
        connection = self.connect()
        if connection is None:
            return "The database is away."
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT id, state, stage, attempts, fence, furthest, error_message FROM imports_import")
            ledger = cursor.fetchall()
            cursor.execute("SELECT pid, application_name, state, wait_event, left(query, 90) FROM pg_stat_activity"
                           " WHERE datname IS NOT NULL")  # fmt: skip
            return "\n".join(map(str, [*ledger, *cursor.fetchall()]))

    def keepers(self):
        wanted = f"lipse_site.embedded.keeper\0{self.layout.data_dir}\0".encode()
        return [pid for pid in pids() if wanted in read(f"/proc/{pid}/cmdline")]

    def workers(self):
        return [p.pid for name, p in self.processes.items() if name.startswith("worker") and p.poll() is None]

    def worker_children(self):
        return [child for pid in self.workers() for child in children_of(pid)]

    def servers(self, folder):
        wanted = os.path.realpath(self.layout.services / folder)
        return [pid for pid in pids() if link(f"/proc/{pid}/cwd") == wanted]

    def postmaster(self):
        servers = self.servers("pgdata")
        return [pid for pid in servers if parent_of(pid) not in servers]

    def backend(self, chance):
        found = self.rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                          " AND pid <> pg_backend_pid() ORDER BY application_name LIKE 'import%%' DESC")  # fmt: skip
        return [pid for (pid,) in found[: 1 + chance.randrange(2)]]

    def kill(self, target, chance=random):
        """SIGKILL; how many processes it met."""
        if target == "backend":
            victims = self.backend(chance)
        elif target == "clock":
            victims = [p.pid for name, p in self.processes.items() if name == "clock" and p.poll() is None]
        else:
            victims = {
                "worker child": self.worker_children, "worker parent": self.workers, "keeper": self.keepers,
                "broker": lambda: self.servers("valkey"), "postmaster": self.postmaster,
            }[target]()  # fmt: skip
        return sum(stop(pid, signal.SIGKILL) for pid in victims)


TARGETS = ("worker child", "worker parent", "broker", "postmaster", "backend", "keeper")


def pids():
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def read(path):
    with contextlib.suppress(OSError):
        return Path(path).read_bytes()
    return b""


def link(path):
    with contextlib.suppress(OSError):
        return os.readlink(path)  # noqa: PTH115 -- a deleted folder's link must not be followed
    return ""


def parent_of(pid):
    # Read once: between two looks the process may be gone.
    stat = read(f"/proc/{pid}/stat").rsplit(b")", 1)[-1].split()
    return int(stat[1]) if stat else 0


def children_of(pid):
    return [int(child) for child in read(f"/proc/{pid}/task/{pid}/children").split()]


def stop(pid, how):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
        return 1
    return 0
