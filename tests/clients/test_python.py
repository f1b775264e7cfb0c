"""The Python client against a small server that says 429, cuts downloads and lies about a checksum."""

import hashlib
import importlib.util
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.house.code import PROJECT

_SPEC = importlib.util.spec_from_file_location("casebook_client", PROJECT / "clients/python/casebook_client.py")
client = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(client)

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


@pytest.fixture
def site():
    class Own(Site):
        asked, busy, cut_at, sha256, states = [], 0, [], hashlib.sha256(DATA).hexdigest(), []

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        Own.address = f"http://127.0.0.1:{server.server_port}"
        yield Own
        server.shutdown()
        thread.join()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def casebook(site, waits):
    return client.Casebook(site.address, token="secret", sleep=waits.append)


def test_all_rows_come_from_one_checked_file(casebook, site):
    site.states = ["waiting", "running", "finished"]
    assert [row["id"] for row in casebook.rows("complaint-records", country="NL")] == list(range(400))


def test_a_download_that_broke_off_twice_goes_on_where_it_was(casebook, site, tmp_path):
    site.cut_at = [1000, 5000]
    path = casebook.export("complaint-records", tmp_path / "a.jsonl", format="jsonl")
    assert path.read_bytes() == DATA
    assert [rng for _m, at, rng in site.asked if at.endswith("/file/")] == [None, "bytes=1000-", "bytes=5000-"]


def test_a_file_with_another_checksum_never_appears(casebook, site, tmp_path):
    site.sha256 = "0" * 64
    with pytest.raises(client.CasebookError, match="checksum"):
        casebook.export("complaint-records", tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_the_limit_refuses_is_asked_again_after_the_time_it_names(casebook, site, waits):
    site.busy = 2
    assert [page[0]["id"] for page in casebook.pages("places")] == [1, 2]
    assert waits == [7, 7]


def test_a_refusal_is_its_sentence(casebook, site, tmp_path):
    with pytest.raises(client.CasebookError, match="do not have access"):
        list(casebook.pages("nowhere"))
    site.states = ["refused"]
    with pytest.raises(client.CasebookError, match="Choose another format"):
        casebook.export("complaint-records", tmp_path / "a.xlsx", format="xlsx")


def test_a_token_goes_to_no_other_site(casebook):
    with pytest.raises(client.CasebookError, match="no token is sent"):
        casebook._json("GET", "http://elsewhere.example/api/v1/")
