"""What ends while a download of a real server is under way, or between two parts of it: a file is whole, or does not
look so, and the next request is answered with a sentence."""

import hashlib
import http.client
import json
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.actions import create_token, revoke_token, set_roles
from accounts.models import ApiToken
from exports.jobs import EXPORTS
from exports.models import Export
from imports.models import Dataset
from jobs.running import run
from tests.exports.asking import API, RECORDS, ask, content_of, made
from tests.exports.settled import is_settled
from tests.factories.complaints import load_records, make_dataset
from tests.lipse_site.served import asked, server
from tests.small_disk import SmallDisk
from tests.waiting import until

# 46 MB: more than a file that is sent at once may have when it begins (exports.growing), and than any buffer holds.
TEXT, ROWS = "The lift stood still. " * 2_500, 840
STREAM = f"{RECORDS}export/?format=jsonl"
# What a site in use answers where something went wrong, in place of Django's page for developers.
REAL = {
    "LIPSE_DEBUG": "0", "LIPSE_TLS": "0", "LIPSE_ALLOWED_HOSTS": "127.0.0.1", "LIPSE_SECRET_KEY": "of-a-test" * 9,
}  # fmt: skip
CUT = (http.client.IncompleteRead, ConnectionError)


@pytest.fixture(scope="module")
def running(django_db_setup, site, tmp_path_factory):
    with server(tmp_path_factory.mktemp("meanwhile"), LIPSE_EXPORTS_DIR=str(settings.EXPORTS_DIR)) as found:
        yield found


@pytest.fixture
def port(running, transactional_db):
    return running[0]


@pytest.fixture
def dataset(alpha, transactional_db):
    dataset = make_dataset(alpha, access="consortium", narrative_access="consortium")
    load_records(dataset, [{"narrative": TEXT}] * ROWS)
    until(is_settled)
    return dataset


@pytest.fixture
def token(charlie):
    """Of a person of another university, who reads the dataset as long as it is open to the consortium."""
    return create_token(person=charlie, label="meanwhile", scope="read", by=None)[1]


@pytest.fixture
def file(dataset, charlie, client_of, monkeypatch):
    """An export of theirs that is made."""
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    monkeypatch.setattr("exports.jobs.wake_worker", lambda job: None)
    return made(client_of(charlie), fmt="jsonl")


def revoke(charlie, beta):
    revoke_token(token=ApiToken.objects.get(), by=charlie)


def leave(charlie, beta):
    set_roles(person=charlie, organisation=beta, roles=[], by=None)


def close_the_dataset(charlie, beta):
    Dataset.objects.update(access="restricted", narrative_access="restricted")


def expire(charlie, beta):
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    EXPORTS.tidy()


def said(port, token, address, **headers):
    """Status, code and sentence of a refusal."""
    with asked(port, token, address, **headers) as answer:
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = json.loads(answer.read())
        assert problem["detail"].endswith(".")
        return answer.status, problem["type"].removeprefix("urn:lipse:problem:"), problem["detail"]


def rows_of(port, token):
    """None where the answer is a refusal."""
    with asked(port, token, f"{RECORDS}?count=exact&fields=id&page_size=1") as answer:
        return json.loads(answer.read())["count"]["value"] if answer.status == 200 else None


@pytest.mark.parametrize(
    ("happens", "then"),
    [(revoke, 401), (leave, 401), (close_the_dataset, 0)],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_stream_under_way_is_the_whole_state_that_it_began_with(port, dataset, token, charlie, beta, happens, then):
    with asked(port, token, STREAM) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, None), "it is sent while it is written"
        start = answer.read(1)
        happens(charlie, beta)
        body = start + answer.read()
    assert body.count(b"\n") == int(answer.headers["Lipse-Rows"]) == ROWS
    assert body.count(TEXT.encode()) == ROWS
    if then:
        assert said(port, token, STREAM)[0] == then
    else:
        assert rows_of(port, token) == then
        with asked(port, token, STREAM) as later:
            assert (later.read(), later.headers["Lipse-Rows"]) == (b"", "0")


