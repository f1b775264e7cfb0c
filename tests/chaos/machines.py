"""A site on four machines: a primary and its replica, and two with a web server and a worker each."""

import contextlib
import http.client
import json
import shutil
import signal
import subprocess
import threading
import time

import psycopg2

from lipse_site.embedded import system
from lipse_site.embedded.valkey import ValkeyServer
from tests.chaos.network import HUB
from tests.chaos.site import SECONDS, Site, children_of, stop
from tests.standby import Server, Standby

NAMES = ("first", "second", "one", "two")
PORT = 8077
# No answer takes longer, whatever is silent.
ANSWERS_WITHIN_S = 60
# Two web servers and two workers, on a machine that does other things too.
STARTED_WITHIN_S = 3 * SECONDS


class Database(Server):
    """A PostgreSQL that machines of the test's network can reach."""

    def _make_cluster(self):
        super()._make_cluster()
        with (self.data / "pg_hba.conf").open("a") as rules:
            for kind in ("all", "replication"):
                rules.write(f"host {kind} all 10.77.0.0/24 trust\nhost {kind} all 127.0.0.0/8 trust\n")


class Machines(Site):
    """`first` is the primary, `second` its replica; `one` and `two` serve and work. Files and broker are shared."""

    def __init__(self, network):
        self.network, self.lock = network, threading.Lock()
        first, second = (network.addresses[name] for name in NAMES[:2])
        super().__init__(
            DATABASE_URL=f"postgres://lipse@/lipse?host={first},{second}&target_session_attrs=read-write",
            DATABASE_REPLICA_URL=f"postgres://lipse@{second}/lipse",
            LIPSE_REPLICA_MAX_LAG="600", LIPSE_ALLOWED_HOSTS="*", LIPSE_API_LIMIT="1000000",
            LIPSE_API_LIMIT_ANONYMOUS="1000000",
        )  # fmt: skip
        for path in (self.layout.logs, self.layout.locks):
            path.mkdir(exist_ok=True)
        self.layout.ephemeral.touch()
        for path in (self.layout.services, self.layout.sockets):
            system.private_folder(path)
        self.environment["REDIS_URL"] = self.layout.broker_url()
        self.broker = ValkeyServer(self.layout)
        listening = {"listen_addresses": first, "synchronous_commit": "on"}
        self.first = Database(self.folder / "first", **listening)
        conninfo = f"host={first} port=5432 user=lipse"
        self.second = Standby(self.folder / "second", conninfo, **listening | {"listen_addresses": second})

    def keep(self):
        self.broker.start()
        with self.network.inside("first"):
            self.first.start()
        with self.network.inside(HUB):
            self.hand = self.started("hand", "-m", "tests.chaos.hand", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ask("prepare")
        with self.network.inside("second"):
            self.second.start()
        self.token = self.ask("token")
        for name in ("one", "two"):
            with self.network.inside(name):
                self._serve(name)
        self.until(lambda: all(self.answers(name) for name in ("one", "two")), seconds=STARTED_WITHIN_S)
        return self

    def _serve(self, name):
        self.environment |= {"LIPSE_HOST": self.network.addresses[name], "LIPSE_PORT": str(PORT)}
        celery = ("-m", "celery", "--quiet", "--app", "lipse_site.celery")
        parts = {
            "web": ("-m", "gunicorn", "--config", "python:lipse_site.gunicorn", "lipse_site.wsgi"),
            "worker": (*celery, "worker", "--concurrency", "1", "-n", f"{name}@site"),
        }
        if name == "two":
            parts["clock"] = (*celery, "beat")
        for part, arguments in parts.items():
            self.processes[f"{part} {name}"] = self.started(f"{part}-{name}", *arguments)

    def answers(self, name):
        with contextlib.suppress(OSError):
            return self.get(name, "/healthz")[0] == 200
        return False

    def get(self, name, address, *, by_bob=False):
        return self._asked(name, "GET", address, None, by_bob=by_bob)

    def post(self, name, address, body):
        """As Bob."""
        return self._asked(name, "POST", address, body, by_bob=True)

    def _asked(self, name, method, address, body, *, by_bob):
        """Status and answer of the web server of that machine."""
        headers = {"Authorization": f"Bearer {self.token}"} if by_bob else {}
        headers |= {"Content-Type": "application/json"} if body else {}
        with self.network.inside(HUB):
            server = http.client.HTTPConnection(self.network.addresses[name], PORT, timeout=ANSWERS_WITHIN_S)
            with contextlib.closing(server):
                server.request(method, address, json.dumps(body) if body else None, headers)
                answer = server.getresponse()
                text = answer.read()
        is_json = "json" in (answer.headers["Content-Type"] or "")
        return answer.status, json.loads(text) if is_json else text

    def connect(self):
        hosts = ",".join(self.network.addresses[name] for name in NAMES[:2])
        with contextlib.suppress(psycopg2.OperationalError), self.network.inside(HUB):
            return psycopg2.connect(
                host=hosts, port=5432, user="lipse", dbname="lipse", target_session_attrs="read-write"
            )
        return None

    def caught_up(self):
        self.second.catch_up(self.first.sql)

    def kept_by_the_replica(self):
        """From now on nothing is acknowledged that the replica has not stored."""
        self.first.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.first.sql("SELECT pg_reload_conf()")
        self.until(lambda: self.first.sql("SELECT max(sync_state) FROM pg_stat_replication") == "sync")

    def signalled(self, name, how):
        """A process and its children."""
        process = self.processes[name]
        for pid in (process.pid, *children_of(process.pid)):
            stop(pid, how)

    def close(self):
        for name, process in self.processes.items():
            self.signalled(name, signal.SIGCONT)
            self.signalled(name, signal.SIGKILL)
            process.wait()
        if hasattr(self, "hand"):
            self.hand.kill()
            self.hand.wait()
            self.hand.stdin.close()
            self.hand.stdout.close()
        for server in (self.second, self.first):
            server.remove()
        self.broker.stop()
        for folder in (self.layout.services, self.layout.sockets, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
        self.network.close()

    def patiently(self, ask):
        """The first answer that is no 503, which says that nothing was done, and how many were."""
        end, refused = time.monotonic() + SECONDS, 0
        while time.monotonic() < end:
            status, answer = ask()
            if status != 503:
                return status, answer, refused
            refused += 1
            time.sleep(0.1)
        raise AssertionError(f"Nothing but 503.\n{self.said()}")
