"""Gunicorn's threaded worker, with an answer to a too long address that a program can read."""

import contextlib
import socket
from http import HTTPStatus

from django.utils.translation import gettext as _
from gunicorn.http.errors import LimitRequestLine
from gunicorn.http.message import Request

from lipse_site.slow_readers import WatchedWorker
from rest.problems import problem_response


class WebWorker(WatchedWorker):
    """Django never sees such a request, so the problem document is written here."""

    def handle_error(self, req: Request | None, client: socket.socket, addr: object, exc: BaseException) -> None:
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        message = _(
            "The address is longer than %(most)d bytes. Send its parameters by POST, as a form in the body, with the "
            "header X-HTTP-Method-Override: GET."
        )
        message %= {"most": self.cfg.limit_request_line}
        answer = problem_response(HTTPStatus.REQUEST_URI_TOO_LONG, message, code="address_too_long")
        head = f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}\r\nConnection: close\r\n"
        head += f"Content-Type: {answer['Content-Type']}\r\nContent-Length: {len(answer.content)}\r\n\r\n"
        with contextlib.suppress(OSError):
            client.sendall(head.encode() + answer.content)
