"""A file that is sent while it is written (docs/adr/0116, 0156). Pure.

A thread writes it as fast as the database gives rows, so that a slow reader holds no statement and no snapshot. What
the reader has not taken yet is in memory up to some megabytes, behind that in a file on the disk.
"""

import hashlib
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Condition
from typing import Generic, TypeVar, cast

Head = TypeVar("Head")
_BLOCK = 1 << 18
_MOST_NEAR = 1 << 24
_LARGE = 1 << 25


class Stopped(Exception):
    """Nobody reads the file any more."""


class GrowingFile(Generic[Head]):
    """Written by `write`, which calls `begin` with what is known before the first byte, and read by another thread."""

    def __init__(self, write: Callable[["GrowingFile[Head]"], object], *, in_thread: bool) -> None:
        self.size = 0
        self.sha256 = hashlib.sha256()
        self._head: Future[Head] = Future()
        self._large: Future[None] = Future()
        self._is_stopped = False
        self._changed = Condition()
        # What is in memory comes before what is on the disk from `_far_begin` to `_far_end`.
        self._near: deque[bytes] = deque()
        self._near_size = 0
        self._far_begin = self._far_end = 0
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
        with self._changed:
            is_far_read = self._far_begin == self._far_end
            if is_far_read:
                self._far_begin = self._far_end = 0
            is_near = is_far_read and self._near_size + len(data) <= _MOST_NEAR
            if is_near and data:
                self._near.append(bytes(data))
                self._near_size += len(data)
        left, at = memoryview(b"" if is_near else data), self._far_end
        while left:
            number = os.pwrite(self._descriptor, left, at)
            left, at = left[number:], at + number
        with self._changed:
            self._far_end = at
            self.size += len(data)
            self._changed.notify_all()
        if self.size > _LARGE and not self._large.done():
            self._large.set_result(None)
        return len(data)

    def head(self) -> Head:
        """What `begin` was called with; raises the error that came before."""
        either = [cast("Future[object]", self._head), self._written]
        wait(either, return_when=FIRST_COMPLETED)
        if not self._head.done():
            self._written.result()
        return self._head.result()

    def is_complete(self, seconds: float | None) -> bool:
        """Whether the file is complete within this time; raises the error that ended it. It does not wait longer for a
        file of many megabytes, but without a time for each."""
        if seconds is None:
            wait([self._written])
        else:
            either = [self._written, cast("Future[object]", self._large)]
            wait(either, seconds, return_when=FIRST_COMPLETED)
        if self._written.done():
            self._written.result()
        return self._written.done()

    def whole_sha256(self) -> bytes:
        """The digest of the complete file, of which nothing was read yet."""
        digest = hashlib.sha256()
        for data in self._near:
            digest.update(data)
        for at in range(0, self._far_end, _BLOCK):
            digest.update(os.pread(self._descriptor, min(_BLOCK, self._far_end - at), at))
        return digest.digest()

    def blocks(self) -> Iterator[bytes]:
        """The file from its beginning to its end, as it is written. An error of the writer is raised, so that whoever
        receives the file sees that it is not complete."""
        while block := self._next():
            self.sha256.update(block)
            yield block
        self._written.result()

    def _next(self) -> bytes:
        """What comes next, as soon as it is there; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._near or self._far_end > self._far_begin or self._written.done())
            if self._near:
                block = self._near.popleft()
                self._near_size -= len(block)
                return block
            length = min(_BLOCK, self._far_end - self._far_begin)
        block = os.pread(self._descriptor, length, self._far_begin)
        with self._changed:
            self._far_begin += len(block)
        return block

    def close(self) -> None:
        """Stop writing, and wait until it stopped."""
        self._is_stopped = True
        if self._executor is not None:
            self._executor.shutdown(wait=True)
        os.close(self._descriptor)

    def _notify(self, _written: "Future[object]") -> None:
        with self._changed:
            self._changed.notify_all()
