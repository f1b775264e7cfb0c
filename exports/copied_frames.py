"""Lines on their way from the child that makes them: frames of a header, the sizes of the pieces, and the pieces. Pure,
for the child too. See docs/adr/0167."""

import struct
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import IO

from exports.copied_lines import Pieces

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


def _read(source: IO[bytes], size: int) -> bytes:
    return _complete(source.read(size), size)


def _complete(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise EOFError
    return data
