"""`make run` after setup: one sentence when it cannot, everything up, healed and stopped when it can."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from lipse_site.serving import _fault
from tests.waiting import PATIENCE_S, until
from tests.worker import database_url

LOGS = ("web.log", "worker.log", "beat.log")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def serving(port, folder, **more):
    environment = (
        os.environ
        | {
            "DATABASE_URL": database_url(),
            "REDIS_URL": os.environ["REDIS_URL"],
            "LIPSE_DATA_DIR": str(folder),
            "LIPSE_PORT": str(port),
            "LIPSE_WORKER_PROCESSES": "1",
        }
        | more
    )
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=settings.BASE_DIR, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def status(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def too_long(port):
    """What the web server answers to an address of more than 8 kB."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(
            f"http://127.0.0.1:{port}/api/v1/organisations/?slug__in={'a' * 9000}", timeout=PATIENCE_S
        )
    with refused.value as answer:
        return answer.code, answer.headers["Content-Type"], json.load(answer)["type"]


def children_of(pid):
    """The processes it started itself."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def is_running(pid):
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def events(log):
    """The events of a log so far; each line of it is one, but for what a program prints as it starts or breaks off."""
    lines = log.read_text().splitlines(keepends=True)
    return [json.loads(line)["event"] for line in lines if line.startswith("{") and line.endswith("\n")]


@pytest.mark.django_db(transaction=True)
def test_it_serves_heals_and_stops_with_ctrl_c(tmp_path):
    port = free_port()
    with serving(port, tmp_path) as process:
        until(lambda: status(port, "/") == 200)
        until(lambda: status(port, "/readyz") == 200)
        assert too_long(port) == (414, "application/problem+json", "urn:lipse:problem:address_too_long")
        started = until(lambda: len(found := children_of(process.pid)) == 3 and found)

        killed = min(started)
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(now := children_of(process.pid)) == 3 and killed not in now)
        until(lambda: status(port, "/") == 200)
        for name in LOGS:
            until(lambda log=tmp_path / "logs" / name: events(log))

        family = children_of(process.pid) | {
            grandchild for child in children_of(process.pid) for grandchild in children_of(child)
        }
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_S)

        assert process.returncode == 0, said
        until(lambda: not [pid for pid in family if is_running(pid)])
    assert said.splitlines()[0] == f"LIPSE Casebook: http://127.0.0.1:{port}"
    assert said.splitlines()[-1] == "Stopped."
    assert not [line for line in said.splitlines() if line.startswith("{")]


@pytest.mark.django_db(transaction=True)
def test_the_first_start_of_a_real_site_finds_the_static_files_that_it_collects(tmp_path, transactional_db):
    port = free_port()
    real = {"LIPSE_DEBUG": "0", "LIPSE_TLS": "0", "LIPSE_ALLOWED_HOSTS": "127.0.0.1", "LIPSE_DEMO": "0"}
    real["LIPSE_SECRET_KEY"] = settings.SECRET_KEY
    with serving(port, tmp_path, **real):
        until(lambda: status(port, "/healthz") == 200)
        names = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
        assert status(port, f"/static/{names['css/page.css']}") == 200


def test_a_port_in_use_is_reported_in_a_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with serving(port, tmp_path) as process:
            said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert said == (
        f"CommandError: 127.0.0.1:{port} cannot be used (Address already in use). Is the site already running? "
        f"To use another port: LIPSE_PORT={port + 1} make run\n"
    )


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"event": "request_finished", "level": "info", "code": 200}', ""),
        ('{"event": "request_finished", "level": "error", "code": 503, "request": "GET /readyz"}', ""),
        (
            '{"event": "request_failed", "level": "error", "request": "GET /", "exception": [{"class": "a.Error"}]}',
            "request_failed · GET / · a.Error",
        ),
        ("Traceback (most recent call last):", "Traceback (most recent call last):"),
        ("", ""),
    ],
)
def test_the_console_shows_errors_and_the_files_have_the_rest(line, fault):
    assert _fault(line) == fault
