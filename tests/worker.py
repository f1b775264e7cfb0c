"""Fixtures of long work: a real Celery worker beside the tests. tests/conftest.py takes them in."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
from urllib.parse import quote

import pytest
from celery.app import routes
from django.conf import settings
from django.db import connection

from lipse_site import broker
from lipse_site.celery import app
from lipse_site.embedded.system import dies_with_parent
from lipse_site.tasks import canary
from tests.waiting import until

_NUMBER = os.environ.get("PYTEST_XDIST_WORKER", "")


@pytest.fixture(scope="session")
def _worker_process(django_db_setup, site):
    """One Celery worker beside the run, on the database and the broker of the tests."""
    environment = os.environ | {
        "DATABASE_URL": database_url(), "REDIS_URL": os.environ["REDIS_URL"],
        "LIPSE_MEDIA_ROOT": str(settings.MEDIA_ROOT), "LIPSE_EXPORTS_DIR": str(settings.EXPORTS_DIR),
    }  # fmt: skip
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "lipse_site.celery", "worker", "--concurrency", "1"]
    log = (settings.EMBEDDED.logs / f"worker{_NUMBER}.log").open("w")
    process = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"], env=environment, stdout=log, stderr=log,
        preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 -- no thread runs yet
    )  # fmt: skip
    yield process
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    log.close()


@pytest.fixture
def worker(transactional_db, _worker_process):
    """A worker that does what the test puts off; the test sees it when `worker.finish()` returns.

    It works in a process of its own, so it sees only what is committed: the test is transactional.
    """
    yield Worker(_worker_process)


@pytest.fixture
def waiting_tasks(monkeypatch):
    """Name and arguments of each task of accounts that waits for a worker, oldest first; they are taken.

    They wait in a queue of their own: another test may have started a worker, which would take them first.
    """
    name = f"waiting{_NUMBER}"
    monkeypatch.setattr(app.amqp.router, "routes", routes.prepare({"accounts.*": {"queue": name}}))

    def take():
        found = []
        with (
            app.connection_for_read() as link,
            contextlib.closing(link.SimpleQueue(name)) as queue,
            contextlib.suppress(queue.Empty),
        ):
            while True:
                message = queue.get_nowait()
                message.ack()
                found.append((message.headers["task"], message.payload[0]))
        return found

    take()
    return take


@pytest.fixture
def deliver(waiting_tasks):
    """Does what the page left to the worker, here: the mail is then in `mail.outbox`."""

    def work():
        for name, arguments in waiting_tasks():
            app.tasks[name](*arguments)

    return work


class Worker:
    def __init__(self, process):
        self.process = process
        self.log = settings.EMBEDDED.logs / f"worker{_NUMBER}.log"

    def until(self, holds):
        """Wait until `holds()` is true; fail with the log of the worker."""
        until(lambda: self.process.poll() is not None or holds(), self._said)
        assert self.process.poll() is None, self._said()

    def _said(self):
        return f"The worker did not get there. It said:\n{self.log.read_text()[-3000:]}"

    def finish(self):
        """Wait until the worker has done the tasks that were queued before this call."""
        name = f"lipse:canary:{secrets.token_hex(8)}"
        canary.apply_async(kwargs={"key": name})
        self.until(lambda: broker.connect().get(name) is not None)


def database_url():
    """The address of the database of this test process."""
    database = connection.settings_dict
    return f"postgres://{database['USER']}@{quote(database['HOST'], safe='')}:{database['PORT']}/{database['NAME']}"
