"""Byte streams with limits: the content of an archive never needs more memory or disk than allowed."""

import bz2
import gzip
import io
import lzma
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from imports.problems import Refused
from imports.readers.kinds import broken_archive
from imports.readers.table import MAX_LINE
from standards.translation import gettext as _

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_NEAR = 8 * 1024
MAX_UNPACKED = 64 * 1024**3
BOMB_AFTER = 100 * 1024**2
BOMB_RATIO = 200
DOCUMENTS = (
    ".txt", ".md", ".pdf", ".docx", ".odt", ".html", ".htm", ".rtf", ".doc", ".eml", ".msg", ".jpg", ".jpeg", ".png",
    ".gif", ".tif", ".tiff",
)  # fmt: skip
MAX_TEMPORARY = 4 * 1024**3
BROKEN = (
    EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, lzma.LZMAError, zstd.ZstdError, NotImplementedError,
    RuntimeError,
)  # fmt: skip
_OPEN: dict[str, Callable[[Path], Any]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open, "zstd": zstd.open}


def count_of(sign: bytes, data: bytes | memoryview) -> int:
    """How often a byte is in much data: a third of the time of `bytes.count`."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == sign[0]))


class _Source(Protocol):
    def readinto(self, buffer: Any, /) -> int | None: ...
    def tell(self) -> int: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def close(self) -> None: ...


class GuardedStream(io.RawIOBase):
    """Reads through `source`. Raises Refused for archives with an extreme ratio and, with line_limit, for endless
    lines; it counts line ends then."""

    def __init__(self, source: "_Source", *, packed: int = 0, line_limit: int = 0) -> None:
        self._source, self._packed, self._line_limit = source, packed, line_limit
        self.total = self._since_line_end = 0
        self.carriage_returns = self.line_feeds = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._source.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        self._since_line_end = 0
        return self._source.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        try:
            count = self._source.readinto(buffer) or 0
        except BROKEN as error:
            raise broken_archive(error) from error
        except OSError as error:
            if self._packed and error.errno is None:  # as bzip2 says that its data is broken
                raise broken_archive(error) from error
            raise
        self.total += count
        self._check_size()
        if self._line_limit and count:
            self._check_line(memoryview(buffer)[:count])
        return count

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()

    def _check_size(self) -> None:
        if not self._packed:
            return
        swollen = self.total > BOMB_AFTER and self.total > BOMB_RATIO * self._packed
        if swollen or self.total > MAX_UNPACKED:
            raise Refused(
                "archive_bomb",
                _(
                    "The archive holds %(packed)s bytes that unpack to more than %(total)s. No "
                    "administrative file is packed like that; upload the unpacked file if it is real."
                )
                % {"packed": f"{self._packed:,}", "total": f"{self.total:,}"},
            )

    def _check_line(self, data: memoryview) -> None:
        self.carriage_returns += count_of(b"\r", data)
        self.line_feeds += count_of(b"\n", data)
        at = _last_line_end(data)
        self._since_line_end = len(data) - at - 1 if at >= 0 else self._since_line_end + len(data)
        if self._since_line_end > MAX_LINE:
            raise Refused(
                "line_too_long",
                _(
                    "A line is longer than %(size)s MB, so this is not a table of rows. Check that the file "
                    "has line ends and is the file you mean."
                )
                % {"size": MAX_LINE // 1024**2},
            )


def _last_line_end(data: memoryview) -> int:
    """Its position, looked for near the end first; -1 if there is none."""
    for near in (_NEAR, len(data)):
        begin = max(len(data) - near, 0)
        last = bytes(data[begin:])
        at = max(last.rfind(b"\n"), last.rfind(b"\r"))
        if at >= 0:
            return begin + at
    return -1


def unpacked(path: Path, kind: str, member: str = "", *, line_limit: int = 0) -> GuardedStream:
    """The bytes of a file, of the only content of a .gz, .bz2, .xz or .zst, or of a member of a .zip."""
    if kind in _OPEN:
        return GuardedStream(_OPEN[kind](path), packed=max(path.stat().st_size, 1), line_limit=line_limit)
    if kind == "zip":
        # The archive is closed with the member that was opened of it.
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(member)
            try:
                source = archive.open(info)
            except BROKEN as error:
                raise broken_archive(error) from error
        return GuardedStream(cast("_Source", source), packed=max(info.compress_size, 1), line_limit=line_limit)
    return GuardedStream(path.open("rb"), line_limit=line_limit)


def members(path: Path) -> list[str]:
    """The files in a .zip that can be tables: no folders and no hidden files. Raises Refused if there are none."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except BROKEN as error:
        raise broken_archive(error) from error
    if any(info.flag_bits & 1 for info in infos):
        raise Refused(
            "encrypted_archive", _("The ZIP archive is locked with a password. Unpack it and upload the file.")
        )
    found = list(dict.fromkeys(i.filename for i in infos if not i.is_dir() and not _hidden(i.filename)))
    if not found:
        raise Refused("empty_archive", _("The ZIP archive has no files. Check that it is the one you mean."))
    return found


def unpacked_to_disk(path: Path, kind: str, member: str) -> Path:
    """A temporary copy of packed content, for readers that need a real file. The caller deletes it."""
    target = Path(tempfile.mkstemp(prefix="lipse-unpacked-", suffix=Path(member or "file").suffix)[1])
    try:
        with unpacked(path, kind, member) as source, target.open("wb") as out:
            bounded = _Bounded(source)
            while data := bounded.read(1024 * 1024):
                out.write(data)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


class _Bounded:
    def __init__(self, source: GuardedStream) -> None:
        self._source, self._left = source, MAX_TEMPORARY

    def read(self, size: int, /) -> bytes:
        data = self._source.read(size) or b""
        self._left -= len(data)
        if self._left < 0:
            raise Refused(
                "too_large_unpacked",
                _("The file unpacks to more than %(size)s GB.") % {"size": MAX_TEMPORARY // 1024**3},
            )
        return data


def _hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or parts[-1].startswith(".")