@pytest.mark.parametrize(
    ("happens", "refused"),
    [(revoke, (401, "bad_token")), (leave, (401, "bad_token")),
     (close_the_dataset, (410, "export_closed")), (expire, (410, "export_expired"))],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_the_next_part_of_a_file_is_refused_and_the_one_under_way_is_whole(
    port, file, token, charlie, beta, happens, refused
):
    with asked(port, token, file["file"], Range="bytes=0-999") as part:
        assert (part.status, len(part.read())) == (206, 1000)
    with asked(port, token, file["file"]) as answer:
        start = answer.read(1)
        happens(charlie, beta)
        assert hashlib.sha256(start + answer.read()).hexdigest() == file["sha256"]
    etag = answer.headers["ETag"]
    status, code, _sentence = said(port, token, file["file"], Range="bytes=1000-", If_Range=etag)
    assert (status, code) == refused
    if status == 401:
        assert said(port, token, f"{API}{file['id']}/")[0] == 401


def kill_web_processes(process):
    """Those that answer; the one that keeps them starts others."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert children
    for child in children:
        os.kill(int(child), signal.SIGKILL)


def test_a_killed_process_cuts_a_stream_visibly_and_a_file_goes_on_where_it_was(running, port, file, token):
    with asked(port, token, STREAM) as answer:
        answer.read(1)
        kill_web_processes(running[1])
        with pytest.raises(CUT):
            answer.read()
    until(lambda: can_be_asked(port, token))
    with asked(port, token, file["file"]) as answer:
        start = answer.read(100_000)
        kill_web_processes(running[1])
        with pytest.raises(CUT):
            answer.read()
    until(lambda: can_be_asked(port, token))
    with asked(port, token, file["file"], Range="bytes=100000-", If_Range=answer.headers["ETag"]) as rest:
        assert rest.status == 206
        assert hashlib.sha256(start + rest.read()).hexdigest() == file["sha256"]


def can_be_asked(port, token):
    try:
        return rows_of(port, token) == ROWS
    except (http.client.HTTPException, OSError):
        return False


@pytest.fixture
def small(tmp_path):
    disk = SmallDisk(tmp_path / "disk", 20)
    yield disk
    disk.close()


def test_a_full_disk_cuts_a_stream_visibly_or_is_a_sentence(dataset, token, small, tmp_path):
    with server(tmp_path, TMPDIR=str(small.path), **REAL) as (port, _process):
        with asked(port, token, STREAM) as answer:
            if answer.status == 200:
                with pytest.raises(CUT):
                    answer.read()
            else:
                assert answer.status == 507
        small.fill()
        for address in (f"{STREAM}&fields=id,narrative", f"{RECORDS}export/?format=xlsx"):
            status, code, sentence = said(port, token, address, Want_Repr_Digest="sha-256=1")
            assert (status, code) == (507, "disk_full")
            assert "disk" in sentence
        small.make_space()
        assert rows_of(port, token) == ROWS


def test_a_job_on_a_full_disk_leaves_nothing_and_a_file_made_before_is_read_from_one(
    dataset, token, small, tmp_path, charlie, client_of, monkeypatch, settings
):
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    settings.EXPORTS_DIR = small.path / "exports"
    client = client_of(charlie)
    before = made(client, f"{RECORDS}?fields=id,subject", "jsonl")
    answer = ask(client, fmt="jsonl")
    run(EXPORTS, answer.json()["id"])
    shown = client.get(answer["Location"]).json()
    assert (shown["state"], shown["error"]["code"], shown["file"]) == ("failed", "disk_full", None)
    assert "full" in shown["error"]["message"]
    assert len(list(settings.EXPORTS_DIR.iterdir())) == 1
    small.fill()
    assert hashlib.sha256(content_of(client.get(before["file"]))).hexdigest() == before["sha256"]
