"""A live server that has answered everything before a test gives the database back. tests/conftest.py takes it in.

Django's live server answers each connection in a thread of its own and nobody waits for those threads. A browser that
leaves a page cuts its connections, so the server may still be at work when the test has ended; it then asks for a
database that the test no longer holds, or waits for tables that are being emptied.
"""

import contextlib
import socket
import threading
import time

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread
from pytest_django.live_server_helper import LiveServer

from tests.waiting import PATIENCE_S


class CountedServer(ThreadedWSGIServer):
    """Knows the connections it has taken and not yet closed, each answered in a thread of its own."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._open = {}
        self._changed = threading.Condition()
        self._accepted_last = None
        self._is_closed = False

    def process_request(self, request, client_address):
        with self._changed:
            self._accepted_last = client_address
            refused = self._is_closed
            if not refused:
                self._open[request] = client_address
            self._changed.notify_all()
        if refused:
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        # The parent also closes the database connections of this thread.
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                del self._open[request]
                self._changed.notify_all()

    def open(self):
        """Answer requests again, those of the next test."""
        with self._changed:
            self._is_closed = False

    def answer_everything(self):
        """Return when no request is under way; none can begin until the server is opened again.

        A browser sends some requests after its page is gone: on a busy machine a save that outlives its page comes
        late, and its connection is closed without an answer.

        Raises AssertionError when a request is still being answered after `PATIENCE_S`.
        """
        end = time.monotonic() + PATIENCE_S
        with self._changed:
            self._is_closed = True
        with socket.create_connection(self.server_address) as last:
            # Connections are taken in the order in which they were made: after this one no older one is left to take.
            self._wait(lambda: self._accepted_last == last.getsockname(), end)
        with self._changed:
            connections = list(self._open)
        for connection in connections:
            # A request that has arrived is read and answered; one that has not is never begun.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        self._wait(lambda: not self._open, end)

    def _wait(self, holds, end):
        with self._changed:
            done = self._changed.wait_for(holds, timeout=end - time.monotonic())
            assert done, f"The live server still answers {list(self._open.values())}"


@pytest.fixture(scope="session")
def live_server(site):
    """The site over HTTP, at `live_server.url`; the same as pytest-django's but for the kind of server."""
    LiveServerThread.server_class = CountedServer
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def everything_answered(request):
    """A test with a live server gives the database back when the server has answered what was asked.

    It is set up before every fixture of a test, so it ends after them: the browser has closed its pages by then.
    """
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    server = request.getfixturevalue("live_server")
    server.thread.httpd.open()
    yield
    server.thread.httpd.answer_everything()
