"""How many exports one caller makes or reads at the same time, on one machine: a few, so that others can export too.

A place is a lock on a byte of a file, by caller and number. The system gives it back when the response is closed and
when the process ends, whatever happens: nothing has to be counted down.
"""

import errno
import fcntl
import hashlib
import os
import struct
from http import HTTPStatus
from pathlib import Path
from types import TracebackType

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from rest.limits import address_of
from rest.problems import Conflict

RETRY_SECONDS = 10
# struct flock of 64-bit Linux: type, whence, start, length, process.
_LOCK = struct.Struct("@hhqqi4x")


class TooManyExports(Conflict):
    """The caller already has as many exports as are allowed at the same time."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_exports"

    def __init__(self) -> None:
        message = _(
            "You have %(most)d exports at the same time; no more are allowed. Try again when one of them is done."
        )
        super().__init__(message % {"most": settings.EXPORTS_AT_ONCE})
        self.headers = {"Retry-After": str(RETRY_SECONDS)}


class Place:
    """One of the exports that a caller may have. Raises TooManyExports where all are taken."""

    def __init__(self, request: HttpRequest) -> None:
        self._file = -1
        self._file = os.open(_file(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not any(_is_locked(self._file, place) for place in _places(_caller(request))):
            self.close()
            raise TooManyExports

    def close(self) -> None:
        """Give it back; again does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __del__(self) -> None:
        # Of a response that nobody closed.
        self.close()

    def __enter__(self) -> "Place":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Download(FileResponse):
    """A file that keeps its place until it is read or its reader has gone."""

    place: Place | None = None

    def close(self) -> None:
        super().close()
        if self.place is not None:
            self.place.close()


def _file() -> Path:
    return settings.DATA_DIR / "exports-at-once.lock"


def _caller(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return f"person:{user.pk}" if user is not None and user.is_authenticated else f"address:{address_of(request)}"


def _places(caller: str) -> range:
    first = int.from_bytes(hashlib.blake2b(caller.encode(), digest_size=6).digest(), "big") * 1000
    return range(first, first + settings.EXPORTS_AT_ONCE)


def _is_locked(file: int, place: int) -> bool:
    """Whether the lock is now ours. It belongs to the open file, so that threads of a process exclude each other."""
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0))
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True
