"""Which sentences are somewhere in the profile of a browser: as they are, in UTF-16, and in what browsers compress.

LevelDB (Chromium) compresses its blocks with Snappy, Firefox its session files with LZ4 and the values of IndexedDB
with Snappy. The formats are described at github.com/google/snappy/blob/main/format_description.txt,
github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md and github.com/google/leveldb/blob/main/doc/table_format.md.
"""

import contextlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_MOZ_LZ4 = b"mozLz40\0"
_LEVEL_DB = bytes.fromhex("57fb808b247547db")
_SQLITE = b"SQLite format 3\0"
_FOOTER = 48
_GZIP = b"\x1f\x8b\x08"


class Broken(ValueError):
    """Bytes that are not of the format that they were read as."""


def found_in(folder: Path, sentences: Iterable[str]) -> dict[str, list[str]]:
    """Sentence to the files below `folder` that hold it; sentences that are nowhere are left out."""
    wanted = {sentence: [sentence.encode(), sentence.encode("utf-16-le")] for sentence in sentences}
    found: dict[str, list[str]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        texts = list(readings(path.read_bytes()))
        for sentence, forms in wanted.items():
            if any(form in text for text in texts for form in forms):
                found.setdefault(sentence, []).append(str(path.relative_to(folder)))
    return found


def readings(data: bytes) -> Iterator[bytes]:
    """The bytes of a file, and what they are when they are decompressed."""
    yield data
    for read in (_moz_lz4, _level_db, _sqlite, _gzipped):
        with contextlib.suppress(Broken, IndexError, zlib.error, sqlite3.Error):
            yield from read(data)


def _moz_lz4(data: bytes) -> Iterator[bytes]:
    if data.startswith(_MOZ_LZ4):
        yield lz4_block(data[len(_MOZ_LZ4) + 4 :])


def _gzipped(data: bytes) -> Iterator[bytes]:
    start = data.find(_GZIP)
    while start >= 0:
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[start:])
        start = data.find(_GZIP, start + 1)


def _sqlite(data: bytes) -> Iterator[bytes]:
    """Each blob of each table, unpacked: Firefox keeps records of IndexedDB so."""
    if not data.startswith(_SQLITE):
        return
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(data)
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            with contextlib.suppress(sqlite3.Error):
                for row in database.execute(f'SELECT * FROM "{table}"'):
                    for value in row:
                        if isinstance(value, bytes):
                            with contextlib.suppress(Broken, IndexError):
                                yield snappy(value)


def _level_db(data: bytes) -> Iterator[bytes]:
    """The blocks of a table of LevelDB; its log is not compressed."""
    if data[-len(_LEVEL_DB) :] != _LEVEL_DB:
        return
    footer = data[-_FOOTER:]
    _, _, at = _handle(footer, 0)
    start, size, _ = _handle(footer, at)
    for handle in _values(_block(data, start, size)):
        start, size, _ = _handle(handle, 0)
        with contextlib.suppress(Broken, IndexError):
            yield _block(data, start, size)


def _block(data: bytes, start: int, size: int) -> bytes:
    kept = data[start : start + size]
    return snappy(kept) if data[start + size] == 1 else kept


def _values(block: bytes) -> Iterator[bytes]:
    """The values of a block: entries of shared key length, own key length, value length, key, value."""
    restarts = int.from_bytes(block[-4:], "little")
    at, end = 0, len(block) - 4 * (restarts + 1)
    while at < end:
        _, at = _varint(block, at)
        own, at = _varint(block, at)
        size, at = _varint(block, at)
        yield block[at + own : at + own + size]
        at += own + size


def _handle(data: bytes, at: int) -> tuple[int, int, int]:
    start, at = _varint(data, at)
    size, at = _varint(data, at)
    return start, size, at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return value, at
        shift += 7


def _copied(out: bytearray, offset: int, length: int) -> None:
    if not 0 < offset <= len(out):
        raise Broken("A copy from before the beginning.")
    start = len(out) - offset
    for index in range(length):
        out.append(out[start + index])


def snappy(data: bytes) -> bytes:
    """Raw Snappy: the length, then literals and copies."""
    size, at = _varint(data, 0)
    out = bytearray()
    while at < len(data):
        at = _snappy_element(data, at, out)
    if len(out) != size:
        raise Broken("Not the length that it names.")
    return bytes(out)


def _snappy_element(data: bytes, at: int, out: bytearray) -> int:
    tag, kind = data[at], data[at] & 3
    at += 1
    if kind == 0:
        length = tag >> 2
        if length >= 60:
            extra = length - 59
            length, at = int.from_bytes(data[at : at + extra], "little"), at + extra
        out += data[at : at + length + 1]
        return at + length + 1
    if kind == 1:
        _copied(out, (tag >> 5) << 8 | data[at], 4 + (tag >> 2 & 7))
        return at + 1
    width = 2 if kind == 2 else 4
    _copied(out, int.from_bytes(data[at : at + width], "little"), (tag >> 2) + 1)
    return at + width


def lz4_block(data: bytes) -> bytes:
    """A block of LZ4: a token, literals, an offset and a length, again and again; the last has literals only."""
    out = bytearray()
    at = 0
    while at < len(data):
        token = data[at]
        length, at = _lz4_length(data, at + 1, token >> 4)
        out += data[at : at + length]
        at += length
        if at >= len(data):
            break
        offset = int.from_bytes(data[at : at + 2], "little")
        length, at = _lz4_length(data, at + 2, token & 15)
        _copied(out, offset, length + 4)
    return bytes(out)


def _lz4_length(data: bytes, at: int, length: int) -> tuple[int, int]:
    if length == 15:
        while True:
            length += data[at]
            at += 1
            if data[at - 1] != 255:
                break
    return length, at
