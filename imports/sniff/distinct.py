"""How many values of a column repeat an earlier one: exact for any number of values, in limited memory."""

import heapq
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from typing import IO, TypeAlias

import numpy as np

RUN = 262_144  # hashes sorted at a time: 2 MB, and 4 MB while they are sorted
IN_MEMORY = 8  # sorted runs kept before the next ones go to disk
_Hashes: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]


class RepeatCounter:
    """Counts repeats by eight-byte hashes. In one of 400,000 files with ten million values two different values
    collide."""

    def __init__(self) -> None:
        self._open = array("q")
        self._runs: list[_Hashes] = []
        self._spilled: list[IO[bytes]] = []
        self.total = 0

    def add(self, values: Iterable[str]) -> None:
        self._open.extend(map(hash, values))
        if len(self._open) >= RUN:
            self._close_run()

    def repeats(self) -> int:
        """Number of values minus number of different values."""
        self._close_run()
        if not self._spilled:
            together = np.sort(np.concatenate([np.empty(0, np.int64), *self._runs]))
            return int(np.count_nonzero(together[1:] == together[:-1]))
        before, again = None, 0
        for value in heapq.merge(*(run.tolist() for run in self._runs), *map(_stream, self._spilled)):
            again += value == before
            before = value
        return again

    def close(self) -> None:
        for file in self._spilled:
            file.close()
        self._runs, self._spilled = [], []

    def _close_run(self) -> None:
        if not self._open:
            return
        self.total += len(self._open)
        run = np.sort(np.frombuffer(self._open, np.int64))
        self._open = array("q")
        if len(self._runs) < IN_MEMORY:
            self._runs.append(run)
            return
        file = tempfile.TemporaryFile(prefix="lipse-hashes-")  # noqa: SIM115 -- closed by close()
        run.tofile(file)
        self._spilled.append(file)


def _stream(file: IO[bytes]) -> Iterator[int]:
    file.seek(0)
    while block := file.read(64 * 1024):
        yield from array("q", block)
