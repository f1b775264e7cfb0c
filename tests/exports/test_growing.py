"""A file that is read while it is written: its bytes in their order, wherever they waited, or the writer's error."""

import hashlib
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import growing
from exports.growing import GrowingFile, Stopped

PIECES = st.lists(st.binary(max_size=9), max_size=30)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Little fits in memory, and little is read at once."""
    monkeypatch.setattr(growing, "_MOST_NEAR", 12)
    monkeypatch.setattr(growing, "_BLOCK", 5)


@given(PIECES, st.lists(st.integers(0, 3), min_size=31, max_size=31))
@settings(deadline=None)
def test_what_is_read_is_what_was_written_however_the_two_alternate(pieces, reads):
    """After each piece some blocks are read: the writer waits for them."""
    turn, read, ended = threading.Semaphore(0), [], threading.Semaphore(0)

    def write(file):
        file.begin("head")
        for piece in pieces:
            file.write(piece)
            turn.release()
            ended.acquire()

    file = GrowingFile(write, in_thread=True)
    blocks = file.blocks()
    so_far = 0
    for piece, number in zip(pieces, reads, strict=False):
        turn.acquire()
        so_far += len(piece)
        for _ in range(number):
            if len(b"".join(read)) < so_far:
                read.append(next(blocks))
        ended.release()
    read += blocks
    file.close()
    assert b"".join(read) == b"".join(pieces)
    assert file.size == sum(map(len, pieces))
    assert file.sha256.digest() == hashlib.sha256(b"".join(pieces)).digest()


@given(PIECES)
@settings(deadline=None)
def test_the_digest_of_a_complete_file_is_known_before_it_is_read(pieces):
    file = GrowingFile(lambda file: [file.write(piece) for piece in pieces], in_thread=False)
    assert file.is_complete(None)
    assert file.whole_sha256() == hashlib.sha256(b"".join(pieces)).digest()
    assert b"".join(file.blocks()) == b"".join(pieces)
    file.close()


def test_a_reader_that_is_fast_enough_leaves_nothing_on_the_disk(monkeypatch):
    def refused(*_arguments):
        raise AssertionError("it was written to the disk")

    monkeypatch.setattr(growing.os, "pwrite", refused)
    turn = threading.Semaphore(1)

    def write(file):
        for _ in range(20):
            turn.acquire()
            file.write(b"0123456789")

    file = GrowingFile(write, in_thread=True)
    for block in file.blocks():
        assert block == b"0123456789"
        turn.release()
    assert file.size == 200
    file.close()


@pytest.mark.parametrize("in_thread", [True, False])
def test_an_error_of_the_writer_is_raised_behind_what_it_wrote(in_thread):
    def write(file):
        file.write(b"some rows")
        raise OSError("the disk is full")

    if not in_thread:
        with pytest.raises(OSError, match="the disk is full"):
            GrowingFile(write, in_thread=False)
        return
    file, read = GrowingFile(write, in_thread=True), []
    with pytest.raises(OSError, match="the disk is full"):
        read.extend(file.blocks())
    file.close()
    assert file.size == 9


def test_a_writer_ends_when_nobody_reads_any_more():
    began, ended = threading.Event(), threading.Event()

    def write(file):
        began.set()
        with pytest.raises(Stopped):
            while True:
                file.write(b"row")
        ended.set()

    file = GrowingFile(write, in_thread=True)
    began.wait(10)
    file.close()
    assert ended.is_set()
