"""What takes long is answered by a process of its own: sign-in and notes do not wait for it."""

import json
import os
import re
import select
import subprocess
import sys
import uuid
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import psycopg2
import pytest
from django.conf import settings
from django.urls import URLResolver, get_resolver

from accounts.roles import Role
from lipse_site.lanes import takes_long
from lipse_site.web_worker import MOST_WAITING
from tests.conftest import PASSWORD, SHIPPED_HASHERS, person_at
from tests.factories.casestudies import make_case_study
from tests.factories.complaints import load_records, make_dataset
from tests.lipse_site.test_serving import free_port
from tests.waiting import PATIENCE_S, until
from tests.worker import database_url

EXPORT = "/api/v1/complaint-records/export/?format=csv"
THREADS = 2
FORM = "application/x-www-form-urlencoded"


@contextmanager
def web_server(folder):
    """The port of the web processes: one for what is short and one for what takes long, two threads each."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url(), "REDIS_URL": os.environ["REDIS_URL"], "LIPSE_DATA_DIR": str(folder),
        "LIPSE_PORT": str(port), "LIPSE_WEB_PROCESSES": "1", "LIPSE_WEB_THREADS": str(THREADS),
        "LIPSE_WEB_LONG_THREADS": str(THREADS),
    }  # fmt: skip
    command = ["-m", "gunicorn", "--config", "python:lipse_site.gunicorn", "lipse_site.wsgi"]
    log = folder / "web.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=output
        )
    try:
        until(lambda: answers(port), lambda: log.read_text()[-2000:])
        yield port
    finally:
        process.terminate()
        process.wait()


def answers(port):
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as server:
        try:
            server.request("GET", "/healthz")
        except ConnectionError:
            return False
        return server.getresponse().status == 200


@pytest.fixture
def people(transactional_db, settings):
    """A fieldworker whose password the server knows too, and a record to export."""
    settings.PASSWORD_HASHERS = SHIPPED_HASHERS


@contextmanager
def locked_records():
    """Nobody reads a record until the end."""
    with closing(psycopg2.connect(database_url())) as holder, holder.cursor() as cursor:
        cursor.execute("LOCK TABLE complaints_complaintrecord IN ACCESS EXCLUSIVE MODE")
        yield


class Browser:
    def __init__(self, port):
        self.server = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.cookies = {}

    def ask(self, method, path, body=None, **headers):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.server.request(method, path, body, {"Cookie": cookies, **headers})
        answer = self.server.getresponse()
        for line in answer.headers.get_all("Set-Cookie", ()):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer, answer.read().decode()

    def close(self):
        self.server.close()

    def sign_in(self, username):
        page = self.ask("GET", "/accounts/login/")[1]
        token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"login": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        return self.ask("POST", "/accounts/login/", urlencode(form), **{"Content-Type": FORM})[0].status

    def put_note(self, case_study):
        body = {
            "case_study": case_study.slug,
            "event": None,
            "kind": "observation",
            "title": "At the quay",
            "text": "One.",
        }
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.cookies["csrf"]}
        return self.ask("PUT", f"/api/v1/field-notes/{uuid.uuid4()}/", json.dumps(body), **headers)[0].status


def asked(port, token, path=EXPORT):
    """A connection on which an export was asked for and whose answer nobody has read."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    return connection


@contextmanager
def all_closed():
    """Connections to be closed at the end, with what was read from them."""
    connections = []
    try:
        yield connections
    finally:
        for one in connections:
            one.close()


def unanswered(connections):
    return [one for one in connections if not select.select([one.sock], [], [], 0)[0]]


@pytest.fixture
def export_token(people, alpha, token_for):
    fay = person_at(alpha, "fay", Role.FIELDWORKER)
    load_records(make_dataset(alpha, slug="letters", access="public"), [{"reference": "A-1"}])
    return fay, token_for(fay)


