"""Lines on their way from the child that makes them: frames of a header, the sizes of the pieces, and the pieces. Pure,
for the child too. See docs/adr/0167."""

import struct
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise
from queue import SimpleQueue
from threading import Event, Semaphore
from typing import IO, TypeVar

from exports.copied_lines import Pieces

T = TypeVar("T")
_HEADER = struct.Struct("<II")


def packed(number: int, pieces: Pieces) -> bytes:
    """A frame of this number of rows."""
    sizes = struct.pack(f"<{len(pieces)}I", *map(len, pieces))
    return b"".join([_HEADER.pack(number, len(pieces)), sizes, *pieces])


def frames(source: IO[bytes]) -> Iterator[tuple[int, Pieces]]:
    """What was packed. Raises EOFError where the last frame is not complete."""
    while header := source.read(_HEADER.size):
        number, pieces = _HEADER.unpack(_complete(header, _HEADER.size))
        sizes = struct.unpack(f"<{pieces}I", _read(source, 4 * pieces))
        lines = _read(source, sum(sizes))
        yield number, [lines[begin:end] for begin, end in pairwise(accumulate(sizes, initial=0))]


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
