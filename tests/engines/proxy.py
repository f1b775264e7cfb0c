"""A network that fails on command: a TCP proxy before a server, the same for every browser.

What it can do is what happens on a train: nobody answers, everything is slow, a request never arrives, a request
arrives and its answer does not, an answer is cut off in the middle. `navigator.onLine` stays true in all of them, as
it does on a phone whose network has no connection.
"""

import contextlib
import socket
import struct
import threading
import time

WRITES = (b"PUT ", b"POST ", b"PATCH ", b"DELETE ")
CLOSES_WITHIN_S = 10


class Proxy:
    """`address` is where browsers go.

    `fault` is what every request that writes meets, until it is None again: "lost" (never arrives), "swallowed"
    (arrives, the answer does not) or "cut" (the first bytes of the answer come). Once would not do: on a connection
    that was in use before, browsers send a request again by themselves.
    """

    def __init__(self, port, host="127.0.0.1"):
        self.upstream = (host, port)
        self.is_offline, self.delay, self.fault = False, 0.0, None
        # (what became of it, first line of the request), of all requests that write.
        self.writes = []
        self.lock, self.links = threading.Lock(), set()
        self.threads = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.accepting = threading.Thread(target=self._accept, daemon=True)
        self.accepting.start()

    def set_offline(self, is_offline):
        self.is_offline = is_offline
        if is_offline:
            self._cut_all()

    def close(self):
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.accepting.join()
        self._cut_all()
        for thread in self.threads:
            thread.join(CLOSES_WITHIN_S)

    def _accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            if self.is_offline:
                reset(client)
                continue
            link = Link(self, client)
            with self.lock:
                self.links.add(link)
            thread = threading.Thread(target=link.carry, daemon=True)
            self.threads = [one for one in self.threads if one.is_alive()] + [thread]
            thread.start()

    def _cut_all(self):
        with self.lock:
            links = list(self.links)
        for link in links:
            link.cut()

    def took(self, line):
        """The fault that the request with this first line meets, if any."""
        if not line.startswith(WRITES):
            return None
        fault = self.fault
        with self.lock:
            self.writes.append((fault or "sent", line.decode(errors="replace")))
        return fault

    def ended(self, link):
        with self.lock:
            self.links.discard(link)


class Link:
    """One connection of a browser and the one to the server that belongs to it."""

    def __init__(self, proxy, client):
        self.proxy, self.client, self.server = proxy, client, None
        self.fault = None

    def carry(self):
        """Until either side closes. A request begins a piece of what the browser sends, as browsers do."""
        try:
            self.server = socket.create_connection(self.proxy.upstream)
        except OSError:
            self._end()
            return
        back = threading.Thread(target=self._back, daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            while data := self.client.recv(1 << 16):
                time.sleep(self.proxy.delay)
                line = data.partition(b"\r\n")[0]
                if line.endswith((b"HTTP/1.1", b"HTTP/1.0")):
                    self.fault = self.proxy.took(line)
                if self.fault == "lost":
                    break
                self.server.sendall(data)
        self.cut()
        back.join()
        self._end()

    def _end(self):
        for one in (self.client, self.server):
            if one:
                one.close()
        self.proxy.ended(self)

    def _back(self):
        with contextlib.suppress(OSError):
            while data := self.server.recv(1 << 16):
                time.sleep(self.proxy.delay)
                if self.fault == "swallowed":
                    break
                if self.fault == "cut":
                    self.client.sendall(data[: min(40, len(data) // 2)])
                    break
                self.client.sendall(data)
        self.cut()

    def cut(self):
        for one in (self.client, self.server):
            if one:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)


def reset(client):
    """Close as a machine does on which nothing listens."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
