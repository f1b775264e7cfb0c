"""A file that is sent while it is written (docs/adr/0116). Pure.

A thread writes it as fast as the database gives rows, so that a slow reader holds no statement and no snapshot, only a
file on the disk.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Condition
from typing import Generic, TypeVar, cast

Head = TypeVar("Head")
_BLOCK = 1 << 18


class Stopped(Exception):
    """Nobody reads the file any more."""


class GrowingFile(Generic[Head]):
    """Written by `write`, which calls `begin` with what is known before the first byte, and read by another thread."""

    def __init__(self, write: Callable[["GrowingFile[Head]"], object], *, in_thread: bool) -> None:
        self.size = 0
        self.sha256 = hashlib.sha256()
        self._head: Future[Head] = Future()
        self._is_stopped = False
        self._changed = Condition()
        self._descriptor, name = tempfile.mkstemp(prefix="lipse-export-")
        Path(name).unlink()
        self._executor = ThreadPoolExecutor(1) if in_thread else None
        if self._executor is None:
            self._written: Future[object] = Future()
            try:
                self._written.set_result(write(self))
            except BaseException:
                os.close(self._descriptor)
                raise
        else:
            self._written = self._executor.submit(write, self)
        self._written.add_done_callback(self._notify)

    def begin(self, head: Head) -> None:
        self._head.set_result(head)

    def write(self, data: bytes) -> int:
        if self._is_stopped:
            raise Stopped
        left = memoryview(data)
        while left:
            left = left[os.write(self._descriptor, left) :]
        with self._changed:
            self.size += len(data)
            self._changed.notify_all()
        return len(data)

    def head(self) -> Head:
        """What `begin` was called with; raises the error that came before."""
        either = [cast("Future[object]", self._head), self._written]
        wait(either, return_when=FIRST_COMPLETED)
        if not self._head.done():
            self._written.result()
        return self._head.result()

    def is_complete(self, seconds: float | None) -> bool:
        """Whether the file is complete within this time; raises the error that ended it."""
        done, _running = wait([self._written], seconds)
        if done:
            self._written.result()
        return bool(done)

    def whole_sha256(self) -> bytes:
        """The digest of the complete file."""
        digest = hashlib.sha256()
        for at in range(0, self.size, _BLOCK):
            digest.update(os.pread(self._descriptor, _BLOCK, at))
        return digest.digest()

    def blocks(self) -> Iterator[bytes]:
        """The file from its beginning to its end, as it is written. An error of the writer is raised, so that whoever
        receives the file sees that it is not complete."""
        at = 0
        while at < self.size or not self._is_read(at):
            block = os.pread(self._descriptor, min(_BLOCK, self.size - at), at)
            self.sha256.update(block)
            at += len(block)
            yield block

    def _is_read(self, at: int) -> bool:
        """Wait for bytes behind `at`; whether there are none."""
        with self._changed:
            self._changed.wait_for(lambda: self.size > at or self._written.done())
        if self.size > at:
            return False
        self._written.result()
        return True

    def close(self) -> None:
        """Stop writing, and wait until it stopped."""
        self._is_stopped = True
        if self._executor is not None:
            self._executor.shutdown(wait=True)
        os.close(self._descriptor)

    def _notify(self, _written: "Future[object]") -> None:
        with self._changed:
            self._changed.notify_all()
