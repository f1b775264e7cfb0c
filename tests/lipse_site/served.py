"""A real web server beside the tests, with one thread of each kind, and answers of which a test reads a part."""

import http.client
import os
import socket
import subprocess
import sys
from contextlib import contextmanager

from django.conf import settings

from tests.lipse_site.test_serving import free_port, status
from tests.waiting import PATIENCE_S, until
from tests.worker import database_url


@contextmanager
def server(folder, **more):
    """The port of the server and its process, with settings from `more`."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url(), "REDIS_URL": os.environ["REDIS_URL"], "LIPSE_DATA_DIR": str(folder),
        "LIPSE_PORT": str(port), "LIPSE_WEB_PROCESSES": "1", "LIPSE_WEB_THREADS": "1",
        "LIPSE_ALLOW_EMBEDDED": "1", "LIPSE_DEMO": "0", "LIPSE_WEB_LONG_THREADS": "1",
    } | more  # fmt: skip
    command = ["-m", "gunicorn", "--config", "python:lipse_site.gunicorn", "lipse_site.wsgi"]
    process = subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=environment)
    try:
        until(lambda: status(port, "/api/v1/") == 200)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


@contextmanager
def asked(port, token, address, **headers):
    """The answer, of which the head is read. A small buffer makes the server wait for its reader."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.sock = socket.socket()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sock.settimeout(PATIENCE_S)
    connection.sock.connect(("127.0.0.1", port))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", address, headers={"Authorization": f"Bearer {token}", **named})
    answer = connection.getresponse()
    try:
        yield answer
    finally:
        answer.close()
        connection.close()
