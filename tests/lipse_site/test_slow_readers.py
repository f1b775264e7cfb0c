"""A real web server with one thread of each kind: readers that stop, tokens that are revoked, and what others get."""

import base64
import hashlib
import http.client
import socket

import pytest

from accounts.actions import create_token, revoke_token
from lipse_site.slow_readers import SlowReaders
from tests.factories.complaints import load_records, make_dataset
from tests.lipse_site.served import asked, server
from tests.lipse_site.test_serving import status
from tests.waiting import until

# More than the buffers of a connection hold.
TEXT, ROWS = "The lift stood still. " * 2_500, 400
EXPORT = "/api/v1/complaint-records/export/?format=jsonl"


@pytest.fixture
def served(transactional_db, tmp_path):
    """The port of a server with little patience."""
    with server(tmp_path, LIPSE_SLOW_READER_SECONDS="2") as (port, _process):
        yield port


@pytest.fixture
def large(alpha):
    """An export of 20 MB."""
    dataset = make_dataset(alpha, access="consortium", narrative_access="consortium")
    load_records(dataset, [{"narrative": TEXT}] * ROWS)


def asked_for_all(port, token):
    return asked(port, token, EXPORT, Want_Repr_Digest="sha-256=1")


def test_a_reader_that_stops_is_cut_and_its_thread_answers_others(served, large, rita):
    _token, secret = create_token(person=rita, label="slow", scope="read", by=None)
    with asked_for_all(served, secret) as answer:
        assert answer.status == 200
        assert answer.read(1) == b"{"
        # The only thread of what takes long is free again when the reader was cut.
        assert status(served, "/api/v1/complaint-records/facets/?field=kind") == 200
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            answer.read()


def test_a_download_that_began_before_its_token_was_revoked_ends_whole(served, large, rita):
    token, secret = create_token(person=rita, label="revoked", scope="read", by=None)
    with asked_for_all(served, secret) as answer:
        start = answer.read(1)
        revoke_token(token=token, by=rita)
        body = start + answer.read()
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
        assert int(answer.headers["Lipse-Rows"]) == body.count(b"\n") == ROWS
    with asked_for_all(served, secret) as later:
        assert later.status == 401


class Pair:
    """A connection to this process, with small buffers, and a clock of its own."""

    def __init__(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.reader = socket.socket()
        self.reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.reader.connect(listener.getsockname())
        self.writer = listener.accept()[0]
        listener.close()
        self.writer.setblocking(False)
        self.now = 0.0
        self.readers = SlowReaders(60.0, least=1000, most=600.0, clock=lambda: self.now)
        self.readers.begin(self.writer)

    def fill(self):
        sent = 0
        while True:
            try:
                sent += self.writer.send(b"x" * 65536)
            except BlockingIOError:
                return sent

    def take(self, count):
        while count > 0:
            count -= len(self.reader.recv(min(count, 65536)))

    def cut_at(self, now):
        self.now = now
        return self.readers.cut()

    def close(self):
        self.reader.close()
        self.writer.close()


@pytest.fixture
def pair():
    made = Pair()
    yield made
    made.close()


def test_a_thread_that_sends_nothing_is_left_alone(pair):
    assert pair.cut_at(0) == pair.cut_at(1_000) == 0


def test_a_reader_that_takes_too_little_is_cut_after_its_time(pair):
    pair.fill()
    assert pair.cut_at(0) == pair.cut_at(59) == 0
    assert pair.cut_at(60) == 1
    with pytest.raises(BrokenPipeError):
        pair.writer.send(b"x")


def test_a_reader_that_goes_on_taking_is_cut_after_the_longest_time(pair):
    filled = pair.fill()
    assert pair.cut_at(0) == 0
    for minute in range(1, 10):
        pair.take(filled // 2)
        # What was taken is replaced once the kernel knows of it.
        until(lambda: pair.fill() > 0)
        assert pair.cut_at(minute * 60) == 0
    pair.take(filled // 2)
    assert pair.cut_at(600) == 1


def test_a_connection_that_was_answered_is_forgotten(pair):
    pair.fill()
    pair.cut_at(0)
    pair.readers.end(pair.writer)
    assert pair.cut_at(1_000) == 0
