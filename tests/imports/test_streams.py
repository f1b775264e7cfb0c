"""Bytes of files and of what is inside archives, within limits. No database."""

import gzip
import io
import os
import zipfile

import pytest

from imports.readers import streams
from imports.readers.streams import GuardedStream, members, unpacked, unpacked_to_disk
from tests.imports.corpus.archives import encrypted, lying_size, unknown_method, wrong_checksum, zipped
from tests.imports.refusals import assert_refused, refusal


@pytest.fixture
def file(tmp_path):
    """Writes a file and returns its path."""

    def write(content, name="file"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder where unpacked copies are put."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_a_stream_gives_its_source_and_can_be_wound_back():
    source = io.BytesIO(b"a\r\nb\nc")
    stream = GuardedStream(source, line_limit=1)

    assert (stream.readable(), stream.seekable()) == (True, True)
    assert (stream.read(4), stream.total, stream.tell()) == (b"a\r\nb", 4, 4)
    assert (stream.seek(1), stream.read(), stream.seek(-1, io.SEEK_END), stream.read()) == (1, b"\r\nb\nc", 5, b"c")
    assert stream.total == 10
    stream.close()
    stream.close()
    assert source.closed


def test_line_ends_are_counted_only_where_lines_are_limited():
    limited, free = (GuardedStream(io.BytesIO(b"a\r\nb\nc\rd"), line_limit=limit) for limit in (1, 0))
    for stream in (limited, free):
        while stream.read(3):
            pass

    assert (limited.carriage_returns, limited.line_feeds) == (2, 2)
    assert (free.carriage_returns, free.line_feeds) == (0, 0)


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        (b"x" * 8, True),
        (b"x" * 9, False),
        (b"xx\n" + b"x" * 8, True),
        (b"xx\n" + b"x" * 9, False),
        (b"xx\r" + b"x" * 8 + b"\n" + b"x" * 8, True),
        (b"xx\n\rx" + b"x" * 7 + b"\r", True),
        (b"xx\nxxxxx\nxxxxx", True),
        (b"xx\rxxxxx\rxxxxx", True),
        (b"x" * 4 + b"\n" + b"x" * 4 + b"\r" + b"x" * 9, False),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 5, 100])
def test_a_line_without_an_end_is_refused_however_it_is_read(text, is_fine, size, monkeypatch):
    monkeypatch.setattr(streams, "MAX_LINE", 8)
    stream = GuardedStream(io.BytesIO(text), line_limit=1)

    if is_fine:
        assert b"".join(iter(lambda: stream.read(size), b"")) == text
        return
    with refusal("line_too_long"):
        while stream.read(size):
            pass


def test_the_limit_of_a_line_is_told_in_megabytes(monkeypatch):
    monkeypatch.setattr(streams, "MAX_LINE", 3 * 1024**2)

    with refusal("line_too_long", " 3 MB"):
        GuardedStream(io.BytesIO(b"x" * (3 * 1024**2 + 1)), line_limit=1).read(4 * 1024**2)


def test_a_line_begins_anew_where_a_stream_is_wound_to(monkeypatch):
    monkeypatch.setattr(streams, "MAX_LINE", 8)
    stream = GuardedStream(io.BytesIO(b"x" * 8), line_limit=1)

    assert stream.read() == b"x" * 8
    stream.seek(0)
    assert stream.read() == b"x" * 8


@pytest.mark.parametrize(
    ("size", "packed", "is_fine"),
    [(1000, 10, True), (1001, 10, False), (1001, 100, True), (2000, 100, True), (2001, 100, False), (5000, 0, True),
     (2001, 101, True), (2001, 1, False)],
)  # fmt: skip
def test_what_swells_too_far_is_an_archive_bomb(size, packed, is_fine, monkeypatch):
    monkeypatch.setattr(streams, "BOMB_AFTER", 1000)
    monkeypatch.setattr(streams, "BOMB_RATIO", 20)
    stream = GuardedStream(io.BytesIO(b"x" * size), packed=packed)

    if is_fine:
        assert stream.read() == b"x" * size
        return
    with refusal("archive_bomb", f" {packed:,} bytes", f" {size:,}"):
        stream.read(10_000)


@pytest.mark.parametrize(("ratio", "is_fine"), [(20, True), (19, False)])
def test_a_bomb_unpacks_to_more_than_so_many_times_its_size(ratio, is_fine, monkeypatch):
    monkeypatch.setattr(streams, "BOMB_AFTER", 10)
    monkeypatch.setattr(streams, "BOMB_RATIO", ratio)
    stream = GuardedStream(io.BytesIO(b"x" * 2000), packed=100)

    if is_fine:
        assert len(stream.read(3000)) == 2000
        return
    with refusal("archive_bomb"):
        stream.read(3000)


@pytest.mark.parametrize(("size", "is_fine"), [(50, True), (51, False)])
def test_nothing_packed_may_unpack_beyond_the_most(size, is_fine, monkeypatch):
    monkeypatch.setattr(streams, "MAX_UNPACKED", 50)
    stream = GuardedStream(io.BytesIO(b"x" * size), packed=50)

    if is_fine:
        assert len(stream.read()) == size
        return
    with refusal("archive_bomb"):
        stream.read(60)


