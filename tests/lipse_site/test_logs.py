"""Log lines: JSON, with an id, and without anything that people wrote or are."""

import io
import json
import logging

import pytest
import structlog

from casestudies.querysets import CaseStudyQuerySet
from lipse_site.logs import public_path

SECRET = "the neighbour drinks"


@pytest.fixture
def lines(monkeypatch):
    """What was logged, read back: the handler that the site has writes here for the time of the test."""
    ours = [
        one for one in logging.getLogger().handlers if isinstance(one.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    written = io.StringIO()
    monkeypatch.setattr(ours[0], "stream", written)

    def read():
        assert SECRET not in written.getvalue()
        return [json.loads(line) for line in written.getvalue().splitlines()]

    return read


def test_a_search_leaves_its_path_and_its_id(client, db, lines):
    client.get("/", {"search": SECRET}, HTTP_USER_AGENT=SECRET, REMOTE_ADDR="192.0.2.7")
    found = lines()
    finished = next(line for line in found if line["event"] == "request_finished")
    assert finished["request"] == "GET /"
    assert finished["code"] == 200
    assert len(finished["request_id"]) == 36
    assert "192.0.2.7" not in json.dumps(found)


def test_an_address_that_is_none_of_ours_is_not_repeated(client, db, lines):
    client.get(f"/{SECRET}/")
    assert {line.get("request") for line in lines()} >= {"GET (unknown)"}


def test_who_signs_in_is_a_number(ada, client_of, lines):
    client_of(ada).get("/")
    found = lines()
    assert any(line.get("user_id") == ada.pk for line in found)
    assert ada.email not in json.dumps(found)


def test_texts_in_fields_are_left_out_and_numbers_stay(lines):
    structlog.get_logger("complaints").info("import_published", narrative=SECRET, rows=12, import_id=3, done=True)
    assert {key: value for key, value in lines()[0].items() if key not in {"timestamp", "level", "logger"}} == {
        "event": "import_published", "rows": 12, "import_id": 3, "done": True,
    }  # fmt: skip


def test_an_exception_leaves_its_class_and_places_and_not_its_message(lines):
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("complaints").exception("import_failed")
        structlog.get_logger("complaints").exception("import_failed")
    for line in lines():
        assert line["event"] == "import_failed"
        assert line["exception"][0]["class"] == "builtins.ValueError"
        assert "test_logs.py" in line["exception"][0]["places"][-1]


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/accounts/password/reset/key/1-abcdef/", "/accounts/password/reset/key/…-…/"),
        ("/s/k3y/t0ken/2/", "/s/…"),
        ("/s/k3y/", "/s/…"),
        ("/nowhere/at/all/", "(unknown)"),
    ],
)
def test_parts_of_an_address_that_open_doors_are_left_out(path, public):
    assert public_path(path) == public


def test_what_others_put_into_their_sentences_is_left_out(lines):
    logging.getLogger("somebody.else").warning("Received unregistered task of type %s.", SECRET)
    assert lines()[0]["event"] == "Received unregistered task of type %s."


def test_the_web_server_writes_no_access_log(lines):
    logging.getLogger("gunicorn.access").info(f"192.0.2.7 - GET /?search={SECRET}")
    assert not lines()


def test_a_refused_request_is_logged_with_status_and_person(rita, client_of, lines):
    client_of(rita).get("/audit-trail/")
    finished = next(line for line in lines() if line["event"] == "request_finished")
    assert (finished["code"], finished["user_id"]) == (403, rita.pk)


@pytest.mark.parametrize("address", ["/case-studies/", "/api/v1/case-studies/"])
def test_a_fault_is_answered_without_its_message(client, db, lines, monkeypatch, address):
    def break_down(*_args):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(CaseStudyQuerySet, "visible_to", break_down)
    client.raise_request_exception = False
    answer = client.get(address)
    assert answer.status_code == 500
    assert SECRET not in answer.content.decode()
    assert any(line["level"] == "error" for line in lines())
