"""A database or broker that is frozen, not dead: it takes connections and says nothing. Every page still answers."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

from lipse_site.embedded import services
from lipse_site.embedded.layout import Layout
from tests.lipse_site.test_serving import free_port
from tests.lipse_site.test_settings import REAL_SITE
from tests.prepared import restore
from tests.waiting import until

# A visitor's patience, and that of a health check: without an answer by then the test fails.
ANSWERS_WITHIN_S = 30


def get(port, path):
    """Status, content type and body; status 0 when nothing listens."""
    server = HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN_S)
    with closing(server):
        try:
            server.request("GET", path, headers={"Host": REAL_SITE["LIPSE_ALLOWED_HOSTS"]})
        except ConnectionError:
            return 0, "", ""
        answer = server.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory, prepared):
    """The port of a site, and the folder of the database and broker that it alone uses."""
    port, folder = free_port(), tmp_path_factory.mktemp("frozen")
    layout = Layout.below(folder / "services")
    services.use(layout)
    database = layout.django_database()
    restore(prepared, host=database["HOST"], port=database["PORT"], user=database["USER"], dbname=database["NAME"])
    environment = os.environ | REAL_SITE | {
        "DATABASE_URL": f"postgres://lipse@{quote(database['HOST'], safe='')}:{database['PORT']}/lipse",
        "REDIS_URL": layout.broker_url(), "LIPSE_TLS": "0", "LIPSE_DATA_DIR": str(folder / "site"),
        "LIPSE_PORT": str(port), "LIPSE_WEB_PROCESSES": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=settings.BASE_DIR, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: get(port, "/readyz")[0] == 200)
        yield port, layout
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        services.let_go(layout)


def processes_of(layout, program):
    """Those of one service of the layout: its server and what the server started."""
    places = str(layout.services), str(layout.sockets)
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        found[int(entry.name)] = parent, command
    servers = {
        pid for pid, (_, command) in found.items() if program in command and any(place in command for place in places)
    }
    return servers | {pid for pid, (parent, _) in found.items() if parent in servers}


@contextmanager
def frozen(layout, program):
    stopped = processes_of(layout, program)
    assert stopped
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def test_pages_answer_in_a_sentence_while_the_database_is_frozen(site):
    port, layout = site
    with frozen(layout, "bin/postgres"):
        for path in ("/case-studies/", "/accounts/login/", "/complaint-records/"):
            status, _, page = get(port, path)
            assert (status, "does not answer" in page) in {(503, True), (200, False)}, path
        status, kind, body = get(port, "/api/v1/case-studies/")
        assert (status, kind) == (503, "application/problem+json")
        assert "does not answer" in json.loads(body)["detail"]
        status, _, body = get(port, "/readyz")
        assert status == 503
        assert json.loads(body)["checks"]["database"] == "The database does not answer."
        assert get(port, "/healthz")[0] == 200
    until(lambda: get(port, "/case-studies/")[0] == 200)


def test_pages_answer_while_the_broker_is_frozen(site):
    port, layout = site
    with frozen(layout, "valkey-server"):
        assert get(port, "/case-studies/")[0] == 200
        assert get(port, "/complaint-records/")[0] == 200
        assert get(port, "/accounts/login/")[0] in {200, 503}
        assert get(port, "/api/v1/case-studies/")[0] == 200
        status, _, body = get(port, "/readyz")
        assert status == 503
        assert json.loads(body)["checks"]["broker"] == "The broker does not answer."
    until(lambda: get(port, "/readyz")[0] == 200)
