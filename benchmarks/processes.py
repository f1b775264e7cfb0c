"""What the processes of an import hold and spend, and what it takes of the disk. Linux only."""

import contextlib
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_SECONDS = 0.5
_DISK_EVERY = 10  # looks at processes


def family(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for one in found:
        found += children.get(one, [])
    return found


def processor_seconds(root: int) -> float:
    """Of a process and of all that descend from it, also of those that have ended and been waited for."""
    return sum(sum(map(int, fields[11:15])) for one in family(root) if (fields := _fields(one))) / _TICKS


def postmaster(layout_folder: Path) -> int:
    """The first process of a PostgreSQL server."""
    return int((layout_folder / "pgdata/postmaster.pid").read_text().split()[0])


class Watch:
    """Looks at processes until it is stopped: the most private memory in MB of each that works for the server or the
    program, by what it is, and the most that the folder took of the disk."""

    def __init__(self, roots: list[int], folder: Path) -> None:
        self._roots, self._folder = roots, folder
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.most: dict[str, int] = {}
        self.disk = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        looks = 0
        while not self._stop.wait(_SECONDS):
            for root in self._roots:
                for one in family(root):
                    with contextlib.suppress(OSError, AttributeError):
                        self._look(one)
            if not looks % _DISK_EVERY:
                self.disk = max(self.disk, sum(_sizes(self._folder)) // 2**20)
            looks += 1

    def _look(self, process: int) -> None:
        status = Path(f"/proc/{process}/status").read_text()
        command = Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
        found = re.search(r"RssAnon:\s*(\d+)", status)
        kind = _kind(command)
        self.most[kind] = max(self.most.get(kind, 0), int(found[1]) // 1024 if found else 0)


def _kind(command: str) -> str:
    if command.startswith("postgres: "):
        return "postgres: " + ("parallel worker" if "parallel worker" in command else "backend or helper")
    return " ".join(part.rpartition("/")[2] for part in command.split()[:4])[:60]


def _fields(process: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name; none where the process has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return []


def _sizes(folder: Path) -> Iterator[int]:
    """Bytes that each file below a folder takes of the disk."""
    for place, _folders, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                yield (Path(place) / name).lstat().st_blocks * 512
