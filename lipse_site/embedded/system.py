"""What the embedded services need from the operating system: a user, readable programs, and the end of processes."""

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
from standards.translation import gettext as _

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
STOP_SECONDS = 60


class ServiceError(RuntimeError):
    """An embedded service cannot do its work; the message says why and what to do."""


def service_user() -> str | None:
    """`nobody` when this process runs as root; otherwise None, for the user of this process."""
    return "nobody" if os.getuid() == 0 else None


class ProgramUser(TypedDict, total=False):
    """Arguments of subprocess that name a user."""

    user: str
    group: int
    extra_groups: list[int]


def as_service_user() -> ProgramUser:
    """Arguments of subprocess that run a program as the user of the services, without other rights."""
    user = service_user()
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def private_folder(path: Path) -> Path:
    """Create a folder that only the user of the services can enter. Raises ServiceError for one of another user."""
    user = service_user()
    owner = pwd.getpwnam(user).pw_uid if user else os.getuid()
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.getuid()}:
        text = _("%(path)s belongs to another user. Remove it, or set LIPSE_DATA_DIR to another folder.")
        raise ServiceError(text % {"path": path})
    if user:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    path.chmod(0o700)
    return path


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it, so that none of its code runs."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ServiceError(_("The package %(name)s is not installed. `make run` installs it.") % {"name": package})
    return Path(spec.origin).parent


def reachable(folder: Path, copies: Path, *, beside: tuple[Path, ...] = ()) -> Path:
    """`folder` if the user of the services can run programs in it; otherwise a copy below `copies`, made once for each
    version. beside: sibling folders from which its programs load libraries; they are copied, too.
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
    """For preexec_fn of Popen: the kernel sends the child this signal when the process that started it ends."""

    def ask() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, int(how))

    return ask


def end_processes_in(folder: Path) -> None:
    """End processes that a killed server left: those whose working directory is this data folder."""
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
    """Start a server that ends with this process. Its output is appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=dies_with_parent(dies), **as_service_user(),  # noqa: PLW1509 -- the keeper has one thread
        )  # fmt: skip


def stop_server(process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
    """Ask a server to end, wait for it, and kill it if it does not."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def why_it_failed(log: Path, name: str) -> ServiceError:
    """The reason why a server did not start, from the last lines of its log."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()[-20:] if line.strip()]
    if any(os.strerror(errno.ENOSPC) in line for line in lines):
        text = _("The disk with %(folder)s is full. Free some space and start again.")
        return ServiceError(text % {"folder": log.parent.parent})
    reason = next((line for line in reversed(lines) if "FATAL" in line or "rror" in line), lines[-1] if lines else "")
    text = _("The embedded %(name)s did not start. Its log %(log)s ends with: %(reason)s")
    return ServiceError(text % {"name": name, "log": log, "reason": reason})
