"""The profile of a file while it is read: of a large one in a process beside the reader, on another processor.

Reading, splitting and COPY keep one processor busy, and the profile costs two thirds as much again.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from imports.readers.quick_split import ROW
from imports.sniff.profile import Profile, Profiled
from standards.translation import gettext as _

_PROJECT = Path(__file__).resolve().parents[2]
_LARGE = 16 * 1024 * 1024  # bytes of a file; of a smaller one the start of a process would cost more
_PIPE = 1024 * 1024  # bytes that the reader may be ahead


class Profiling(Protocol):
    """Takes all batches, then `end`, and has a result after that."""

    def add(self, rows: Sequence[Sequence[str]], joined: Sequence[str] | None = None) -> None:
        """joined: optionally the same rows as in `imports.readers.table.Batch`."""

    def end(self, latest_year: int) -> None:
        """There are no more rows."""

    def result(self) -> Profiled:
        """What was found."""

    def close(self) -> None:
        """Safe at any time."""


def profiling(names: Sequence[str], country: str, size: int) -> Profiling:
    """size: of the file, in bytes."""
    is_beside = size >= _LARGE and len(os.sched_getaffinity(0)) > 1
    return _Beside(names, country) if is_beside else _Here(names, country)


class _Here:
    def __init__(self, names: Sequence[str], country: str) -> None:
        self._profile = Profile(names, country)
        self._latest_year = 0

    def add(self, rows: Sequence[Sequence[str]], joined: Sequence[str] | None = None) -> None:
        self._profile.add(rows)

    def end(self, latest_year: int) -> None:
        self._latest_year = latest_year

    def result(self) -> Profiled:
        return self._profile.finished(self._latest_year)

    def close(self) -> None:
        return None


class _Beside:
    """A child that ended is an OSError, as a full disk is: the work stops, and is tried again."""

    def __init__(self, names: Sequence[str], country: str) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "imports.sniff.profile_child"], cwd=_PROJECT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._child.stdin and self._child.stdout  # noqa: S101 -- tells the type checker what PIPE means
        self._input, self._output = self._child.stdin, self._child.stdout
        with suppress(OSError):  # a system may allow less
            fcntl.fcntl(self._input, fcntl.F_SETPIPE_SZ, _PIPE)
        self._names = list(names)
        self._send("begin", json.dumps([self._names, country]))

    def add(self, rows: Sequence[Sequence[str]], joined: Sequence[str] | None = None) -> None:
        if joined:
            self._send("joined", ROW.join(joined))
        else:
            self._send("rows", json.dumps(rows))

    def end(self, latest_year: int) -> None:
        self._send("end", str(latest_year))
        self._input.close()

    def result(self) -> Profiled:
        try:
            return Profiled.of(json.loads(self._output.read()), self._names)
        except ValueError as error:
            raise OSError(_("The process that looks into the columns ended too early.")) from error

    def close(self) -> None:
        self._child.kill()
        with suppress(OSError):
            self._input.close()
        self._output.close()
        self._child.wait()

    def _send(self, kind: str, text: str) -> None:
        message = text.encode()
        self._input.write(f"{kind} {len(message)}\n".encode())
        self._input.write(message)
        self._input.flush()