@pytest.mark.parametrize(
    ("content", "kind", "member"),
    [
        (b"a\nb", "text", ""),
        (gzip.compress(b"a\nb", mtime=0), "gzip", ""),
        (zipped({"x.csv": b"no", "data/y.csv": b"a\nb"}), "zip", "data/y.csv"),
    ],
)
def test_what_is_packed_is_read_as_it_was(file, content, kind, member):
    with unpacked(file(content), kind, member, line_limit=1) as stream:
        assert stream.read() == b"a\nb"
        assert stream.line_feeds == 1
    with unpacked(file(content), kind, member) as stream:
        assert (stream.read(), stream.line_feeds) == (b"a\nb", 0)


@pytest.mark.parametrize(("kind", "member"), [("gzip", ""), ("zip", "a.csv")])
def test_the_size_of_what_is_packed_is_compared(file, kind, member, monkeypatch):
    monkeypatch.setattr(streams, "BOMB_AFTER", 1000)
    content = b"x" * 100_000
    packed = gzip.compress(content, mtime=0) if kind == "gzip" else zipped({member: content}, zipfile.ZIP_DEFLATED)
    path = file(packed)
    bytes_ = len(packed) if kind == "gzip" else zipfile.ZipFile(path).getinfo(member).compress_size

    with refusal("archive_bomb", f" {bytes_} bytes"), unpacked(path, kind, member) as stream:
        stream.read()


def test_an_empty_member_counts_as_one_byte(file):
    path = file(zipped({"a.csv": b""}))

    assert unpacked(path, "zip", "a.csv")._packed == 1
    assert unpacked(file(b"", "b"), "gzip")._packed == 1
    assert unpacked(path, "text")._packed == 0


@pytest.mark.parametrize(
    ("content", "kind", "member"),
    [
        (wrong_checksum(), "gzip", ""),
        (gzip.compress(b"x" * 100, mtime=0)[:-12], "gzip", ""),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0" + b"\xff" * 50, "gzip", ""),
        (b"no archive", "gzip", ""),
        (lying_size(), "zip", "a.csv"),
        (unknown_method(), "zip", "a.csv"),
        (encrypted(), "zip", "a.csv"),
    ],
)
def test_a_damaged_archive_is_refused_when_it_is_read(file, content, kind, member):
    with refusal("broken_archive") as caught, unpacked(file(content), kind, member) as stream:
        stream.read()

    assert_refused(caught.value, "broken_archive", str(caught.value.__cause__))


def test_members_are_files_that_are_not_hidden(file):
    names = ["a.csv", "data/", "data/b.csv", "__MACOSX/c.csv", "data/.d.csv", ".e.csv", "x\\.f.csv", ".g/h.csv",
             "data/__MACOSX/i.csv"]  # fmt: skip

    assert members(file(zipped(dict.fromkeys(names, "x")))) == [
        "a.csv",
        "data/b.csv",
        ".g/h.csv",
        "data/__MACOSX/i.csv",
    ]


def test_a_locked_or_damaged_archive_has_no_members(file):
    with refusal("encrypted_archive"):
        members(file(encrypted()))
    with refusal("broken_archive", "File is not a zip file"):
        members(file(zipped({"a.csv": "x"})[:40]))


def test_an_archive_without_files_is_refused(file):
    with refusal("empty_archive"):
        members(file(zipped({"data/": ""})))


@pytest.mark.parametrize(("kind", "member", "suffix"), [("zip", "data/a.xlsx", ".xlsx"), ("gzip", "", "")])
def test_a_copy_on_disk_holds_what_was_packed(file, temporary, kind, member, suffix):
    content = os.urandom(3 * 1024 * 1024)
    packed = gzip.compress(content, 1, mtime=0) if kind == "gzip" else zipped({member: content})

    copy = unpacked_to_disk(file(packed), kind, member)

    assert (copy.parent, copy.suffix) == (temporary, suffix)
    assert copy.name.startswith("lipse-unpacked-")
    assert copy.read_bytes() == content


@pytest.mark.parametrize(("most", "is_fine"), [(2 * 1024**2, True), (2 * 1024**2 - 1, False)])
def test_a_copy_that_grows_too_large_is_refused_and_removed(file, temporary, most, is_fine, monkeypatch):
    monkeypatch.setattr(streams, "MAX_TEMPORARY", most)
    path = file(zipped({"a.db": bytes(2 * 1024**2)}))

    if is_fine:
        assert unpacked_to_disk(path, "zip", "a.db").stat().st_size == most
        return
    with refusal("too_large_unpacked"):
        unpacked_to_disk(path, "zip", "a.db")
    assert list(temporary.iterdir()) == []


def test_an_archive_is_closed_with_its_member(file):
    stream = unpacked(file(zipped({"a.csv": "x,y"})), "zip", "a.csv")
    archive = stream._source._fileobj._file
    assert stream.read() == b"x,y"
    assert stream.seek(0) == 0
    assert stream.read(1) == b"x"
    stream.close()
    assert archive.closed


def test_the_most_a_copy_may_take_is_told_in_gigabytes(monkeypatch, file, temporary):
    class Endless(GuardedStream):
        def read(self, size=-1):
            return range(3 * 1024**3)  # its length is what counts

    monkeypatch.setattr(streams, "MAX_TEMPORARY", 2 * 1024**3)

    with refusal("too_large_unpacked", " 2 GB"):
        streams._Bounded(Endless(io.BytesIO())).read(1)


def test_a_damaged_archive_leaves_no_copy(file, temporary):
    with refusal("broken_archive"):
        unpacked_to_disk(file(wrong_checksum()), "gzip", "")

    assert list(temporary.iterdir()) == []
