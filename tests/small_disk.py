"""A disk that a test can fill."""

import contextlib
import os
import subprocess

import pytest


class SmallDisk:
    """A file system of its own in memory, that can be filled to the last byte."""

    def __init__(self, path, megabytes):
        self.path, self.ballast = path, path / "ballast"
        path.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(path)],
            check=False, capture_output=True,
        )  # fmt: skip
        if made.returncode:
            pytest.skip("Only who may mount a small file system can fill one.")

    def fill(self, leave=0):
        free = os.statvfs(self.path).f_bavail * os.statvfs(self.path).f_frsize
        # Others write too: the last bytes may be theirs.
        with contextlib.suppress(OSError), self.ballast.open("ab", buffering=0) as file:
            file.write(bytes(max(0, free - leave)))

    def make_space(self):
        self.ballast.unlink(missing_ok=True)

    def close(self):
        subprocess.run(["umount", "--lazy", str(self.path)], check=False)
