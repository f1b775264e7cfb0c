"""What the embedded services need of the operating system: a user to run as, reachable programs, ended processes."""

import contextlib
import ctypes
import errno
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from lipse_site.embedded.layout import anyone_can_enter

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
STOP_SECONDS = 60


class ServiceError(RuntimeError):
    """An embedded service cannot do its work; the message says why and what to do."""


def service_user() -> str | None:
    """As root the services run as `nobody`; otherwise as whoever we are."""
    return "nobody" if os.getuid() == 0 else None


class ProgramUser(TypedDict, total=False):
    """Arguments of subprocess that name a user."""

    user: str
    group: int
    extra_groups: list[int]


def as_service_user() -> ProgramUser:
    """Arguments of subprocess that make a program run as the services' user and nothing more."""
    user = service_user()
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def private_folder(path: Path) -> Path:
    """Make a folder only the services' user may enter; refuse one that somebody else laid there."""
    user = service_user()
    owner = pwd.getpwnam(user).pw_uid if user else os.getuid()
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.getuid()}:
        raise ServiceError(f"{path} belongs to someone else; remove it, or set LIPSE_DATA_DIR to another folder.")
    if user:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    path.chmod(0o700)
    return path


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it: its own start-up code is not ours to run."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ServiceError(f"The package {package} is not installed; `make run` installs it.")
    return Path(spec.origin).parent


def reachable(folder: Path, copies: Path, *, beside: tuple[Path, ...] = ()) -> Path:
    """`folder` if the services' user can run programs in it, else a copy below `copies`, made once per content.

    `beside` are sibling folders at the same distance that its programs load libraries from.
    """
    if service_user() is None or anyone_can_enter(folder):
        return folder
    root = Path(os.path.commonpath([folder, *beside])) if beside else folder.parent
    version = max(int(path.stat().st_mtime) for path in [folder, *beside])
    target = copies / f"{folder.name}-{version}"
    if not target.exists():
        fresh = target.with_name(target.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for source in [folder, *beside]:
            shutil.copytree(source, fresh / source.relative_to(root), symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o555 if path.is_dir() else path.stat().st_mode | 0o444)
        fresh.rename(target)
    return target / folder.relative_to(root)


def dies_with_parent(how: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: the kernel sends the child this signal when the process that started it is gone."""

    def ask() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, int(how))

    return ask


def end_processes_in(folder: Path) -> None:
    """End what a killed server left behind: processes whose working directory is this data folder."""
    for how in (signal.SIGQUIT, signal.SIGKILL):
        left = _processes_in(folder)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        end = time.monotonic() + 5
        while left and _processes_in(folder) and time.monotonic() < end:
            time.sleep(0.05)


def _processes_in(folder: Path) -> list[int]:
    found, wanted = [], os.path.realpath(folder)
    for entry in Path("/proc").glob("[0-9]*") if Path("/proc").exists() else ():
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") == wanted:  # noqa: PTH115 -- a deleted folder's link must not be followed
                found.append(int(entry.name))
    return found


def start_server(command: list[str], *, cwd: Path, log: Path, dies: signal.Signals) -> subprocess.Popen[bytes]:
    """Start a server that ends with us, its output appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=dies_with_parent(dies), **as_service_user(),  # noqa: PLW1509 -- the keeper has one thread
        )  # fmt: skip


def stop_server(process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
    """Ask a server to end, wait for it, and kill it when it does not."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def why_it_failed(log: Path, name: str) -> ServiceError:
    """A sentence from the last lines of a server's log."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()[-20:] if line.strip()]
    if any(os.strerror(errno.ENOSPC) in line for line in lines):
        return ServiceError(f"The disk that holds {log.parent.parent} is full; free some space and start again.")
    said = next((line for line in reversed(lines) if "FATAL" in line or "rror" in line), lines[-1] if lines else "")
    return ServiceError(f"The embedded {name} did not start; {log} says why. It ends with: {said}")
