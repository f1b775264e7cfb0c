"""Lines on their way from the child that makes them: frames of a header, the sizes of the pieces, and the pieces. Pure,
for the child too. See docs/adr/0167."""

import errno
import os
import struct
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise
from queue import SimpleQueue
from threading import Event, Semaphore
from typing import IO, TypeVar

T = TypeVar("T")
_HEADER = struct.Struct("<II")
_AT_ONCE = 512  # pieces; a system takes at least so many


def send(target: int, number: int, pieces: Sequence[bytes]) -> None:
    """Write a frame of this number of rows to a pipe, without a copy of the lines."""
    sizes = struct.pack(f"<{len(pieces)}I", *map(len, pieces))
    buffers = [_HEADER.pack(number, len(pieces)), sizes, *pieces]
    for begin in range(0, len(buffers), _AT_ONCE):
        some = buffers[begin : begin + _AT_ONCE]
        if os.writev(target, some) != sum(map(len, some)):
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def frames(source: IO[bytes]) -> Iterator[tuple[int, list[bytes | memoryview]]]:
    """What was sent. Raises EOFError where the last frame is not complete."""
    while header := source.read(_HEADER.size):
        number, pieces = _HEADER.unpack(_complete(header, _HEADER.size))
        sizes = struct.unpack(f"<{pieces}I", _read(source, 4 * pieces))
        lines = _read(source, sum(sizes))
        yield number, [lines] if pieces == 1 else _cut(memoryview(lines), sizes)


def _cut(lines: memoryview, sizes: Iterable[int]) -> list[bytes | memoryview]:
    return [lines[begin:end] for begin, end in pairwise(accumulate(sizes, initial=0))]


def read_ahead(some: Iterator[T], most: int) -> Generator[T, None, None]:
    """The same, up to so many of them read by a thread while others are used. To end it early, first end what it reads
    from."""
    waiting: SimpleQueue[tuple[T] | None] = SimpleQueue()
    space, is_left = Semaphore(most), Event()

    def read() -> None:
        try:
            for one in some:
                space.acquire()
                if is_left.is_set():
                    break
                waiting.put((one,))
        finally:
            waiting.put(None)

    with ThreadPoolExecutor(1) as executor:
        reading = executor.submit(read)
        try:
            while found := waiting.get():
                space.release()
                yield found[0]
        finally:
            is_left.set()
            space.release()
        reading.result()


def _read(source: IO[bytes], size: int) -> bytes:
    return _complete(source.read(size), size)


def _complete(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise EOFError
    return data
