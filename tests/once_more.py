"""A pytest plugin: `pytest --once-more` runs a test that failed again, alone, when the others have ended.

A test that then passes is unstable. It is named last and does not fail the run, unless more than three are unstable.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MOST_UNSTABLE = 3
# With more failures than these the change is wrong, not the machine: nothing is run again.
MOST_RUN_AGAIN = 20


def pytest_addoption(parser):
    parser.addoption("--once-more", action="store_true", help="run tests that failed again, alone")


def pytest_configure(config):
    if config.getoption("once_more") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(OnceMore())


class OnceMore:
    def __init__(self):
        self.failed = {}

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed[report.nodeid] = True

    def pytest_sessionfinish(self, session):
        self.session = session

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self):
        """Everything else has been printed; the exit status is read after this."""
        if self.session.exitstatus != pytest.ExitCode.TESTS_FAILED or not 0 < len(self.failed) <= MOST_RUN_AGAIN:
            return
        print(f"\nRun again, alone: {len(self.failed)}", flush=True)  # noqa: T201 -- the reporter has ended
        again = failed_again(list(self.failed), self.session.config.rootpath)
        unstable = [name for name in self.failed if name not in again]
        if not again and len(unstable) <= MOST_UNSTABLE:
            self.session.exitstatus = pytest.ExitCode.OK
        for name in unstable:
            print(f"UNSTABLE {name}", flush=True)  # noqa: T201
        if len(unstable) > MOST_UNSTABLE:
            print(f"More than {MOST_UNSTABLE} unstable tests: the run has failed.", flush=True)  # noqa: T201


def failed_again(names, root):
    """Those of the tests that fail in a process of their own, one after the other; all when that cannot be known."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "cacheprovider", "-o", f"cache_dir={folder}", *names]
        status = subprocess.run(command, cwd=root, check=False).returncode
        kept = Path(folder, "v", "cache", "lastfailed")
        if status == pytest.ExitCode.OK:
            return set()
        return set(json.loads(kept.read_text())) if status == pytest.ExitCode.TESTS_FAILED else set(names)
