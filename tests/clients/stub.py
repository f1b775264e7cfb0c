"""A small server that says 429, cuts downloads and lies about a checksum, for the clients."""

import contextlib
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATA = b"".join(b'{"id":%d,"finding":"upheld"}\n' % n for n in range(400))
BOOK = {"columns": [{"name": "id", "type": "whole-number", "labels": []}]}


class Site(BaseHTTPRequestHandler):
    """`asked` are the requests: method, path and the header Range."""

    asked, busy, cut_at, sha256, states = [], 0, [], "", []

    def _answer(self):
        site = type(self)
        site.asked.append((self.command, self.path.partition("?")[0], self.headers.get("Range")))
        if site.busy:
            site.busy -= 1
            return self._send(429, {"detail": "Too many."}, **{"Retry-After": "7"})
        if self.path.endswith("/file/"):
            return self._file()
        if "nowhere" in self.path:
            return self._send(404, {"detail": "Not found, or you do not have access."})
        return self._send(200, self._body())

    def _body(self):
        if "/codebook/" in self.path:
            return BOOK
        if "/exports/" in self.path:
            return self._export()
        following = f"{type(self).address}/api/v1/places/?cursor=x"
        is_last = "cursor" in self.path
        return {"results": [{"id": 2 if is_last else 1}], "next": None if is_last else following}

    def _export(self):
        state = type(self).states.pop(0) if type(self).states else "finished"
        error = {"code": "format_unfit", "message": "Choose another format."} if state == "refused" else None
        file = "/api/v1/exports/3/file/" if state == "finished" else None
        return {"id": 3, "state": state, "sha256": type(self).sha256, "error": error, "file": file}

    do_GET = do_POST = _answer

    def _send(self, status, body, **headers):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _file(self):
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(DATA) - start))
        self.send_header("ETag", '"one"')
        self.end_headers()
        end = type(self).cut_at.pop(0) if type(self).cut_at else len(DATA)
        self.wfile.write(DATA[start:end])
        self.close_connection = True

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def serving():
    """A class of its own for one test, so that what was asked is that of the test."""

    class Own(Site):
        asked, busy, cut_at, sha256, states = [], 0, [], hashlib.sha256(DATA).hexdigest(), []

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        Own.address = f"http://127.0.0.1:{server.server_port}"
        yield Own
        server.shutdown()
        thread.join()
