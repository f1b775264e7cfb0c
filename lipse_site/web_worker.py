"""Gunicorn's threaded worker: one process of the site answers what takes long, the others all that is short.

Every process but one accepts connections. Where the address of a request may take long (`lipse_site.lanes`), the
process that has read its head gives the connection to the long one, with all that it has read. So a thread that signs
a person in or stores a note never waits for an export (docs/adr/0117).
"""

import contextlib
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from gunicorn.http.errors import LimitRequestLine
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn

from lipse_site.lanes import LANE, takes_long
from lipse_site.slow_readers import WatchedWorker
from rest.problems import problem_response

# Requests that wait for a thread of the long process; to any more the answer is 503.
MOST_WAITING = 32
RETRY_SECONDS = 10
# A process with more connections waits longer before it takes another, so that those with fewer come first.
STEP_SECONDS, MOST_STEPS = 0.0003, 8
# The head of a request and what came with it; the sockets take no larger message.
LARGEST_HEAD = 200_000
# Short answers have the processor first.
NICENESS = 5


class WebWorker(WatchedWorker):
    """See the module. `LANE.choose` sets `is_long`."""

    is_long = False

    def init_process(self) -> None:
        if self.is_long:
            os.nice(NICENESS)
            self.sockets = [LANE.exit]
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=settings.WEB_LONG_THREADS if self.is_long else settings.WEB_THREADS)

    def accept(self, listener: socket.socket) -> None:
        """A connection; of the long process one that another process gives it."""
        if not self.is_long:
            # Otherwise chance decides, and two people share the threads of one process while another rests.
            time.sleep(min(self.nr_conns, MOST_STEPS) * STEP_SECONDS)
            super().accept(listener)
            return
        with contextlib.suppress(BlockingIOError):
            head, descriptors, _flags, _address = socket.recv_fds(listener, LARGEST_HEAD, 1)
            for descriptor in descriptors:
                self._take(socket.socket(fileno=descriptor), head)

    def _take(self, client: socket.socket, head: bytes) -> None:
        if self.nr_conns >= settings.WEB_LONG_THREADS + MOST_WAITING:
            client.setblocking(False)
            _answer(client, _busy())
            client.close()
            return
        try:
            conn = TConn(self.cfg, client, client.getpeername(), client.getsockname())
        except OSError:
            client.close()  # the client has gone
            return
        conn.init()
        conn.parser.unreader.unread(head)
        self.nr_conns += 1
        self.enqueue_req(conn)

    def handle_request(self, req: Request, conn: TConn) -> bool:
        if self.is_long:
            # The next request on this connection may be a short one.
            req.force_close()
        elif takes_long(req.path, req.query):
            self._hand_over(req, conn)
            return False
        return bool(super().handle_request(req, conn))

    def _hand_over(self, req: Request, conn: TConn) -> None:
        head = _head_of(req) + conn.parser.unreader.take_buffered()
        try:
            socket.send_fds(LANE.entry, [head], [conn.sock.fileno()])
        except OSError:
            _answer(conn.sock, _busy())
            return
        # Gunicorn shuts down what it closes, and the connection goes on elsewhere: it closes this one instead.
        conn.sock.close()
        conn.sock = socket.socket()

    def handle_error(self, req: Request | None, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Django never sees a request whose address is too long, so the problem document is written here."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        message = _(
            "The address is longer than %(most)d bytes. Send its parameters by POST, as a form in the body, with the "
            "header X-HTTP-Method-Override: GET."
        )
        message %= {"most": self.cfg.limit_request_line}
        _answer(client, problem_response(HTTPStatus.REQUEST_URI_TOO_LONG, message, code="address_too_long"))


def _head_of(req: Request) -> bytes:
    """The head of a request as it is sent, from what gunicorn has read of it."""
    version = ".".join(str(part) for part in req.version)
    lines = [f"{req.method} {req.uri} HTTP/{version}", *(f"{name}: {value}" for name, value in req.headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _busy() -> HttpResponse:
    message = _("Too many exports and counts are being made. Send the request again in %(seconds)d seconds.")
    return problem_response(
        HTTPStatus.SERVICE_UNAVAILABLE,
        message % {"seconds": RETRY_SECONDS},
        code="too_many_long_requests",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def _answer(client: socket.socket, answer: HttpResponse) -> None:
    """Write an answer without the application; the caller closes the connection."""
    head = f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}\r\nConnection: close\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in answer.items() if name != "Content-Length")
    head += f"Content-Length: {len(answer.content)}\r\n\r\n"
    with contextlib.suppress(OSError):
        client.sendall(head.encode() + answer.content)