def test_sign_in_and_a_note_are_answered_while_more_exports_wait_than_there_are_threads(export_token, tmp_path):
    fay, token = export_token
    case_study = make_case_study(fay)
    with web_server(tmp_path) as port, all_closed() as exports:
        with locked_records(), closing(Browser(port)) as browser:
            exports += [asked(port, token) for _ in range(3 * THREADS)]

            assert browser.sign_in("fay") == 302
            assert browser.put_note(case_study) == 201

            assert unanswered(exports) == exports
        found = [one.getresponse() for one in exports]
        assert [(answer.status, answer.headers["Connection"]) for answer in found] == [(200, "close")] * len(exports)
        assert all(b"A-1" in answer.read() for answer in found)


def test_an_export_that_is_one_too_many_is_refused_with_a_problem_document(export_token, tmp_path):
    _, token = export_token
    with web_server(tmp_path) as port, locked_records(), all_closed() as exports:
        exports += [asked(port, token) for _ in range(THREADS + MOST_WAITING + 1)]

        refused = until(lambda: [one for one in exports if one not in unanswered(exports)])[0].getresponse()
        assert (refused.status, refused.headers["Retry-After"]) == (503, "10")
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert json.load(refused)["type"] == "urn:lipse:problem:too_many_long_requests"


def test_a_connection_that_was_kept_is_given_on_with_the_body_it_sent(export_token, tmp_path):
    """A filter too long for an address is a form in a body; a short request came before it on the same connection."""
    _, token = export_token
    with web_server(tmp_path) as port, closing(Browser(port)) as browser:
        assert browser.ask("GET", "/healthz")[0].status == 200
        connection = browser.server.sock
        headers = {"Authorization": f"Bearer {token}", "X-HTTP-Method-Override": "GET", "Content-Type": FORM}
        form = "country__in=" + ",".join(["NL"] * 500)

        answer, body = browser.ask("POST", "/api/v1/complaint-records/facets/?field=country", form, **headers)

        assert (answer.status, answer.headers["Connection"]) == (200, "close"), body
        assert connection is not browser.server.sock


@pytest.mark.parametrize(
    ("path", "query", "is_long"),
    [
        ("/api/v1/complaint-records/", "country=NL&count=exact", True),
        ("/api/v1/complaint-records/", "country=NL&count=estimated", False),
        ("/api/v1/complaint-records/", "search=count=exactly", False),
        ("/static/css/page.0123456789ab.css", "", False),
        ("/rounds/7/agreement/report.pdf", "", True),
        ("/rounds/7/data.dta", "", True),
        ("/api/v1/assignments/7/changes/", "", False),
        ("/accounts/login/", "", False),
    ],
)
def test_a_request_is_long_by_its_address(path, query, is_long):
    assert takes_long(path, query) is is_long


def names_of_addresses(resolver, before="/"):
    for pattern in resolver.url_patterns:
        route = re.sub(r"<\w+:fmt>", "csv", str(pattern.pattern))
        address = before + re.sub(r"<(\w+:)?\w+>", "7", route)
        if isinstance(pattern, URLResolver):
            yield from names_of_addresses(pattern, address)
        elif takes_long(address, ""):
            yield pattern.name


def test_these_addresses_and_no_others_take_long():
    assert set(names_of_addresses(get_resolver())) == {
        *(
            f"api-{noun}-{counts}"
            for noun in ("case-study", "contribution", "dataset", "event", "participation", "questionnaire", "round")
            for counts in ("cross-table", "cross-table-export", "export", "facets", "facets-export")
        ),
        "api-coding-export", "api-comparison-row-export",
        "api-complaint-record-cross-table", "api-complaint-record-cross-table-export",
        "api-complaint-record-days-open", "api-complaint-record-days-open-export", "api-complaint-record-export",
        "api-complaint-record-facets", "api-complaint-record-facets-export", "api-complaint-record-follow-ups-export",
        "api-complaint-record-issues-export", "api-complaint-record-recommendations-export",
        "api-export-codebook-of-query", "api-export-file", "api-problem-export",
        "api-quarantine-export", "api-response-export", "api-round-agreement", "api-round-data",
        "api-submission-export", "comparison-file", "export-file", "import-bad-rows", "import-changes",
        "import-changes-file", "import-source", "questionnaire-counts", "questionnaire-responses-file",
        "round-agreement", "round-agreement-compute", "round-agreement-file", "round-agreement-pdf",
        "round-agreement-report", "round-agreement-units", "round-compare", "round-data",
    }  # fmt: skip
