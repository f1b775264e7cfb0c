"""The processes of `make run`: started together, restarted when one stops, and stopped together.

Each is a fork of the process that prepared them, so that imports which take seconds are done once. Their output goes to
one file each in the folder logs/ of the data folder; errors are also shown on the console.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path

from celery.exceptions import SecurityWarning
from django.core.handlers.wsgi import WSGIHandler
from gunicorn.app.base import Application

from lipse_site.celery import app as celery
from lipse_site.embedded.system import dies_with_parent
from standards.translation import gettext as _
from standards.translation import gettext_noop

# After so many starts within this time another start would not help.
MOST_STARTS, WITHIN_SECONDS = 5, 60
STOP_SECONDS = 10
LARGEST_LOG = 20 * 2**20


class ServingError(RuntimeError):
    """The site cannot be served; the message says why and what to do."""


@dataclass
class Child:
    """A process. SIGTERM lets it finish its present work, SIGQUIT stops it immediately."""

    name: str
    run: Callable[[], object]
    log: Path
    process: ForkProcess | None = None
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_STARTS))
    read: int = 0

    def start(self) -> None:
        now = time.monotonic()
        if len(self.starts) == MOST_STARTS and now - self.starts[0] < WITHIN_SECONDS:
            text = _("The %(process)s stopped %(times)s times in a minute. The reason is in %(log)s.")
            raise ServingError(text % {"process": _(self.name), "times": MOST_STARTS, "log": self.log})
        if not self.starts:
            self._open_log()
        self.starts.append(now)
        self.process = get_context("fork").Process(target=self._run)
        self.process.start()

    def _open_log(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.rename(self.log.with_suffix(".log.1"))
        self.read = self.log.stat().st_size if self.log.exists() else 0

    def _run(self) -> None:
        # Its own session: Ctrl-C reaches only the parent, which stops its children in order.
        os.setsid()
        dies_with_parent(signal.SIGTERM)()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        with self.log.open("ab") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        self.run()

    def is_alive(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_alive():
            self.process.terminate()

    def end(self, until: float) -> None:
        if self.process is None or self.process.pid is None:
            return
        for how in (signal.SIGQUIT, signal.SIGKILL):
            self.process.join(timeout=max(0.1, until - time.monotonic()))
            if not self.process.is_alive():
                return
            os.kill(self.process.pid, how)
            until = time.monotonic() + 3
        self.process.join()

    def faults(self) -> Iterator[str]:
        """Errors in its new output, for the console."""
        with contextlib.suppress(FileNotFoundError), self.log.open("rb") as log:
            log.seek(self.read)
            output = log.read()
            whole = output[: output.rfind(b"\n") + 1]
            self.read += len(whole)
            for line in whole.decode(errors="replace").splitlines():
                if fault := _fault(line):
                    yield f"{_(self.name)}: {fault}"


def _fault(line: str) -> str:
    """A line for the console if it is an error or no log line, such as the last line of a traceback; else empty."""
    try:
        found = json.loads(line)
    except ValueError:
        return line.rstrip()
    if not isinstance(found, dict) or found.get("level") not in {"error", "critical"}:
        return ""
    if found.get("code") == HTTPStatus.SERVICE_UNAVAILABLE:
        return ""  # a probe before the site was ready
    classes = [str(part.get("class", "")) for part in found.get("exception") or []]
    where = str(found.get("request") or found.get("task") or "")
    return " · ".join(part for part in (str(found.get("event", "")), where, *classes) if part)


class _WebServer(Application):
    """Gunicorn with the configuration of a server, for the modules that are already loaded."""

    def init(self, *_: object) -> None:
        return None

    def load_config(self) -> None:
        self.load_config_from_module_name_or_filename("python:lipse_site.gunicorn")

    def load(self) -> object:
        # Made now and not when this file was imported: it looks for static files once, and they are collected before.
        return WSGIHandler()


def _celery(*arguments: str) -> Callable[[], object]:
    def run() -> object:
        # Celery warns if it runs as root; here that is a choice for the whole site.
        warnings.simplefilter("ignore", SecurityWarning)
        return celery.start(["--quiet", *arguments])

    return run


def children(worker_processes: int, logs: Path) -> list[Child]:
    worker = _celery("worker", "--concurrency", str(worker_processes), "--without-gossip", "--without-mingle")
    return [
        Child(gettext_noop("web server"), lambda: _WebServer().run(), logs / "web.log"),
        Child(gettext_noop("worker"), worker, logs / "worker.log"),
        Child(gettext_noop("scheduler"), _celery("beat"), logs / "beat.log"),
    ]


def watch(processes: list[Child]) -> None:
    """Restart processes that stop, until the caller is interrupted."""
    while True:
        for child in processes:
            if not child.is_alive():
                child.start()
        report_errors(processes)
        time.sleep(0.3)


def report_errors(processes: list[Child]) -> None:
    for child in processes:
        for fault in child.faults():
            sys.stderr.write(fault + "\n")


def stop(processes: list[Child]) -> None:
    for child in processes:
        child.ask_to_stop()
    until = time.monotonic() + STOP_SECONDS
    for child in processes:
        child.end(until)


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            text = _(
                "%(address)s cannot be used (%(reason)s). Is the site already running? "
                "To use another port: LIPSE_PORT=%(port)s make run"
            )
            facts = {"address": f"{host}:{port}", "reason": error.strerror, "port": port + 1}
            raise ServingError(text % facts) from error


def wait_for_page(host: str, port: int, child: Child, seconds: float = 60) -> None:
    """Wait until the web server has answered for the first page, so that it does not share the processor before."""
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- the operator's choice, read not made
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, HTTPException):
            with contextlib.closing(HTTPConnection(reach, port, timeout=seconds)) as first_page:
                first_page.request("GET", "/")
                first_page.getresponse().read()
            return
        if not child.is_alive():
            child.start()
        report_errors([child])
        time.sleep(0.05)
    text = _("The web server did not answer within %(seconds)s seconds. The reason is in %(log)s.")
    raise ServingError(text % {"seconds": round(seconds), "log": child.log})
