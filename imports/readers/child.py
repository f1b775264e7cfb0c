"""Readers that run in a child process with limits on memory and time: the side of the parent.

A child writes JSON lines: first an object that describes the file, then one array for each row, then "end". A malicious
file can harm only the child.
"""

import json
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from imports.problems import Refused
from imports.readers.table import BATCH, BATCH_CHARACTERS, MAX_LINE, Batch
from standards.json_values import JsonObject
from standards.translation import Sentence
from standards.translation import gettext as _

MEMORY = 256 * 1024**2  # private memory; the code of the libraries needs about 40 MB more
SECONDS = 600
_OUT_OF_MEMORY = (
    "memoryerror",
    "memory allocation",
    "apacity",
    "out of memory",
    "bad_alloc",
    "malloc",
    "limit exceeded",
)
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ChildReader:
    """A script beside this file. `what` names the kind of file it reads, at the beginning of a sentence; `advice` says
    what a person can do when the file cannot be read."""

    script: str
    what: Sentence
    broken_code: str
    too_large_code: str
    advice: Sentence

    @contextmanager
    def opened(self, path: Path, **options: object) -> Iterator[tuple[JsonObject, Iterator[list[str]]]]:
        """The description of the file and its rows."""
        memory, seconds = _within(resource.RLIMIT_DATA, MEMORY), _within(resource.RLIMIT_CPU, SECONDS)
        arguments = [sys.executable, "-I", str(_HERE / self.script), str(path), str(memory), str(seconds)]
        with tempfile.TemporaryFile(prefix="lipse-child-") as errors:
            child = subprocess.Popen([*arguments, json.dumps(options)], stdout=subprocess.PIPE, stderr=errors)
            assert child.stdout is not None  # noqa: S101 -- tells the type checker what PIPE means
            try:
                head = child.stdout.readline(MAX_LINE)
                if not head:
                    raise self._failure(child, errors)
                found = json.loads(head)
                yield found, self._rows(child, child.stdout, errors)
            finally:
                child.kill()
                child.stdout.close()
                child.wait()

    def too_large(self, why: str) -> Refused:
        text = _("%(what)s needs more memory than is allowed here (%(reason)s). %(advice)s")
        return Refused(self.too_large_code, text % {"what": self.what, "reason": why, "advice": self.advice})

    def _rows(self, child: "subprocess.Popen[bytes]", lines: IO[bytes], errors: IO[bytes]) -> Iterator[list[str]]:
        while line := lines.readline(MAX_LINE):
            if len(line) >= MAX_LINE:
                raise self.too_large(_("one row is longer than %(size)s MB") % {"size": MAX_LINE // 1024**2})
            if not line.endswith(b"\n"):
                break
            row = json.loads(line)
            if row == "end":
                return
            yield row
        raise self._failure(child, errors)

    def _failure(self, child: "subprocess.Popen[bytes]", errors: IO[bytes]) -> Refused:
        child.wait()
        errors.seek(0)
        output = errors.read(100_000).decode(errors="replace").strip()
        if child.returncode == -signal.SIGXCPU:
            text = _("Reading the file took longer than %(minutes)s minutes. %(advice)s")
            return Refused("too_slow", text % {"minutes": SECONDS // 60, "advice": self.advice})
        if child.returncode < 0 or any(word in output.casefold() for word in _OUT_OF_MEMORY):
            return self.too_large(_("it declares more content than it has"))
        reason = _short(output.splitlines()[-1]) if output else _("the program that reads it gave no reason")
        text = _("%(what)s cannot be read (%(reason)s). %(advice)s")
        return Refused(self.broken_code, text % {"what": self.what, "reason": reason, "advice": self.advice})


def _within(limit: int, most: int) -> int:
    """`most`, or less where this process is limited itself: a child cannot raise that."""
    own = resource.getrlimit(limit)[1]
    return most if own == resource.RLIM_INFINITY else min(most, own)


def batched(rows: Iterator[tuple[int, list[str]]], size: int, first: int) -> Iterator[Batch]:
    """Batches of (line, cells); batches of large cells have fewer rows."""
    lines: list[int] = []
    read: list[list[str]] = []
    held = 0
    for line, row in rows:
        lines.append(line)
        read.append(row)
        held += sum(map(len, row))
        if len(read) >= size or held > BATCH_CHARACTERS:
            yield Batch(first, lines, read)
            first, lines, read, held = first + len(read), [], [], 0
    if read:
        yield Batch(first, lines, read)


def numbered(rows: Iterator[list[str]], start: tuple[int, int, int] | None, size: int = BATCH) -> Iterator[Batch]:
    """Batches of rows without lines: the position is both line and record. To continue from `start`, earlier rows are
    read and skipped."""
    first = start[1] if start else 1
    return batched(((n, row) for n, row in enumerate(rows, start=1) if n >= first), size, first)


def _short(message: str) -> str:
    """The message without the name of the exception and without paths of this machine."""
    text = message.partition(": ")[2] if message.partition(": ")[0].replace(".", "").isidentifier() else message
    return " ".join(word for word in text.split() if "/" not in word)[:200].rstrip(".")
