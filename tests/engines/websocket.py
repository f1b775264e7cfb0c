"""The little of WebSocket (RFC 6455) that driving a browser needs: text both ways over one local connection."""

import base64
import itertools
import json
import os
import socket
import struct
import time

from tests.waiting import PATIENCE_S

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
LONGEST_HANDSHAKE = 4096


class Gone(Exception):
    """The browser is no longer there, or does not answer."""


class Refused(Exception):
    """The browser answered that it cannot."""


class WebSocket:
    def __init__(self, port, path, timeout):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.rest = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "")  # fmt: skip
        self.socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self.rest and len(self.rest) < LONGEST_HANDSHAKE:
            self._more()
        answer, _, self.rest = self.rest.partition(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n")[0]:
            self.close()
            raise Gone(answer.decode(errors="replace"))

    def close(self):
        self.socket.close()

    def send(self, text, kind=TEXT):
        data = text.encode() if isinstance(text, str) else text
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x80 | kind, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | kind, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 0x80 | 127, size)
        mask = os.urandom(4)
        whole = (mask * (size // 4 + 1))[:size]
        masked = int.from_bytes(data, "big") ^ int.from_bytes(whole, "big")
        self._sent(head + mask + masked.to_bytes(size, "big"))

    def receive(self):
        """The next text."""
        message = b""
        while True:
            first, second = self._bytes(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack("!H", self._bytes(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self._bytes(8))
            data, kind = self._bytes(size), first & 0x0F
            if kind == CLOSE:
                raise Gone("closed")
            if kind == PING:
                self.send(data, PONG)
            elif kind != PONG:
                message += data
                if first & 0x80:
                    return message.decode()

    def _bytes(self, size):
        while len(self.rest) < size:
            self._more()
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    def _more(self):
        try:
            got = self.socket.recv(1 << 16)
        except OSError as error:
            raise Gone(str(error)) from error
        if not got:
            raise Gone("cut")
        self.rest += got

    def _sent(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Gone(str(error)) from error


class Commands:
    """Numbered commands and their answers as JSON, the shape that WebDriver BiDi and Chromium's protocol share."""

    def __init__(self, port, path, timeout=PATIENCE_S):
        self.timeout = timeout
        self.web = WebSocket(port, path, timeout)
        self.numbers = itertools.count(1)
        # {name of an event: what to do with its message}
        self.heard = {}

    def ask(self, method, parameters=None, **more):
        """The result. Events that come meanwhile are heard. Raises Refused, or Gone."""
        number = self.tell(method, parameters, **more)
        end = time.monotonic() + self.timeout
        while time.monotonic() < end:
            answer = json.loads(self.web.receive())
            if answer.get("id") == number:
                if "error" in answer:
                    raise Refused(f"{method}: {answer.get('message') or answer['error']}")
                return answer["result"]
            if hear := self.heard.get(answer.get("method")):
                hear(answer)
        raise Gone(f"{method} is not answered")

    def tell(self, method, parameters=None, **more):
        """Send without waiting; the number of the command."""
        number = next(self.numbers)
        self.web.send(json.dumps({"id": number, "method": method, "params": parameters or {}, **more}))
        return number

    def close(self):
        self.web.close()
