"""Machines of a test: each in a network namespace of its own where the user may make them, else all on one loopback."""

import contextlib
import ctypes
import os
import subprocess
from pathlib import Path

CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
HUB = "hub"


def may_make_namespaces():
    name = f"lc{os.getpid()}"
    if not _ip("netns", "add", name, check=False):
        return False
    can_be_joined = _ip("-n", name, "link", "add", "bridge", "type", "bridge", check=False)
    _ip("netns", "del", name)
    return can_be_joined


class Loopback:
    """All machines on this one, told apart by their addresses."""

    def __init__(self, names):
        self.addresses = {name: f"127.77.0.{number}" for number, name in enumerate(names, 11)}

    @contextlib.contextmanager
    def inside(self, _name):
        yield

    def close(self):
        pass


class Namespaces:
    """A namespace for each machine, joined by a bridge in one more. Nothing outside of them is changed."""

    def __init__(self, names):
        self._prefix = f"lc{os.getpid()}-"
        self.addresses = {name: f"10.77.0.{number}" for number, name in enumerate(names, 11)}
        self._made = []
        for name in (HUB, *names):
            _ip("netns", "add", self._prefix + name)
            self._made.append(name)
            self._in(name, "link", "set", "lo", "up")
        self._in(HUB, "link", "add", "bridge", "type", "bridge")
        self._in(HUB, "addr", "add", "10.77.0.1/24", "dev", "bridge")
        self._in(HUB, "link", "set", "bridge", "up")
        for name, address in self.addresses.items():
            peer = ("peer", "name", "eth0", "netns", self._prefix + name)
            self._in(HUB, "link", "add", name, "type", "veth", *peer)
            self._in(HUB, "link", "set", name, "master", "bridge", "up")
            self._in(name, "addr", "add", f"{address}/24", "dev", "eth0")
            self._in(name, "link", "set", "eth0", "up")

    @contextlib.contextmanager
    def inside(self, name):
        """What this thread starts or connects to meanwhile is in the network of that machine."""
        with Path("/proc/thread-self/ns/net").open() as outside:
            with Path(f"/run/netns/{self._prefix}{name}").open() as machine:
                _enter(machine)
            try:
                yield
            finally:
                _enter(outside)

    def cut(self, name):
        """No packet reaches the machine, and nobody is told."""
        self._in(HUB, "link", "set", name, "nomaster")

    def join(self, name):
        self._in(HUB, "link", "set", name, "master", "bridge")

    def close(self):
        for name in reversed(self._made):
            _ip("netns", "del", self._prefix + name, check=False)

    def _in(self, name, *arguments):
        _ip("-n", self._prefix + name, *arguments)


def _enter(namespace):
    if _LIBC.setns(namespace.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*arguments, check=True):
    try:
        done = subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return False
    assert not check or done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"
    return done.returncode == 0
